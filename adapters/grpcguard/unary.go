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
func Unary(g *middleware.Guard, routes scopes.Routes, opts ...Option) grpc.UnaryServerInterceptor {
	return newInterceptor("Unary", g, routes, opts).unary
}

func (in *interceptor) unary(ctx context.Context, request any, info *grpc.UnaryServerInfo, handler grpc.UnaryHandler) (any, error) {
	c := call{ctx: ctx, method: info.FullMethod}
	in.find(&c, info.Server != nil)
	token, err := in.check(&c)
	if err != nil {
		return nil, err
	}
	return handler(withToken(ctx, token), request)
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
