package httpguard_test

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/httpguard"
	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// A challenge that something else put there speaks for nobody.
func TestStaleHeader(t *testing.T) {
	t.Parallel()
	g := guardtest.New(t, middleware.Config{Validator: guardtest.ByScope})
	guarded := httpguard.Require(g, scopes.All("read"))(new(guardtest.Counter))
	stale := http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		h := w.Header()
		h.Add("WWW-Authenticate", `Basic realm="stale"`)
		h.Add("WWW-Authenticate", `Bearer realm="stale"`)
		h.Set("Cache-Control", "public, max-age=3600")
		h.Set("Content-Type", "text/html")
		h.Set("Content-Length", "12345")
		h.Set("Retry-After", "99")
		guarded.ServeHTTP(w, r)
	})
	for name, tc := range map[string]struct {
		fields    []string
		challenge []string
		status    int
	}{
		"400": {[]string{"Authorization", "Bearer a b"}, []string{"Bearer"}, 400},
		"401": {nil, []string{"Bearer"}, 401},
		"403": {[]string{"Authorization", "Bearer write"}, []string{"Bearer"}, 403},
		"503": {[]string{"Authorization", "Bearer down"}, nil, 503},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := get(stale, "/", tc.fields...)
			got := w.Header().Values("WWW-Authenticate")
			if w.Code != tc.status || len(got) != len(tc.challenge) || strings.Contains(strings.Join(got, ""), "stale") {
				t.Errorf("%d with %q", w.Code, got)
			}
			if cc := w.Header().Values("Cache-Control"); !slices.Equal(cc, []string{"no-store"}) {
				t.Errorf("Cache-Control: %q", cc)
			}
			if n := w.Header().Get("Content-Length"); n != strconv.Itoa(w.Body.Len()) {
				t.Errorf("Content-Length: %s for %d bytes", n, w.Body.Len())
			}
			if w.Body.Len() > 0 && w.Header().Get("Content-Type") != "application/json" {
				t.Errorf("Content-Type: %s", w.Header().Get("Content-Type"))
			}
			if after := w.Header().Get("Retry-After"); tc.status == 503 && after != "5" {
				t.Errorf("Retry-After: %s", after)
			}
		})
	}
}

func TestRefuseHook(t *testing.T) {
	t.Parallel()
	g := guardtest.New(t, middleware.Config{Validator: guardtest.ByScope})
	handler := new(guardtest.Counter)
	rule := scopes.All("read")
	problem := httpguard.Refuse(func(w http.ResponseWriter, r *http.Request, refusal middleware.Refusal) {
		w.Header().Set("Content-Type", "application/problem+json")
		w.WriteHeader(refusal.Status)
		_ = json.NewEncoder(w).Encode(map[string]any{"title": refusal.Description, "status": refusal.Status, "instance": r.URL.Path})
	})
	lazy := httpguard.Refuse(func(http.ResponseWriter, *http.Request, middleware.Refusal) {})
	again := httpguard.Refuse(httpguard.WriteRefusal)
	hook := func(write func(http.ResponseWriter)) httpguard.Option {
		return httpguard.Refuse(func(w http.ResponseWriter, _ *http.Request, _ middleware.Refusal) { write(w) })
	}
	for _, tc := range []struct {
		name   string
		hook   httpguard.Option
		fields []string
		status int
		body   string // a part of it
	}{
		{"R6750-9 another body, 401", problem, nil, 401, `"status":401`},
		{"R6750-9 another body, 403", problem, []string{"Authorization", "Bearer write"}, 403, `"instance":"/read"`},
		{"another body, 503", problem, []string{"Authorization", "Bearer down"}, 503, `"status":503`},
		{"a hook that writes nothing", lazy, nil, 401, ""},
		{"a body alone", hook(func(w http.ResponseWriter) { _, _ = w.Write([]byte("no")) }), nil, 401, "no"},
		{"an empty body", hook(func(w http.ResponseWriter) { _, _ = w.Write(nil) }), nil, 401, ""},
		{"a flush alone", hook(func(w http.ResponseWriter) { w.(http.Flusher).Flush() }), nil, 401, ""},
		{"a status of its own", hook(func(w http.ResponseWriter) { w.WriteHeader(404) }), nil, 404, ""},
		{"the writer itself", again, []string{"Authorization", "Bearer bad"}, 401, `"error":"invalid_token"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			w := get(httpguard.Require(g, rule, tc.hook)(handler), "/read", tc.fields...)
			if w.Code != tc.status || !strings.Contains(w.Body.String(), tc.body) {
				t.Errorf("%d %s", w.Code, w.Body)
			}
			if n, want := len(w.Header().Values("WWW-Authenticate")), 1; tc.status != 503 && n != want {
				t.Errorf("%d challenges", n)
			}
			if n := len(w.Header().Values("Retry-After")); (n == 1) != (tc.status == 503) {
				t.Errorf("%d Retry-After", n)
			}
			if handler.Calls.Load() > 0 {
				t.Error("the handler ran")
			}
		})
	}
}

// HEAD is answered as GET is, with the size of the body that it does not get.
func TestHead(t *testing.T) {
	t.Parallel()
	h := require()(guardtest.Call{Guard: guardtest.New(t, middleware.Config{Validator: guardtest.ByScope}), Rule: scopes.All("read")}, new(guardtest.Counter))
	server := guardtest.StartServer(t, h, false)
	for token, size := range map[string]bool{"": false, "bad": true} {
		r, err := http.NewRequestWithContext(t.Context(), "HEAD", server.URL+"/read", nil)
		if err != nil {
			t.Fatal(err)
		}
		if token != "" {
			r.Header.Set("Authorization", "Bearer "+token)
		}
		answer, err := server.Client().Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		if answer.StatusCode != 401 || (answer.ContentLength > 0) != size {
			t.Errorf("%q: %d with Content-Length %d", token, answer.StatusCode, answer.ContentLength)
		}
	}
}

// Early hints are no answer: a hook that sends nothing else still refuses.
func TestRefuseHookEarlyHints(t *testing.T) {
	t.Parallel()
	g := guardtest.New(t, middleware.Config{Validator: guardtest.ByScope})
	hints := httpguard.Refuse(func(w http.ResponseWriter, _ *http.Request, _ middleware.Refusal) {
		w.WriteHeader(http.StatusEarlyHints)
	})
	server := httptest.NewServer(httpguard.Require(g, scopes.All("read"), hints)(new(guardtest.Counter)))
	defer server.Close()
	resp, err := server.Client().Get(server.URL)
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	if resp.StatusCode != 401 {
		t.Errorf("status %d, want 401", resp.StatusCode)
	}
}
