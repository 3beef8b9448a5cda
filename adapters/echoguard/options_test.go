package echoguard_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/adapters/echoguard"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/labstack/echo/v4"
)

func TestSkip(t *testing.T) {
	t.Parallel()
	g := newGuard(t, middleware.Config{Validator: byScope})
	skip := echoguard.Skip(func(c echo.Context) bool { return c.Request().Header.Get("X-Skip") == "1" })
	for name, use := range map[string]echo.MiddlewareFunc{
		"Require":    echoguard.Require(g, scopes.All("read"), skip),
		"Middleware": echoguard.Middleware(g, scopes.Routes{}, skip),
	} {
		handler := &counter{}
		e := echo.New()
		e.GET("/", handler.handle, use)
		if w := serve(e, "GET", "/", "X-Skip", "1"); w.Code != 204 {
			t.Errorf("%s: skipped: %d", name, w.Code)
		}
		for _, value := range []string{"", "0", "11"} {
			if w := serve(e, "GET", "/", "X-Skip", value); w.Code != 401 {
				t.Errorf("%s: %q: %d, want 401", name, value, w.Code)
			}
		}
	}
}

// L-14: a preflight passes where the route says so, and nothing else does.
func TestPreflight(t *testing.T) {
	t.Parallel()
	origin, method := []string{"Origin", "https://app.example"}, []string{"Access-Control-Request-Method", "DELETE"}
	both := append(append([]string{}, origin...), method...)
	for _, tc := range []struct {
		name, method, path string
		fields             []string
		status             int // with PassPreflight; without it, 401
	}{
		{"L-14 preflight", "OPTIONS", "/read", both, 204},
		{"L-14 no Access-Control-Request-Method", "OPTIONS", "/read", origin, 401},
		{"L-14 no Origin", "OPTIONS", "/read", method, 401},
		{"L-14 neither", "OPTIONS", "/read", nil, 401},
		{"L-14 another case of the method", "options", "/read", both, 401},
		{"L-14 GET", "GET", "/read", both, 401},
		{"L-14 an overridden method", "POST", "/read", append([]string{"X-HTTP-Method-Override", "OPTIONS"}, both...), 401},
		{"L-14 a route that is not in the table", "OPTIONS", "/unlisted", both, 401},
		{"L-14 a path without a route", "OPTIONS", "/nothing", both, 401},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			handler := &counter{}
			g := newGuard(t, middleware.Config{Validator: byScope})
			routes := scopes.Routes{"GET /read": scopes.All("read")}
			for on, use := range map[bool]echo.MiddlewareFunc{
				true:  echoguard.Middleware(g, routes, echoguard.PassPreflight()),
				false: echoguard.Middleware(g, routes),
			} {
				e := echo.New()
				e.Use(use)
				e.GET("/read", handler.handle)
				e.GET("/unlisted", handler.handle)
				e.OPTIONS("/unlisted", handler.handle)
				want := 401
				if on {
					want = tc.status
				}
				if w := serve(e, tc.method, tc.path, tc.fields...); w.Code != want || (w.Header().Get("Allow") != "") != (want == 204) {
					t.Errorf("switched on %t: %d %v, want %d", on, w.Code, w.Header(), want)
				}
			}
			if n := handler.calls.Load(); n != 0 {
				t.Errorf("the handler ran %d times", n)
			}
		})
	}
	e := echo.New()
	handler := &counter{}
	e.OPTIONS("/read", handler.handle, echoguard.Require(newGuard(t, middleware.Config{Validator: byScope}), scopes.All("read"), echoguard.PassPreflight()))
	if w := serve(e, "OPTIONS", "/read", both...); w.Code != 204 {
		t.Errorf("Require: %d", w.Code)
	}
	if w := serve(e, "OPTIONS", "/read", origin...); w.Code != 401 {
		t.Errorf("Require, no preflight: %d", w.Code)
	}
}

// A request that outlives its token ends with it, where that is asked for. What
// is left of it at the end of a bubble would panic.
func TestEndWithToken(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		opts  []echoguard.Option
		until time.Duration // of the token; 0: no end
		ends  time.Duration // of the handler's wait
		cause error
	}{
		{"at its end", []echoguard.Option{echoguard.EndWithToken()}, time.Minute, time.Minute, middleware.ErrTokenEnded},
		{"no end", []echoguard.Option{echoguard.EndWithToken()}, 0, time.Hour, nil},
		{"not asked for", nil, time.Minute, time.Hour, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				start := time.Now()
				claims := middleware.Claims{Scope: "read"}
				if tc.until > 0 {
					claims.Until = start.Add(tc.until)
				}
				g := newGuard(t, middleware.Config{Validator: middleware.ValidatorFunc(
					func(context.Context, string) (*middleware.Token, error) { return middleware.NewToken(claims), nil })})
				var served context.Context
				e := echo.New()
				e.Use(echoguard.Middleware(g, scopes.Routes{"GET /events": scopes.All("read")}, tc.opts...))
				e.GET("/events", func(c echo.Context) error {
					served = c.Request().Context()
					select {
					case <-served.Done():
					case <-time.After(time.Hour):
					}
					if took := time.Since(start); took != tc.ends || context.Cause(served) != tc.cause {
						t.Errorf("after %v by %v, want %v by %v", took, context.Cause(served), tc.ends, tc.cause)
					}
					if echoguard.Token(c) == nil {
						t.Error("no token")
					}
					return nil
				})
				r := httptest.NewRequest("GET", "/events", nil)
				r.Header.Set("Authorization", "Bearer t")
				w := httptest.NewRecorder()
				e.ServeHTTP(w, r)
				if w.Code != http.StatusOK {
					t.Errorf("%d", w.Code)
				}
			})
		})
	}
}
