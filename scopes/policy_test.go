package scopes_test

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/scopes"
)

type implies = map[string][]string

func newPolicy(t testing.TB, c scopes.PolicyConfig) *scopes.Policy {
	t.Helper()
	p, err := scopes.NewPolicy(c)
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// RMCP-8: scopes that stand for others.
func TestPolicy(t *testing.T) {
	t.Parallel()
	tree := implies{"root": {"admin"}, "admin": {"orders:read", "orders:write"}, "auditor": {"orders:read"}}
	wild := implies{"staff": {"orders:*"}, "orders:all:*": {"billing:read"}, "ops:chief": {"health"}}
	exact := scopes.PolicyConfig{}
	implied := scopes.PolicyConfig{Implies: tree}
	wildcards := scopes.PolicyConfig{Wildcards: true}
	both := scopes.PolicyConfig{Implies: wild, Wildcards: true}
	for _, tc := range []struct {
		name   string
		config scopes.PolicyConfig
		has    string // the token's scopes
		rule   scopes.Rule
		want   bool
	}{
		{"RMCP-8 implied", implied, "admin", all("orders:read"), true},
		{"RMCP-8 implied, all of two", implied, "admin", all("orders:read", "orders:write"), true},
		{"RMCP-8 implied over two steps", implied, "root", all("orders:write"), true},
		{"RMCP-8 the scope itself", implied, "orders:read", all("orders:read"), true},
		{"RMCP-8 one implied, one had", implied, "auditor orders:write", all("orders:read", "orders:write"), true},
		{"RMCP-8 any", implied, "auditor", anyOf("orders:write", "orders:read"), true},
		{"RMCP-8 deep inside a rule", implied, "root", all("admin").And(anyOf("x", "orders:write")), true},
		{"not implied", implied, "auditor", all("orders:write"), false},
		{"not the other way around", implied, "orders:read orders:write", all("admin"), false},
		{"not a sibling", implied, "admin", all("auditor"), false},
		{"not by another case", implied, "Admin", all("orders:read"), false},
		{"not by a longer name", implied, "administrator", all("orders:read"), false},
		{"not a scope the config does not name", implied, "root", all("orders:delete"), false},
		{"no wildcards unless switched on", implied, "orders:*", all("orders:read"), false},
		{"not the zero rule", implied, "root", zero, false},

		{"RMCP-8 a wildcard", wildcards, "orders:*", all("orders:read"), true},
		{"RMCP-8 a wildcard, several segments", wildcards, "orders:*", all("orders:items:read"), true},
		{"RMCP-8 a longer wildcard", wildcards, "orders:items:*", all("orders:items:read"), true},
		{"RMCP-8 a wildcard grants a longer one", wildcards, "orders:*", all("orders:items:*"), true},
		{"a wildcard asked for by name", wildcards, "orders:*", all("orders:*"), true},
		{"an empty segment in the middle", wildcards, "orders:*", all("orders::read"), true},
		{"not what comes before the colon", wildcards, "orders:*", all("orders"), false},
		{"not an empty last segment", wildcards, "orders:*", all("orders:"), false},
		{"not another first segment", wildcards, "orders:*", all("ordersx:read"), false},
		{"not a shorter scope", wildcards, "orders:items:*", all("orders:read"), false},
		{"not a wildcard asked for", wildcards, "orders:read", all("orders:*"), false},
		{"not a longer wildcard's shorter one", wildcards, "orders:items:*", all("orders:*"), false},
		{"not a star alone", wildcards, "*", all("orders:read"), false},
		{"not a star alone for one segment", wildcards, "*", all("orders"), false},
		{"not a star in front", wildcards, "*:read", all("orders:read"), false},
		{"not a star in the middle", wildcards, "orders:*:read", all("orders:items:read"), false},
		{"not part of a segment", wildcards, "orders:re*", all("orders:read"), false},
		{"not without a colon", wildcards, "orders*", all("orders:read"), false},
		{"not two stars", wildcards, "orders:**", all("orders:read"), false},
		{"not an empty first segment", wildcards, ":*", all(":read"), false},
		{"not by another separator", wildcards, "orders.* orders/*", all("orders.read"), false},
		{"not by another case of a wildcard", wildcards, "Orders:*", all("orders:read"), false},

		{"a wildcard that is implied", both, "staff", all("orders:read"), true},
		{"a wildcard that is implied, longer", both, "staff", all("orders:all:x"), true},
		{"by a wildcard and an implication", both, "staff", all("billing:read"), true},
		{"a wildcard that implies", both, "orders:all:*", all("billing:read"), true},
		{"a wildcard of one that implies", both, "ops:*", all("health"), true},
		{"not what a wildcard would grant", both, "orders:all:x", all("billing:read"), false},

		{"the zero config is exact", exact, "admin orders:* orders", all("orders:read"), false},
		{"the zero config, the scope itself", exact, "orders:read", all("orders:read"), true},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			g := scopes.Grant{Scopes: granted(strings.Fields(tc.has)), Policy: newPolicy(t, tc.config)}
			if got := tc.rule.Allows(g); got != tc.want {
				t.Errorf("%v with %q: %t, want %t", tc.rule, tc.has, got, tc.want)
			}
			parsed, err := scopes.Parse(tc.rule.String())
			if err != nil {
				t.Fatal(err)
			}
			if got := parsed.Allows(g); got != tc.want {
				t.Errorf("parsed: %t, want %t", got, tc.want)
			}
			if tc.rule.Allows(scopes.Grant{Policy: g.Policy}) {
				t.Error("a policy grants something without a scope")
			}
		})
	}
}

