package claims_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/internal/claims"
)

func TestScope(t *testing.T) {
	t.Parallel()
	rw := []string{"read", "write"}
	for _, tt := range []struct {
		name, text string
		want       []string
	}{
		{"string", `{"scope":"read write"}`, rw},
		{"one", `{"scope":"read"}`, []string{"read"}},
		{"escaped", `{"scope":"\u0072ead\u0020write"}`, rw},
		{"array", `{"scope":["read","write"]}`, rw},
		{"array of escaped", `{"scope":["\u0072ead","write"]}`, rw},
		{"array with whitespace", "{\"scope\":[ \"read\"\t,\n\"write\" ]}", rw},
		{"scp string", `{"scp":"read write"}`, rw},
		{"scp array", `{"scp":["read","write"]}`, rw},
		{"both, strings", `{"scope":"read","scp":"write"}`, rw},
		{"both, arrays", `{"scp":["write"],"scope":["read"]}`, rw},
		{"both, string and array", `{"scope":"read","scp":["write"]}`, rw},
		{"both, one empty", `{"scope":"","scp":["read","write"]}`, rw},
		{"both, the other empty", `{"scope":"read write","scp":[]}`, rw},
		{"both, scope null", `{"scope":null,"scp":["read","write"]}`, rw},
		{"absent", `{}`, nil},
		{"empty string", `{"scope":""}`, nil},
		{"spaces only", `{"scope":"   "}`, nil},
		{"empty array", `{"scope":[]}`, nil},
		{"null", `{"scope":null}`, nil},
		{"empty scp", `{"scp":""}`, nil},
		{"empty scp array", `{"scp":[]}`, nil},
		{"array of an empty string", `{"scope":["","read"]}`, []string{"read"}},
		{"R6750-19 case is kept", `{"scope":"Read READ"}`, []string{"Read", "READ"}},
		{"R6750-19 a tab does not split", `{"scope":"read\twrite"}`, []string{"read\twrite"}},
		{"R6750-19 a line break does not split", `{"scope":"read\r\nwrite"}`, []string{"read\r\nwrite"}},
		{"R6750-19 a comma does not split", `{"scope":"read,write"}`, []string{"read,write"}},
		{"R6750-19 a no-break space does not split", `{"scope":"read\u00a0write"}`, []string{"read\u00a0write"}},
		{"nested", `{"a":{"scope":"admin"},"b":[{"scp":["admin"]}]}`, nil},
		{"other claims grant nothing", `{"permissions":["a"],"roles":["b"],"realm_access":{"roles":["c"]}}`, nil},
		{"R7515-7 other case grants nothing", `{"Scope":"admin","SCP":["admin"],"ſcope":"admin"}`, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := scopesOf(mapped(t, tt.text, lenient)); !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

// A claim that grants nothing is told from one that is not there: only the first
// takes away what another validator found.
func TestNoScopes(t *testing.T) {
	t.Parallel()
	roles := claims.Mapping{Scopes: []string{"roles", "scope"}}
	for _, tt := range []struct {
		name, text string
		mp         claims.Mapping
		want       bool
	}{
		{"empty string", `{"scope":""}`, lenient, true},
		{"empty array", `{"scope":[]}`, lenient, true},
		{"empty scp", `{"scp":""}`, lenient, true},
		{"empty scp array", `{"scp":[]}`, lenient, true},
		{"an array of what is no scope", `{"scope":["a b"]}`, lenient, true},
		{"roles, none", `{"roles":[]}`, roles, true},
		{"a role that is no scope", `{"roles":"Billing Admin"}`, roles, true},
		{"absent", `{}`, lenient, false},
		{"null", `{"scope":null}`, lenient, false},
		{"roles that nobody asked for", `{"roles":[]}`, lenient, false},
		{"scp where only others are read", `{"scp":""}`, roles, false},
		{"one scope", `{"scope":"read"}`, lenient, false},
		{"scopes beside an empty claim", `{"scope":"","scp":["read"]}`, lenient, false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := mapped(t, tt.text, tt.mp).NoScopes; got != tt.want {
				t.Errorf("got %t, want %t", got, tt.want)
			}
		})
	}
}

func TestScopeOfWrongType(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text, claim string }{
		{"R7662-11 number", `{"scope":1}`, "scope"},
		{"true", `{"scope":true}`, "scope"},
		{"object", `{"scope":{"read":true}}`, "scope"},
		{"number in an array", `{"scope":["read",1]}`, "scope"},
		{"number before", `{"scope":[1,"read"]}`, "scope"},
		{"null in an array", `{"scope":["read",null]}`, "scope"},
		{"array in an array", `{"scope":["read",["write"]]}`, "scope"},
		{"object in an array", `{"scope":[{"name":"read"}]}`, "scope"},
		{"scp number", `{"scp":7}`, "scp"},
		{"scp null", `{"scp":null}`, "scp"},
		{"scp null beside a good scope", `{"scope":"read","scp":null}`, "scp"},
		{"scp object", `{"scp":{}}`, "scp"},
		{"scp array with a number", `{"scp":["read",7]}`, "scp"},
		{"a bad scope beside a good scp", `{"scope":7,"scp":["read"]}`, "scope"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			refused(t, tt.text, lenient, tt.claim)
		})
	}
}

