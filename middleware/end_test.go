package middleware_test

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

func TestUntilTokenEnds(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var events []middleware.Event
		g := newGuard(t, middleware.Config{Validator: fixed(nil, nil), Observe: func(_ context.Context, e middleware.Event) { events = append(events, e) }})
		until := func(ctx context.Context, t *middleware.Token) (context.Context, func()) {
			return g.UntilTokenEnds(ctx, bearer("t"), scopes.All("read"), t)
		}
		minute := func() *middleware.Token {
			return middleware.NewToken(middleware.Claims{Issuer: "https://as.example", Until: time.Now().Add(time.Minute)})
		}
		ctx, over := until(t.Context(), minute())
		time.Sleep(time.Minute - 1)
		if ctx.Err() != nil {
			t.Errorf("too early: %v", ctx.Err())
		}
		time.Sleep(time.Nanosecond)
		synctest.Wait()
		if !errors.Is(ctx.Err(), context.DeadlineExceeded) || context.Cause(ctx) != middleware.ErrTokenEnded {
			t.Errorf("%v by %v", ctx.Err(), context.Cause(ctx))
		}
		if over(); len(events) != 1 || events[0].Reason != middleware.ReasonOutlived || events[0].Route != "GET /read" || events[0].Issuer != "https://as.example" {
			t.Errorf("events %+v, want one of the end", events)
		}
		events = nil

		// An earlier end of the request is its own.
		short, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		ctx, over = until(short, minute())
		time.Sleep(time.Second)
		synctest.Wait()
		if context.Cause(ctx) != context.DeadlineExceeded {
			t.Errorf("by %v", context.Cause(ctx))
		}
		over()

		// So is one before the token's.
		ctx, over = until(t.Context(), minute())
		if over(); context.Cause(ctx) != context.Canceled {
			t.Errorf("by %v", context.Cause(ctx))
		}

		// A guard behind another one leaves it to that one to tell of its token.
		ctx, over = until(t.Context(), minute())
		longer := middleware.NewToken(middleware.Claims{Until: time.Now().Add(time.Hour)})
		behind, overBehind := until(ctx, longer)
		time.Sleep(time.Minute)
		synctest.Wait()
		if overBehind(); len(events) > 0 || context.Cause(behind) != middleware.ErrTokenEnded {
			t.Errorf("events %+v by %v", events, context.Cause(behind))
		}
		if over(); len(events) != 1 {
			t.Errorf("events %+v, want the one of the end", events)
		}
		events = nil

		// Nothing known of an end, and no token: the context as it is.
		for _, token := range []*middleware.Token{nil, middleware.NewToken(middleware.Claims{})} {
			ctx, over := until(t.Context(), token)
			if over(); ctx != t.Context() {
				t.Errorf("%v: another context", token)
			}
		}
		if len(events) > 0 {
			t.Errorf("events %+v, and no token ended", events)
		}
	})
}

// The refusal of a request that its token did not outlast has the words of one
// that came with a bad token, in the challenge of the scheme that it used.
func TestOutlived(t *testing.T) {
	t.Parallel()
	const plain, says = `realm="api"`, `realm="api", error="invalid_token", error_description="The request lasted longer than its access token"`
	for name, tc := range map[string]struct {
		request    middleware.Request
		token      *middleware.Token
		challenges []string
	}{
		"Bearer":            {bearer("t"), middleware.NewToken(middleware.Claims{Issuer: "https://as.example"}), []string{"Bearer " + says, `DPoP algs="ES256 PS256", ` + plain}},
		"DPoP":              {authorization("DPoP t"), middleware.NewToken(middleware.Claims{Issuer: "https://as.example"}), []string{"Bearer " + plain, `DPoP algs="ES256 PS256", ` + says}},
		"nothing is left":   {authorization(), middleware.NewToken(middleware.Claims{Issuer: "https://as.example"}), []string{"Bearer " + says, `DPoP algs="ES256 PS256", ` + says}},
		"no header, no one": {middleware.Request{Route: "GET /read"}, nil, []string{"Bearer " + says, `DPoP algs="ES256 PS256", ` + says}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var events []middleware.Event
			g := newGuard(t, middleware.Config{Validator: fixed(nil, nil), Bindings: []middleware.Binding{fakeDPoP{}},
				Observe: func(_ context.Context, e middleware.Event) { events = append(events, e) }})
			err := g.Outlived(t.Context(), tc.request, scopes.All("read"), tc.token)
			refusal := g.Refusal(err)
			checkConsistent(t, refusal)
			if refusal.Status != 401 || refusal.Code != middleware.InvalidToken || !slices.Equal(refusal.Challenges, tc.challenges) {
				t.Errorf("%d %s %q, want %q", refusal.Status, refusal.Code, refusal.Challenges, tc.challenges)
			}
			if !errors.Is(err, middleware.ErrTokenEnded) || refusal.Reason != middleware.ReasonOutlived {
				t.Errorf("%v", err)
			}
			if len(events) > 0 {
				t.Errorf("events %+v before the end", events)
			}
			g.ObserveEnd(t.Context(), tc.request.Route, err)
			g.ObserveEnd(t.Context(), tc.request.Route, errors.New("no refusal of a guard"))
			want := middleware.Event{Route: "GET /read", Outcome: "invalid_token", Reason: middleware.ReasonOutlived, Issuer: tc.token.Issuer(), Err: err}
			if len(events) != 1 || events[0] != want {
				t.Errorf("events %+v, want %+v", events, want)
			}
			quiet := newGuard(t, middleware.Config{Validator: fixed(nil, nil)})
			quiet.ObserveEnd(t.Context(), tc.request.Route, err) // without Observe: does not panic
		})
	}
}

func TestHasBindings(t *testing.T) {
	t.Parallel()
	for want, list := range map[bool][]middleware.Binding{false: nil, true: {fakeMTLS{}}} {
		if got := newGuard(t, middleware.Config{Validator: fixed(nil, nil), Bindings: list}).HasBindings(); got != want {
			t.Errorf("%t with %d bindings", got, len(list))
		}
	}
}
