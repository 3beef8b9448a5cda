package echoguard_test

import (
	"testing"

	"github.com/bearerguard/bearerguard/adapters/echoguard"
	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/labstack/echo/v4"
	echomiddleware "github.com/labstack/echo/v4/middleware"
)

// What Echo's Pre middlewares rewrite is what the router routes, and so what the
// rule is looked up by.
func TestPre(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name                  string
		pre                   echo.MiddlewareFunc
		method, target, token string
		field, value          string
		ran                   string // "" where the request is refused
	}{
		{"rewritten, the new route's scope", echomiddleware.Rewrite(map[string]string{"/old/*": "/orders/$1"}), "GET", "/old/1", "read", "", "", "GET /orders/:id"},
		{"rewritten out of a public path", echomiddleware.Rewrite(map[string]string{"/public/*": "/orders/$1"}), "GET", "/public/1", "", "", "", ""},
		{"a slash removed", echomiddleware.RemoveTrailingSlash(), "GET", "/orders/", "list", "", "", "GET /orders"},
		{"a slash removed, another route's scope", echomiddleware.RemoveTrailingSlash(), "GET", "/orders/", "read", "", "", ""},
		{"a slash added", echomiddleware.AddTrailingSlash(), "GET", "/public", "", "", "", "GET /public/*"},
		{"the method overridden, the new one's scope", echomiddleware.MethodOverride(), "POST", "/orders/1", "delete", "X-HTTP-Method-Override", "DELETE", "DELETE /orders/:id"},
		{"the method overridden, the old one's scope", echomiddleware.MethodOverride(), "POST", "/orders", "create", "X-HTTP-Method-Override", "DELETE", ""},
		{"the method not overridden to GET", echomiddleware.MethodOverride(), "POST", "/orders", "list", "X-HTTP-Method-Override", "GET", ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			e, last := newAPI(echoguard.Middleware(guardtest.New(t, middleware.Config{Validator: guardtest.ByScope}), guardtest.Listed(table)))
			e.Pre(tc.pre)
			fields := []string{"X-Test", ""}
			if tc.token != "" {
				fields = append(fields, "Authorization", "Bearer "+tc.token)
			}
			if tc.field != "" {
				fields = append(fields, tc.field, tc.value)
			}
			w := guardtest.Serve(e, tc.method, tc.target, fields...)
			if last.Key != tc.ran || (w.Code == 401 || w.Code == 403) != (tc.ran == "") {
				t.Errorf("%d by %q, want %q", w.Code, last.Key, tc.ran)
			}
		})
	}
}

// Behind the guard, an override changes what the handler sees, not what it is.
func TestOverrideBehindTheGuard(t *testing.T) {
	t.Parallel()
	e, last := newAPI(echoguard.Middleware(guardtest.New(t, middleware.Config{Validator: guardtest.ByScope}), guardtest.Listed(table)), echomiddleware.MethodOverride())
	guardtest.Serve(e, "POST", "/orders", "Authorization", "Bearer delete.purge", "X-HTTP-Method-Override", "PURGE")
	if last.Key != "" {
		t.Errorf("%s ran", last.Key)
	}
	guardtest.Serve(e, "POST", "/orders", "Authorization", "Bearer create", "X-HTTP-Method-Override", "PURGE")
	if last.Key != "POST /orders" {
		t.Errorf("%q ran", last.Key)
	}
}

// Before routing nothing has a rule, not even a public route.
func TestMiddlewareInPre(t *testing.T) {
	t.Parallel()
	handler := new(guardtest.Counter)
	e := echo.New()
	e.Pre(echoguard.Middleware(guardtest.New(t, middleware.Config{Validator: guardtest.ByScope}), scopes.Routes{"/*": scopes.Public(), "/": scopes.Public()}))
	e.Any("/*", count(handler))
	e.Any("/", count(handler))
	for _, path := range []string{"/", "/a"} {
		if w := guardtest.Serve(e, "GET", path, "Authorization", "Bearer read"); w.Code != 403 || handler.Calls.Load() > 0 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}
