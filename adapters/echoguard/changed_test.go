package echoguard_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/echoguard"
	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/labstack/echo/v4"
	echomiddleware "github.com/labstack/echo/v4/middleware"
)

// change makes a middleware of a function that changes a request.
func change(f func(c echo.Context, r *http.Request)) echo.MiddlewareFunc {
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			f(c, c.Request())
			return next(c)
		}
	}
}

func override(getter echomiddleware.MethodOverrideGetter) echo.MiddlewareFunc {
	return echomiddleware.MethodOverrideWithConfig(echomiddleware.MethodOverrideConfig{Getter: getter})
}

func method(to string) echo.MiddlewareFunc {
	return change(func(_ echo.Context, r *http.Request) { r.Method = to })
}

// What was changed between the router and the guard would be judged by the rule
// of another handler than the one that runs. It is refused, whatever the token.
func TestChangedAfterRouting(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name           string
		use            echo.MiddlewareFunc
		method, target string
	}{
		{"the method by a header", echomiddleware.MethodOverride(), "POST", "/orders"},
		{"the method by a form", override(echomiddleware.MethodFromForm("_method")), "POST", "/orders"},
		{"the method by the query", override(echomiddleware.MethodFromQuery("_method")), "POST", "/orders?_method=PURGE"},
		{"the method to that of a public route", method("GET"), "POST", "/public/a"},
		{"the method within a path that takes all", method("DELETE"), "POST", "/any"},
		{"the method to one that has no route", method("DELETE"), "POST", "/orders"},
		{"the method to one that nothing has", method("X"), "POST", "/orders"},
		{"the method to OPTIONS", method("OPTIONS"), "POST", "/orders"},
		{"the method to the one of RouteNotFound", method(echo.RouteNotFound), "GET", "/orders"},
		{"the method of what has no handler", method("GET"), "PUT", "/orders"},
		{"the host", change(func(_ echo.Context, r *http.Request) { r.Host = "h.example" }), "GET", "/orders"},
		{"the host, to one with a port", change(func(_ echo.Context, r *http.Request) { r.Host = "h.example:8080" }), "GET", "/orders"},
		{"the path", change(func(_ echo.Context, r *http.Request) { r.URL.Path = "/public/a" }), "GET", "/orders"},
		{"the escaped path", change(func(_ echo.Context, r *http.Request) { r.URL.RawPath = "/public/a" }), "GET", "/orders"},
		{"the path that is known as the route's", change(func(c echo.Context, _ *http.Request) { c.SetPath("/public/*") }), "GET", "/orders"},
		{"the handler", change(func(c echo.Context, _ *http.Request) { c.SetHandler(echo.NotFoundHandler) }), "GET", "/orders"},
		{"the whole request", change(func(c echo.Context, r *http.Request) { c.SetRequest(httptest.NewRequest("GET", "/public/a", nil)) }), "POST", "/orders"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			every := []string{}
			for _, rule := range table {
				if s := rule.Scope(); s != "" {
					every = append(every, s)
				}
			}
			for _, token := range []string{"", "purge", "create", strings.Join(every, ".")} {
				g := guardtest.New(t, middleware.Config{Validator: guardtest.ByScope})
				e, last := newAPI(tc.use, echoguard.Middleware(g, guardtest.Listed(table), echoguard.PassPreflight()))
				r := httptest.NewRequest(tc.method, tc.target, strings.NewReader("_method=PURGE"))
				r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
				r.Header.Set("X-HTTP-Method-Override", "PURGE")
				r.Header.Set("Origin", "https://app.example")
				r.Header.Set("Access-Control-Request-Method", "GET")
				if token != "" {
					r.Header.Set("Authorization", "Bearer "+token)
				}
				w := httptest.NewRecorder()
				e.ServeHTTP(w, r)
				if last.Key != "" || w.Code != 401 && w.Code != 403 {
					t.Errorf("token %q: %d by %q", token, w.Code, last.Key)
				}
			}
		})
	}
}

