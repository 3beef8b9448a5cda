package strictjson

import (
	"encoding/json"
	"errors"
	"io"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"unicode/utf8"
)

var seeds = []string{
	claims,
	`{"alg":"RS256","typ":"at+jwt","kid":"1"}`,
	`{"alg":"none","\u0061lg":"RS256"}`,
	`{"keys":[{"kty":"RSA","n":"AQ","e":"AQAB"},{"kty":"EC","kid":"1","kid":"2"}]}`,
	` [ 1 , -0.5e+7 , "\ud83d\ude00\\\"\/" , null , [ ] , { } ] `,
	`"\ud800"`, `"\\ud800"`, `"\ud800\ud800\udc00"`, "\"\xff\"", "\ufeff{}", "{\x00}\x00",
	`[[[[[]]]],{"a":{"b":{"c":{}}}}]`, `{"a":1,"A":2,"\u017f":3,"s":4}`, `{"]":"}","[":"{"}`,
	`1e999999`, `01`, `-`, `1.`, `.1`, `1e`, `tru`, `nullx`, `{"a":1}{"a":1}`, `{"a":1,}`, `[1,]`, "\"\n\"", `"\x"`, "",
	object(few), object(few + 1), strings.Replace(object(few+8), "m39", "m3", 1),
}

// FuzzParse: L-10 no text panics, and every verdict is held against encoding/json: a text is accepted exactly if
// encoding/json finds it valid and none of our own reasons applies, which are found here in another way.
func FuzzParse(f *testing.F) {
	for _, s := range seeds {
		f.Add(s, int8(0), int8(0))
		f.Add(s, int8(4), int8(3))
	}
	f.Fuzz(func(t *testing.T, text string, depth, members int8) {
		max := Limits{Depth: int(depth), Members: int(members)}
		v, err := Parse(text, max)
		if !json.Valid([]byte(text)) {
			if err == nil {
				t.Fatal("accepted what is not JSON")
			}
			return
		}
		reasons := reasonsAgainst(text, max.withDefaults())
		if err == nil && len(reasons) > 0 {
			t.Fatal("accepted in spite of", reasons)
		}
		if err != nil && !slices.ContainsFunc(reasons, func(r error) bool { return errors.Is(err, r) }) {
			t.Fatalf("refused with %v, which is none of %v", err, reasons)
		}
		if err != nil {
			if v != (Value{}) {
				t.Fatal("a Value beside an error")
			}
			return
		}
		d := json.NewDecoder(strings.NewReader(text))
		d.UseNumber()
		var want any
		if err := d.Decode(&want); err != nil {
			t.Fatal(err)
		}
		if got := tree(t, v); !reflect.DeepEqual(got, want) {
			t.Fatalf("read %#v, want %#v", got, want)
		}
		if strings.Trim(text, " \t\r\n") != v.Text() {
			t.Fatalf("text %q", v.Text())
		}
	})
}

// reasonsAgainst lists why a text that encoding/json accepts must be refused.
func reasonsAgainst(text string, max Limits) (reasons []error) {
	if !utf8.ValidString(text) {
		reasons = append(reasons, ErrUTF8)
	}
	if hasLoneSurrogate(text) {
		reasons = append(reasons, ErrSurrogate)
	}
	type level struct {
		names  map[string]bool // nil in an array
		isName bool
	}
	open := []level{{}}
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber() // a number that float64 cannot hold is JSON too
	for {
		token, err := d.Token()
		if err != nil {
			if err != io.EOF {
				panic(err) // the text was found valid
			}
			return reasons
		}
		top := &open[len(open)-1]
		if token == json.Delim(']') || token == json.Delim('}') {
			open = open[:len(open)-1]
			continue
		}
		if top.names != nil {
			top.isName = !top.isName
		}
		if name, ok := token.(string); ok && top.isName {
			if top.names[name] {
				reasons = append(reasons, ErrDuplicate)
			}
			// Counted with duplicates, so that the count is that of the members.
			for top.names[name] {
				name += "again"
			}
			top.names[name] = true
			if len(top.names) > max.Members {
				reasons = append(reasons, ErrMembers)
			}
		}
		switch token {
		case json.Delim('['):
			open = append(open, level{})
		case json.Delim('{'):
			open = append(open, level{names: map[string]bool{}})
		default:
			continue
		}
		if len(open)-1 > max.Depth {
			reasons = append(reasons, ErrDepth)
		}
	}
}

var escapes = regexp.MustCompile(`\\(u[0-9A-Fa-f]{4}|.)`)

// hasLoneSurrogate takes the escapes of valid JSON one after the other: in it, a backslash always starts one.
func hasLoneSurrogate(text string) bool {
	highEnds := -1 // where an escaped high surrogate ends that has no low one yet
	for _, at := range escapes.FindAllStringIndex(text, -1) {
		unit, _ := strconv.ParseUint(text[at[0]+2:at[1]], 16, 16) // 0 for the two-character escapes
		isHigh, isLow := 0xd800 <= unit && unit < 0xdc00, 0xdc00 <= unit && unit < 0xe000
		switch {
		case isLow && highEnds == at[0]:
			highEnds = -1
		case isLow || highEnds >= 0:
			return true
		case isHigh:
			highEnds = at[1]
		}
	}
	return highEnds >= 0
}

// tree makes of a Value what encoding/json would.
func tree(t *testing.T, v Value) any {
	switch v.Kind() {
	case Null:
		return nil
	case Bool:
		return v.True()
	case Number:
		return json.Number(v.Text())
	case String:
		s, ok := v.Str()
		if !ok {
			t.Fatal("a string without text")
		}
		return s
	case Array:
		a := []any{}
		for e := range v.Elements() {
			a = append(a, tree(t, e))
		}
		return a
	case Object:
		o := map[string]any{}
		for n, m := range v.Members() {
			if _, ok := o[n]; ok {
				t.Fatalf("name %q twice", n)
			}
			o[n] = tree(t, m)
			if v.Member(n) != m {
				t.Fatalf("Member(%q) is another value", n)
			}
		}
		return o
	default:
		t.Fatal("absent")
		return nil
	}
}

// FuzzParseObject: ParseObject and Parse give one verdict on objects, and what is visited is what Members walks over.
func FuzzParseObject(f *testing.F) {
	for _, s := range seeds {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		type member struct {
			name  string
			value Value
		}
		var visited, walked []member
		o, err := ParseObject(text, Limits{}, func(name string, v Value) { visited = append(visited, member{name, v}) })
		v, parseErr := Parse(text, Limits{})
		if errors.Is(err, ErrNotObject) {
			if v.Kind() == Object {
				t.Fatal("refused an object")
			}
			return
		}
		if (err == nil) != (parseErr == nil) || err != nil && err.Error() != parseErr.Error() || o != v {
			t.Fatalf("%v, but Parse says %v", err, parseErr)
		}
		if len(visited) > DefaultMembers {
			t.Fatal("visited more members than the limit")
		}
		if err != nil {
			return
		}
		for n, m := range v.Members() {
			walked = append(walked, member{n, m})
		}
		if !slices.Equal(visited, walked) {
			t.Fatalf("visited %q, walked over %q", visited, walked)
		}
		for _, m := range visited {
			// A view stands for itself: read alone, it is the same value.
			if again, err := Parse(m.value.Text(), Limits{}); err != nil || again != m.value {
				t.Fatalf("%q alone: %v", m.value.Text(), err)
			}
		}
	})
}
