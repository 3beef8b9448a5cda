package main

// ofRules are about scopes.
func ofRules() []mutant {
	const folder = "scopes/"
	return []mutant{
		{
			name: "rules: All is Any",
			file: folder + "rule.go",
			old:  `return newRule(combine(opAll, leaves("All", scope)...))`,
			new:  `return newRule(combine(opAny, leaves("All", scope)...))`,
		},
		{
			name: "rules: the zero rule is open",
			file: folder + "node.go",
			old: `	opDeny op = iota // nothing is enough; the zero value, so what was forgotten is refused
	opAuthenticated`,
			new: `	opAuthenticated op = iota
	opDeny`,
		},
		{
			name: "rules: Optional opens the zero rule",
			file: folder + "rule.go",
			old:  "if !r.IsZero() {",
			new:  "if true {",
		},
		{
			name: "rules: scopes that break out of a challenge",
			file: folder + "syntax.go",
			old:  `|| c == '"' || c == '\\' {`,
			new:  `{`,
		},
		{
			name: "rules: a wildcard grants its prefix without the colon",
			file: folder + "policy.go",
			old:  `out = append(out, scope[:i+1]+"*")`,
			new:  `out = append(out, scope[:i]+"*")`,
		},
		{
			name: "rules: wildcards without being switched on",
			file: folder + "policy.go",
			old:  "if p.wildcards {\n\t\tfor",
			new:  "if true {\n\t\tfor",
		},
		{
			name: "rules: implication in a circle",
			file: folder + "policy.go",
			old:  "if cycle := g.cycle(); cycle != nil {",
			new:  "if cycle := g.cycle(); cycle != nil && len(cycle) == 0 {",
		},
		{
			name: "rules: implication is not transitive",
			file: folder + "graph.go",
			old:  "for from := 0; from < len(reached); from++ {",
			new:  "for from := 0; from < 1; from++ {",
		},
	}
}
