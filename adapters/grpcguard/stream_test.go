package grpcguard_test

import (
	"context"
	"errors"
	"io"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/bearerguard/bearerguard/adapters/grpcguard"
	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// talkOptions guard the method Talk.
func talkOptions(t testing.TB, v middleware.Validator, opts ...grpcguard.Option) []grpc.ServerOption {
	t.Helper()
	return grpcguard.Options(guardtest.New(t, middleware.Config{Validator: v}), scopes.Routes{talkMethod: scopes.All("read")}, opts...)
}

// dial opens a stream with a token.
func dial(t testing.TB, ctx context.Context, conn *grpc.ClientConn) grpc.ClientStream {
	t.Helper()
	stream, err := open(with(ctx, "Bearer t"), conn, talkMethod)
	if err != nil {
		t.Fatal(err)
	}
	return stream
}

// drain receives until the end, and tells what it is and after what time.
func drain(stream grpc.ClientStream) (texts int, o outcome, after time.Duration) {
	began := time.Now()
	for {
		if _, err := receive(stream); err != nil {
			if errors.Is(err, io.EOF) {
				err = nil
			}
			return texts, outcome{status: status.Convert(err), trailer: stream.Trailer()}, time.Since(began)
		}
		texts++
	}
}

// wantEnded checks the refusal of a stream that came to the end of its token.
func wantEnded(t testing.TB, o outcome) {
	t.Helper()
	wantCode(t, o, codes.Unauthenticated)
	if info := errorInfo(t, o.status); info.Reason != "INVALID_TOKEN" {
		t.Errorf("%v", info)
	}
	want := `Bearer realm="api", error="invalid_token", error_description="The request lasted longer than its access token"`
	if got := o.trailer.Get("www-authenticate"); len(got) != 1 || got[0] != want {
		t.Errorf("www-authenticate: %q", got)
	}
}

// L-12: whatever the handler does with its stream and returns, the client is
// told to begin again when the token ends, or when the handler returns after it.
func TestStreamEnds(t *testing.T) {
	t.Parallel()
	cause := func(ctx context.Context) error {
		if got := status.Code(context.Cause(ctx)); got != codes.Unauthenticated {
			return status.Errorf(codes.DataLoss, "the cause has the code %v", got)
		}
		return nil
	}
	for name, handler := range map[string]func(grpc.ServerStream) error{
		"idle": func(s grpc.ServerStream) error {
			<-s.Context().Done()
			return s.Context().Err()
		},
		"idle, and returns nothing": func(s grpc.ServerStream) error {
			<-s.Context().Done()
			return cause(s.Context())
		},
		"idle, and returns another code": func(s grpc.ServerStream) error {
			<-s.Context().Done()
			return status.Error(codes.ResourceExhausted, "something else")
		},
		"blocked in RecvMsg": func(s grpc.ServerStream) error {
			_, err := receive(s)
			if status.Code(err) != codes.Unauthenticated || s.Context().Err() == nil {
				return status.Errorf(codes.DataLoss, "RecvMsg returned %v", err)
			}
			return nil
		},
		"sending": func(s grpc.ServerStream) error {
			for {
				if err := answerText(s, "tick"); err != nil {
					return nil
				}
				pause(s.Context(), 7*time.Second)
			}
		},
		"blocked in SendMsg": func(s grpc.ServerStream) error {
			for {
				if err := answerText(s, string(make([]byte, 1<<14))); err != nil {
					return nil
				}
			}
		},
		"does not look at its context": func(s grpc.ServerStream) error {
			time.Sleep(2 * time.Minute)
			return nil
		},
		"does not stop": func(s grpc.ServerStream) error {
			<-s.Context().Done()
			for range 3 {
				_, got := receive(s)
				if sent := answerText(s, "too late"); status.Code(sent) != codes.Unauthenticated || status.Code(got) != codes.Unauthenticated {
					return nil
				}
			}
			return nil
		},
		"in two goroutines": func(s grpc.ServerStream) error {
			received := make(chan error)
			go func() {
				_, err := receive(s)
				received <- err
			}()
			for answerText(s, "tick") == nil {
				pause(s.Context(), 7*time.Second)
			}
			return <-received
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				returned := make(chan error, 1)
				conn := startTester(t, tester{talk: func(s grpc.ServerStream) error {
					err := handler(s)
					returned <- err
					return err
				}}, talkOptions(t, guardtest.Until(time.Minute)))
				began := time.Now()
				stream := dial(t, t.Context(), conn)
				if name == "blocked in SendMsg" {
					<-returned // the client reads nothing until then
				}
				n, o, _ := drain(stream)
				wantEnded(t, o)
				if n > 0 && name == "does not stop" {
					t.Errorf("%d messages were sent after the end", n)
				}
				if name != "blocked in SendMsg" {
					if err := <-returned; status.Code(err) == codes.DataLoss {
						t.Error(err)
					}
				}
				want := time.Minute
				if name == "does not look at its context" {
					want = 2 * time.Minute
				}
				if after := time.Since(began); after != want {
					t.Errorf("ended after %v, want %v", after, want)
				}
			})
		})
	}
}

