package httpguard_test

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/httpguard"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
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

// The failure taxonomy as a client sees it. The handler never runs.
func TestRefusalsOverTheWire(t *testing.T) {
	t.Parallel()
	var file challengeCases
	readCases(t, "challenges.json", &file)
	handler := &counter{}
	mux := http.NewServeMux()
	for i, tc := range file.Cases {
		rule, err := scopes.Parse(tc.Rule)
		if err != nil {
			t.Fatal(err)
		}
		mux.Handle("/"+strconv.Itoa(i), httpguard.Require(newGuard(t, file.config(tc.Guard)), rule)(handler))
	}
	for protocol, http2 := range map[string]bool{"HTTP/1.1": false, "HTTP/2.0": true} {
		server := startServer(t, mux, http2)
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
	want := map[string]string{"Retry-After": tc.Expect.RetryAfter, "Cache-Control": "no-store", "DPoP-Nonce": tc.Expect.Nonce, "Content-Type": ""}
	if tc.Expect.Body != nil {
		want["Content-Type"] = "application/json"
	}
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
		if len(body) > 0 || (answer.ContentLength > 0) != (tc.Expect.Body != nil) {
			t.Errorf("HEAD with %d bytes and Content-Length %d", len(body), answer.ContentLength)
		}
		return
	}
	var got map[string]string
	if len(body) > 0 {
		if err := json.Unmarshal(body, &got); err != nil {
			t.Error(err)
		}
	}
	if !maps.Equal(got, tc.Expect.Body) || answer.ContentLength != int64(len(body)) {
		t.Errorf("body %s of Content-Length %d, want %v", body, answer.ContentLength, tc.Expect.Body)
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
			g := newGuard(t, middleware.Config{Validator: byScope, Bindings: []middleware.Binding{fakeDPoP{}}})
			r := httptest.NewRequest("GET", "/read", nil)
			r.Header["Authorization"] = tc.Fields
			w := httptest.NewRecorder()
			httpguard.Require(g, scopes.Authenticated())(handler).ServeHTTP(w, r)
			if want := status[tc.Expect]; w.Code != want || (handler.calls.Load() > 0) != (want == 204) {
				t.Errorf("status %d and %d calls of the handler, want %d", w.Code, handler.calls.Load(), want)
			}
		})
	}
}

// A challenge that something else put there speaks for nobody.
func TestStaleHeader(t *testing.T) {
	t.Parallel()
	g := newGuard(t, middleware.Config{Validator: byScope})
	guarded := httpguard.Require(g, scopes.All("read"))(&counter{})
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
	g := newGuard(t, middleware.Config{Validator: byScope})
	handler := &counter{}
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
			if handler.calls.Load() > 0 {
				t.Error("the handler ran")
			}
		})
	}
}

// Early hints are no answer: a hook that sends nothing else still refuses.
func TestRefuseHookEarlyHints(t *testing.T) {
	t.Parallel()
	g := newGuard(t, middleware.Config{Validator: byScope})
	hints := httpguard.Refuse(func(w http.ResponseWriter, _ *http.Request, _ middleware.Refusal) {
		w.WriteHeader(http.StatusEarlyHints)
	})
	server := httptest.NewServer(httpguard.Require(g, scopes.All("read"), hints)(&counter{}))
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
