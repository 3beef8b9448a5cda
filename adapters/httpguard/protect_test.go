package httpguard_test

import (
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/httpguard"
	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// table is an API with every kind of pattern that a ServeMux knows. Its rules
// ask for a scope of their own each, so that no token opens two routes. Those
// without a rule are served by the mux and are not in the table.
var table = map[string]scopes.Rule{
	"/{$}":                    scopes.Public(),
	"GET /public/{path...}":   scopes.Public(),
	"GET /orders":             scopes.All("list"),
	"POST /orders":            scopes.All("create"),
	"GET /orders/{id}":        scopes.All("read"),
	"DELETE /orders/{id}":     scopes.All("delete"),
	"GET /orders/export":      scopes.All("export"),
	"/admin/":                 scopes.All("admin"),
	"GET /admin/health":       scopes.Public(),
	"/users/{name}/":          scopes.All("users"),
	"GET h.example/orders":    scopes.All("host"),
	"h.example/":              scopes.All("hostroot"),
	"GET /optional":           scopes.Optional(scopes.All("optional")),
	"/any":                    scopes.Authenticated(),
	"GET /unlisted":           {},
	"/unlisted/":              {},
	"POST /public/{path...}":  {},
	"GET /orders/{id}/secret": {},
}

// newMux registers handlers that note what they saw in the returned Run.
func newMux() (*http.ServeMux, *guardtest.Run) {
	mux, last := http.NewServeMux(), new(guardtest.Run)
	for pattern := range table {
		mux.HandleFunc(pattern, func(_ http.ResponseWriter, r *http.Request) {
			seen := fmt.Sprint(pathValue(r, "id"), "|", pathValue(r, "name"), "|", pathValue(r, "path"), "|", r.Pattern)
			*last = guardtest.Run{Key: pattern, Seen: seen, Token: httpguard.Token(r)}
		})
	}
	return mux, last
}

// pathValue is r.PathValue, which in Go 1.26 panics for CONNECT requests with an
// empty segment where the pattern has a wildcard.
func pathValue(r *http.Request, name string) (value string) {
	defer func() {
		if recover() != nil {
			value = "panic"
		}
	}()
	return r.PathValue(name)
}

func newPaths(t testing.TB) *guardtest.Paths {
	isPattern := func(name string) bool { _, known := table[name]; return known }
	return guardtest.NewPaths(t, table, isPattern, func(g *middleware.Guard) (http.Handler, *guardtest.Run) {
		mux, last := newMux()
		if g == nil {
			return mux, last
		}
		return httpguard.Protect(g, guardtest.Listed(table), mux), last
	})
}

// R9700-2, and no path reaches a handler past its rule.
func TestProtect(t *testing.T) {
	t.Parallel()
	newPaths(t).All(t, "/users/a", "/users/a/", "/users/a/b", "/users//", "/users/a%2fb/", "/users/..%2fadmin/", "/users")
}

// Fields that some frameworks let override the method, path or host change
// nothing here.
func TestProtectIgnoresOverrides(t *testing.T) {
	t.Parallel()
	newPaths(t).AllOverrides(t)
}

func FuzzProtect(f *testing.F) {
	for i, target := range guardtest.Targets {
		f.Add(guardtest.Methods[i%len(guardtest.Methods)], target, guardtest.Hosts[i%len(guardtest.Hosts)], "list.read")
	}
	f.Fuzz(newPaths(f).Fuzz)
}

// The cases worth a name.
func TestProtectByName(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, method, target, host, token string
		status                            int
		ran                               string
	}{
		{"R9700-2 list", "GET", "/orders", "", "list", 200, "GET /orders"},
		{"R9700-2 create with the scope to list", "POST", "/orders", "", "list", 403, ""},
		{"R9700-2 create", "POST", "/orders", "", "create", 200, "POST /orders"},
		{"R9700-2 delete with the scope to read", "DELETE", "/orders/1", "", "read", 403, ""},
		{"R9700-2 read with the scope to delete", "GET", "/orders/1", "", "delete", 403, ""},
		{"HEAD is GET", "HEAD", "/orders", "", "list", 200, "GET /orders"},
		{"HEAD without the scope", "HEAD", "/orders", "", "create", 403, ""},
		{"the more specific pattern", "GET", "/orders/export", "", "read", 403, ""},
		{"public", "GET", "/public/a/b", "", "", 200, "GET /public/{path...}"},
		{"public, another method that is not listed", "POST", "/public/a", "", "", 401, ""},
		{"public inside a guarded tree", "GET", "/admin/health", "", "", 200, "GET /admin/health"},
		{"public inside a guarded tree, another method", "POST", "/admin/health", "", "", 401, ""},
		{"below the public path", "GET", "/admin/health/x", "", "", 401, ""},
		{"not listed, no token", "GET", "/unlisted", "", "", 401, ""},
		{"not listed, bad token", "GET", "/unlisted", "", "bad", 401, ""},
		{"not listed, good token", "GET", "/unlisted", "", "list", 403, ""},
		{"not listed, cannot tell", "GET", "/unlisted", "", "down", 503, ""},
		{"no such route, no token", "GET", "/nothing", "", "", 401, ""},
		{"no such route, good token", "GET", "/nothing", "", "list", 403, ""},
		{"no such method, no token", "PUT", "/orders", "", "", 401, ""},
		{"no such method, good token", "PUT", "/orders", "", "list", 403, ""},
		{"a pattern of the host", "GET", "/orders", "h.example", "list", 403, ""},
		{"a pattern of the host with its scope", "GET", "/orders", "h.example:8443", "host", 200, "GET h.example/orders"},
		{"a path that is cleaned, no token", "GET", "/public/../orders", "", "", 401, ""},
		{"a path that is cleaned", "GET", "/public/../orders", "", "list", 307, ""},
		{"a slash that is added, no token", "GET", "/admin", "", "", 401, ""},
		{"a slash that is added", "GET", "/admin", "", "admin", 307, ""},
		{"L-13 anonymous", "GET", "/optional", "", "", 200, "GET /optional"},
		{"L-13 bad token", "GET", "/optional", "", "bad", 401, ""},
		{"L-13 no scope", "GET", "/optional", "", "list", 403, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			mux, last := newMux()
			h := httpguard.Protect(guardtest.New(t, middleware.Config{Validator: guardtest.ByScope}), guardtest.Listed(table), mux)
			r := httptest.NewRequest(tc.method, tc.target, nil)
			if tc.host != "" {
				r.Host = tc.host
			}
			if tc.token != "" {
				r.Header.Set("Authorization", "Bearer "+tc.token)
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != tc.status || last.Key != tc.ran {
				t.Errorf("%d by %q, want %d by %q", w.Code, last.Key, tc.status, tc.ran)
			}
			if tc.ran != "" && last.Token.Subject() != tc.token {
				t.Errorf("the handler saw %q", last.Token.Subject())
			}
		})
	}
}

