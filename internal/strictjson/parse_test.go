package strictjson

import (
	"errors"
	"strings"
	"testing"
)

// refused checks that text is refused for that reason, and that the error and the value tell nothing of the text.
func refused(t *testing.T, v Value, err error, want error) {
	t.Helper()
	if !errors.Is(err, want) {
		t.Errorf("error %v, want %v", err, want)
	}
	if v != (Value{}) {
		t.Errorf("got a Value beside the error: %v", v.Kind())
	}
}

func TestParseRefuses(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		want       error
	}{
		{"nothing", "", ErrSyntax},
		{"only whitespace", " \t\r\n", ErrSyntax},
		{"lone NUL", "\x00", ErrSyntax},

		{"R7515-3 truncated after the bracket", `{`, ErrSyntax},
		{"R7515-3 truncated in a name", `{"alg`, ErrSyntax},
		{"R7515-3 truncated after a name", `{"alg"`, ErrSyntax},
		{"R7515-3 truncated after the colon", `{"alg":`, ErrSyntax},
		{"R7515-3 truncated in a value", `{"alg":"RS2`, ErrSyntax},
		{"R7515-3 truncated after a value", `{"alg":"RS256"`, ErrSyntax},
		{"R7515-3 truncated after the comma", `{"alg":"RS256",`, ErrSyntax},
		{"R7515-3 truncated literal", `{"b64":fals`, ErrSyntax},
		{"R7515-3 truncated array", `[1`, ErrSyntax},
		{"R7515-3 truncated array after the comma", `[1,`, ErrSyntax},
		{"R7515-3 truncated escape", `"\`, ErrSyntax},
		{"R7515-3 truncated code unit", `"\u00`, ErrSyntax},
		{"R7515-3 byte order mark", "\ufeff{}", ErrSyntax},
		{"R7515-3 byte order mark at the end", "{}\ufeff", ErrTrailing},
		{"R7515-3 invalid UTF-8 in a value", "{\"kid\":\"\xff\"}", ErrUTF8},
		{"R7515-3 invalid UTF-8 in a name", "{\"\xc3\":1}", ErrUTF8},
		{"R7515-3 invalid UTF-8 after the value", "{}\xff", ErrUTF8},
		{"R7515-3 overlong UTF-8", "\"\xc0\xa2\"", ErrUTF8},
		{"R7515-3 surrogate as UTF-8", "\"\xed\xa0\x80\"", ErrUTF8},
		{"R7515-3 above U+10FFFF", "\"\xf4\x90\x80\x80\"", ErrUTF8},
		{"R7515-3 lone high surrogate", `{"kid":"\ud800"}`, ErrSurrogate},
		{"R7515-3 lone low surrogate", `{"kid":"\udc00"}`, ErrSurrogate},
		{"R7515-3 lone surrogate in a name", `{"\uD800":1}`, ErrSurrogate},
		{"R7515-3 lone surrogate, nested", `{"a":[{"b":"\uDFFF"}]}`, ErrSurrogate},
		{"R7515-3 two high surrogates", `"\ud800\ud800"`, ErrSurrogate},
		{"R7515-3 surrogates in the wrong order", `"\udc00\ud800"`, ErrSurrogate},
		{"R7515-3 high surrogate and a letter", `"\ud800\u0041"`, ErrSurrogate},
		{"R7515-3 high surrogate and an escape", `"\ud800\n"`, ErrSurrogate},
		{"R7515-3 high surrogate and text", `"\ud800udc00"`, ErrSurrogate},
		{"R7515-3 high surrogate, half a low one", `"\ud800\udc0"`, ErrSurrogate},
		{"R8725-9 UTF-16LE", "{\x00\"\x00a\x00\"\x00:\x001\x00}\x00", ErrSyntax},
		{"R8725-9 UTF-16BE", "\x00{\x00\"\x00a\x00\"\x00:\x001\x00}", ErrSyntax},
		{"R8725-9 UTF-16LE with its mark", "\xff\xfe{\x00}\x00", ErrUTF8},
		{"R8725-9 UTF-16BE with its mark", "\xfe\xff\x00{\x00}", ErrUTF8},
		{"R8725-9 UTF-32LE", "{\x00\x00\x00}\x00\x00\x00", ErrSyntax},

		{"R7515-4 letters after the value", `{"alg":"RS256"}ABCD`, ErrTrailing},
		{"R7515-4 a second object", `{"alg":"RS256"}{"alg":"none"}`, ErrTrailing},
		{"R7515-4 a closing bracket", `{"alg":"RS256"}}`, ErrTrailing},
		{"R7515-4 a comma", `{"alg":"RS256"},`, ErrTrailing},
		{"R7515-4 NUL", "{}\x00", ErrTrailing},
		{"R7515-4 after whitespace", "{} \n x", ErrTrailing},
		{"R7515-4 after a scalar", `1 2`, ErrTrailing},
		{"R7515-4 after a literal", `truely`, ErrTrailing},
		{"R7515-4 a comment", `{}//`, ErrTrailing},

		{"no name", `{:1}`, ErrSyntax},
		{"name without quotes", `{alg:1}`, ErrSyntax},
		{"name in single quotes", `{'alg':1}`, ErrSyntax},
		{"number as name", `{1:1}`, ErrSyntax},
		{"null as name", `{null:1}`, ErrSyntax},
		{"no colon", `{"a" 1}`, ErrSyntax},
		{"two colons", `{"a"::1}`, ErrSyntax},
		{"equals sign", `{"a"=1}`, ErrSyntax},
		{"no value", `{"a":}`, ErrSyntax},
		{"no comma between members", `{"a":1 "b":2}`, ErrSyntax},
		{"semicolon between members", `{"a":1;"b":2}`, ErrSyntax},
		{"comma before the first member", `{,"a":1}`, ErrSyntax},
		{"comma after the last member", `{"a":1,}`, ErrSyntax},
		{"two commas between members", `{"a":1,,"b":2}`, ErrSyntax},
		{"only a comma in an object", `{,}`, ErrSyntax},
		{"object closed as an array", `{"a":1]`, ErrSyntax},
		{"empty object closed as an array", `{]`, ErrSyntax},
		{"array closed as an object", `[1}`, ErrSyntax},
		{"comma before the first element", `[,1]`, ErrSyntax},
		{"comma after the last element", `[1,]`, ErrSyntax},
		{"two commas between elements", `[1,,2]`, ErrSyntax},
		{"no comma between elements", `[1 2]`, ErrSyntax},
		{"colon in an array", `["a":1]`, ErrSyntax},
		{"comment in an object", `{/**/}`, ErrSyntax},
		{"closing bracket first", `]`, ErrSyntax},

		{"literal in capitals", `True`, ErrSyntax},
		{"literal with a wrong end", `nulL`, ErrSyntax},
		{"undefined", `undefined`, ErrSyntax},
		{"NaN", `NaN`, ErrSyntax},
		{"Infinity", `-Infinity`, ErrSyntax},

		{"leading zero", `[01]`, ErrSyntax},
		{"leading zero at the end", `01`, ErrTrailing},
		{"negative with a leading zero", `[-01]`, ErrSyntax},
		{"plus sign", `+1`, ErrSyntax},
		{"only a minus sign", `-`, ErrSyntax},
		{"two minus signs", `--1`, ErrSyntax},
		{"minus sign and a space", `- 1`, ErrSyntax},
		{"point first", `.5`, ErrSyntax},
		{"point after a minus sign", `-.5`, ErrSyntax},
		{"point last", `1.`, ErrSyntax},
		{"point before the exponent", `1.e5`, ErrSyntax},
		{"two points", `[1.2.3]`, ErrSyntax},
		{"exponent without digits", `1e`, ErrSyntax},
		{"exponent with only a sign", `1e+`, ErrSyntax},
		{"exponent with a point", `[1e5.5]`, ErrSyntax},
		{"hexadecimal", `[0x10]`, ErrSyntax},
		{"underscore in a number", `[1_000]`, ErrSyntax},
		{"the byte before 0 in a number", `[1/2]`, ErrSyntax},
		{"the byte after 9 in a number", `[1:2]`, ErrSyntax},
		{"the byte before 0 at the end", `1/`, ErrTrailing},
		{"full-width digit", `１`, ErrSyntax},

		{"NUL in a string", "\"\x00\"", ErrSyntax},
		{"line feed in a string", "\"\n\"", ErrSyntax},
		{"tab in a string", "\"\t\"", ErrSyntax},
		{"U+001F in a string", "\"\x1f\"", ErrSyntax},
		{"line feed in a name", "{\"a\n\":1}", ErrSyntax},
		{"unknown escape", `"\x41"`, ErrSyntax},
		{"escaped single quote", `"\'"`, ErrSyntax},
		{"escape in capitals", `"\N"`, ErrSyntax},
		{"capital U", `"\U0041"`, ErrSyntax},
		{"escaped NUL byte", "\"\\\x00\"", ErrSyntax},
		{"escaped line feed", "\"\\\n\"", ErrSyntax},
		{"code unit of three digits", `"\u041"`, ErrSyntax},
		{"code unit with a letter past f", `"\u00g1"`, ErrSyntax},
		{"code unit with a letter past F", `"\u00G1"`, ErrSyntax},
		{"code unit with the byte before 0", `"\u00/1"`, ErrSyntax},
		{"code unit with the byte after 9", `"\u00:1"`, ErrSyntax},
		{"code unit with the byte before A", `"\u00@1"`, ErrSyntax},
		{"code unit with the byte before a", "\"\\u00`1\"", ErrSyntax},
		{"code unit with a sign", `"\u+041"`, ErrSyntax},
		{"quote escaped at the end", `"\"`, ErrSyntax},
		{"single quotes", `'a'`, ErrSyntax},

		{"form feed as whitespace", "\f{}", ErrSyntax},
		{"vertical tab as whitespace", "{\v}", ErrSyntax},
		{"no-break space as whitespace", "{\u00a0}", ErrSyntax},
		{"line separator as whitespace", "{}\u2028", ErrTrailing},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v, err := Parse(c.text, Limits{})
			refused(t, v, err, c.want)
			if strings.HasPrefix(c.text, "{") {
				v, err = ParseObject(c.text, Limits{}, nil)
				refused(t, v, err, c.want)
			}
			// What is bad by itself is a bad element too; only nothing at all makes an empty array.
			if v, err := Parse(`[`+c.text+`]`, Limits{}); err == nil && len(walk(v)) > 0 {
				t.Error("accepted as an element")
			}
		})
	}
}

