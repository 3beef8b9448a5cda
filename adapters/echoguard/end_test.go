package echoguard_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/adapters/echoguard"
	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/labstack/echo/v4"
	echomiddleware "github.com/labstack/echo/v4/middleware"
)

// named is the key of what an inner middleware puts into the context.
type named struct{}

// inner are ways in which what stands behind the guard may treat the request.
var inner = map[string]echo.MiddlewareFunc{
	"nothing": func(next echo.HandlerFunc) echo.HandlerFunc { return next },
	"a value": change(func(c echo.Context, r *http.Request) {
		c.SetRequest(r.WithContext(context.WithValue(r.Context(), named{}, "inner")))
	}),
	"a value, put back": func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			before := c.Request().Context()
			defer func() { c.SetRequest(c.Request().WithContext(before)) }()
			c.SetRequest(c.Request().WithContext(context.WithValue(before, named{}, "put back")))
			return next(c)
		}
	},
	"another end": echomiddleware.ContextTimeout(time.Hour), // which is not put back
	"another request": change(func(c echo.Context, r *http.Request) {
		other := r.Clone(context.WithValue(context.WithoutCancel(r.Context()), named{}, "inner"))
		other.Header.Set("X-Inner", "yes")
		c.SetRequest(other)
	}),
}

// What stands in front of the guard and Echo's error handling find a context that
// lasts as long as the request, whatever ended the one of the handler, and in it
// the token and what was put there behind the guard.
func TestEndWithTokenInFront(t *testing.T) {
	t.Parallel()
	for how, use := range inner {
		for token, lives := range map[string]time.Duration{"lives on": time.Hour, "ended": -time.Second} {
			for what, handler := range map[string]echo.HandlerFunc{
				"an answer": func(c echo.Context) error { return c.NoContent(http.StatusNoContent) },
				"an error":  func(echo.Context) error { return errors.New("no answer") },
				"a panic":   func(echo.Context) error { panic("no answer") },
			} {
				t.Run(how+", a token that "+token+", "+what, func(t *testing.T) {
					t.Parallel()
					g := guardtest.New(t, middleware.Config{Validator: guardtest.Until(lives)})
					var looked []string
					e := inFront(func(c echo.Context, where string) {
						looked = append(looked, where)
						checkInFront(t, c, how)
					})
					var served context.Context
					e.GET("/", func(c echo.Context) error {
						served = c.Request().Context()
						return handler(c)
					}, echoguard.Require(g, scopes.All("read"), echoguard.EndWithToken()), use)
					guardtest.Serve(e, "GET", "/", "Authorization", "Bearer t")
					want := []string{"middleware", "error handler"}
					if what == "an answer" {
						want = want[:1]
					}
					if !slices.Equal(looked, want) {
						t.Errorf("looked from %q, want %q", looked, want)
					}
					if how == "nothing" && served.Err() == nil {
						t.Error("the handler's context outlives it")
					}
				})
			}
		}
	}
}

// The end that the request itself comes to is not lost, nor taken for the token's.
func TestEndWithTokenClientLeaves(t *testing.T) {
	t.Parallel()
	var after context.Context
	e := inFront(func(c echo.Context, _ string) { after = c.Request().Context() })
	g := guardtest.New(t, middleware.Config{Validator: guardtest.Until(-time.Second)})
	e.GET("/", func(echo.Context) error { return nil }, echoguard.Require(g, scopes.All("read"), echoguard.EndWithToken()))
	why := errors.New("the client left")
	ctx, leave := context.WithCancelCause(t.Context())
	r := httptest.NewRequest("GET", "/", nil).WithContext(ctx)
	r.Header.Set("Authorization", "Bearer t")
	e.ServeHTTP(httptest.NewRecorder(), r)
	if after.Err() != nil {
		t.Errorf("before the client left: %v", after.Err())
	}
	leave(why)
	if after.Err() != context.Canceled || context.Cause(after) != why {
		t.Fatalf("after the client left: %v, %v", after.Err(), context.Cause(after))
	}
	<-after.Done()
}

// inFront is an API that looks at requests which come back from the guard, in a
// middleware and in its error handler. Panics become errors in between.
func inFront(look func(c echo.Context, where string)) *echo.Echo {
	e := echo.New()
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		look(c, "error handler")
		e.DefaultHTTPErrorHandler(err, c)
	}
	e.Use(func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			defer look(c, "middleware")
			return next(c)
		}
	}, echomiddleware.RecoverWithConfig(echomiddleware.RecoverConfig{
		DisableErrorHandler: true, LogErrorFunc: func(_ echo.Context, err error, _ []byte) error { return err },
	}))
	return e
}

func checkInFront(t *testing.T, c echo.Context, how string) {
	t.Helper()
	ctx := c.Request().Context()
	if ctx.Err() != nil || context.Cause(ctx) != nil {
		t.Errorf("the context is over: %v, %v", ctx.Err(), context.Cause(ctx))
	}
	if subject := echoguard.Token(c).Subject(); subject != "somebody" {
		t.Errorf("the token of %q", subject)
	}
	want := map[string]any{"a value": "inner", "another request": "inner"}[how]
	if got := ctx.Value(named{}); got != want {
		t.Errorf("the value %v, want %v", got, want)
	}
	if own := c.Request().Header.Get("X-Inner"); (own == "yes") != (how == "another request") {
		t.Errorf("a request with X-Inner %q", own)
	}
}
