package strictjson

import (
	"fmt"
	"strings"
	"testing"
)

func TestDuplicateNamesAreRefused(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text string }{
		{"R7515-5 none first", `{"alg":"none","alg":"RS256"}`},
		{"R7515-5 none last", `{"alg":"RS256","alg":"none"}`},
		{"R7515-5 same value", `{"alg":"RS256","alg":"RS256"}`},
		{"R7515-5 apart", `{"alg":"RS256","typ":"JWT","kid":"1","alg":"none"}`},
		{"R7515-5 empty names", `{"":1,"":2}`},
		{"R7515-7 escaped second", `{"alg":"RS256","\u0061lg":"none"}`},
		{"R7515-7 escaped first", `{"a\u006Cg":"none","alg":"RS256"}`},
		{"R7515-7 escaped in two ways", `{"\u006clg":1,"\u006Clg":2}`},
		{"R7515-7 escaped slash", `{"https://a/b":1,"https:\/\/a\/b":2}`},
		{"R7515-7 escaped surrogate pair", `{"😀":1,"\ud83d\ude00":2}`},
		{"R7515-7 short and long escape", `{"\n":1,"\u000a":2}`},
		{"R7517-4 kid", `{"kty":"RSA","kid":"a","kid":"b"}`},
		{"R7517-4 n", `{"kty":"RSA","n":"AQ","e":"AQAB","n":"Ag"}`},
		{"R7517-4 keys", `{"keys":[],"keys":[{}]}`},
		{"R7517-4 n of a key in a set", `{"keys":[{"n":"AQ","n":"Ag"}]}`},
		{"R7519-3 exp", `{"exp":1,"iss":"a","exp":2}`},
		{"R7519-3 aud", `{"aud":"a","aud":["b"]}`},
		{"R7519-3 scope", `{"scope":"read","scope":"write"}`},
		{"R7519-3 nested", `{"cnf":{"jkt":"a","jkt":"b"}}`},
		{"R7519-3 nested in arrays", `{"a":[[{"b":1},{"c":1,"c":2}]]}`},
		{"R7519-3 nested below a good object", `[{"a":{"b":1}},{"a":{"b":1,"b":1}}]`},
		{"after nested objects with that name", `{"a":{"a":{}},"b":[{"a":1}],"a":1}`},
		{"values of different kinds", `{"a":null,"a":{}}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v, err := Parse(c.text, Limits{})
			refused(t, v, err, ErrDuplicate)
		})
	}
}

func TestDifferentNamesAreAccepted(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text string }{
		{"R7515-7 other case", `{"alg":1,"Alg":2,"ALG":3,"aLg":4}`},
		{"R7515-7 letters that fold", `{"scope":1,"\u017fcope":2,"kid":3,"\u212aid":4}`},
		{"R7515-7 composed and decomposed", `{"é":1,"e\u0301":2}`},
		{"R7515-7 escaped backslash", `{"alg":1,"\\u0061lg":2}`},
		{"space at an end", `{"a":1,"a ":2," a":3}`},
		{"one a prefix of the other", `{"a":1,"aa":2,"":3}`},
		{"NUL at the end", `{"a":1,"a\u0000":2}`},
		{"same name at other levels", `{"a":{"a":{"a":1}},"b":{"a":1}}`},
		{"same name in neighbours", `[{"a":1},{"a":1},{"a":{"a":1}}]`},
		{"same value", `{"a":"x","b":"x","x":"a"}`},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if _, err := Parse(c.text, Limits{}); err != nil {
				t.Error(err)
			}
		})
	}
}

// R7519-3: the answer must be the same on both sides of the change from pairwise comparison to a map.
func TestDuplicatesInObjectsOfAnySize(t *testing.T) {
	t.Parallel()
	for _, n := range []int{2, 3, few - 1, few, few + 1, few + 2, 2 * few, DefaultMembers} {
		t.Run(fmt.Sprint(n, " members"), func(t *testing.T) {
			t.Parallel()
			if _, err := Parse(object(n), Limits{}); err != nil {
				t.Fatal(err)
			}
			for _, first := range []int{0, (n - 1) / 2, n - 2} {
				for _, again := range []int{first + 1, n - 1} {
					text := strings.Replace(object(n), fmt.Sprintf(`"m%d"`, again), fmt.Sprintf(`"\u006d%d"`, first), 1)
					v, err := Parse(text, Limits{})
					refused(t, v, err, ErrDuplicate)
				}
			}
		})
	}
}

// object returns the text of an object with n members m0, m1, ….
func object(n int) string {
	var b strings.Builder
	b.WriteByte('{')
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		fmt.Fprintf(&b, `"m%d":0`, i)
	}
	b.WriteByte('}')
	return b.String()
}

// L-10: what a name costs does not depend on how many came before it: at most few comparisons, or one look into a map.
func TestNamesStopComparingPairwise(t *testing.T) {
	t.Parallel()
	const many = 10_000
	var s names
	for i := range many {
		if !s.add(fmt.Sprint(i)) {
			t.Fatal("refused", i)
		}
		if s.n > few || s.n < min(i+1, few) {
			t.Fatalf("%d names are compared pairwise after %d", s.n, i+1)
		}
		if i >= few && len(s.all) != i+1 {
			t.Fatalf("the map holds %d of %d names", len(s.all), i+1)
		}
	}
	for _, i := range []int{0, few - 1, few, few + 1, many - 1} {
		if s.add(fmt.Sprint(i)) {
			t.Error("accepted again", i)
		}
	}
}
