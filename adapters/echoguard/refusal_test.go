package echoguard_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/echoguard"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/labstack/echo/v4"
)

// startServer serves h over a real socket, in clear or as HTTP/2 over TLS.
func startServer(t testing.TB, h http.Handler, http2 bool) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.EnableHTTP2 = http2
	if http2 {
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(s.Close)
	return s
}

// The failure taxonomy as a client sees it, the same as through every other
// adapter. The handler never runs.
func TestRefusalsOverTheWire(t *testing.T) {
	t.Parallel()
	var file challengeCases
	readCases(t, "challenges.json", &file)
	handler := &counter{}
	e := echo.New()
	for i, tc := range file.Cases {
		rule, err := scopes.Parse(tc.Rule)
		if err != nil {
			t.Fatal(err)
		}
		e.Any("/"+strconv.Itoa(i), handler.handle, echoguard.Require(newGuard(t, file.config(tc.Guard)), rule))
	}
	for protocol, http2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2.0": true} {
		server := startServer(t, e, http2)
		for i, tc := range file.Cases {
			for _, method := range []string{"GET", "HEAD", "POST"} {
				t.Run(protocol+" "+method+" "+tc.Name, func(t *testing.T) {
					r, err := http.NewRequestWithContext(t.Context(), method, server.URL+"/"+strconv.Itoa(i), nil)
					if err != nil {
						t.Fatal(err)
					}
					r.Header["Authorization"] = tc.Authorization
					if tc.Proof != "" {
						r.Header.Set("DPoP", tc.Proof)
					}
					answer, err := server.Client().Do(r)
					if err != nil {
						t.Fatal(err)
					}
					defer answer.Body.Close()
					if answer.Proto != protocol {
						t.Fatalf("this was %s", answer.Proto)
					}
					tc.check(t, answer)
				})
			}
		}
	}
	if n := handler.calls.Load(); n != 0 {
		t.Errorf("the handler ran %d times", n)
	}
}

func (tc challengeCase) check(t *testing.T, answer *http.Response) {
	t.Helper()
	if answer.StatusCode != tc.Expect.Status {
		t.Errorf("status %d, want %d", answer.StatusCode, tc.Expect.Status)
	}
	if got := answer.Header.Values("WWW-Authenticate"); !slices.Equal(got, tc.Expect.Challenges) {
		t.Errorf("WWW-Authenticate:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tc.Expect.Challenges, "\n"))
	}
	want := map[string]string{"Retry-After": tc.Expect.RetryAfter, "Cache-Control": "no-store", "DPoP-Nonce": tc.Expect.Nonce}
	for name, value := range want {
		if got := answer.Header.Get(name); got != value {
			t.Errorf("%s: %q, want %q", name, got, value)
		}
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	if answer.Request.Method == "HEAD" {
		if len(body) > 0 {
			t.Errorf("HEAD with %d bytes", len(body))
		}
		return
	}
	var got map[string]string
	if err := json.Unmarshal(body, &got); err != nil || answer.Header.Get("Content-Type") != "application/json" {
		t.Errorf("body %q of type %s: %v", body, answer.Header.Get("Content-Type"), err)
	}
	if !maps.Equal(got, tc.Expect.Body) { // none and {} are equal
		t.Errorf("body %s, want %v", body, tc.Expect.Body)
	}
}

// Every Authorization field of the shared cases, without the client's and the
// server's own checks of header fields in between.
func TestAuthorization(t *testing.T) {
	t.Parallel()
	var file struct {
		Cases []struct {
			Name, Expect string
			Fields       []string
		}
	}
	readCases(t, "authorization.json", &file)
	status := map[string]int{"allowed": 204, "no_token": 401, "invalid_token": 401, "invalid_request": 400}
	for _, tc := range file.Cases {
		t.Run(tc.Name, func(t *testing.T) {
			t.Parallel()
			handler := &counter{}
			e := echo.New()
			e.Use(echoguard.Middleware(newGuard(t, middleware.Config{Validator: byScope, Bindings: []middleware.Binding{fakeDPoP{}}}),
				scopes.Routes{"GET /read": scopes.Authenticated()}))
			e.GET("/read", handler.handle)
			r := httptest.NewRequest("GET", "/read", nil)
			r.Header["Authorization"] = tc.Fields
			w := httptest.NewRecorder()
			e.ServeHTTP(w, r)
			if want := status[tc.Expect]; w.Code != want || (handler.calls.Load() > 0) != (want == 204) {
				t.Errorf("status %d and %d calls of the handler, want %d", w.Code, handler.calls.Load(), want)
			}
		})
	}
}

// A custom HTTPErrorHandler writes what it likes; the challenge is there, and it
// finds our error inside Echo's.
func TestCustomErrorHandler(t *testing.T) {
	t.Parallel()
	handler := &counter{}
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
			e.GET("/read", handler.handle, echoguard.Require(newGuard(t, middleware.Config{Validator: byScope}), scopes.All("read")))
			fields := []string{"X-Test", ""}
			if tc.field != "" {
				fields = append(fields, "Authorization", tc.field)
			}
			w := serve(e, "GET", "/read", fields...)
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
	if n := handler.calls.Load(); n != 0 {
		t.Errorf("the handler ran %d times", n)
	}
}

// Echo's debug mode tells the client causes of other errors, not of ours.
func TestDebugMode(t *testing.T) {
	t.Parallel()
	e := echo.New()
	e.Debug = true
	e.GET("/read", (&counter{}).handle, echoguard.Require(newGuard(t, middleware.Config{Validator: byScope}), scopes.All("read")))
	w := serve(e, "GET", "/read", "Authorization", "Bearer down")
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
	e.Use(stale, echoguard.Middleware(newGuard(t, middleware.Config{Validator: byScope}), scopes.Routes{"GET /read": scopes.All("read")}))
	e.GET("/read", (&counter{}).handle)
	for field, challenges := range map[string]int{"Bearer a b": 1, "Bearer bad": 1, "Bearer write": 1, "Bearer down": 0} {
		w := serve(e, "GET", "/read", "Authorization", field)
		got := w.Header().Values("WWW-Authenticate")
		if len(got) != challenges || strings.Contains(strings.Join(got, ""), "stale") || w.Header().Get("Cache-Control") != "no-store" {
			t.Errorf("%s: %v", field, w.Header())
		}
		if w.Code == 503 && w.Header().Get("Retry-After") != "5" {
			t.Errorf("Retry-After: %s", w.Header().Get("Retry-After"))
		}
	}
}