func TestParseAccepts(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		kind       Kind
	}{
		{"null", `null`, Null},
		{"true", `true`, Bool},
		{"false", `false`, Bool},
		{"zero", `0`, Number},
		{"negative zero", `-0`, Number},
		{"zero with an exponent", `0e0`, Number},
		{"fraction", `-12.034`, Number},
		{"fraction of zeros", `0.000`, Number},
		{"exponent", `1e10`, Number},
		{"exponent with sign and leading zero", `1.5E-007`, Number},
		{"number no float64 holds", `1e999999`, Number},
		{"long number", strings.Repeat("9", 5000), Number},
		{"empty string", `""`, String},
		{"DEL in a string", "\"\x7f\"", String},
		{"noncharacter in a string", "\"\uffff\"", String},
		{"U+FFFD in a string", "\"\ufffd\"", String},
		{"all short escapes", `"\"\\\/\b\f\n\r\t"`, String},
		{"escaped control characters", `"\u0000\u001f"`, String},
		{"surrogate pair", `"\ud83d\ude00"`, String},
		{"surrogate pair between letters", `"a\uDBFF\uDFFFb"`, String},
		{"escaped backslash before what is then no escape", `"\\ud800"`, String},
		{"empty array", `[ ]`, Array},
		{"empty object", `{ }`, Object},
		{"empty name", `{"":0}`, Object},
		{"nested", `{"a":{"b":[{"c":[]},{}]},"d":[[],[[]]]}`, Object},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			for _, around := range []string{"", " ", "\t\r\n "} {
				v, err := Parse(around+c.text+around, Limits{})
				if err != nil {
					t.Fatal(err)
				}
				if v.Kind() != c.kind || v.Text() != c.text {
					t.Errorf("kind %v text %q", v.Kind(), v.Text())
				}
			}
		})
	}
}

