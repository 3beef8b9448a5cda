package middleware

import (
	"context"
	"fmt"
)

type contextKey struct{}

// NewContext returns a context that carries t. Adapters call it once the guard
// has let a request pass; tests of a handler call it to set the stage.
func NewContext(ctx context.Context, t *Token) context.Context {
	return &tokenContext{ctx, t}
}

// tokenContext is what context.WithValue makes, in half of the space: every
// request has one.
type tokenContext struct {
	context.Context
	token *Token
}

func (c *tokenContext) Value(key any) any {
	if key == (contextKey{}) {
		return c.token
	}
	return c.Context.Value(key)
}

// String tells contexts as those of package context do, and nothing of the token.
func (c *tokenContext) String() string {
	parent, ok := c.Context.(fmt.Stringer)
	if !ok {
		return fmt.Sprintf("%T.WithValue(access token)", c.Context)
	}
	return parent.String() + ".WithValue(access token)"
}

// FromContext returns the token that the guard accepted for this request. It is
// nil and false for an anonymous request and behind no guard at all; a nil
// Token may be used like any other. The raw token is not kept: a resource
// server must not pass it on.
func FromContext(ctx context.Context) (*Token, bool) {
	t, _ := ctx.Value(contextKey{}).(*Token)
	return t, t != nil
}
