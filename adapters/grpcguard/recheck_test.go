package grpcguard_test

import (
	"context"
	"errors"
	"fmt"
	"runtime"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"

	"github.com/bearerguard/bearerguard/adapters/grpcguard"
	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// script is a Validator that answers by the time that has passed, and notes
// when it was asked.
type script struct {
	answer func(ctx context.Context, at time.Duration) (*middleware.Token, error)

	mu    sync.Mutex
	began time.Time
	asked []time.Duration
}

func (s *script) Validate(ctx context.Context, _ string) (*middleware.Token, error) {
	s.mu.Lock()
	if s.began.IsZero() {
		s.began = time.Now()
	}
	at := time.Since(s.began)
	s.asked = append(s.asked, at)
	s.mu.Unlock()
	return s.answer(ctx, at)
}

func (s *script) times() []time.Duration {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.asked)
}

const sec = time.Second

func TestRecheck(t *testing.T) {
	t.Parallel()
	revoked := middleware.Invalid("inactive", "The access token was revoked", nil)
	good := func(ctx context.Context, d time.Duration) (*middleware.Token, error) {
		return guardtest.Until(d)(ctx, "")
	}
	for _, tc := range []struct {
		name   string
		every  time.Duration
		answer func(ctx context.Context, at time.Duration) (*middleware.Token, error)
		code   codes.Code
		reason string
		asked  []time.Duration // in seconds; the stream ends with the last answer
		ends   time.Duration   // 0: then
	}{
		{"good until it is revoked", 0, func(ctx context.Context, at time.Duration) (*middleware.Token, error) {
			if at >= 150*sec {
				return nil, revoked
			}
			return good(ctx, 60*sec)
		}, codes.Unauthenticated, "INVALID_TOKEN", []time.Duration{0, 60, 120, 180}, 0},
		{"revoked before the end", 10 * sec, func(ctx context.Context, at time.Duration) (*middleware.Token, error) {
			if at >= 25*sec {
				return nil, revoked
			}
			return good(ctx, 60*sec)
		}, codes.Unauthenticated, "INVALID_TOKEN", []time.Duration{0, 10, 20, 30}, 0},
		{"an interval longer than the decision", time.Hour, func(ctx context.Context, at time.Duration) (*middleware.Token, error) {
			if at > 0 {
				return nil, revoked
			}
			return good(ctx, 60*sec)
		}, codes.Unauthenticated, "INVALID_TOKEN", []time.Duration{0, 60}, 0},
		{"nothing known of the end, asked all the same", 10 * sec, func(ctx context.Context, at time.Duration) (*middleware.Token, error) {
			if at >= 20*sec {
				return nil, revoked
			}
			return good(ctx, 0)
		}, codes.Unauthenticated, "INVALID_TOKEN", []time.Duration{0, 10, 20}, 0},
		{"another validator's token by now", 10 * sec, func(ctx context.Context, at time.Duration) (*middleware.Token, error) {
			if at > 0 {
				return nil, middleware.ErrNotMine
			}
			return good(ctx, 60*sec)
		}, codes.Unauthenticated, "INVALID_TOKEN", []time.Duration{0, 10}, 0},
		{"the scope is gone", 10 * sec, func(ctx context.Context, at time.Duration) (*middleware.Token, error) {
			if at > 0 {
				return middleware.NewToken(middleware.Claims{Scope: "write", Until: time.Now().Add(time.Hour)}), nil
			}
			return good(ctx, 60*sec)
		}, codes.PermissionDenied, "INSUFFICIENT_SCOPE", []time.Duration{0, 10}, 0},
		{"bound to a key by now", 10 * sec, func(ctx context.Context, at time.Duration) (*middleware.Token, error) {
			if at > 0 {
				return middleware.NewToken(middleware.Claims{Scope: "read", Confirmation: middleware.Confirmation{JKT: "x"}}), nil
			}
			return good(ctx, 60*sec)
		}, codes.Unauthenticated, "INVALID_TOKEN", []time.Duration{0, 10}, 0},
		{"good, but no longer than now", 0, func(_ context.Context, at time.Duration) (*middleware.Token, error) {
			return middleware.NewToken(middleware.Claims{Scope: "read", Until: time.Now().Add(60*sec - at)}), nil
		}, codes.Unauthenticated, "INVALID_TOKEN", []time.Duration{0, 60}, 0},
		{"an outage that the decision outlasts", 10 * sec, func(ctx context.Context, at time.Duration) (*middleware.Token, error) {
			switch {
			case at >= 50*sec:
				return nil, revoked
			case at >= 10*sec && at < 40*sec:
				return nil, errors.New("out of reach")
			}
			return good(ctx, 45*sec)
		}, codes.Unauthenticated, "INVALID_TOKEN", []time.Duration{0, 10, 20, 30, 40, 50}, 0},
		{"an outage that outlasts the decision", 10 * sec, func(ctx context.Context, at time.Duration) (*middleware.Token, error) {
			if at > 0 {
				return nil, errors.New("out of reach")
			}
			return good(ctx, 25*sec)
		}, codes.Unavailable, "TEMPORARILY_UNAVAILABLE", []time.Duration{0, 10, 20, 25}, 0},
		{"an outage, nothing known of the end", 10 * sec, func(ctx context.Context, at time.Duration) (*middleware.Token, error) {
			if at > 0 {
				return nil, errors.New("out of reach")
			}
			return good(ctx, 0)
		}, codes.Unavailable, "TEMPORARILY_UNAVAILABLE", []time.Duration{0, 10}, 0},
		{"no answer at all", 0, func(ctx context.Context, at time.Duration) (*middleware.Token, error) {
			if at > 0 {
				<-ctx.Done()
				return nil, ctx.Err()
			}
			return good(ctx, 60*sec)
		}, codes.Unavailable, "TEMPORARILY_UNAVAILABLE", []time.Duration{0, 60}, 70 * sec},
		{"an answer that takes its time", 0, func(ctx context.Context, at time.Duration) (*middleware.Token, error) {
			if at > 0 {
				time.Sleep(9 * sec)
			}
			if at > 100*sec {
				return nil, revoked
			}
			return good(ctx, 60*sec)
		}, codes.Unauthenticated, "INVALID_TOKEN", []time.Duration{0, 60, 129}, 138 * sec},
		{"a validator that panics", 0, func(ctx context.Context, at time.Duration) (*middleware.Token, error) {
			if at > 0 {
				panic("a fault of the validator")
			}
			return good(ctx, 60*sec)
		}, codes.Unavailable, "TEMPORARILY_UNAVAILABLE", []time.Duration{0, 60}, 0},
		{"a validator that ends its goroutine", 0, func(ctx context.Context, at time.Duration) (*middleware.Token, error) {
			if at > 0 {
				runtime.Goexit()
			}
			return good(ctx, 60*sec)
		}, codes.Unavailable, "TEMPORARILY_UNAVAILABLE", []time.Duration{0, 60}, 71 * sec},
		{"a validator that does not keep to its context", 0, func(ctx context.Context, at time.Duration) (*middleware.Token, error) {
			if at > 0 {
				time.Sleep(time.Hour)
			}
			return good(ctx, 60*sec)
		}, codes.Unavailable, "TEMPORARILY_UNAVAILABLE", []time.Duration{0, 60}, 71 * sec},
		{"a check that does not come back while the decision holds", 10 * sec, func(ctx context.Context, at time.Duration) (*middleware.Token, error) {
			if at > 0 {
				time.Sleep(time.Hour)
			}
			return good(ctx, 60*sec)
		}, codes.Unavailable, "TEMPORARILY_UNAVAILABLE", []time.Duration{0, 10}, 21 * sec},
		{"a check that panics before the decision is over", 10 * sec, func(ctx context.Context, at time.Duration) (*middleware.Token, error) {
			if at > 0 {
				panic("a fault of the validator")
			}
			return good(ctx, 60*sec)
		}, codes.Unavailable, "TEMPORARILY_UNAVAILABLE", []time.Duration{0, 10}, 0},
		{"a check that begins before the end and answers after it", 59 * sec, func(ctx context.Context, at time.Duration) (*middleware.Token, error) {
			if at > 0 {
				time.Sleep(9 * sec)
			}
			return good(ctx, 60*sec-at)
		}, codes.Unauthenticated, "INVALID_TOKEN", []time.Duration{0, 59}, 68 * sec},
		{"answers that hold a moment", 0, func(ctx context.Context, at time.Duration) (*middleware.Token, error) {
			if at > 0 {
				return good(ctx, sec)
			}
			return good(ctx, 60*sec)
		}, codes.Unauthenticated, "INVALID_TOKEN", []time.Duration{0, 60}, 0},
		{"an answer that holds a moment longer, before the last one is over", 59 * sec, func(ctx context.Context, at time.Duration) (*middleware.Token, error) {
			if at >= 60*sec {
				return nil, revoked
			}
			return good(ctx, 60*sec-at)
		}, codes.Unauthenticated, "INVALID_TOKEN", []time.Duration{0, 59, 60}, 0},
	} {
		t.Run("L-12 "+tc.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &script{answer: tc.answer}
				conn := startTester(t, tester{}, talkOptions(t, s, grpcguard.Recheck(tc.every)))
				stream := dial(t, t.Context(), conn)
				_, o, after := drain(stream)
				wantCode(t, o, tc.code)
				if info := errorInfo(t, o.status); info.Reason != tc.reason {
					t.Errorf("%v", info)
				}
				if challenges := o.trailer.Get("www-authenticate"); (len(challenges) == 0) != (tc.code == codes.Unavailable) {
					t.Errorf("www-authenticate: %q", challenges)
				}
				for i := range tc.asked {
					tc.asked[i] *= sec
				}
				if asked := s.times(); !slices.Equal(asked, tc.asked) {
					t.Errorf("asked at %v, want %v", asked, tc.asked)
				}
				if tc.ends == 0 {
					tc.ends = tc.asked[len(tc.asked)-1]
				}
				if after != tc.ends {
					t.Errorf("ended after %v, want %v", after, tc.ends)
				}
				time.Sleep(2 * time.Hour) // until checks that do not keep to their context are over
			})
		})
	}
}

