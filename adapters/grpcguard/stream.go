package grpcguard

import (
	"context"

	"google.golang.org/grpc"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// Stream returns the interceptor of streaming methods alone, for a chain of
// your own; unary methods stay open without [Unary]. See [Options] for routes
// and panics.
//
// A stream ends with its token: at Token.Until the handler's context ends, with
// the refusal as its cause, RecvMsg and SendMsg return the refusal, also where
// they are blocked, and the client is told Unauthenticated with a challenge,
// whatever the handler returns. It is told so when the handler returns, which a
// handler that waits for something else should do when its context ends. A
// token without Until does not end a stream. See [Recheck] for other endings.
//
// A message that was given to a RecvMsg which failed may still be written to, so
// it must not be used again, from a pool for instance. A stream that may end has
// up to two goroutines for its messages, which costs each message about half a
// microsecond.
func Stream(g *middleware.Guard, routes scopes.Routes, opts ...Option) grpc.StreamServerInterceptor {
	return newInterceptor("Stream", g, routes, opts).stream
}

func (in *interceptor) stream(server any, ss grpc.ServerStream, info *grpc.StreamServerInfo, handler grpc.StreamHandler) error {
	c := &call{ctx: ss.Context(), stream: ss, method: info.FullMethod}
	in.find(c, server != nil)
	token, err := in.check(c)
	if err != nil {
		return err
	}
	open := stream{ss, withToken(ss.Context(), token)}
	wait := in.next(token.Until())
	if token == nil || wait == forever {
		return handler(server, open)
	}

	l := newLifetime(open.ctx)
	defer l.end(nil) // for a handler that panics
	l.after(wait, func() { in.reach(l, c, token) })
	open.ctx = l.ctx
	err = handler(server, endingStream{open, newPump(l, ss.RecvMsg), newPump(l, ss.SendMsg)})
	if why := l.end(nil); why != nil {
		return c.refuse(why)
	}
	return err
}

// stream is a stream whose context carries the token.
type stream struct {
	grpc.ServerStream
	ctx context.Context
}

func (s stream) Context() context.Context { return s.ctx }

// endingStream is a stream that may end before its handler does.
type endingStream struct {
	stream
	in, out *pump
}

func (s endingStream) RecvMsg(m any) error { return s.in.pass(m) }

func (s endingStream) SendMsg(m any) error { return s.out.pass(m) }
