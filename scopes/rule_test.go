package scopes_test

import (
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/scopes"
)

// granted is the simplest Set.
type granted []string

func (g granted) HasScope(scope string) bool { return slices.Contains(g, scope) }

func grant(names ...string) scopes.Grant { return scopes.Grant{Scopes: granted(names)} }

// subsets yields every subset of names as a Grant, with its members as a bit mask.
func subsets(names []string) func(yield func(mask int, g scopes.Grant) bool) {
	return func(yield func(int, scopes.Grant) bool) {
		for mask := range 1 << len(names) {
			var have granted
			for i, name := range names {
				if mask&(1<<i) != 0 {
					have = append(have, name)
				}
			}
			if !yield(mask, scopes.Grant{Scopes: have}) {
				return
			}
		}
	}
}

// The abbreviations keep the tables readable.
var (
	all, anyOf    = scopes.All, scopes.Any
	authenticated = scopes.Authenticated()
	zero          scopes.Rule
)

func TestTruthTable(t *testing.T) {
	t.Parallel()
	// In allows, digit number i answers for the i-th subset: none, a, b, ab, c, ac, bc, abc.
	for _, tc := range []struct {
		name   string
		rule   scopes.Rule
		allows string
		scope  string
		text   string
	}{
		{"zero", zero, "00000000", "", "deny"},
		{"authenticated", authenticated, "11111111", "", "authenticated"},
		{"public", scopes.Public(), "11111111", "", "public"},
		{"one", all("a"), "01010101", "a", "a"},
		{"any of one", anyOf("a"), "01010101", "a", "a"},
		{"all", all("a", "b"), "00010001", "a b", "a and b"},
		{"all three", all("c", "a", "b"), "00000001", "c a b", "c and a and b"},
		{"any", anyOf("a", "b"), "01110111", "a b", "a or b"},
		{"duplicates in all", all("b", "a", "b", "b"), "00010001", "b a", "b and a"},
		{"duplicates in any", anyOf("b", "a", "b", "b"), "01110111", "b a", "b or a"},
		{"only duplicates", all("a", "a"), "01010101", "a", "a"},
		{"and", all("a").And(all("b")), "00010001", "a b", "a and b"},
		{"or", all("a").Or(all("b")), "01110111", "a b", "a or b"},
		{"and is flat", all("a", "b").And(all("b", "c")), "00000001", "a b c", "a and b and c"},
		{"or is flat", anyOf("a", "b").Or(anyOf("b", "c")), "01111111", "a b c", "a or b or c"},
		{"all and any", all("a").And(anyOf("b", "c")), "00010101", "a b c", "a and (b or c)"},
		{"any and all", anyOf("b", "c").And(all("a")), "00010101", "b c a", "(b or c) and a"},
		{"all or all", all("a", "b").Or(all("b", "c")), "00010011", "a b c", "(a and b) or (b and c)"},
		{"order of first mention", anyOf("c", "a").And(all("b", "a")), "00010001", "c a b", "(c or a) and b and a"},
		{"optional", scopes.Optional(anyOf("a", "b")), "01110111", "a b", "optional(a or b)"},
		{"optional authenticated", scopes.Optional(authenticated), "11111111", "", "optional(authenticated)"},
		{"optional of a missing rule", scopes.Optional(zero), "00000000", "", "deny"},

		// Deny is false, authenticated is true.
		{"zero and zero", zero.And(zero), "00000000", "", "deny"},
		{"zero and scope", zero.And(all("a")), "00000000", "", "deny"},
		{"scope and zero", all("a").And(zero), "00000000", "", "deny"},
		{"group and zero", all("a", "b").And(zero), "00000000", "", "deny"},
		{"authenticated and zero", authenticated.And(zero), "00000000", "", "deny"},
		{"zero and authenticated", zero.And(authenticated), "00000000", "", "deny"},
		{"zero or zero", zero.Or(zero), "00000000", "", "deny"},
		{"zero or scope", zero.Or(all("a")), "01010101", "a", "a"},
		{"scope or zero", anyOf("a", "b").Or(zero), "01110111", "a b", "a or b"},
		{"authenticated and scopes", authenticated.And(all("a", "b")), "00010001", "a b", "a and b"},
		{"scopes and authenticated", anyOf("a", "b").And(authenticated), "01110111", "a b", "a or b"},
		{"authenticated and authenticated", authenticated.And(authenticated), "11111111", "", "authenticated"},
		{"authenticated or scopes", authenticated.Or(all("a")), "11111111", "", "authenticated"},
		{"scopes or authenticated", all("a").Or(authenticated), "11111111", "", "authenticated"},
		{"authenticated or zero", authenticated.Or(zero), "11111111", "", "authenticated"},
		{"zero or authenticated", zero.Or(authenticated), "11111111", "", "authenticated"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			for mask, g := range subsets([]string{"a", "b", "c"}) {
				if got, want := tc.rule.Allows(g), tc.allows[mask] == '1'; got != want {
					t.Errorf("Allows(%v) = %t, want %t", g.Scopes, got, want)
				}
			}
			if got := tc.rule.Scope(); got != tc.scope {
				t.Errorf("Scope() = %q, want %q", got, tc.scope)
			}
			if got, want := tc.rule.Scopes(), strings.Fields(tc.scope); !slices.Equal(got, want) {
				t.Errorf("Scopes() = %q, want %q", got, want)
			}
			if got := tc.rule.String(); got != tc.text {
				t.Errorf("String() = %q, want %q", got, tc.text)
			}
			if got, want := tc.rule.IsZero(), tc.text == "deny"; got != want {
				t.Errorf("IsZero() = %t, want %t", got, want)
			}
			if got, want := tc.rule.IsPublic(), tc.text == "public"; got != want {
				t.Errorf("IsPublic() = %t, want %t", got, want)
			}
			if got, want := tc.rule.IsOptional(), strings.HasPrefix(tc.text, "optional("); got != want {
				t.Errorf("IsOptional() = %t, want %t", got, want)
			}
		})
	}
}