// Messages pass between checks, and possession is proved once.
func TestRecheckGoesOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var mu sync.Mutex
		proofs, events := 0, 0
		binding := bindingFunc(func(middleware.Request) { proofs++ })
		v := middleware.ValidatorFunc(func(context.Context, string) (*middleware.Token, error) {
			return middleware.NewToken(middleware.Claims{Until: time.Now().Add(time.Minute), Confirmation: middleware.Confirmation{X5TS256: "x"}}), nil
		})
		g := guardtest.New(t, middleware.Config{Validator: v, Bindings: []middleware.Binding{binding}, Observe: func(_ context.Context, e middleware.Event) {
			mu.Lock()
			defer mu.Unlock()
			if e.Route == talkMethod && e.Outcome == middleware.Allowed {
				events++
			}
		}})
		conn := startTester(t, tester{}, grpcguard.Options(g, scopes.Routes{talkMethod: scopes.Authenticated()}, grpcguard.Recheck(0)))
		stream := dial(t, t.Context(), conn)
		for i := range 100 {
			time.Sleep(30 * sec)
			text := fmt.Sprint(i)
			if err := answerText(stream, text); err != nil {
				t.Fatal(err)
			}
			if got, err := receive(stream); got != text {
				t.Fatalf("%q %v", got, err)
			}
		}
		_ = stream.CloseSend()
		_, o, _ := drain(stream)
		wantCode(t, o, codes.OK)
		synctest.Wait()
		mu.Lock()
		defer mu.Unlock()
		if proofs != 1 || events < 49 || events > 51 {
			t.Errorf("%d proofs and %d checks in 50 minutes", proofs, events)
		}
	})
}

