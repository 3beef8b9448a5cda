package echoguard_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/echoguard"
	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/labstack/echo/v4"
)

// A custom HTTPErrorHandler writes what it likes; the challenge is there, and it
// finds our error inside Echo's.
func TestCustomErrorHandler(t *testing.T) {
	t.Parallel()
	handler := new(guardtest.Counter)
	for _, tc := range []struct {
		name, field string
		status      int
		code        middleware.Code
	}{
		{"R6750-9 none", "", 401, middleware.NoToken},
		{"R6750-9 malformed", "Bearer a b", 400, middleware.InvalidRequest},
		{"R6750-9 bad", "Bearer bad", 401, middleware.InvalidToken},
		{"R6750-9 scope", "Bearer write", 403, middleware.InsufficientScope},
		{"cannot tell", "Bearer down", 503, middleware.Unavailable},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			e := echo.New()
			e.HTTPErrorHandler = func(err error, c echo.Context) {
				var outer *echo.HTTPError
				var inner *middleware.Error
				if !errors.As(err, &outer) || !errors.As(err, &inner) {
					t.Fatalf("%T %v", err, err)
				}
				if outer.Code != tc.status || inner.Code != tc.code {
					t.Errorf("%d %s, want %d %s", outer.Code, inner.Code, tc.status, tc.code)
				}
				_ = c.String(outer.Code, fmt.Sprintf("custom: %v", outer.Message))
			}
			e.GET("/read", count(handler), echoguard.Require(guardtest.New(t, middleware.Config{Validator: guardtest.ByScope}), scopes.All("read")))
			fields := []string{"X-Test", ""}
			if tc.field != "" {
				fields = append(fields, "Authorization", tc.field)
			}
			w := guardtest.Serve(e, "GET", "/read", fields...)
			if w.Code != tc.status || !strings.HasPrefix(w.Body.String(), "custom: ") {
				t.Errorf("%d %s", w.Code, w.Body)
			}
			if n := len(w.Header().Values("WWW-Authenticate")); (n == 1) == (tc.status == 503) {
				t.Errorf("%d challenges", n)
			}
			if w.Header().Get("Cache-Control") != "no-store" || (w.Header().Get("Retry-After") != "") != (tc.status == 503) {
				t.Errorf("%v", w.Header())
			}
		})
	}
	if n := handler.Calls.Load(); n != 0 {
		t.Errorf("the handler ran %d times", n)
	}
}

// Echo's debug mode tells the client causes of other errors, not of ours.
func TestDebugMode(t *testing.T) {
	t.Parallel()
	e := echo.New()
	e.Debug = true
	e.GET("/read", count(new(guardtest.Counter)), echoguard.Require(guardtest.New(t, middleware.Config{Validator: guardtest.ByScope}), scopes.All("read")))
	w := guardtest.Serve(e, "GET", "/read", "Authorization", "Bearer down")
	var got map[string]string
	if err := json.Unmarshal(w.Body.Bytes(), &got); err != nil || len(got) != 2 || got["error"] != "temporarily_unavailable" {
		t.Errorf("%s: %v", w.Body, err)
	}
}

// A challenge that something else put there speaks for nobody.
func TestStaleHeader(t *testing.T) {
	t.Parallel()
	stale := func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			h := c.Response().Header()
			h.Add("WWW-Authenticate", `Basic realm="stale"`)
			h.Set("Cache-Control", "public, max-age=3600")
			h.Set("Retry-After", "99")
			return next(c)
		}
	}
	e := echo.New()
	e.Use(stale, echoguard.Middleware(guardtest.New(t, middleware.Config{Validator: guardtest.ByScope}), scopes.Routes{"GET /read": scopes.All("read")}))
	e.GET("/read", count(new(guardtest.Counter)))
	for field, challenges := range map[string]int{"Bearer a b": 1, "Bearer bad": 1, "Bearer write": 1, "Bearer down": 0} {
		w := guardtest.Serve(e, "GET", "/read", "Authorization", field)
		got := w.Header().Values("WWW-Authenticate")
		if len(got) != challenges || strings.Contains(strings.Join(got, ""), "stale") || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", field, w.Header())
		}
		if w.Code == 503 && w.Header().Get("Retry-After") != "5" {
			t.Errorf("Retry-After: %s", w.Header().Get("Retry-After"))
		}
	}
}