// pause sleeps, but not longer than ctx.
func pause(ctx context.Context, d time.Duration) {
	select {
	case <-ctx.Done():
	case <-time.After(d):
	}
}

// What the client sends after the end does not reach the handler.
func TestStreamReceives(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		received := make(chan int, 1)
		conn := startTester(t, tester{talk: func(s grpc.ServerStream) error {
			n := 0
			for {
				if _, err := receive(s); err != nil {
					received <- n
					return err
				}
				n++
			}
		}}, talkOptions(t, guardtest.Until(time.Minute)))
		stream := dial(t, t.Context(), conn)
		sent := 0
		for ; answerText(stream, "tick") == nil && sent < 100; sent++ {
			time.Sleep(7 * time.Second)
		}
		_, o, _ := drain(stream)
		wantEnded(t, o)
		if n := <-received; n != 9 || sent != 9 { // at 0, 7, … 56 seconds
			t.Errorf("%d messages received, %d sent, want 9", n, sent)
		}
	})
}

// An interceptor in front may end the context sooner. That must not keep the
// end of the token from being noticed.
func TestStreamEndsAfterItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		timeout := grpc.ChainStreamInterceptor(func(server any, ss grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) error {
			ctx, cancel := context.WithTimeout(ss.Context(), time.Second)
			defer cancel()
			return next(server, contextStream{ss, ctx})
		})
		conn := startTester(t, tester{}, append([]grpc.ServerOption{timeout}, talkOptions(t, guardtest.Until(time.Minute))...))
		stream := dial(t, t.Context(), conn)
		time.Sleep(30 * time.Second)
		if err := answerText(stream, "in time"); err != nil {
			t.Error(err)
		}
		if text, err := receive(stream); text != "in time" {
			t.Errorf("%q %v", text, err)
		}
		n, o, _ := drain(stream)
		wantEnded(t, o)
		if n != 0 {
			t.Errorf("%d messages", n)
		}
	})
}

// A token that is over when its stream begins.
func TestStreamEndsAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		conn := startTester(t, tester{}, talkOptions(t, guardtest.Until(-time.Second)))
		_, o, after := drain(dial(t, t.Context(), conn))
		wantEnded(t, o)
		if after != 0 {
			t.Errorf("ended after %v", after)
		}
	})
}

