package echoguard_test

import (
	"testing"

	"github.com/bearerguard/bearerguard/adapters/echoguard"
	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/labstack/echo/v4"
)

func TestSkip(t *testing.T) {
	t.Parallel()
	g := guardtest.New(t, middleware.Config{Validator: guardtest.ByScope})
	skip := echoguard.Skip(func(c echo.Context) bool { return c.Request().Header.Get("X-Skip") == "1" })
	for name, use := range map[string]echo.MiddlewareFunc{
		"Require":    echoguard.Require(g, scopes.All("read"), skip),
		"Middleware": echoguard.Middleware(g, scopes.Routes{}, skip),
	} {
		handler := new(guardtest.Counter)
		e := echo.New()
		e.GET("/", count(handler), use)
		if w := guardtest.Serve(e, "GET", "/", "X-Skip", "1"); w.Code != 204 {
			t.Errorf("%s: skipped: %d", name, w.Code)
		}
		for _, value := range []string{"", "0", "11"} {
			if w := guardtest.Serve(e, "GET", "/", "X-Skip", value); w.Code != 401 {
				t.Errorf("%s: %q: %d, want 401", name, value, w.Code)
			}
		}
	}
}

// L-14: where no handler takes OPTIONS, Echo itself answers a preflight, for the
// paths of the table alone.
func TestPreflightByEcho(t *testing.T) {
	t.Parallel()
	handler := new(guardtest.Counter)
	e := echo.New()
	e.Use(echoguard.Middleware(guardtest.New(t, middleware.Config{Validator: guardtest.ByScope}),
		scopes.Routes{"GET /read": scopes.All("read")}, echoguard.PassPreflight()))
	e.GET("/read", count(handler))
	e.GET("/unlisted", count(handler))
	e.OPTIONS("/unlisted", count(handler))
	for _, tc := range []struct {
		name, method, path string
		status             int
	}{
		{"L-14 listed", "OPTIONS", "/read", 204},
		{"L-14 a route that is not in the table", "OPTIONS", "/unlisted", 401},
		{"L-14 a path without a route", "OPTIONS", "/nothing", 401},
		{"L-14 GET", "GET", "/read", 401},
	} {
		t.Run(tc.name, func(t *testing.T) {
			w := guardtest.Serve(e, tc.method, tc.path, "Origin", "https://app.example", "Access-Control-Request-Method", "GET")
			if w.Code != tc.status || (w.Header().Get("Allow") != "") != (tc.status == 204) {
				t.Errorf("%d %v, want %d", w.Code, w.Header(), tc.status)
			}
		})
	}
	if n := handler.Calls.Load(); n != 0 {
		t.Errorf("the handler ran %d times", n)
	}
}
