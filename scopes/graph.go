package scopes

import (
	"maps"
	"slices"
)

// A graph has an arrow from every scope of a policy to each that it grants by itself.
type graph map[string][]string

// graph returns the arrows of the config. Wildcards are arrows too, between scopes that the config names.
func (c PolicyConfig) graph() graph {
	g := graph{}
	for scope, implied := range c.Implies {
		g[scope] = slices.Clone(implied)
		for _, name := range implied {
			if _, named := g[name]; !named {
				g[name] = nil
			}
		}
	}
	if !c.Wildcards {
		return g
	}
	for _, scope := range slices.Sorted(maps.Keys(g)) {
		for _, wildcard := range wildcardsOf(scope) {
			if _, named := g[wildcard]; named {
				g[wildcard] = append(g[wildcard], scope)
			}
		}
	}
	return g
}

// cycle returns a way that leads back to where it began, or nil. It is the same for the same config every time.
func (g graph) cycle() []string {
	done := map[string]bool{} // no cycle leads through these
	var way []string
	var visit func(scope string) []string
	visit = func(scope string) []string {
		if at := slices.Index(way, scope); at >= 0 {
			return append(slices.Clone(way[at:]), scope)
		}
		if done[scope] {
			return nil
		}
		way = append(way, scope)
		for _, next := range g[scope] {
			if found := visit(next); found != nil {
				return found
			}
		}
		way = way[:len(way)-1]
		done[scope] = true
		return nil
	}
	for _, scope := range slices.Sorted(maps.Keys(g)) {
		if found := visit(scope); found != nil {
			return found
		}
	}
	return nil
}

// grantors returns every scope from which arrows lead to scope, sorted, and the wildcards that grant one of these. Those
// that grant scope itself are left to the rule, which knows them for scopes that no policy names too.
func (g graph) grantors(scope string, wildcards bool) []string {
	reached := []string{scope}
	for from := 0; from < len(reached); from++ {
		for name, granted := range g {
			if slices.Contains(granted, reached[from]) && !slices.Contains(reached, name) {
				reached = append(reached, name)
			}
		}
	}
	found := map[string]bool{}
	for _, name := range reached[1:] {
		found[name] = true
		if wildcards {
			for _, wildcard := range wildcardsOf(name) {
				found[wildcard] = true
			}
		}
	}
	return slices.Sorted(maps.Keys(found))
}