func TestPolicyFaults(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		config scopes.PolicyConfig
		says   []string
	}{
		"itself":               {scopes.PolicyConfig{Implies: implies{"a": {"a"}}}, []string{"a → a"}},
		"two":                  {scopes.PolicyConfig{Implies: implies{"b": {"a"}, "a": {"b"}}}, []string{"a → b → a"}},
		"three, with a way in": {scopes.PolicyConfig{Implies: implies{"a": {"x"}, "x": {"y"}, "y": {"other", "z"}, "z": {"x"}}}, []string{"x → y → z → x"}},
		"through a wildcard":   {scopes.PolicyConfig{Implies: implies{"o:read": {"o:*"}}, Wildcards: true}, []string{"o:* → o:read → o:*"}},
		"no names": {scopes.PolicyConfig{Implies: implies{"": {"a b", "ok"}, "c\"": {"\n"}}},
			[]string{`has ""`, `has "a b"`, `has "c\""`, `has "\n"`}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			p, err := scopes.NewPolicy(tc.config)
			if p != nil || err == nil {
				t.Fatalf("%v, %v", p, err)
			}
			for _, text := range tc.says {
				if !strings.Contains(err.Error(), text) {
					t.Errorf("error %q, want one with %s", err, text)
				}
			}
		})
	}
	// A diamond is no circle, and without wildcards a star is a name like others.
	newPolicy(t, scopes.PolicyConfig{Implies: implies{"a": {"b", "c"}, "b": {"d"}, "c": {"d"}, "d": nil}})
	newPolicy(t, scopes.PolicyConfig{Implies: implies{"o:read": {"o:*"}}})
	// Diamonds on top of each other have more ways through them than anyone can follow.
	tower := implies{}
	for i := range 60 {
		top, left, right, bottom := fmt.Sprint("t", i), fmt.Sprint("l", i), fmt.Sprint("r", i), fmt.Sprint("t", i+1)
		tower[top], tower[left], tower[right] = []string{left, right}, []string{bottom}, []string{bottom}
	}
	p := newPolicy(t, scopes.PolicyConfig{Implies: tower})
	if !all("t60").Allows(scopes.Grant{Scopes: granted{"t0"}, Policy: p}) {
		t.Error("the top does not imply the bottom")
	}
}

