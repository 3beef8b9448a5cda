package grpcguard

import (
	"time"

	"google.golang.org/grpc"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// Options returns the unary and the stream interceptor as options of
// grpc.NewServer, so that neither is forgotten. They run after the interceptors
// of options that stand before them, and all of them after that of
// grpc.UnaryInterceptor and grpc.StreamInterceptor.
//
// A key of routes is a full method, "/pkg.Service/Method", or
// "/pkg.Service/*" for the methods of a service that have no key of their own.
// There is no key for all services: what is not listed is refused. Options
// panics on other keys and without a guard. The table is copied.
func Options(g *middleware.Guard, routes scopes.Routes, opts ...Option) []grpc.ServerOption {
	in := newInterceptor("Options", g, routes, opts)
	return []grpc.ServerOption{
		grpc.ChainUnaryInterceptor(in.unary),
		grpc.ChainStreamInterceptor(in.stream),
	}
}

// An Option changes how streams end.
type Option func(*interceptor)

// Recheck lets a stream go on past the end of the decision it began with, for
// as long as the guard finds its token good: it is asked again (Guard.Recheck:
// without proof of possession) when the token's Until has come and, where every
// is not zero, after each such time. Without Recheck a stream just ends at Until.
//
// That is of use for tokens that are introspected: a revoked one ends the
// stream. A validator that caches answers from its cache, so an interval shorter
// than its cache keeps answers finds nothing sooner. A JWT is over at Until
// either way.
//
// A refusal ends the stream as it would refuse a new one. Where no decision is
// possible the stream goes on while Until lies ahead, since that long the last
// decision holds, and ends as Unavailable afterwards, or at once where the
// token has no Until. A check may take ten seconds, during which the stream
// goes on; one that panics ends it, as does one that has not come back a second
// later. An answer that is given when the last one is over and holds less than a
// second ends the stream. [Token] stays the one that the stream began with.
//
// Checks run on goroutines of their own, the Observe function of the guard's
// Config included. Recheck panics where every is negative.
func Recheck(every time.Duration) Option {
	if every < 0 {
		panic("grpcguard: Recheck needs a time that is not negative")
	}
	return func(in *interceptor) { in.recheck, in.every = true, every }
}

// An interceptor is what the interceptors of unary and of streaming methods
// share.
type interceptor struct {
	guard    *middleware.Guard
	bindings bool // the guard has some
	rules    table
	recheck  bool          // ask again where a stream would end
	every    time.Duration // and this often; 0: only there
}

func newInterceptor(caller string, g *middleware.Guard, routes scopes.Routes, opts []Option) *interceptor {
	if g == nil {
		panic("grpcguard: " + caller + " needs a Guard")
	}
	in := &interceptor{guard: g, bindings: g.HasBindings(), rules: newTable(routes)}
	for _, set := range opts {
		if set == nil {
			panic("grpcguard: " + caller + " was given a nil Option")
		}
		set(in)
	}
	return in
}
