package echoguard_test

import (
	"net/http/httptest"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/echoguard"
	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/labstack/echo/v4"
)

// An accepted request costs three allocations above the bare handler: the value
// of the context, the request that carries it, and the handler that Echo makes
// of every middleware for every request.
func TestAllocations(t *testing.T) {
	if race {
		t.Skip("under the race detector Echo's pool of contexts forgets some")
	}
	g := guardtest.New(t, middleware.Config{Validator: guardtest.Fixed(middleware.Claims{Scope: "read write"})})
	const path = "/organizations/:organization/orders/:order"
	r := httptest.NewRequest("GET", "https://api.example.com/organizations/1/orders/2", nil)
	r.Header.Set("Authorization", "Bearer t")
	w := httptest.NewRecorder()
	cost := func(use ...echo.MiddlewareFunc) float64 {
		e := echo.New()
		e.Use(use...)
		e.GET(path, func(echo.Context) error { return nil })
		return guardtest.Allocs(200, func() { e.ServeHTTP(w, r) })
	}
	bare := cost()
	for name, m := range map[string]echo.MiddlewareFunc{
		"Middleware":                 echoguard.Middleware(g, scopes.Routes{"GET " + path: scopes.All("read", "write")}),
		"Middleware, without method": echoguard.Middleware(g, scopes.Routes{path: scopes.All("read", "write")}),
		"Require":                    echoguard.Require(g, scopes.All("read", "write")),
	} {
		if n := cost(m) - bare; n > 3 {
			t.Errorf("%s: %v allocations above the bare handler, want 3 at most", name, n)
		}
	}
}

func BenchmarkMiddleware(b *testing.B) {
	g := guardtest.New(b, middleware.Config{Validator: guardtest.Fixed(middleware.Claims{Scope: "read write"})})
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