// An answer that says nothing of an end is the last that is asked for.
func TestRecheckWithoutEnd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &script{answer: func(ctx context.Context, at time.Duration) (*middleware.Token, error) {
			if at > 0 {
				return guardtest.Until(0)(ctx, "")
			}
			return guardtest.Until(time.Minute)(ctx, "")
		}}
		stream := dial(t, t.Context(), startTester(t, tester{}, talkOptions(t, s, grpcguard.Recheck(0))))
		time.Sleep(240 * time.Hour)
		_ = stream.CloseSend()
		_, o, _ := drain(stream)
		wantCode(t, o, codes.OK)
		if asked := s.times(); len(asked) != 2 {
			t.Errorf("asked at %v", asked)
		}
	})
}

// An Observe that fails does not keep a stream open whose token was found
// revoked, and what became of the check is observed all the same.
func TestRecheckUnderAFaultyObserver(t *testing.T) {
	t.Parallel()
	for name, tc := range map[string]struct {
		fault func()
		ends  time.Duration
	}{
		"panics":             {func() { panic("a fault of the observer") }, 10 * sec},
		"ends its goroutine": {runtime.Goexit, 21 * sec},
		"returns in an hour": {func() { time.Sleep(time.Hour) }, 21 * sec},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := &script{answer: func(ctx context.Context, at time.Duration) (*middleware.Token, error) {
					if at > 0 {
						return nil, middleware.Invalid("inactive", "The access token was revoked", nil)
					}
					return guardtest.Until(time.Hour)(ctx, "")
				}}
				var mu sync.Mutex
				var outcomes []middleware.Outcome
				g := guardtest.New(t, middleware.Config{Validator: s, Observe: func(_ context.Context, e middleware.Event) {
					if e.Outcome == "invalid_token" {
						tc.fault()
					}
					mu.Lock()
					defer mu.Unlock()
					outcomes = append(outcomes, e.Outcome)
				}})
				conn := startTester(t, tester{}, grpcguard.Options(g, scopes.Routes{talkMethod: scopes.All("read")}, grpcguard.Recheck(10*sec)))
				_, o, after := drain(dial(t, t.Context(), conn))
				wantCode(t, o, codes.Unavailable)
				if after != tc.ends {
					t.Errorf("ended after %v, want %v", after, tc.ends)
				}
				synctest.Wait()
				mu.Lock()
				if want := []middleware.Outcome{"allowed", "unavailable"}; !slices.Equal(outcomes, want) {
					t.Errorf("observed %q, want %q", outcomes, want)
				}
				mu.Unlock()
				time.Sleep(2 * time.Hour) // a bubble has no time once its test has returned
			})
		})
	}
}

