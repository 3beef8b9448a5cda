package scopes

// A node is one step of a decision tree. The zero node refuses.
//
// Trees are in normal form, made by combine: opDeny and opAuthenticated stand only at the root, and the terms of an
// opAll or opAny are at least two, none of the same op, no scope twice. A tree never changes once it is made, so rules
// may share parts of theirs.
type node struct {
	op        op
	scope     string   // opScope: the name
	wildcards []string // opScope: what grants it besides, under a Policy with wildcards
	terms     []node   // opAll, opAny
}

func leaf(scope string) node {
	return node{op: opScope, scope: scope, wildcards: wildcardsOf(scope)}
}

type op uint8

const (
	opDeny op = iota // nothing is enough; the zero value, so what was forgotten is refused
	opAuthenticated
	opScope
	opAll
	opAny
)

func (n *node) allows(g Grant) bool {
	switch n.op {
	case opAuthenticated:
		return true
	case opScope:
		return g.has(n)
	case opAll:
		for i := range n.terms {
			if !n.terms[i].allows(g) {
				return false
			}
		}
		return true
	case opAny:
		for i := range n.terms {
			if n.terms[i].allows(g) {
				return true
			}
		}
	}
	return false
}

// combine joins terms, at least one, by opAll or opAny.
//
// Deny and authenticated follow logic, as false and true do. For opAll, authenticated adds nothing and deny settles
// the matter; for opAny it is the other way around.
func combine(by op, terms ...node) node {
	neutral, decisive := opAuthenticated, opDeny
	if by == opAny {
		neutral, decisive = opDeny, opAuthenticated
	}
	var out []node
	seen := map[string]bool{}
	for _, t := range flatten(by, terms) {
		switch {
		case t.op == decisive:
			return t
		case t.op == neutral || t.op == opScope && seen[t.scope]:
			continue
		case t.op == opScope:
			seen[t.scope] = true
		}
		out = append(out, t)
	}
	switch len(out) {
	case 0:
		// Every term was neutral, so the first is the answer. It is not written as a literal because without any term
		// the neutral element of opAll would let everyone through: an empty list panics here instead.
		return terms[0]
	case 1:
		return out[0]
	}
	return node{op: by, terms: out}
}

// flatten replaces terms that are themselves joined by the same op with their own terms.
func flatten(by op, terms []node) []node {
	var out []node
	for _, t := range terms {
		if t.op == by {
			out = append(out, t.terms...)
		} else {
			out = append(out, t)
		}
	}
	return out
}

// mentions returns every scope of the tree, once, in order of first mention.
func (n *node) mentions() []string {
	var out []string
	seen := map[string]bool{}
	n.walk(func(scope string) {
		if !seen[scope] {
			seen[scope] = true
			out = append(out, scope)
		}
	})
	return out
}

func (n *node) walk(visit func(scope string)) {
	if n.op == opScope {
		visit(n.scope)
	}
	for i := range n.terms {
		n.terms[i].walk(visit)
	}
}
