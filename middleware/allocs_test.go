package middleware_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// A check costs no allocation of the guard's own, and one where somebody
// observes.
func TestCheckDoesNotAllocate(t *testing.T) {
	bound := middleware.Claims{Scope: "read write", Confirmation: x5t}
	yes := []middleware.Binding{binding{covers: everything}}
	token := middleware.NewToken(middleware.Claims{Scope: "read write"})
	admin, err := scopes.NewPolicy(scopes.PolicyConfig{Implies: map[string][]string{"admin": {"read", "write"}}})
	if err != nil {
		t.Fatal(err)
	}
	rule := scopes.All("read").And(scopes.Any("write", "admin"))
	for name, tc := range map[string]struct {
		config  middleware.Config
		request middleware.Request
		rule    scopes.Rule
		want    float64
	}{
		"token": {middleware.Config{Validator: accepts(middleware.Claims{Scope: "read write"})}, bearer("t"), rule, 0},
		"First": {middleware.Config{Validator: middleware.First(accepts(middleware.Claims{Scope: "read write"}))}, bearer("t"), rule, 0},
		"Observe": {middleware.Config{Validator: accepts(middleware.Claims{Scope: "read write"}),
			Observe: func(context.Context, middleware.Event) {}}, bearer("t"), rule, 1},
		"Scopes": {middleware.Config{Validator: accepts(middleware.Claims{Scope: "admin"}), Scopes: admin}, bearer("t"), rule, 0},
		"MarkCached": {middleware.Config{Validator: middleware.ValidatorFunc(
			func(ctx context.Context, _ string) (*middleware.Token, error) {
				middleware.MarkCached(ctx)
				return token, nil
			})}, bearer("t"), rule, 0},
		"bound":     {middleware.Config{Validator: accepts(bound), Bindings: yes}, bearer("t"), rule, 0},
		"anonymous": {middleware.Config{Validator: fixed(nil, nil)}, authorization(), scopes.Optional(rule), 0},
		"public":    {middleware.Config{Validator: fixed(nil, nil)}, bearer("t"), scopes.Public(), 0},
	} {
		g := newGuard(t, tc.config)
		h := tc.request.Header.(http.Header)
		tc.request.Reply = h
		if n := guardtest.Allocs(200, func() {
			if _, err := g.Check(t.Context(), tc.request, tc.rule); err != nil {
				t.Fatal(err)
			}
		}); n != tc.want {
			t.Errorf("%s: %v allocations, want %v", name, n, tc.want)
		}
	}
}
