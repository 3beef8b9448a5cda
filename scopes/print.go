package scopes

import "strings"

// String returns the text form of r. [Parse] reads it back as a rule that decides alike, if it is within Parse's bounds.
//
// The text is in normal form: it may be simpler than the one that r was parsed from.
func (r Rule) String() string {
	switch r.access {
	case public:
		return "public"
	case optional:
		return "optional(" + r.need.String() + ")"
	}
	return r.need.String()
}

// String returns the text form of n, without parentheses around it.
func (n *node) String() string {
	switch n.op {
	case opAuthenticated:
		return "authenticated"
	case opScope:
		return quoteIfNeeded(n.scope)
	case opAll:
		return n.join(" and ")
	case opAny:
		return n.join(" or ")
	}
	return "deny"
}

func (n *node) join(word string) string {
	parts := make([]string, len(n.terms))
	for i := range n.terms {
		parts[i] = n.terms[i].String()
		if n.terms[i].op != opScope {
			parts[i] = "(" + parts[i] + ")"
		}
	}
	return strings.Join(parts, word)
}

// quoteIfNeeded quotes a scope that would read as something else.
func quoteIfNeeded(scope string) string {
	if isKeyword(scope) || strings.ContainsAny(scope, "()") {
		return `"` + scope + `"`
	}
	return scope
}