// The note by which Echo's own answers are told from handlers is one that an
// application can write too. It makes no handler one of Echo's answers.
func TestChangedWithEchosNote(t *testing.T) {
	t.Parallel()
	for _, note := range []any{"OPTIONS, POST", "", 1, []string{"POST"}} {
		for _, to := range []string{"DELETE", "OPTIONS", "X"} {
			handler := new(guardtest.Counter)
			e := echo.New()
			e.Use(change(func(c echo.Context, r *http.Request) {
				c.Set(echo.ContextKeyHeaderAllow, note)
				r.Method = to
			}), echoguard.Middleware(guardtest.New(t, middleware.Config{Validator: guardtest.ByScope}),
				scopes.Routes{"POST /orders": scopes.All("create"), "/orders": scopes.Public()}, echoguard.PassPreflight()))
			e.POST("/orders", count(handler))
			w := guardtest.Serve(e, "POST", "/orders", "Origin", "https://app.example", "Access-Control-Request-Method", "POST")
			if w.Code != 401 || handler.Calls.Load() > 0 {
				t.Errorf("%v, %s: %d, %d calls", note, to, w.Code, handler.Calls.Load())
			}
		}
	}
}

// Echo's answer to OPTIONS says which methods a path has, and is none for another
// host's path.
func TestHostChangedOfEchosAnswer(t *testing.T) {
	t.Parallel()
	e := echo.New()
	e.Use(change(func(_ echo.Context, r *http.Request) { r.Host = "h.example" }),
		echoguard.Middleware(guardtest.New(t, middleware.Config{Validator: guardtest.ByScope}), scopes.Routes{"h.example/orders": scopes.Public()}))
	e.POST("/orders", count(new(guardtest.Counter)))
	e.Host("h.example").GET("/orders", count(new(guardtest.Counter)))
	if w := guardtest.Serve(e, "OPTIONS", "/orders"); w.Code != 401 || w.Header().Get("Allow") != "" {
		t.Errorf("%d %v", w.Code, w.Header())
	}
}

// wrapped is a context of an application's own, as Echo's manual makes them.
type wrapped struct{ echo.Context }

// What stands in front of the guard and changes nothing that the router looks at
// is no hindrance.
func TestUnchangedAfterRouting(t *testing.T) {
	t.Parallel()
	type key struct{}
	for name, use := range map[string]echo.MiddlewareFunc{
		"an override that was not asked for": echomiddleware.MethodOverride(),
		"another context of the request": change(func(c echo.Context, r *http.Request) {
			c.SetRequest(r.WithContext(context.WithValue(r.Context(), key{}, 1)))
		}),
		"a context of its own": func(next echo.HandlerFunc) echo.HandlerFunc {
			return func(c echo.Context) error { return next(wrapped{c}) }
		},
		"the query":         change(func(_ echo.Context, r *http.Request) { r.URL.RawQuery = "x=1" }),
		"values and fields": change(func(c echo.Context, r *http.Request) { c.Set("x", 1); r.Header.Set("X-Test", "1") }),
		"a pool of contexts in use": change(func(c echo.Context, r *http.Request) {
			c.Echo().ReleaseContext(c.Echo().AcquireContext())
		}),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			e, last := newAPI(use, echoguard.Middleware(guardtest.New(t, middleware.Config{Validator: guardtest.ByScope}), guardtest.Listed(table)))
			for token, target := range map[string]string{"list": "/orders", "read": "/orders/a%2fb", "posts": "/users/me/posts"} {
				if w := guardtest.Serve(e, "GET", target, "Authorization", "Bearer "+token); w.Code != 200 || last.Token.Subject() != token {
					t.Errorf("%s: %d by %q", target, w.Code, last.Key)
				}
			}
			want := guardtest.Run{Key: "GET /users/:name/posts", Seen: "me"}
			guardtest.Serve(e, "GET", "/users/me/posts", "Authorization", "Bearer posts")
			if last.Token = nil; *last != want {
				t.Errorf("the handler saw %+v, want %+v", *last, want)
			}
		})
	}
}

// A preflight passes Require where the router matched it as one.
func TestPreflightAfterOverride(t *testing.T) {
	t.Parallel()
	handler := new(guardtest.Counter)
	e := echo.New()
	e.Use(method("OPTIONS"))
	g := guardtest.New(t, middleware.Config{Validator: guardtest.ByScope})
	e.Any("/read", count(handler), echoguard.Require(g, scopes.All("read"), echoguard.PassPreflight()))
	for _, sent := range []string{"POST", "GET", "DELETE"} {
		w := guardtest.Serve(e, sent, "/read", "Origin", "https://app.example", "Access-Control-Request-Method", "GET")
		if w.Code != 401 || handler.Calls.Load() > 0 {
			t.Errorf("L-14 %s: %d", sent, w.Code)
		}
	}
}
