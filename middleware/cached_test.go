package middleware_test

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// marking is a Validator whose answer to the token "cached" comes from a cache.
func marking(token *middleware.Token, err error) middleware.Validator {
	return middleware.ValidatorFunc(func(ctx context.Context, raw string) (*middleware.Token, error) {
		if raw == "cached" {
			middleware.MarkCached(ctx)
		}
		return token, err
	})
}

type requestKey struct{}

func TestCached(t *testing.T) {
	t.Parallel()
	good := marking(middleware.NewToken(middleware.Claims{Scope: "read"}), nil)
	for _, tc := range []struct {
		name      string
		validator middleware.Validator
		request   middleware.Request
		rule      scopes.Rule
		want      bool
	}{
		{"from the cache", good, bearer("cached"), scopes.All("read"), true},
		{"not from the cache", good, bearer("fresh"), scopes.All("read"), false},
		{"a refusal from the cache", marking(nil, middleware.Invalid(middleware.ReasonExpired, "", nil)), bearer("cached"), scopes.All("read"), true},
		{"a scope is missing", good, bearer("cached"), scopes.All("write"), true},
		{"inside First", middleware.First(fixed(nil, middleware.ErrNotMine), good), bearer("cached"), scopes.All("read"), true},
		{"inside Every", middleware.Every(fixed(middleware.NewToken(middleware.Claims{}), nil), good), bearer("cached"), scopes.Authenticated(), true},
		{"with a context made of ours, which nobody looks through", middleware.ValidatorFunc(func(ctx context.Context, raw string) (*middleware.Token, error) {
			ctx, cancel := context.WithCancel(ctx)
			defer cancel()
			return good.Validate(ctx, raw)
		}), bearer("cached"), scopes.All("read"), false},
		{"with another context", middleware.ValidatorFunc(func(_ context.Context, raw string) (*middleware.Token, error) {
			return good.Validate(context.Background(), raw)
		}), bearer("cached"), scopes.All("read"), false},
		{"with the values of the request's context", middleware.ValidatorFunc(func(ctx context.Context, raw string) (*middleware.Token, error) {
			if ctx.Value(requestKey{}) != "request" {
				return nil, errors.New("another context")
			}
			return good.Validate(ctx, raw)
		}), bearer("cached"), scopes.All("read"), true},
		{"nothing was looked at", good, bearer("cached"), scopes.Public(), false},
		{"no token", good, authorization(), scopes.All("read"), false},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var events []middleware.Event
			g := newGuard(t, middleware.Config{Validator: tc.validator, Observe: func(_ context.Context, e middleware.Event) { events = append(events, e) }})
			ctx := context.WithValue(t.Context(), requestKey{}, "request")
			_, _ = g.Check(ctx, tc.request, tc.rule)
			_, _ = g.Recheck(t.Context(), bearer("fresh"), tc.rule)
			if len(events) != 2 || events[0].Cached != tc.want || events[1].Cached {
				t.Errorf("%+v, want cached %t and then false", events, tc.want)
			}
		})
	}
}

// Checks at the same time do not mark each other.
func TestCachedIsOfOneCheck(t *testing.T) {
	t.Parallel()
	var wrong atomic.Int64
	g := newGuard(t, middleware.Config{
		Validator: middleware.ValidatorFunc(func(ctx context.Context, raw string) (*middleware.Token, error) {
			return marking(middleware.NewToken(middleware.Claims{Issuer: raw}), nil).Validate(ctx, raw)
		}),
		Observe: func(_ context.Context, e middleware.Event) {
			if e.Cached != (e.Issuer == "cached") {
				wrong.Add(1)
			}
		},
	})
	var all sync.WaitGroup
	for i := range 100 {
		all.Go(func() {
			_, _ = g.Check(t.Context(), bearer([]string{"cached", "fresh"}[i%2]), scopes.Authenticated())
		})
	}
	all.Wait()
	if n := wrong.Load(); n > 0 {
		t.Errorf("%d events tell of another check's cache", n)
	}
}
