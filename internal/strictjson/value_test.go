package strictjson

import (
	"slices"
	"strings"
	"testing"
)

func parsed(t *testing.T, text string) Value {
	t.Helper()
	v, err := Parse(text, Limits{})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

func TestStr(t *testing.T) {
	t.Parallel()
	for _, c := range []struct{ name, text, want string }{
		{"empty", `""`, ""},
		{"plain", `"RS256"`, "RS256"},
		{"R7515-7 escaped letter", `"\u0052S256"`, "RS256"},
		{"R7515-7 escaped last letter", `"RS25\u0036"`, "RS256"},
		{"R7515-7 case is kept", `"rs256"`, "rs256"},
		{"R7515-7 case of digits", `"\u006b\u006B"`, "kk"},
		{"short escapes", `"\"\\\/\b\f\n\r\t"`, "\"\\/\b\f\n\r\t"},
		{"escaped backslash before u", `"\\u0041"`, `\u0041`},
		{"escaped backslash at the end", `"a\\"`, `a\`},
		{"two bytes", `"\u00e9é"`, "éé"},
		{"three bytes", `"\u20ac€"`, "€€"},
		{"surrogate pair", `"\ud83d\ude00😀"`, "😀😀"},
		{"last code point", `"\udbff\udfff"`, "\U0010ffff"},
		{"NUL", `"a\u0000b"`, "a\x00b"},
		{"U+FFFD itself", `"\ufffd"`, "\ufffd"},
		{"between the surrogates and the end", `"\ud7ff\ue000"`, "\ud7ff\ue000"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if s, ok := parsed(t, c.text).Str(); !ok || s != c.want {
				t.Errorf("got %q %v, want %q", s, ok, c.want)
			}
			var name string
			if _, err := ParseObject(`{`+c.text+`:0}`, Limits{}, func(n string, _ Value) { name = n }); err != nil || name != c.want {
				t.Errorf("as a name: got %q %v, want %q", name, err, c.want)
			}
			if parsed(t, `{"other":1,`+c.text+`:2}`).Member(c.want).Text() != "2" {
				t.Error("Member does not find that name")
			}
		})
	}
}

// Each method, on a value of each kind that is not its own.
func TestOtherKinds(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		kind       Kind
	}{
		{"absent", "", Absent},
		{"null", `null`, Null},
		{"bool", `false`, Bool},
		{"number", `1`, Number},
		{"string", `"true"`, String},
		{"string like an array", `"[1]"`, String},
		{"string like an object", `"{\"a\":1}"`, String},
		{"array", `["a"]`, Array},
		{"array of a pair", `["a",1]`, Array},
		{"object", `{"a":1}`, Object},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			var v Value
			if c.text != "" {
				v = parsed(t, c.text)
			}
			if v.Kind() != c.kind || v.Text() != c.text {
				t.Errorf("kind %v, text %q", v.Kind(), v.Text())
			}
			if s, ok := v.Str(); ok != (c.kind == String) || !ok && s != "" {
				t.Errorf("Str is %q, %v", s, ok)
			}
			if v.True() {
				t.Error("True")
			}
			for e := range v.Elements() {
				if c.kind != Array {
					t.Error("an element:", e.Text())
				}
			}
			for n, m := range v.Members() {
				if c.kind != Object {
					t.Error("a member:", n, m.Text())
				}
			}
			if m := v.Member("a"); (m.Kind() != Absent) != (c.kind == Object) {
				t.Errorf("member a is %q", m.Text())
			}
		})
	}
}

// R7662-5 leans on this: only the literal counts.
func TestTrue(t *testing.T) {
	t.Parallel()
	v := parsed(t, `[ true ,"true",1,"1",[true],{"true":true},false,null]`)
	var got []bool
	for e := range v.Elements() {
		got = append(got, e.True())
	}
	if want := []bool{true, false, false, false, false, false, false, false}; !slices.Equal(got, want) {
		t.Errorf("got %v", got)
	}
}

func TestElementsAndMembers(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		want       []string
	}{
		{"empty array", `[]`, nil},
		{"empty array with space", "[ \n]", nil},
		{"scalars", `[1,-2.5e3,true,false,null,"x"]`, []string{`1`, `-2.5e3`, `true`, `false`, `null`, `"x"`}},
		{"scalars with space", "[ 1\t,\n\"x\" ,null\r]", []string{`1`, `"x"`, `null`}},
		{"brackets in strings", `["]","[","}","{",",","\"]"]`, []string{`"]"`, `"["`, `"}"`, `"{"`, `","`, `"\"]"`}},
		{"backslashes before quotes", `["\\","\\\"","\"\\"]`, []string{`"\\"`, `"\\\""`, `"\"\\"`}},
		{"nested", `[[1,[2]],{"a":[{}],"b":"]}"},[]]`, []string{`[1,[2]]`, `{"a":[{}],"b":"]}"}`, `[]`}},
		{"empty object", `{ }`, nil},
		{"members", `{"a":1,"b":"x","c":[1,{"a":2}],"d":{"a":{}}}`, []string{`a=1`, `b="x"`, `c=[1,{"a":2}]`, `d={"a":{}}`}},
		{"members with space", "{ \"a\" : 1 ,\n\"b\"\t:\r{ \"c\" : 2 } }", []string{`a=1`, `b={ "c" : 2 }`}},
		{"names that look like structure", `{":":1,",":2,"}":3,"\"":4}`, []string{`:=1`, `,=2`, `}=3`, `"=4`}},
		{"values that look like structure", `{"a":":","b":",","c":"}"}`, []string{`a=":"`, `b=","`, `c="}"`}},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			got := walk(parsed(t, c.text))
			if !slices.Equal(got, c.want) {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}

// walk lists the elements or the members.
func walk(v Value) (found []string) {
	for e := range v.Elements() {
		found = append(found, e.Text())
	}
	for n, m := range v.Members() {
		found = append(found, n+"="+m.Text())
	}
	return found
}

func TestWalksStopWhenTold(t *testing.T) {
	t.Parallel()
	seen := 0
	for range parsed(t, `[1,2,3]`).Elements() {
		seen++
		break
	}
	for range parsed(t, `{"a":1,"b":2}`).Members() {
		seen++
		break
	}
	if seen != 2 {
		t.Errorf("%d steps, want one in each", seen)
	}
}

// A view has been checked within larger limits than the default, so walking it must not check it again within smaller ones.
func TestWalksHaveNoLimits(t *testing.T) {
	t.Parallel()
	v, err := Parse(strings.Repeat("[", 300)+strings.Repeat("]", 300), Limits{Depth: 300})
	if err != nil {
		t.Fatal(err)
	}
	depth := 0
	for v.Kind() == Array {
		depth++
		var inner Value
		for e := range v.Elements() {
			inner = e
		}
		v = inner
	}
	if depth != 300 {
		t.Errorf("depth %d", depth)
	}
}

func TestMemberIsExact(t *testing.T) {
	t.Parallel()
	v := parsed(t, `{"iss":"a","Sub":"b","\u0061ud":"c","nested":{"exp":1},"exp ":2}`)
	for _, c := range []struct{ name, member, want string }{
		{"there", "iss", `"a"`},
		{"R7515-7 escaped", "aud", `"c"`},
		{"R7515-7 other case", "sub", ""},
		{"R7515-7 raw text of an escaped name", `\u0061ud`, ""},
		{"only nested", "exp", ""},
		{"prefix", "is", ""},
		{"longer", "isss", ""},
		{"empty", "", ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			if got := v.Member(c.member).Text(); got != c.want {
				t.Errorf("got %q, want %q", got, c.want)
			}
		})
	}
}
