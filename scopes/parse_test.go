package scopes_test

import (
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/scopes"
)

func TestParse(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, text, want string }{
		{"scope", "orders:read", "orders:read"},
		{"and", "orders:read and orders:write", "orders:read and orders:write"},
		{"or", "a or b or c", "a or b or c"},
		{"parentheses", "a and (b or c)", "a and (b or c)"},
		{"needless parentheses", "((a) and ((b and c)))", "a and b and c"},
		{"no blanks around parentheses", "(a or b)and(c or d)", "(a or b) and (c or d)"},
		{"every blank", "\ta\r\nand  b\n", "a and b"},
		{"duplicates", "a or a or b", "a or b"},
		{"public", " public ", "public"},
		{"authenticated", "authenticated", "authenticated"},
		{"authenticated is true", "a and authenticated", "a"},
		{"authenticated settles or", "a or authenticated", "authenticated"},
		{"deny", "deny", "deny"},
		{"deny is false", "a or deny", "a"},
		{"deny settles and", "a and deny", "deny"},
		{"optional", "optional(a and b)", "optional(a and b)"},
		{"optional with blanks", "optional ( a )", "optional(a)"},
		{"optional deny stays closed", "optional(deny)", "deny"},
		{"quoted keyword", `"and" and "public"`, `"and" and "public"`},
		{"quoted parentheses", `"a(b)" or "("`, `"a(b)" or "("`},
		{"quoted closing parenthesis", `"a)" or b`, `"a)" or b`},
		{"needless quotes", `"a"or"b"`, "a or b"},
		{"keyword in another case", "Public", "Public"},
		{"keyword inside a name", "android or orders", "android or orders"},
		{"punctuation", "https://example.com/a,b;c='d'", "https://example.com/a,b;c='d'"},
		{"deepest", strings.Repeat("(", 32) + "a" + strings.Repeat(")", 32), "a"},
		{"deepest optional", "optional(" + strings.Repeat("(", 31) + "a" + strings.Repeat(")", 32), "optional(a)"},
		{"longest", strings.Repeat(" ", 8<<10-1) + "a", "a"},
		{"many side by side", strings.Repeat("(a)or", 1000) + "(b)", "a or b"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r, err := scopes.Parse(tc.text)
			if err != nil {
				t.Fatal(err)
			}
			if got := r.String(); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

func TestParseErrors(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, text string
		want       string // the offset and a word of the advice
	}{
		{"empty", "", "offset 0: a scope is missing"},
		{"blank", " \t\n", "offset 3: a scope is missing"},
		{"mixed", "a and b or c", "offset 8: \"and\" and \"or\" are mixed: add parentheses"},
		{"mixed the other way", "a or b and c", "offset 7: \"and\" and \"or\" are mixed: add parentheses"},
		{"mixed in a group", "a and (b or c and d)", "offset 14: \"and\" and \"or\" are mixed"},
		{"no joint", "a b", "offset 2: \"and\" or \"or\" is missing"},
		{"upper-case joint", "a AND b", "offset 2: \"and\" or \"or\" is missing here: add one, in lower case"},
		{"comma", "a, b", "offset 3: \"and\" or \"or\" is missing"},
		{"quoted joint", `a "or" b`, "offset 2: \"and\" or \"or\" is missing"},
		{"no joint in a group", "(a b)", "offset 3: \"and\" or \"or\" is missing"},
		{"keyword behind a scope", "a authenticated", "offset 2: \"and\" or \"or\" is missing"},
		{"group behind a scope", "a (b)", "offset 2: \"and\" or \"or\" is missing"},
		{"name with parentheses", "a(b)", "offset 1: \"and\" or \"or\" is missing"},
		{"upper-case optional", "Optional(a)", "offset 8: \"and\" or \"or\" is missing"},
		{"trailing joint", "a and", "offset 5: a scope is missing"},
		{"leading joint", "or a", "offset 0: a scope is missing"},
		{"joint twice", "a and and b", "offset 6: a scope is missing"},
		{"joint alone", "and", "offset 0: a scope is missing"},
		{"empty group", "()", "offset 1: a scope is missing"},
		{"group not closed", "a and (b or c", "offset 6: this parenthesis is not closed"},
		{"group not opened", "a or b)", "offset 6: no parenthesis is open"},
		{"closed first", ")a(", "offset 0: a scope is missing"},
		{"public and", "public and a", "offset 7: \"public\" looks at no token"},
		{"public or", "public or a", "offset 7: \"public\" looks at no token"},
		{"public twice", "public public", "offset 7: \"public\" looks at no token"},
		{"and public", "a and public", "offset 6: \"public\" looks at no token"},
		{"or public", "a or public", "offset 5: \"public\" looks at no token"},
		{"deny or public", "deny or public", "offset 8: \"public\" looks at no token"},
		{"public in a group", "(public)", "offset 1: \"public\" looks at no token"},
		{"optional public", "optional(public)", "offset 9: \"public\" looks at no token"},
		{"optional alone", "optional", "offset 8: put parentheses"},
		{"optional without parentheses", "optional a", "offset 9: put parentheses"},
		{"optional empty", "optional()", "offset 9: a scope is missing"},
		{"optional not closed", "optional(a", "offset 8: this parenthesis is not closed"},
		{"optional and", "optional(a) and b", "offset 12: \"optional\" is about the whole rule"},
		{"optional or", "optional(a) or b", "offset 12: \"optional\" is about the whole rule"},
		{"and optional", "a and optional(b)", "offset 6: \"optional\" is about the whole rule"},
		{"optional twice", "optional(optional(a))", "offset 9: \"optional\" is about the whole rule"},
		{"optional in a group", "(optional(a))", "offset 1: \"optional\" is about the whole rule"},
		{"scope behind optional", "optional(a) b", "offset 12: \"and\" or \"or\" is missing"},
		{"optional closed twice", "optional(a))", "offset 11: no parenthesis is open"},
		{"quote not closed", `a and "b`, "offset 6: this quote is not closed"},
		{"quote inside a name", `a"b"`, "offset 1: \"and\" or \"or\" is missing"},
		{"R6750-14 empty quotes", `""`, "offset 0: not a scope"},
		{"R6750-14 two scopes in quotes", `"a b"`, "offset 0: not a scope"},
		{"R6750-14 escaped quote", `"a\"b"`, "offset 0: not a scope"},
		{"R6750-14 backslash", `a or b\c`, "offset 5: not a scope"},
		{"R6750-14 control character", "a\x00", "offset 0: not a scope"},
		{"R6750-14 vertical tab is no blank", "a\vor b", "offset 0: not a scope"},
		{"R6750-14 UTF-8", "a or é", "offset 5: not a scope"},
		{"R6750-14 no-break space is no blank", "a\u00a0", "offset 0: not a scope"},
		{"too deep", strings.Repeat("(", 33) + "a" + strings.Repeat(")", 33), "offset 32: more than 32 parentheses"},
		{"too deep with optional", "optional(" + strings.Repeat("(", 32) + "a" + strings.Repeat(")", 33), "offset 40: more than 32 parentheses"},
		{"hopelessly deep", strings.Repeat("(", 8<<10), "offset 32: more than 32 parentheses"},
		{"too long", strings.Repeat(" ", 8<<10) + "a", "longer than 8192 bytes"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r, err := scopes.Parse(tc.text)
			if err == nil {
				t.Fatalf("parsed as %s", r)
			}
			if !r.IsZero() || r.IsPublic() || r.IsOptional() || r.Scope() != "" {
				t.Errorf("a rule besides the error: %s", r)
			}
			if !strings.HasPrefix(err.Error(), "scopes: ") || !strings.Contains(err.Error(), tc.want) {
				t.Errorf("error %q, want %q", err, tc.want)
			}
		})
	}
}

func TestErrorsHoldNoneOfTheText(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"SECRET SECRET", `"SECRET`, `"SECRET SECRET"`, `SECRET\`, "a and SECRET or SECRET", "(SECRET", "SECRET)",
		"public SECRET", "optional SECRET", "optional(SECRET) or SECRET", strings.Repeat("SECRET", 2000),
	} {
		if _, err := scopes.Parse(text); err == nil || strings.Contains(err.Error(), "SECRET") {
			t.Errorf("Parse(%.40q): %v", text, err)
		}
	}
}
