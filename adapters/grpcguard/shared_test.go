package grpcguard_test

import (
	"context"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/bearerguard/bearerguard/adapters/grpcguard"
	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/scopes"
)

// What every adapter is held to, by one table of cases. L-12: unary and
// streaming methods alike.

func TestSharedRules(t *testing.T) {
	t.Parallel()
	guardtest.Rules(t, guardtest.GRPC, map[string]guardtest.Send{"unary": overTheWire("unary"), "stream": overTheWire("stream")})
}

func TestChallenges(t *testing.T) {
	t.Parallel()
	guardtest.Challenges(t, map[string]guardtest.Send{"unary": overTheWire("unary"), "stream": overTheWire("stream")})
}

func TestAuthorization(t *testing.T) {
	t.Parallel()
	guardtest.Authorization(t, guardtest.GRPC, map[string]guardtest.Send{"unary": directly("unary"), "stream": directly("stream")})
}

// noting is a service whose handlers note what they found in the answer.
func noting(a *guardtest.Answer) tester {
	note := func(ctx context.Context) {
		a.Calls++
		a.Token = grpcguard.Token(ctx)
	}
	return tester{
		get:  func(ctx context.Context, _ string) (string, error) { note(ctx); return "", nil },
		talk: func(s grpc.ServerStream) error { note(s.Context()); return nil },
	}
}

// rulesOf is the table for a call by one of callers.
func rulesOf(c guardtest.Call, kind string) scopes.Routes {
	return scopes.Routes{methods[kind]: c.Rule, "/test.v1.Tester/*": c.Beside}
}

// overTheWire sends calls with grpc-go's client.
func overTheWire(kind string) guardtest.Send {
	return func(t testing.TB, c guardtest.Call) guardtest.Answer {
		var a guardtest.Answer
		conn := startTester(t, noting(&a), grpcguard.Options(c.Guard, rulesOf(c, kind)))
		ctx := with(t.Context(), c.Authorization...)
		for name, value := range c.Fields {
			ctx = metadata.AppendToOutgoingContext(ctx, name, value)
		}
		return read(t, a, callers[kind](ctx, conn, methods[kind]))
	}
}

// directly calls the interceptors as nothing but gRPC's documentation promises:
// without a peer or a server, and without a look at the values by anybody else.
func directly(kind string) guardtest.Send {
	return func(t testing.TB, c guardtest.Call) guardtest.Answer {
		var a guardtest.Answer
		md := metadata.MD{}
		if c.Authorization != nil {
			md["authorization"] = c.Authorization
		}
		for name, value := range c.Fields {
			md.Set(name, value)
		}
		sent := &fakeStream{method: methods[kind], ctx: metadata.NewIncomingContext(t.Context(), md)}
		err := callDirectly(sent, noting(&a), kind, rulesOf(c, kind), c)
		return read(t, a, outcome{status: status.Convert(err), header: sent.header, trailer: sent.trailer})
	}
}

func callDirectly(sent *fakeStream, s tester, kind string, routes scopes.Routes, c guardtest.Call) error {
	if kind == "stream" {
		return grpcguard.Stream(c.Guard, routes)(s, sent, &grpc.StreamServerInfo{FullMethod: methods[kind]}, handleTalk)
	}
	ctx := grpc.NewContextWithServerTransportStream(sent.ctx, transportStream{sent})
	_, err := grpcguard.Unary(c.Guard, routes)(ctx, nil, &grpc.UnaryServerInfo{Server: s, FullMethod: methods[kind]},
		func(ctx context.Context, _ any) (any, error) { return s.get(ctx, "") })
	return err
}

// fakeStream is a stream of nothing.
type fakeStream struct {
	grpc.ServerStream
	ctx             context.Context
	method          string
	header, trailer metadata.MD
}

func (s *fakeStream) Context() context.Context { return s.ctx }
func (s *fakeStream) SetHeader(md metadata.MD) error {
	s.header = metadata.Join(s.header, md)
	return nil
}
func (s *fakeStream) SetTrailer(md metadata.MD) { s.trailer = metadata.Join(s.trailer, md) }

// transportStream is what lies below a call.
type transportStream struct{ *fakeStream }

func (s transportStream) Method() string                  { return s.method }
func (s transportStream) SendHeader(md metadata.MD) error { return s.SetHeader(md) }
func (s transportStream) SetTrailer(md metadata.MD) error { s.fakeStream.SetTrailer(md); return nil }

// read puts what a client sees into HTTP's words, and checks that the details
// say the same as the trailer.
func read(t testing.TB, a guardtest.Answer, o outcome) guardtest.Answer {
	t.Helper()
	a.Code, a.Challenges = o.status.Code().String(), o.trailer.Get("www-authenticate")
	a.Nonce = strings.Join(o.header.Get("dpop-nonce"), ",")
	if o.status.Err() == nil {
		return a
	}
	info := errorInfo(t, o.status)
	a.Error, a.Description, a.RetryAfter = strings.ToLower(info.Reason), o.status.Message(), retryAfter(o.status)
	if info.Reason == "NO_TOKEN" {
		if a.Description != "An access token is needed here" {
			t.Errorf("message %q", a.Description)
		}
		a.Error, a.Description = "", ""
	}
	challenge := info.Metadata["challenge"]
	if want := strings.Join(a.Challenges, ", "); challenge != want || info.Domain != grpcguard.Domain {
		t.Errorf("ErrorInfo of %s with the challenge %s, want %s", info.Domain, challenge, want)
	}
	if scope := info.Metadata["scope"]; (scope == "") == strings.Contains(challenge, ` scope="`) || !strings.Contains(challenge, scope) {
		t.Errorf("ErrorInfo with the scope %q, and the challenge %s", scope, challenge)
	}
	return a
}