func TestRefuses(t *testing.T) {
	t.Parallel()
	routes := scopes.Routes{
		"GET /orders":         all("read"),
		"DELETE /orders/{id}": all("read", "delete"),
	}
	for _, tc := range []struct {
		name  string
		rule  scopes.Rule
		grant scopes.Grant
	}{
		{"R6750-19 another case", all("read"), grant("Read", "READ")},
		{"R6750-19 names run together", all("read", "write"), grant("readwrite")},
		{"R6750-19 names joined by a tab", all("read", "write"), grant("read\twrite")},
		{"R6750-19 one name holding both", all("read", "write"), grant("read write")},
		{"R6750-19 blanks around the name", all("read"), grant(" read", "read ", "read\n")},
		{"R6750-19 folding outside ASCII", all("scope"), grant("ſcope")},
		{"R6750-18 one of two", all("read", "write"), grant("read")},
		{"R6750-18 the other of two", all("read", "write"), grant("write")},
		{"R9700-2 the same resource, another action", routes["DELETE /orders/{id}"], grant("read")},
		{"R9700-2 the action without the resource", routes["DELETE /orders/{id}"], grant("delete")},
		{"a route that is not listed", routes["PUT /orders/{id}"], grant("read", "delete")},
		{"a nil table", scopes.Routes(nil)["GET /orders"], grant("read")},
		{"prefix", all("orders:read"), grant("orders", "orders:", "orders:*", "*", "")},
		{"longer name", all("orders"), grant("orders:read", "orders2")},
		{"nothing granted", all("read"), grant()},
		{"nil Set", all("read"), scopes.Grant{}},
		{"nil Set, any", anyOf("read", "write"), scopes.Grant{}},
		{"zero rule and nil Set", scopes.Rule{}, scopes.Grant{}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if tc.rule.Allows(tc.grant) {
				t.Errorf("%v allows %v", tc.rule, tc.grant.Scopes)
			}
		})
	}
}

func TestAllows(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		rule  scopes.Rule
		grant scopes.Grant
	}{
		{"R6750-19 in another order", all("read", "write"), grant("write", "read")},
		{"R9700-2 the action on the resource", all("read", "delete"), grant("delete", "read")},
		{"more than needed", all("read"), grant("admin", "read", "write")},
		{"every character of a scope-token", all("!#$%&'()*+,-./09:;<=>?@AZ[]^_`az{|}~"), grant("!#$%&'()*+,-./09:;<=>?@AZ[]^_`az{|}~")},
		{"authenticated needs no Set", authenticated, scopes.Grant{}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if !tc.rule.Allows(tc.grant) {
				t.Errorf("%v refuses %v", tc.rule, tc.grant.Scopes)
			}
		})
	}
}

