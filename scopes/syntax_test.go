package scopes_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/scopes"
)

// scopeToken is RFC 6749 §3.3, written independently of the code under test.
var scopeToken = regexp.MustCompile(`\A[\x21\x23-\x5B\x5D-\x7E]+\z`)

// R6750-14: every byte, alone and inside a name.
func TestEveryByte(t *testing.T) {
	t.Parallel()
	for c := range 256 {
		for _, name := range []string{string([]byte{byte(c)}), "a" + string([]byte{byte(c)}) + "b"} {
			checkName(t, name)
		}
	}
}

func TestBadNames(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, scope string }{
		{"R6750-14 empty", ""},
		{"R6750-14 quote", `read"`},
		{"R6750-14 backslash", `re\ad`},
		{"R6750-14 header injection", "read\r\nSet-Cookie: a=b"},
		{"R6750-14 another parameter", `read", error="`},
		{"R6750-14 two names", "read write"},
		{"R6750-14 trailing space", "read "},
		{"R6750-14 leading space", " read"},
		{"R6750-14 tab", "read\twrite"},
		{"R6750-14 NUL", "read\x00"},
		{"R6750-14 delete", "read\x7f"},
		{"R6750-14 UTF-8", "lesén"},
		{"R6750-14 no-break space", "read\u00a0"},
		{"R6750-14 bad UTF-8", "read\xff"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			for _, list := range [][]string{{tc.scope}, {tc.scope, "ok"}, {"ok", tc.scope}} {
				at := 1
				if list[0] == "ok" {
					at = 2
				}
				for caller, f := range map[string]func(...string) scopes.Rule{"All": scopes.All, "Any": scopes.Any} {
					text := panicOf(func() scopes.Rule { return f(list...) })
					if want := fmt.Sprintf("argument %d of %s ", at, caller); !strings.Contains(text, want) {
						t.Errorf("%s(%q) panics with %q, want %q", caller, list, text, want)
					}
					if tc.scope != "" && strings.Contains(text, tc.scope) {
						t.Errorf("%s(%q) panics with the name itself: %q", caller, list, text)
					}
				}
			}
		})
	}
}

func FuzzName(f *testing.F) {
	for _, s := range []string{"", "read", "orders:read", "https://example.com/a?b=c#d", "a b", `"`, `\`, "(", "and", "é", "\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, name string) { checkName(t, name) })
}

// checkName checks that All takes name exactly if it is a scope-token, and that a quoted name parses exactly then.
func checkName(t *testing.T, name string) {
	t.Helper()
	want := scopeToken.MatchString(name)
	text := panicOf(func() scopes.Rule { return scopes.All(name) })
	if got := text == ""; got != want {
		t.Errorf("All(%q) accepted: %t, want %t (%s)", name, got, want, text)
	}
	if len(name) > 4096 {
		return // beyond the bound of Parse, with its quotes
	}
	r, err := scopes.Parse(`"` + name + `"`)
	if got := err == nil && r.Scope() == name; got != want {
		t.Errorf("Parse of quoted %q accepted: %t, want %t (%v)", name, got, want, err)
	}
}