func TestWhitespaceAnywhere(t *testing.T) {
	t.Parallel()
	v, err := Parse(" { \"a\"\t:\r\n[ 1 , \"x\" , { } ]\n,\t\"b\" : null } ", Limits{})
	if err != nil {
		t.Fatal(err)
	}
	if got := v.Member("a").Text(); got != `[ 1 , "x" , { } ]` {
		t.Errorf("a is %q", got)
	}
	if v.Member("b").Kind() != Null {
		t.Error("b is not null")
	}
}

func TestParseObjectWantsAnObject(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text string
		want       error
	}{
		{"R7515-3 R7519-2 array", `[]`, ErrNotObject},
		{"R7515-3 array with the object", `[{"alg":"RS256"}]`, ErrNotObject},
		{"R7515-3 R7519-2 string", `"x"`, ErrNotObject},
		{"R7515-3 string that holds an object", `"{}"`, ErrNotObject},
		{"R7515-3 number", `1`, ErrNotObject},
		{"R7515-3 R7519-2 null", `null`, ErrNotObject},
		{"R7515-3 true", `true`, ErrNotObject},
		{"R7515-3 nothing", ``, ErrNotObject},
		{"R7515-3 whitespace", ` `, ErrNotObject},
		{"R7515-3 byte order mark", "\ufeff{}", ErrNotObject},
		{"R7519-2 text", `exp=1`, ErrNotObject},
		{"R7519-2 binary", "\x30\x82\x01\x22", ErrUTF8},
		{"R7519-2 binary that is ASCII", "\x00\x01\x02", ErrNotObject},
		{"R7519-2 object that binary follows", "{}\x00\x01", ErrTrailing},
		{"R8725-9 UTF-16 payload", "\xff\xfe{\x00}\x00", ErrUTF8},
		{"R7515-4 R7519-2 letters after the payload", `{"iss":"a"}ABCD`, ErrTrailing},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			v, err := ParseObject(c.text, Limits{}, func(name string, _ Value) {
				if name != "iss" {
					t.Error("visited", name)
				}
			})
			refused(t, v, err, c.want)
		})
	}
}

