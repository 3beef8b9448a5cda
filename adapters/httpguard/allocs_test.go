package httpguard_test

import (
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/httpguard"
	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// An accepted request costs two allocations above the bare handler: the value of
// the context, and the request that carries it.
func TestRequireAllocations(t *testing.T) {
	g := guardtest.New(t, middleware.Config{Validator: guardtest.Fixed(middleware.Claims{Scope: "read write"})})
	bare := http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})
	mux := http.NewServeMux()
	mux.Handle("GET /orders", bare)
	required := httpguard.Require(g, scopes.All("read", "write"))(bare)
	protected := httpguard.Protect(g, scopes.Routes{"GET /orders": scopes.All("read")}, mux)
	w := httptest.NewRecorder()
	r := httptest.NewRequest("GET", "https://api.example.com/orders", nil)
	r.Header.Set("Authorization", "Bearer t")
	cost := func(h http.Handler) float64 { return guardtest.Allocs(200, func() { h.ServeHTTP(w, r) }) }
	if n := cost(required) - cost(bare); n > 2 {
		t.Errorf("Require: %v allocations above the bare handler, want 2 at most", n)
	}
	if n := cost(protected) - 2*cost(mux); n > 2 { // the mux is asked twice
		t.Errorf("Protect: %v allocations above the bare mux, want 2 at most", n)
	}
	r.Header.Del("Authorization")
	optional := httpguard.Require(g, scopes.Optional(scopes.All("read")))(bare)
	if n := cost(optional) - cost(bare); n > 0 {
		t.Errorf("an anonymous request: %v allocations above the bare handler, want none", n)
	}
}