// A key is compared to the letter with the pattern: one that only looks alike
// opens nothing.
func TestProtectKeysToTheLetter(t *testing.T) {
	t.Parallel()
	handler := new(guardtest.Counter)
	mux := http.NewServeMux()
	mux.Handle("GET /orders/{id}", handler)
	g := guardtest.New(t, middleware.Config{Validator: guardtest.ByScope})
	for _, key := range []string{
		"/orders/{id}", "GET /orders/{name}", "GET  /orders/{id}", "GET\t/orders/{id}", "GET /orders/{id...}", "GET /orders/", "GET /orders/1", "GET api.example.com/orders/{id}",
	} {
		h := httpguard.Protect(g, scopes.Routes{key: scopes.Public()}, mux)
		if w := get(h, "http://api.example.com/orders/1"); w.Code != 401 {
			t.Errorf("%q: %d, want 401", key, w.Code)
		}
	}
	if n := handler.Calls.Load(); n != 0 {
		t.Errorf("the handler ran %d times", n)
	}
}

func TestProtectCopiesTheTable(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	mux.Handle("/", new(guardtest.Counter))
	routes := scopes.Routes{"/": scopes.All("read")}
	h := httpguard.Protect(guardtest.New(t, middleware.Config{Validator: guardtest.ByScope}), routes, mux)
	routes["/"] = scopes.Public()
	if w := get(h, "/"); w.Code != 401 {
		t.Errorf("%d", w.Code)
	}
}

// A mux inside a mux is reached under the rule of the outer pattern alone, so
// the rule for a tree must be good enough for all of it.
func TestProtectNestedMux(t *testing.T) {
	t.Parallel()
	inner := http.NewServeMux()
	handler := new(guardtest.Counter)
	inner.Handle("GET /api/secret", handler)
	outer := http.NewServeMux()
	outer.Handle("/api/", inner)
	outer.Handle("/open/", http.NotFoundHandler())
	h := httpguard.Protect(guardtest.New(t, middleware.Config{Validator: guardtest.ByScope}),
		scopes.Routes{"/api/": scopes.All("api"), "/open/": scopes.Public()}, outer)
	for _, target := range []string{"/api/secret", "/open/../api/secret", "/open/%2e%2e/api/secret", "//api/secret", "/open/..%2fapi%2fsecret"} {
		get(h, target)
	}
	if n := handler.Calls.Load(); n != 0 {
		t.Errorf("the handler ran %d times without a token", n)
	}
	if w := get(h, "/api/secret", "Authorization", "Bearer api"); w.Code != 204 {
		t.Errorf("%d", w.Code)
	}
}
