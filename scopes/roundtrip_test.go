package scopes_test

import (
	"math/rand/v2"
	"testing"

	"github.com/bearerguard/bearerguard/scopes"
)

// names are scopes that exercise the printer: keywords, parentheses, and cases apart.
var names = []string{"a", "A", "and", "deny", "(", "b)or(c"}

// A model is a rule beside an independent statement of what it means.
type model struct {
	rule   scopes.Rule
	allows func(mask int) bool // bit i: names[i] is granted
}

// randomModel makes a model with at most depth levels of And and Or.
func randomModel(r *rand.Rand, depth int) model {
	if depth > 0 && r.IntN(3) > 0 {
		x, y := randomModel(r, depth-1), randomModel(r, depth-1)
		if r.IntN(2) == 0 {
			return model{x.rule.And(y.rule), func(m int) bool { return x.allows(m) && y.allows(m) }}
		}
		return model{x.rule.Or(y.rule), func(m int) bool { return x.allows(m) || y.allows(m) }}
	}
	i, j := r.IntN(len(names)), r.IntN(len(names))
	switch r.IntN(10) {
	case 0:
		return model{scopes.Rule{}, func(int) bool { return false }}
	case 1:
		return model{scopes.Authenticated(), func(int) bool { return true }}
	case 2, 3:
		return model{scopes.Any(names[i], names[j]), func(m int) bool { return m&(1<<i|1<<j) != 0 }}
	default:
		return model{scopes.All(names[i], names[j]), func(m int) bool { return m&(1<<i) != 0 && m&(1<<j) != 0 }}
	}
}

func TestRandomRules(t *testing.T) {
	t.Parallel()
	random := rand.New(rand.NewPCG(6749, 6750))
	for range 2000 {
		m := randomModel(random, 5)
		for mask, g := range subsets(names) {
			if got, want := m.rule.Allows(g), m.allows(mask); got != want {
				t.Fatalf("%s: Allows(%q) = %t, want %t", m.rule, g.Scopes, got, want)
			}
		}
		checkRoundTrip(t, m.rule, random)
		checkRoundTrip(t, scopes.Optional(m.rule), random)
	}
}

// checkRoundTrip checks that what r prints reads back as the same rule.
func checkRoundTrip(t *testing.T, r scopes.Rule, random *rand.Rand) {
	t.Helper()
	text := r.String()
	if len(text) > 8<<10 {
		return // beyond the bound of Parse
	}
	back, err := scopes.Parse(text)
	if err != nil {
		t.Fatalf("%s does not read back: %v", text, err)
	}
	if back.String() != text || back.Scope() != r.Scope() {
		t.Fatalf("%s reads back as %s", text, back)
	}
	if back.IsZero() != r.IsZero() || back.IsPublic() != r.IsPublic() || back.IsOptional() != r.IsOptional() {
		t.Fatalf("%s reads back with another access", text)
	}
	mentioned := r.Scopes()
	for range 64 {
		g := grant(choose(random, mentioned)...)
		if back.Allows(g) != r.Allows(g) {
			t.Fatalf("%s decides otherwise for %q when read back", text, g.Scopes)
		}
	}
}

// choose returns some of the names.
func choose(random *rand.Rand, names []string) []string {
	var out []string
	for _, name := range names {
		if random.IntN(2) == 0 {
			out = append(out, name)
		}
	}
	return out
}

func FuzzParse(f *testing.F) {
	for _, text := range []string{
		"", "a", "a and b", "a or (b and c)", "public", "authenticated", "optional(a)", "deny", `"and"`, `"a(b"`, "a and b or c",
		"((a)or(b))and(c)", "optional(deny or a)", `""`, `"a b"`, "a\tand\nb", "é", "\x00", "(((((((((", "public or a", "AND",
	} {
		f.Add(text, uint64(1))
	}
	f.Fuzz(func(t *testing.T, text string, seed uint64) {
		r, err := scopes.Parse(text)
		if err != nil {
			if !r.IsZero() || r.IsPublic() || r.IsOptional() {
				t.Fatalf("%q: a rule besides the error %v", text, err)
			}
			return
		}
		if len(text) > 8<<10 {
			t.Fatal("the bound does not hold")
		}
		random := rand.New(rand.NewPCG(seed, 0))
		checkRoundTrip(t, r, random)
		checkMonotone(t, r, random)
		for _, name := range r.Scopes() {
			if !scopeToken.MatchString(name) {
				t.Fatalf("%q names the scope %q", text, name)
			}
		}
	})
}

// checkMonotone checks that more scopes never make a token worse, that scopes a rule does not mention never matter, and
// that a token with everything mentioned passes.
func checkMonotone(t *testing.T, r scopes.Rule, random *rand.Rand) {
	t.Helper()
	all := r.Scopes()
	if r.Allows(grant(all...)) == r.IsZero() {
		t.Fatalf("%s: a token with every scope it mentions: %t", r, !r.IsZero())
	}
	random.Shuffle(len(all), func(i, j int) { all[i], all[j] = all[j], all[i] })
	before := r.Allows(grant())
	for n := range min(len(all), 32) {
		now := r.Allows(grant(all[:n+1]...))
		if before && !now {
			t.Fatalf("%s: %q is one scope too many", r, all[:n+1])
		}
		if r.Allows(grant(append([]string{"not mentioned \\"}, all[:n+1]...)...)) != now {
			t.Fatalf("%s: a scope it does not mention matters", r)
		}
		before = now
	}
}
