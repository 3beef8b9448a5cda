package echoguard_test

import (
	"context"
	"net/http/httptest"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/echoguard"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/labstack/echo/v4"
)

// An accepted request costs three allocations above the bare handler: the value
// of the context, the request that carries it, and the handler that Echo makes
// of every middleware for every request. Echo's pool of contexts is left out
// here, since under the race detector it forgets some.
func TestAllocations(t *testing.T) {
	token := middleware.NewToken(middleware.Claims{Scope: "read write"})
	g := newGuard(t, middleware.Config{Validator: middleware.ValidatorFunc(
		func(context.Context, string) (*middleware.Token, error) { return token, nil })})
	r := httptest.NewRequest("GET", "https://api.example.com/organizations/1/orders/2", nil)
	r.Header.Set("Authorization", "Bearer t")
	c := echo.New().NewContext(r, httptest.NewRecorder())
	const path = "/organizations/:organization/orders/:order"
	c.SetPath(path)
	handler := func(echo.Context) error { return nil }
	for name, m := range map[string]echo.MiddlewareFunc{
		"Middleware":                 echoguard.Middleware(g, scopes.Routes{"GET " + path: scopes.All("read", "write")}),
		"Middleware, without method": echoguard.Middleware(g, scopes.Routes{path: scopes.All("read", "write")}),
		"Require":                    echoguard.Require(g, scopes.All("read", "write")),
	} {
		n := testing.AllocsPerRun(200, func() {
			c.SetRequest(r)
			if err := m(handler)(c); err != nil {
				t.Fatal(err)
			}
		})
		if n > 3 {
			t.Errorf("%s: %v allocations above the bare handler, want 3 at most", name, n)
		}
	}
}

func BenchmarkMiddleware(b *testing.B) {
	token := middleware.NewToken(middleware.Claims{Scope: "read write"})
	g := newGuard(b, middleware.Config{Validator: middleware.ValidatorFunc(
		func(context.Context, string) (*middleware.Token, error) { return token, nil })})
	for name, m := range map[string][]echo.MiddlewareFunc{
		"bare":    nil,
		"guarded": {echoguard.Middleware(g, scopes.Routes{"GET /orders/:id": scopes.All("read")})},
	} {
		e := echo.New()
		e.Use(m...)
		e.GET("/orders/:id", func(echo.Context) error { return nil })
		w := httptest.NewRecorder()
		r := httptest.NewRequest("GET", "https://api.example.com/orders/7", nil)
		r.Header.Set("Authorization", "Bearer t")
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				e.ServeHTTP(w, r)
			}
		})
	}
}
