package middleware_test

import (
	"context"
	"net/http"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// A check costs no allocation of the guard's own.
func TestCheckDoesNotAllocate(t *testing.T) {
	bound := middleware.Claims{Scope: "read write", Confirmation: x5t}
	yes := []middleware.Binding{binding{covers: everything}}
	rule := scopes.All("read").And(scopes.Any("write", "admin"))
	for name, tc := range map[string]struct {
		config  middleware.Config
		request middleware.Request
		rule    scopes.Rule
	}{
		"token": {middleware.Config{Validator: accepts(middleware.Claims{Scope: "read write"})}, bearer("t"), rule},
		"First": {middleware.Config{Validator: middleware.First(accepts(middleware.Claims{Scope: "read write"}))}, bearer("t"), rule},
		"Observe": {middleware.Config{Validator: accepts(middleware.Claims{Scope: "read write"}),
			Observe: func(context.Context, middleware.Event) {}}, bearer("t"), rule},
		"bound":     {middleware.Config{Validator: accepts(bound), Bindings: yes}, bearer("t"), rule},
		"anonymous": {middleware.Config{Validator: fixed(nil, nil)}, authorization(), scopes.Optional(rule)},
		"public":    {middleware.Config{Validator: fixed(nil, nil)}, bearer("t"), scopes.Public()},
	} {
		g := newGuard(t, tc.config)
		h := tc.request.Header.(http.Header)
		tc.request.Reply = h
		if n := testing.AllocsPerRun(200, func() {
			if _, err := g.Check(t.Context(), tc.request, tc.rule); err != nil {
				t.Fatal(err)
			}
		}); n != 0 {
			t.Errorf("%s: %v allocations", name, n)
		}
	}
}