// Streams that the token does not end.
func TestStreamGoesOn(t *testing.T) {
	t.Parallel()
	const year = 365 * 24 * time.Hour
	for name, tc := range map[string]struct {
		validator middleware.Validator
		rule      scopes.Rule
		fields    []string
	}{
		"nothing is known of the end": {guardtest.Until(0), scopes.All("read"), []string{"Bearer t"}},
		"anonymous":                   {guardtest.Until(time.Minute), scopes.Optional(scopes.All("read")), nil},
		"public, with a token":        {guardtest.Until(time.Minute), scopes.Public(), []string{"Bearer t"}},
	} {
		for option, opts := range map[string][]grpcguard.Option{"ends": nil, "rechecked at the end": {grpcguard.Recheck(0)}} {
			t.Run(name+", "+option, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					g := guardtest.New(t, middleware.Config{Validator: tc.validator})
					conn := startTester(t, tester{}, grpcguard.Options(g, scopes.Routes{talkMethod: tc.rule}, opts...))
					stream, err := open(with(t.Context(), tc.fields...), conn, talkMethod)
					if err != nil {
						t.Fatal(err)
					}
					time.Sleep(year)
					if err := answerText(stream, "still there"); err != nil {
						t.Error(err)
					}
					_ = stream.CloseSend()
					n, o, _ := drain(stream)
					wantCode(t, o, codes.OK)
					if n != 1 {
						t.Errorf("%d messages", n)
					}
				})
			})
		}
	}
}

// There is nothing to check again where no token was looked at.
func TestNoTokenIsNotRechecked(t *testing.T) {
	t.Parallel()
	for name, rule := range map[string]scopes.Rule{"anonymous": scopes.Optional(scopes.All("read")), "public": scopes.Public()} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var checks atomic.Int64
				g := guardtest.New(t, middleware.Config{Validator: guardtest.ByScope, Observe: func(context.Context, middleware.Event) { checks.Add(1) }})
				conn := startTester(t, tester{}, grpcguard.Options(g, scopes.Routes{talkMethod: rule}, grpcguard.Recheck(time.Minute)))
				stream, err := open(t.Context(), conn, talkMethod)
				if err != nil {
					t.Fatal(err)
				}
				time.Sleep(time.Hour)
				_ = stream.CloseSend()
				if _, o, _ := drain(stream); o.status.Code() != codes.OK || checks.Load() != 1 {
					t.Errorf("%v after %d checks", o.status, checks.Load())
				}
			})
		})
	}
}

// What a handler sends after the end is not even begun to be sent.
func TestNothingAfterTheEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := guardtest.New(t, middleware.Config{Validator: guardtest.Until(time.Minute)})
		in := grpcguard.Stream(g, scopes.Routes{talkMethod: scopes.All("read")})
		ss := &countingStream{fakeStream: fakeStream{ctx: metadata.NewIncomingContext(t.Context(), metadata.MD{"authorization": {"Bearer t"}})}}
		err := in(nil, ss, &grpc.StreamServerInfo{FullMethod: talkMethod}, func(_ any, s grpc.ServerStream) error {
			_ = s.SendMsg(nil)
			<-s.Context().Done()
			_, _ = s.SendMsg(nil), s.RecvMsg(nil)
			time.Sleep(time.Second)
			return nil
		})
		if n := ss.transfers.Load(); status.Code(err) != codes.Unauthenticated || n != 1 {
			t.Errorf("%v after %d messages, want 1", err, n)
		}
	})
}

// countingStream counts messages, in either direction.
type countingStream struct {
	fakeStream
	transfers atomic.Int64
}

func (s *countingStream) SendMsg(any) error { s.transfers.Add(1); return nil }
func (s *countingStream) RecvMsg(any) error { s.transfers.Add(1); return nil }

// The context of a handler that returned is over, also where gRPC's goes on.
func TestContextAfterHandler(t *testing.T) {
	t.Parallel()
	g := guardtest.New(t, middleware.Config{Validator: guardtest.Until(time.Hour)})
	in := grpcguard.Stream(g, scopes.Routes{talkMethod: scopes.All("read")})
	var ctx context.Context
	ss := &fakeStream{ctx: metadata.NewIncomingContext(t.Context(), metadata.MD{"authorization": {"Bearer t"}})}
	err := in(nil, ss, &grpc.StreamServerInfo{FullMethod: talkMethod}, func(_ any, s grpc.ServerStream) error {
		ctx = s.Context()
		return ctx.Err()
	})
	if err != nil || !errors.Is(ctx.Err(), context.Canceled) {
		t.Errorf("%v, and the context's error is %v", err, ctx.Err())
	}
}

