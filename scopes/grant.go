package scopes

// Grant is what one valid token grants. The Guard fills it; [Rule.Allows] reads it.
//
// A Grant says nothing about whether the token is valid: make one only for a token that is.
type Grant struct {
	// Scopes holds the names the token was granted. Nil grants no scope.
	Scopes Set
}

// A Set answers whether it holds a scope. *middleware.Token is one.
//
// Names are compared byte by byte, never folded or trimmed (RFC 6749 §3.3). A Set that serves several requests at once
// must be safe for concurrent use.
type Set interface {
	HasScope(scope string) bool
}

func (g Grant) has(scope string) bool {
	return g.Scopes != nil && g.Scopes.HasScope(scope)
}