func TestParseObjectVisitsOwnMembersInOrder(t *testing.T) {
	t.Parallel()
	text := ` {"b":1, "a" : {"inner":[{"deep":0}]} ,"\u0063":"x" , "":null} `
	var got []string
	v, err := ParseObject(text, Limits{}, func(name string, v Value) { got = append(got, name+"="+v.Text()) })
	if err != nil {
		t.Fatal(err)
	}
	want := `b=1 a={"inner":[{"deep":0}]} c="x" =null`
	if strings.Join(got, " ") != want {
		t.Errorf("visited %q, want %q", got, want)
	}
	if v.Text() != strings.TrimSpace(text) {
		t.Errorf("text is %q", v.Text())
	}
}

func TestErrorTellsTheByteAndNoText(t *testing.T) {
	t.Parallel()
	for _, c := range []struct {
		name, text, where string
	}{
		{"syntax", `{"secret":"secret",}`, "byte 19"},
		{"control character", "[\"secret\x01\"]", "byte 8"},
		{"UTF-8", "\"\ufffdsecret\xff\"", "byte 10"},
		{"trailing", `{}secret`, "byte 2"},
		{"duplicate", `{"secret":1,"secret":2}`, "byte 21"},
		{"surrogate", `"secret\ud800"`, "byte 7"},
		{"depth", `[[["secret"]]]`, "byte 2"},
		{"members", `{"a":1,"b":2,"secret":3}`, "byte 13"},
		{"truncated", `["secret`, "byte 8"},
	} {
		t.Run(c.name, func(t *testing.T) {
			t.Parallel()
			_, err := Parse(c.text, Limits{Depth: 2, Members: 2})
			if err == nil {
				t.Fatal("accepted")
			}
			if !strings.HasSuffix(err.Error(), ", at "+c.where) || strings.Contains(err.Error(), "secret") {
				t.Errorf("error %q, want %s and no text", err, c.where)
			}
		})
	}
}