func TestScopesOfTheChallenge(t *testing.T) {
	t.Parallel()
	rule := all("read").And(anyOf("write", "admin")).And(all("eu", "read"))
	// R6750-18: what the route needs, whatever was granted. RMCP-5: everything it needs, at once.
	if got, want := rule.Scope(), "read write admin eu"; got != want {
		t.Errorf("Scope() = %q, want %q", got, want)
	}
	// R6750-14: names separated by one space.
	if got, want := rule.Scope(), strings.Join(rule.Scopes(), " "); got != want {
		t.Errorf("Scope() = %q, Scopes() joined = %q", got, want)
	}
}

func TestNotComparable(t *testing.T) {
	t.Parallel()
	if reflect.TypeFor[scopes.Rule]().Comparable() {
		t.Error("rules that decide alike could be told apart with ==")
	}
}

func TestImmutable(t *testing.T) {
	t.Parallel()
	const before = "read and write"

	args := []string{"read", "write"}
	rule := all(args...)
	args[0] = "changed"
	if got := rule.String(); got != before {
		t.Errorf("after a change to the argument: %s", got)
	}
	rule.Scopes()[0] = "changed"
	if got := rule.String() + " " + rule.Scope(); got != before+" read write" {
		t.Errorf("after a change to the result of Scopes: %s", got)
	}
	// Rules made from one rule must not overwrite each other's terms.
	left, right := rule.And(all("left")), rule.And(all("right"))
	for want, r := range map[string]scopes.Rule{before: rule, before + " and left": left, before + " and right": right} {
		if got := r.String(); got != want {
			t.Errorf("String() = %q, want %q", got, want)
		}
	}
	scopes.Optional(rule)
	if rule.IsOptional() {
		t.Error("Optional changed its argument")
	}
}

func TestPanics(t *testing.T) {
	t.Parallel()
	pub, opt := scopes.Public(), scopes.Optional(all("a"))
	for name, tc := range map[string]struct {
		advice string
		make   func() scopes.Rule
	}{
		"All without a scope":        {"Authenticated()", func() scopes.Rule { return all() }},
		"Any without a scope":        {"Authenticated()", func() scopes.Rule { return anyOf() }},
		"All of an empty list":       {"Authenticated()", func() scopes.Rule { return all([]string{}...) }},
		"public and":                 {"stands alone", func() scopes.Rule { return pub.And(all("a")) }},
		"and public":                 {"stands alone", func() scopes.Rule { return all("a").And(pub) }},
		"public or":                  {"stands alone", func() scopes.Rule { return pub.Or(all("a")) }},
		"or public":                  {"stands alone", func() scopes.Rule { return all("a").Or(pub) }},
		"missing rule and public":    {"stands alone", func() scopes.Rule { return zero.And(pub) }},
		"missing rule or public":     {"stands alone", func() scopes.Rule { return zero.Or(pub) }},
		"optional and":               {"Optional(a.And(b))", func() scopes.Rule { return opt.And(all("a")) }},
		"and optional":               {"Optional(a.And(b))", func() scopes.Rule { return all("a").And(opt) }},
		"optional or":                {"Optional(a.Or(b))", func() scopes.Rule { return opt.Or(all("a")) }},
		"or optional":                {"Optional(a.Or(b))", func() scopes.Rule { return all("a").Or(opt) }},
		"missing rule or optional":   {"Optional(a.Or(b))", func() scopes.Rule { return zero.Or(opt) }},
		"authenticated and optional": {"Optional(a.And(b))", func() scopes.Rule { return authenticated.And(opt) }},
		"optional of public":         {"stands alone", func() scopes.Rule { return scopes.Optional(pub) }},
		"optional of optional":       {"once", func() scopes.Rule { return scopes.Optional(opt) }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			text := panicOf(tc.make)
			if !strings.HasPrefix(text, "scopes: ") || !strings.Contains(text, tc.advice) {
				t.Errorf("panic %q, want advice %q", text, tc.advice)
			}
		})
	}
}

// panicOf returns the text that f panics with, "" if it does not.
func panicOf(f func() scopes.Rule) (text string) {
	defer func() { text, _ = recover().(string) }()
	f()
	return ""
}

func TestAllowsDoesNotAllocate(t *testing.T) {
	rule := all("a", "b").And(anyOf("c", "d").Or(all("e", "f")))
	for name, g := range map[string]scopes.Grant{"allowed": grant("a", "b", "e", "f"), "refused": grant("a", "b", "e")} {
		if n := testing.AllocsPerRun(100, func() { rule.Allows(g) }); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
