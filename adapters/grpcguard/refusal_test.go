package grpcguard_test

import (
	"context"
	"slices"
	"strings"
	"sync/atomic"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/bearerguard/bearerguard/adapters/grpcguard"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// L-12: the failure taxonomy as a client sees it, for unary and streaming
// methods alike. No handler runs.
func TestRefusals(t *testing.T) {
	t.Parallel()
	var file challengeCases
	readCases(t, "challenges.json", &file)
	for _, tc := range file.Cases {
		rule, err := scopes.Parse(tc.Rule)
		if err != nil {
			t.Fatal(err)
		}
		var calls atomic.Int64
		conn := startTester(t, counting(&calls), grpcguard.Options(newGuard(t, file.config(tc.Guard)),
			scopes.Routes{getMethod: rule, talkMethod: rule}))
		for kind, call := range callers {
			t.Run(kind+" "+tc.Name, func(t *testing.T) {
				ctx := with(t.Context(), tc.Authorization...)
				if tc.Proof != "" {
					ctx = metadata.AppendToOutgoingContext(ctx, "dpop", tc.Proof)
				}
				tc.check(t, call(ctx, conn, methods[kind]))
				if n := calls.Load(); n != 0 {
					t.Errorf("the handler ran %d times", n)
				}
			})
		}
	}
}

// counting is a tester whose handlers count their calls and ask nothing more.
func counting(calls *atomic.Int64) tester {
	return tester{
		get:  func(context.Context, string) (string, error) { calls.Add(1); return "", nil },
		talk: func(grpc.ServerStream) error { calls.Add(1); return nil },
	}
}

func (tc challengeCase) check(t *testing.T, o outcome) {
	t.Helper()
	if got := o.status.Code().String(); got != tc.Expect.GRPC {
		t.Errorf("code %s, want %s", got, tc.Expect.GRPC)
	}
	if got := o.trailer.Get("www-authenticate"); !slices.Equal(got, tc.Expect.Challenges) {
		t.Errorf("www-authenticate:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tc.Expect.Challenges, "\n"))
	}
	message, reason := tc.Expect.Body.Description, strings.ToUpper(tc.Expect.Body.Error)
	if tc.Expect.Body.Error == "" {
		message, reason = "An access token is needed here", "NO_TOKEN"
	}
	if got := o.status.Message(); got != message {
		t.Errorf("message %q, want %q", got, message)
	}
	info := errorInfo(t, o.status)
	if info.Reason != reason || info.Domain != grpcguard.Domain {
		t.Errorf("ErrorInfo %v, want %s of %s", info, reason, grpcguard.Domain)
	}
	if got, want := info.Metadata["challenge"], strings.Join(tc.Expect.Challenges, ", "); got != want {
		t.Errorf("ErrorInfo with the challenge %s, want %s", got, want)
	}
	if scope := info.Metadata["scope"]; (scope == "") == strings.Contains(info.Metadata["challenge"], ` scope="`) ||
		!strings.Contains(info.Metadata["challenge"], scope) {
		t.Errorf("ErrorInfo with the scope %q, and the challenge %s", scope, info.Metadata["challenge"])
	}
	if got := retryAfter(o.status); got != tc.Expect.RetryAfter {
		t.Errorf("RetryInfo %q, want %q", got, tc.Expect.RetryAfter)
	}
	if got := strings.Join(o.header.Get("dpop-nonce"), ","); got != tc.Expect.Nonce {
		t.Errorf("dpop-nonce %q, want %q", got, tc.Expect.Nonce)
	}
}

// retryAfter writes the RetryInfo of a status as Retry-After would, in seconds.
func retryAfter(s *status.Status) string {
	for _, detail := range s.Details() {
		if info, ok := detail.(*errdetails.RetryInfo); ok {
			return strings.TrimSuffix(info.RetryDelay.AsDuration().String(), "s")
		}
	}
	return ""
}

// Every Authorization field of the shared cases, without the client's and the
// server's own checks of metadata in between.
func TestAuthorization(t *testing.T) {
	t.Parallel()
	var file struct {
		Cases []struct {
			Name, Expect string
			Fields       []string
		}
	}
	readCases(t, "authorization.json", &file)
	g := newGuard(t, middleware.Config{Validator: byScope, Bindings: []middleware.Binding{fakeDPoP{}}})
	reasons := map[string]string{"no_token": "NO_TOKEN", "invalid_token": "INVALID_TOKEN", "invalid_request": "INVALID_REQUEST"}
	for kind, call := range directCallers(g, scopes.Authenticated()) {
		for _, tc := range file.Cases {
			t.Run(kind+" "+tc.Name, func(t *testing.T) {
				ran, err := call(metadata.NewIncomingContext(t.Context(), metadata.MD{"authorization": tc.Fields}))
				if tc.Expect == "allowed" {
					if err != nil || !ran {
						t.Errorf("%v; the handler ran: %t", err, ran)
					}
					return
				}
				s := status.Convert(err)
				if s.Code() != codes.Unauthenticated || errorInfo(t, s).Reason != reasons[tc.Expect] || ran {
					t.Errorf("%v; the handler ran: %t; want %s", err, ran, tc.Expect)
				}
			})
		}
	}
}

// directCallers call the interceptors as nothing but gRPC's documentation
// promises: without a transport, a peer, or a server.
func directCallers(g *middleware.Guard, rule scopes.Rule) map[string]func(context.Context) (ran bool, err error) {
	routes := scopes.Routes{getMethod: rule, talkMethod: rule}
	unary, stream := grpcguard.Unary(g, routes), grpcguard.Stream(g, routes)
	return map[string]func(context.Context) (bool, error){
		"unary": func(ctx context.Context) (ran bool, err error) {
			_, err = unary(ctx, nil, &grpc.UnaryServerInfo{FullMethod: getMethod},
				func(context.Context, any) (any, error) { ran = true; return nil, nil })
			return ran, err
		},
		"stream": func(ctx context.Context) (ran bool, err error) {
			err = stream(nil, &fakeStream{ctx: ctx}, &grpc.StreamServerInfo{FullMethod: talkMethod},
				func(any, grpc.ServerStream) error { ran = true; return nil })
			return ran, err
		},
	}
}

// fakeStream is a stream of nothing.
type fakeStream struct {
	grpc.ServerStream
	ctx context.Context
}

func (s *fakeStream) Context() context.Context  { return s.ctx }
func (*fakeStream) SetHeader(metadata.MD) error { return nil }
func (*fakeStream) SetTrailer(metadata.MD)      {}

// What is no Authorization field is not looked at (R6750-4).
func TestElsewhere(t *testing.T) {
	t.Parallel()
	g := newGuard(t, middleware.Config{Validator: byScope})
	for kind, call := range directCallers(g, scopes.Authenticated()) {
		for _, key := range []string{"authorization-bin", "proxy-authorization", "grpc-authorization", "x-authorization", "access_token", "cookie"} {
			t.Run(kind+" "+key, func(t *testing.T) {
				t.Parallel()
				ran, err := call(metadata.NewIncomingContext(t.Context(), metadata.MD{key: {"Bearer read"}}))
				if status.Code(err) != codes.Unauthenticated || ran {
					t.Errorf("%v; the handler ran: %t", err, ran)
				}
			})
		}
		t.Run(kind+" no metadata at all", func(t *testing.T) {
			t.Parallel()
			if ran, err := call(t.Context()); status.Code(err) != codes.Unauthenticated || ran {
				t.Errorf("%v; the handler ran: %t", err, ran)
			}
		})
	}
}

// A Binding may set fields of an answer that is no refusal; the last value
// counts.
func TestReply(t *testing.T) {
	t.Parallel()
	bound := middleware.ValidatorFunc(func(context.Context, string) (*middleware.Token, error) {
		return middleware.NewToken(middleware.Claims{Confirmation: middleware.Confirmation{JKT: "x"}}), nil
	})
	g := newGuard(t, middleware.Config{Validator: bound, Bindings: []middleware.Binding{fakeDPoP{}}})
	conn := startTester(t, tester{}, grpcguard.Options(g, scopes.Routes{"/test.v1.Tester/*": scopes.Authenticated()}))
	for kind, call := range callers {
		o := call(metadata.AppendToOutgoingContext(with(t.Context(), "DPoP t"), "dpop", "renew"), conn, methods[kind])
		if got := o.header.Get("dpop-nonce"); o.text != "hello" || !slices.Equal(got, []string{"n-2"}) {
			t.Errorf("%s: %q with dpop-nonce %q", kind, o.text, got)
		}
	}
}