// The handler's own end counts when it comes first.
func TestHandlerReturns(t *testing.T) {
	t.Parallel()
	for name, result := range map[string]error{
		"nothing":  nil,
		"an error": status.Error(codes.NotFound, "no such order"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				conn := startTester(t, tester{talk: func(grpc.ServerStream) error {
					time.Sleep(time.Minute - 1)
					return result
				}}, talkOptions(t, guardtest.Until(time.Minute)))
				_, o, _ := drain(dial(t, t.Context(), conn))
				wantCode(t, o, status.Code(result))
				if got := o.trailer.Get("www-authenticate"); got != nil {
					t.Errorf("www-authenticate: %q", got)
				}
			})
		})
	}
}

// A client that goes away ends everything: what is left running at the end of
// the bubble would fail the test.
func TestClientCancels(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]grpcguard.Option{"ends": nil, "rechecked": {grpcguard.Recheck(time.Second)}} {
		for handling, handler := range map[string]func(grpc.ServerStream) error{
			"receiving": nil,
			"idle": func(s grpc.ServerStream) error {
				<-s.Context().Done()
				return context.Cause(s.Context())
			},
		} {
			t.Run(name+", "+handling, func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					v := &script{answer: func(ctx context.Context, _ time.Duration) (*middleware.Token, error) {
						return guardtest.Until(time.Minute)(ctx, "")
					}}
					result := make(chan error, 1)
					conn := startTester(t, tester{talk: func(s grpc.ServerStream) (err error) {
						defer func() { result <- err }()
						if handler == nil {
							_, err = receive(s)
							return err
						}
						return handler(s)
					}}, talkOptions(t, v, opts...))
					ctx, cancel := context.WithCancel(t.Context())
					dial(t, ctx, conn)
					time.Sleep(2500 * time.Millisecond)
					cancel()
					if err := <-result; !errors.Is(err, context.Canceled) && status.Code(err) != codes.Canceled {
						t.Errorf("the handler's end: %v", err)
					}
					time.Sleep(time.Hour)
					if asked, want := len(v.times()), 1+2*len(opts); asked != want {
						t.Errorf("the validator was asked %d times, want %d", asked, want)
					}
				})
			})
		}
	}
}

// A panic below RecvMsg comes up where an interceptor may recover from it.
func TestPanicBelow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		front := grpc.ChainStreamInterceptor(func(server any, ss grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) (err error) {
			defer func() {
				if fault := recover(); fault != nil {
					err = status.Errorf(codes.Internal, "recovered from %v", fault)
				}
			}()
			return next(server, brokenStream{ss})
		})
		conn := startTester(t, tester{}, append([]grpc.ServerOption{front}, talkOptions(t, guardtest.Until(time.Minute))...))
		_, o, _ := drain(dial(t, t.Context(), conn))
		if got := o.status.Message(); got != "recovered from a fault of the codec" {
			t.Errorf("%v", o.status)
		}
	})
}

type brokenStream struct{ grpc.ServerStream }

func (brokenStream) RecvMsg(any) error { panic("a fault of the codec") }

// Header and trailer that the handler sets arrive beside ours.
func TestHandlersMetadata(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		conn := startTester(t, tester{talk: func(s grpc.ServerStream) error {
			_ = s.SetHeader(metadata.Pairs("x-header", "1"))
			s.SetTrailer(metadata.Pairs("x-trailer", "2"))
			<-s.Context().Done()
			return nil
		}}, talkOptions(t, guardtest.Until(time.Minute)))
		stream := dial(t, t.Context(), conn)
		_, o, _ := drain(stream)
		wantEnded(t, o)
		header, _ := stream.Header()
		if header.Get("x-header") == nil || o.trailer.Get("x-trailer") == nil {
			t.Errorf("header %v, trailer %v", header, o.trailer)
		}
	})
}
