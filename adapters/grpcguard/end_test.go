package grpcguard_test

import (
	"context"
	"runtime"
	"slices"
	"sync"
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

// The end of a stream is observed, and its challenge names the scheme of the
// request.
func TestStreamEndIsObserved(t *testing.T) {
	t.Parallel()
	const plain, says = `realm="api"`, `realm="api", error="invalid_token", error_description="The request lasted longer than its access token"`
	bound := func(context.Context, string) (*middleware.Token, error) {
		return middleware.NewToken(middleware.Claims{Issuer: "https://as.example", Scope: "read", Until: time.Now().Add(time.Minute),
			Confirmation: middleware.Confirmation{JKT: "x"}}), nil
	}
	for name, tc := range map[string]struct {
		validator  middleware.ValidatorFunc
		opts       []grpcguard.Option
		field      string
		challenges []string
		events     []middleware.Outcome
	}{
		"Bearer": {guardtest.Until(time.Minute), nil, "Bearer t",
			[]string{"Bearer " + says, `DPoP algs="ES256 PS256", ` + plain}, []middleware.Outcome{"allowed", "invalid_token"}},
		"DPoP": {bound, nil, "DPoP t",
			[]string{"Bearer " + plain, `DPoP algs="ES256 PS256", ` + says}, []middleware.Outcome{"allowed", "invalid_token"}},
		"good, but only until now": {within(time.Minute), []grpcguard.Option{grpcguard.Recheck(0)}, "Bearer t",
			[]string{"Bearer " + says, `DPoP algs="ES256 PS256", ` + plain}, []middleware.Outcome{"allowed", "allowed", "invalid_token"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var mu sync.Mutex
				var events []middleware.Event
				g := guardtest.New(t, middleware.Config{Validator: tc.validator, Bindings: []middleware.Binding{guardtest.DPoP{}},
					Observe: func(_ context.Context, e middleware.Event) {
						mu.Lock()
						defer mu.Unlock()
						events = append(events, e)
					}})
				conn := startTester(t, tester{}, grpcguard.Options(g, scopes.Routes{talkMethod: scopes.All("read")}, tc.opts...))
				stream, err := open(metadata.AppendToOutgoingContext(with(t.Context(), tc.field), "dpop", "ok"), conn, talkMethod)
				if err != nil {
					t.Fatal(err)
				}
				_, o, after := drain(stream)
				if got := o.trailer.Get("www-authenticate"); !slices.Equal(got, tc.challenges) || after != time.Minute {
					t.Errorf("%q after %v, want %q", got, after, tc.challenges)
				}
				mu.Lock()
				defer mu.Unlock()
				var outcomes []middleware.Outcome
				for _, e := range events {
					outcomes = append(outcomes, e.Outcome)
				}
				last := events[len(events)-1]
				if !slices.Equal(outcomes, tc.events) || last.Route != talkMethod || last.Reason != middleware.ReasonOutlived || last.Issuer != "https://as.example" {
					t.Errorf("events %+v, want %q", events, tc.events)
				}
			})
		})
	}
}

// within is a Validator of one token, for as long as that lives.
func within(d time.Duration) middleware.ValidatorFunc {
	var token *middleware.Token
	return func(ctx context.Context, raw string) (*middleware.Token, error) {
		if token == nil {
			token, _ = guardtest.Until(d)(ctx, raw)
		}
		return token, nil
	}
}

// An Observe that fails or takes its time does not keep a stream from its end,
// nor the process from going on.
func TestStreamEndsUnderAFaultyObserver(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]func(){
		"panics":             func() { panic("a fault of the observer") },
		"ends its goroutine": runtime.Goexit,
		"returns in an hour": func() { time.Sleep(time.Hour) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				g := guardtest.New(t, middleware.Config{Validator: guardtest.Until(time.Minute), Observe: func(_ context.Context, e middleware.Event) {
					if e.Reason == middleware.ReasonOutlived {
						fault()
					}
				}})
				conn := startTester(t, tester{}, grpcguard.Options(g, scopes.Routes{talkMethod: scopes.All("read")}))
				_, o, after := drain(dial(t, t.Context(), conn))
				wantEnded(t, o)
				if after != time.Minute {
					t.Errorf("ended after %v", after)
				}
				time.Sleep(2 * time.Hour) // a bubble has no time once its test has returned
			})
		})
	}
}

// What a handler left behind uses the stream in vain, and does not hang.
func TestTransferAfterHandler(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		g := guardtest.New(t, middleware.Config{Validator: guardtest.Until(time.Minute)})
		in := grpcguard.Stream(g, scopes.Routes{talkMethod: scopes.All("read")})
		ss := &countingStream{fakeStream: fakeStream{ctx: metadata.NewIncomingContext(t.Context(), metadata.MD{"authorization": {"Bearer t"}})}}
		var left grpc.ServerStream
		err := in(nil, ss, &grpc.StreamServerInfo{FullMethod: talkMethod}, func(_ any, s grpc.ServerStream) error {
			left = s
			return s.SendMsg(nil)
		})
		sent, received := left.SendMsg(nil), left.RecvMsg(nil)
		if status.Code(sent) != codes.Canceled || status.Code(received) != codes.Canceled || err != nil || ss.transfers.Load() != 1 {
			t.Errorf("%v %v after %v and %d messages", sent, received, err, ss.transfers.Load())
		}
	})
}
