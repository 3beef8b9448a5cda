package grpcguard

import (
	"context"

	"google.golang.org/grpc"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// Unary returns the interceptor of unary methods alone, for a chain of your
// own; streaming methods stay open without [Stream]. See [Options] for routes
// and panics.
//
// A unary call is checked once, when it begins: it may outlive its token.
//
// Generated code tells an interceptor the name that a method was compiled with.
// Where a service is registered under another name, or a method is dispatched
// within the process during another call, the name that the client called is
// another one, and the call has to satisfy the rules of both names. Each needs a
// key, and each check is observed.
func Unary(g *middleware.Guard, routes scopes.Routes, opts ...Option) grpc.UnaryServerInterceptor {
	return newInterceptor("Unary", g, routes, opts).unary
}

func (in *interceptor) unary(ctx context.Context, request any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	c := call{ctx: ctx, method: info.FullMethod}
	if served, ok := grpc.Method(ctx); ok {
		c.method = served
	}
	in.find(&c, info.Server != nil)
	token, err := in.check(&c)
	if err == nil && c.method != info.FullMethod {
		token, err = in.checkNamed(&c, info.FullMethod, token)
	}
	if err != nil {
		return nil, err
	}
	return handler(withToken(ctx, token), request)
}

// checkNamed checks a call, which passed under the rule of the name it came in
// by, under that of another name too. token is nil where the first rule needed
// none. One proof of possession is enough for both.
func (in *interceptor) checkNamed(c *call, method string, token *middleware.Token) (*middleware.Token, error) {
	c.entry = in.rules.find(method)
	if token == nil {
		return in.check(c)
	}
	_, err := in.guard.Recheck(c.ctx, in.request(c), c.entry.rule)
	if err != nil {
		return nil, c.refuse(word(in.guard.Refusal(err)))
	}
	return token, nil
}

// withToken puts the token into ctx, in place of what may be there: an anonymous
// call made with the context of another one must not inherit that one's token.
func withToken(ctx context.Context, token *middleware.Token) context.Context {
	if token == nil && Token(ctx) == nil {
		return ctx
	}
	return middleware.NewContext(ctx, token)
}

// Token is what the access token of the call says, or nil for an anonymous call
// and behind no guard; the methods of a nil Token answer zero values.
func Token(ctx context.Context) *middleware.Token {
	t, _ := middleware.FromContext(ctx)
	return t
}