// A client that goes away while a check is under way leaves nothing behind, nor
// does a handler that returns then; Observe is told that nobody waited.
func TestRecheckAbandoned(t *testing.T) {
	t.Parallel()
	for name, leave := range map[string]func(cancel context.CancelFunc, stream grpc.ClientStream){
		"the client cancels":  func(cancel context.CancelFunc, _ grpc.ClientStream) { cancel() },
		"the handler returns": func(_ context.CancelFunc, stream grpc.ClientStream) { _ = stream.CloseSend() },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				left := make(chan time.Time, 1)
				s := &script{answer: func(ctx context.Context, at time.Duration) (*middleware.Token, error) {
					if at > 0 {
						<-ctx.Done()
						left <- time.Now()
						return nil, ctx.Err()
					}
					return guardtest.Until(time.Minute)(ctx, "")
				}}
				seen := make(chan middleware.Event, 8)
				g := guardtest.New(t, middleware.Config{Validator: s, Observe: func(_ context.Context, e middleware.Event) { seen <- e }})
				conn := startTester(t, tester{}, grpcguard.Options(g, scopes.Routes{talkMethod: scopes.All("read")}, grpcguard.Recheck(10*sec)))
				ctx, cancel := context.WithCancel(t.Context())
				defer cancel()
				stream, began := dial(t, ctx, conn), time.Now()
				time.Sleep(11 * sec)
				leave(cancel, stream)
				_, _, after := drain(stream)
				if at := (<-left).Sub(began); at != 11*sec {
					t.Errorf("the check was left after %v", at)
				}
				if first, second := <-seen, <-seen; first.Outcome != middleware.Allowed || second.Outcome != "unavailable" || !errors.Is(second.Err, context.Canceled) {
					t.Errorf("observed %+v, %+v", first, second)
				}
				time.Sleep(time.Hour)
				if asked := s.times(); after != 0 || len(asked) != 2 || len(seen) > 0 {
					t.Errorf("ended after %v, asked at %v, observed %d times more", after, asked, len(seen))
				}
			})
		})
	}
}
