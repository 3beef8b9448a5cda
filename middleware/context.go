package middleware

import "context"

type contextKey struct{}

// NewContext returns a context that carries t. Adapters call it once the guard
// has let a request pass; tests of a handler call it to set the stage.
func NewContext(ctx context.Context, t *Token) context.Context {
	return context.WithValue(ctx, contextKey{}, t)
}

// FromContext returns the token that the guard accepted for this request. It is
// nil and false for an anonymous request and behind no guard at all; a nil
// Token may be used like any other. The raw token is not kept: a resource
// server must not pass it on.
func FromContext(ctx context.Context) (*Token, bool) {
	t, _ := ctx.Value(contextKey{}).(*Token)
	return t, t != nil
}
