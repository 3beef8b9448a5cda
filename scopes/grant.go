package scopes

// Grant is what one valid token grants. The Guard fills it; [Rule.Allows] reads it.
//
// A Grant says nothing about whether the token is valid: make one only for a token that is.
type Grant struct {
	// Scopes holds the names the token was granted. Nil grants no scope.
	Scopes Set

	// Policy says which scopes stand for others. Nil: none does.
	Policy *Policy
}

// A Set answers whether it holds a scope. *middleware.Token is one.
//
// Names are compared byte by byte, never folded or trimmed (RFC 6749 §3.3). A Set that serves several requests at once
// must be safe for concurrent use.
type Set interface {
	HasScope(scope string) bool
}

// has reports whether g grants the scope of a leaf: by its name, or by the policy.
func (g Grant) has(leaf *node) bool {
	if g.Scopes == nil {
		return false
	}
	return g.Scopes.HasScope(leaf.scope) || g.Policy != nil && g.Policy.grants(g.Scopes, leaf.scope, leaf.wildcards)
}