// A policy changes nothing when its config is changed later.
func TestPolicyCopies(t *testing.T) {
	t.Parallel()
	c := scopes.PolicyConfig{Implies: implies{"admin": {"read"}}}
	p := newPolicy(t, c)
	c.Implies["admin"][0] = "write"
	c.Implies["user"] = []string{"read"}
	for has, want := range map[string]bool{"admin": true, "user": false} {
		if all("read").Allows(scopes.Grant{Scopes: granted{has}, Policy: p}) != want {
			t.Errorf("%s: want %t", has, want)
		}
	}
}

// The policy of any config says what the two rules in the doc say, followed step by step.
func TestPolicyAgainstItsDefinition(t *testing.T) {
	t.Parallel()
	names := []string{"a", "b", "a:*", "a:b", "a:b:*", "a:b:c", "b:*", "b:a", "*", "a:"}
	random := rand.New(rand.NewPCG(1, 2))
	tried := 0
	for range 1500 {
		c := scopes.PolicyConfig{Implies: implies{}, Wildcards: random.IntN(2) == 0}
		for range random.IntN(4) {
			from, to := names[random.IntN(len(names))], names[random.IntN(len(names))]
			c.Implies[from] = append(c.Implies[from], to)
		}
		p, err := scopes.NewPolicy(c)
		if err != nil {
			continue
		}
		tried++
		for _, has := range append(names, "b:a:*") {
			for _, wants := range append(names, "b:a:c") {
				got := all(wants).Allows(scopes.Grant{Scopes: granted{has}, Policy: p})
				if want := reaches(c, has, append(names, "b:a:c", "b:a:*"), nil)[wants]; got != want {
					t.Fatalf("%+v: %s for %s: %t, want %t", c, has, wants, got, want)
				}
			}
		}
	}
	if tried < 500 {
		t.Errorf("%d configs are few", tried)
	}
}

// reaches adds to found what a scope grants, of the names there are.
func reaches(c scopes.PolicyConfig, has string, names []string, found map[string]bool) map[string]bool {
	if found == nil {
		found = map[string]bool{}
	}
	if found[has] {
		return found
	}
	found[has] = true
	for _, name := range c.Implies[has] {
		reaches(c, name, names, found)
	}
	if prefix, isWildcard := strings.CutSuffix(has, ":*"); c.Wildcards && isWildcard {
		for _, name := range names {
			if rest, below := strings.CutPrefix(name, prefix+":"); below && rest != "" {
				reaches(c, name, names, found)
			}
		}
	}
	return found
}

// A scope of colons alone costs no more than a few long ones.
func TestManySegments(t *testing.T) {
	text := strings.Repeat("a:", 20_000) + "a"
	if n := testing.AllocsPerRun(10, func() { all(text) }); n > 64 {
		t.Errorf("%v allocations", n)
	}
	p := newPolicy(t, scopes.PolicyConfig{Wildcards: true})
	for depth, want := range map[int]bool{1: true, 16: true, 17: false} {
		wildcard := strings.Repeat("a:", depth) + "*"
		if all(text).Allows(scopes.Grant{Scopes: granted{wildcard}, Policy: p}) != want {
			t.Errorf("a wildcard of %d segments: want %t", depth+1, want)
		}
	}
}

func TestPolicyDoesNotAllocate(t *testing.T) {
	p := newPolicy(t, scopes.PolicyConfig{Implies: implies{"root": {"admin"}, "admin": {"a:b"}, "x": {"e:*"}}, Wildcards: true})
	rule := all("a:b", "c:d:e").And(anyOf("e:f", "g"))
	for _, has := range []string{"root c:* x", "a:* c:d:* e:f", "root"} {
		g := scopes.Grant{Scopes: granted(strings.Fields(has)), Policy: p}
		if n := testing.AllocsPerRun(100, func() { rule.Allows(g) }); n != 0 {
			t.Errorf("%s: %v allocations", has, n)
		}
		if want := slices.Contains(strings.Fields(has), "c:d:*") || strings.Contains(has, "c:*"); rule.Allows(g) != want {
			t.Errorf("%s: want %t", has, want)
		}
	}
}