func TestScopeArrayWhereNoneIsAllowed(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, text string }{
		{"R7662-11 array", `{"scope":["read"]}`},
		{"R7662-11 empty array", `{"scope":[]}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			refused(t, tt.text, strict, "scope")
			refused(t, tt.text, claims.Mapping{Scopes: []string{"scope"}}, "scope")
		})
	}
	t.Run("scp may still be an array", func(t *testing.T) {
		if got := scopesOf(mapped(t, `{"scope":"read","scp":["write"]}`, strict)); !slices.Equal(got, []string{"read", "write"}) {
			t.Errorf("got %q", got)
		}
	})
}

// An element is one scope. What cannot be one must not become two.
func TestArrayElementsNeverSplit(t *testing.T) {
	t.Parallel()
	for name, element := range map[string]string{
		"space":                  `"read admin"`,
		"escaped space":          `"read\u0020admin"`,
		"leading space":          `" admin"`,
		"trailing space":         `"admin "`,
		"only a space":           `" "`,
		"tab":                    `"read\tadmin"`,
		"line feed":              `"read\nadmin"`,
		"carriage return":        `"read\radmin"`,
		"NUL":                    `"admin\u0000"`,
		"DEL":                    `"admin\u007f"`,
		"no-break space":         `"read\u00a0admin"`,
		"line separator":         `"read\u2028admin"`,
		"quote":                  `"admin\""`,
		"backslash":              `"admin\\"`,
		"not ASCII":              `"ädmin"`,
		"empty":                  `""`,
		"space, escaped element": `"r\u0065ad admin"`,
	} {
		for _, claim := range []string{"scope", "scp", "roles"} {
			t.Run(claim+" "+name, func(t *testing.T) {
				mp := claims.Mapping{Scopes: []string{"scope", "scp", "roles"}, ScopeArray: true}
				c := mapped(t, `{"`+claim+`":[`+element+`,"first",`+element+`,"last",`+element+`]}`, mp)
				if want := "first last"; c.Scope != want {
					t.Errorf("got %q, want %q", c.Scope, want)
				}
			})
		}
	}
}

func TestScopeClaims(t *testing.T) {
	t.Parallel()
	const url = "https://example.com/roles"
	for _, tt := range []struct {
		name   string
		claims []string
		text   string
		want   []string
	}{
		{"permissions", []string{"permissions"}, `{"permissions":["a:r","a:w"],"scope":"x"}`, []string{"a:r", "a:w"}},
		{"roles", []string{"roles"}, `{"roles":["a"],"scp":["x"]}`, []string{"a"}},
		{"one name as a string", []string{"roles"}, `{"roles":"a"}`, []string{"a"}},
		{"a name with a space is not two", []string{"roles"}, `{"roles":"Billing Admin"}`, nil},
		{"only scope and scp are lists in a string", []string{"scope", "scp", "roles"}, `{"scope":"a b","scp":"c d","roles":"e f"}`, []string{"a", "b", "c", "d"}},
		{"path", []string{"realm_access.roles"}, `{"realm_access":{"roles":["a","b"]}}`, []string{"a", "b"}},
		{"long path", []string{"a.b.c"}, `{"a":{"b":{"c":["d"]}}}`, []string{"d"}},
		{"escaped names on the path", []string{"a.b"}, `{"\u0061":{"\u0062":["d"]}}`, []string{"d"}},
		{"URL", []string{url}, `{"https://example.com/roles":["a"]}`, []string{"a"}},
		{"dots in a name", []string{"a.b"}, `{"a.b":["exact"]}`, []string{"exact"}},
		{"the exact name goes before the path", []string{"a.b"}, `{"a":{"b":["path"]},"a.b":["exact"]}`, []string{"exact"}},
		{"an empty exact name goes before the path", []string{"a.b"}, `{"a":{"b":["path"]},"a.b":[]}`, nil},
		{"several, in the order asked for", []string{"roles", "scope"}, `{"scope":"s","roles":["r"]}`, []string{"r", "s"}},
		{"several, one absent", []string{"roles", "scope"}, `{"scope":"s"}`, []string{"s"}},
		{"null scope", []string{"scope"}, `{"scope":null}`, nil},
		{"none asked for", []string{}, `{"scope":"s","scp":["t"]}`, nil},
		{"scope is not asked for", []string{"roles"}, `{"scope":"s","scp":"t"}`, nil},
		{"absent", []string{"realm_access.roles"}, `{}`, nil},
		{"path ends early", []string{"realm_access.roles"}, `{"realm_access":{}}`, nil},
		{"path through null", []string{"realm_access.roles"}, `{"realm_access":null}`, nil},
		{"path through a string", []string{"realm_access.roles"}, `{"realm_access":"roles"}`, nil},
		{"path through an array", []string{"realm_access.roles"}, `{"realm_access":[{"roles":["a"]}]}`, nil},
		{"R7515-7 other case on the path", []string{"realm_access.roles"}, `{"Realm_Access":{"roles":["a"]},"realm_access":{"Roles":["b"]}}`, nil},
		{"path from the middle", []string{"realm_access.roles"}, `{"x":{"realm_access":{"roles":["a"]}},"roles":["b"]}`, nil},
		{"a name without dots is no path", []string{"roles"}, `{"a":{"roles":["a"]}}`, nil},
		{"empty steps are names", []string{"a..b"}, `{"a":{"b":["x"]}}`, nil},
		{"trailing dot", []string{"roles."}, `{"roles":["x"]}`, nil},
		{"leading dot", []string{".roles"}, `{"roles":["x"]}`, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			mp := claims.Mapping{Scopes: tt.claims, ScopeArray: true}
			if got := scopesOf(mapped(t, tt.text, mp)); !slices.Equal(got, tt.want) {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestScopeClaimsOfWrongType(t *testing.T) {
	t.Parallel()
	for _, tt := range []struct{ name, claim, text string }{
		{"number", "roles", `{"roles":1}`},
		{"true", "roles", `{"roles":true}`},
		{"null", "roles", `{"roles":null}`},
		{"object", "roles", `{"roles":{"admin":{}}}`},
		{"number in an array", "roles", `{"roles":["a",1]}`},
		{"objects in an array", "groups", `{"groups":[{"value":"a"}]}`},
		{"object at the end of a path", "realm_access.roles", `{"realm_access":{"roles":{}}}`},
		{"null at the end of a path", "realm_access.roles", `{"realm_access":{"roles":null}}`},
		{"an exact null name goes before the path", "a.b", `{"a":{"b":["path"]},"a.b":null}`},
		{"scp null", "scp", `{"scp":null}`},
		{"a claim of another meaning", "exp", `{"exp":1}`},
	} {
		t.Run(tt.name, func(t *testing.T) {
			refused(t, tt.text, claims.Mapping{Scopes: []string{tt.claim}, ScopeArray: true}, tt.claim)
		})
	}
}

// L-10: many elements cost no more than the text they came in.
func TestScopeOfManyElements(t *testing.T) {
	t.Parallel()
	const n = 4000
	text := `{"scope":[` + strings.Repeat(`"a",`, n-1) + `"a"]}`
	c := mapped(t, text, lenient)
	if got := len(scopesOf(c)); got != n || len(c.Scope) > len(text) {
		t.Errorf("got %d scopes in %d bytes out of %d", got, len(c.Scope), len(text))
	}
}
