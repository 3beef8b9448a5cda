package httpguard_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/httpguard"
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

// run is what became of a request.
type run struct {
	pattern, id, path, route string // as the handler saw them; pattern is "" when none ran
	token                    *middleware.Token
}

// newMux registers handlers that note what they saw in the returned run.
func newMux() (*http.ServeMux, *run) {
	mux, last := http.NewServeMux(), new(run)
	for pattern := range table {
		mux.HandleFunc(pattern, func(_ http.ResponseWriter, r *http.Request) {
			*last = run{pattern, pathValue(r, "id") + pathValue(r, "name"), pathValue(r, "path"), r.Pattern, httpguard.Token(r)}
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

func listed() scopes.Routes {
	routes := scopes.Routes{}
	for pattern, rule := range table {
		if !rule.IsZero() {
			routes[pattern] = rule
		}
	}
	return routes
}

// parseRequest reads a request as net/http's server does; nil where that would
// answer 400 itself.
func parseRequest(method, target, host string) *http.Request {
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n")))
	if err != nil {
		return nil
	}
	return r
}

// protectChecker compares a mux behind Protect with the same mux alone.
type protectChecker struct {
	bare, guarded       http.Handler
	bareRun, guardedRun *run
	event               *middleware.Event
}

func newProtectChecker(t testing.TB) *protectChecker {
	p := &protectChecker{event: new(middleware.Event)}
	p.bare, p.bareRun = newMux()
	mux, last := newMux()
	g := newGuard(t, middleware.Config{Validator: byScope, Observe: func(_ context.Context, e middleware.Event) { *p.event = e }})
	p.guarded, p.guardedRun = httpguard.Protect(g, listed(), mux), last
	return p
}

// check holds one request to what Protect promises: a handler runs only under
// the rule of its own pattern, it sees what it would see without a guard, and
// what is not refused is what the mux alone would have answered.
func (p *protectChecker) check(t testing.TB, method, target, host, token string, fields ...string) {
	t.Helper()
	plain, guarded := parseRequest(method, target, host), parseRequest(method, target, host)
	if plain == nil {
		return
	}
	for i := 0; i < len(fields); i += 2 {
		plain.Header.Add(fields[i], fields[i+1])
		guarded.Header.Add(fields[i], fields[i+1])
	}
	if token != "" {
		guarded.Header.Set("Authorization", "Bearer "+token)
	}
	*p.bareRun, *p.guardedRun, *p.event = run{}, run{}, middleware.Event{}
	want, got := httptest.NewRecorder(), httptest.NewRecorder()
	p.bare.ServeHTTP(want, plain)
	p.guarded.ServeHTTP(got, guarded)

	name := fmt.Sprintf("%s %q of %s with token %q", method, target, host, token)
	refused := got.Code == 401 || got.Code == 403
	if ran := p.guardedRun.pattern; ran != "" && !permits(table[ran], token) {
		t.Errorf("%s: the handler of %s ran, which is for %v", name, ran, table[ran])
	}
	if seen := *p.guardedRun; !refused {
		if token == "" && seen.token != nil {
			t.Errorf("%s: a token from nowhere", name)
		}
		seen.token = nil
		if seen != *p.bareRun || got.Code != want.Code || got.Header().Get("Location") != want.Header().Get("Location") {
			t.Errorf("%s: %d %+v %s, and without a guard %d %+v %s", name,
				got.Code, seen, got.Header().Get("Location"), want.Code, *p.bareRun, want.Header().Get("Location"))
		}
	}
	if ran := p.bareRun.pattern; refused && ran != "" && permits(table[ran], token) {
		t.Errorf("%s: %d, and %v of %s permits it", name, got.Code, table[ran], ran)
	}
	if refused && (got.Header().Get("WWW-Authenticate") == "" || got.Header().Get("Location") != "" || got.Header().Get("Allow") != "") {
		t.Errorf("%s: refused with %v", name, got.Header())
	}
	if _, known := table[p.event.Route]; !known && p.event.Route != "" {
		t.Errorf("%s: Observe is told of the route %q, which is no pattern", name, p.event.Route)
	}
}

// permits is what a rule of the table says of a token of byScope.
func permits(rule scopes.Rule, token string) bool {
	switch {
	case rule.IsZero():
		return false
	case token == "":
		return rule.IsPublic() || rule.IsOptional()
	}
	have := strings.Split(token, ".")
	return rule.IsPublic() || rule.Scope() == "" || slices.Contains(have, rule.Scope())
}

var (
	methods = []string{"GET", "HEAD", "POST", "DELETE", "PUT", "OPTIONS", "CONNECT", "get", "X"}
	hosts   = []string{"api.example.com", "h.example", "h.example:8080", "H.EXAMPLE", "h.example.", ""}
	targets = []string{
		"/", "//", "/orders", "/orders/", "/orders/1", "/orders/1/", "/orders/export", "/orders/export/", "/orders/1/secret", "/ORDERS",
		"/public", "/public/", "/public/a", "/public/a/b", "/public/../orders", "/public/../orders/1", "/public/%2e%2e/orders", "/public/..%2forders",
		"/public/./a", "/public//a", "/public/a/..", "/public/a;/../../orders", "/orders;x", "/orders/1;a=b", "/orders%2f1", "/orders%2F1",
		"/orders/a%2fb", "/orders/%2e%2e", "/orders/..", "/orders/.", "/%6frders", "/orders%20", "/orders%00", "/orders%", "/orders?x=/public/", "/orders/?x",
		"/admin", "/admin/", "/admin/health", "/admin/health/", "/admin//health", "/admin/./health", "/admin/x/../health", "/admin/health/../x", "/admin%2fhealth",
		"/users/a", "/users/a/", "/users/a/b", "/users//", "/users/a%2fb/", "/users/..%2fadmin/", "/users", "/unlisted", "/unlisted/", "/unlisted/x",
		"/optional", "/optional/", "/any", "/any/", "/nothing", "/nothing/../orders", "//orders", "///admin/", "/\\orders", "/orders\\..\\admin",
		"http://h.example/orders", "http://other.example/orders", "http://h.example//orders", "*", "h.example:443",
	}
)

// R9700-2, and no path reaches a handler past its rule.
func TestProtect(t *testing.T) {
	t.Parallel()
	p := newProtectChecker(t)
	tokens := []string{"", "none"}
	for _, rule := range table {
		if s := rule.Scope(); s != "" {
			tokens = append(tokens, s)
		}
	}
	for _, method := range methods {
		for _, target := range targets {
			for _, host := range hosts {
				for _, token := range tokens {
					p.check(t, method, target, host, token)
				}
			}
		}
	}
}

func FuzzProtect(f *testing.F) {
	for i, target := range targets {
		f.Add(methods[i%len(methods)], target, hosts[i%len(hosts)], "list.read")
	}
	p := newProtectChecker(f)
	f.Fuzz(func(t *testing.T, method, target, host, token string) {
		for _, c := range token {
			if !strings.ContainsRune("abcdefghijklmnopqrstuvwxyz.", c) {
				return
			}
		}
		if token == "bad" || token == "down" {
			return // these say nothing about the rules
		}
		p.check(t, method, target, host, token)
	})
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
			h := httpguard.Protect(newGuard(t, middleware.Config{Validator: byScope}), listed(), mux)
			r := httptest.NewRequest(tc.method, tc.target, nil)
			if tc.host != "" {
				r.Host = tc.host
			}
			if tc.token != "" {
				r.Header.Set("Authorization", "Bearer "+tc.token)
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != tc.status || last.pattern != tc.ran {
				t.Errorf("%d by %q, want %d by %q", w.Code, last.pattern, tc.status, tc.ran)
			}
			if tc.ran != "" && last.token.Subject() != tc.token {
				t.Errorf("the handler saw %q", last.token.Subject())
			}
		})
	}
}

// Fields that some frameworks let override the method, path or host change
// nothing here.
func TestProtectIgnoresOverrides(t *testing.T) {
	t.Parallel()
	p := newProtectChecker(t)
	for _, field := range []string{
		"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Host",
		"X-Forwarded-Prefix", "X-Forwarded-Uri", "X-Original-Method", "Forwarded", "X-Host",
	} {
		for _, value := range []string{"DELETE", "GET", "OPTIONS", "/public/a", "/admin/health", "h.example"} {
			for _, method := range []string{"GET", "POST", "DELETE"} {
				p.check(t, method, "/orders/1", "api.example.com", "", field, value)
				p.check(t, method, "/orders/1", "api.example.com", "read", field, value)
			}
		}
	}
}

// A key is compared to the letter with the pattern: one that only looks alike
// opens nothing.
func TestProtectKeysToTheLetter(t *testing.T) {
	t.Parallel()
	handler := &counter{}
	mux := http.NewServeMux()
	mux.Handle("GET /orders/{id}", handler)
	g := newGuard(t, middleware.Config{Validator: byScope})
	for _, key := range []string{
		"/orders/{id}", "GET /orders/{name}", "GET  /orders/{id}", "GET\t/orders/{id}", "GET /orders/{id...}", "GET /orders/", "GET /orders/1", "GET api.example.com/orders/{id}",
	} {
		h := httpguard.Protect(g, scopes.Routes{key: scopes.Public()}, mux)
		if w := get(h, "http://api.example.com/orders/1"); w.Code != 401 {
			t.Errorf("%q: %d, want 401", key, w.Code)
		}
	}
	if n := handler.calls.Load(); n != 0 {
		t.Errorf("the handler ran %d times", n)
	}
}

func TestProtectCopiesTheTable(t *testing.T) {
	t.Parallel()
	mux := http.NewServeMux()
	mux.Handle("/", &counter{})
	routes := scopes.Routes{"/": scopes.All("read")}
	h := httpguard.Protect(newGuard(t, middleware.Config{Validator: byScope}), routes, mux)
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
	handler := &counter{}
	inner.Handle("GET /api/secret", handler)
	outer := http.NewServeMux()
	outer.Handle("/api/", inner)
	outer.Handle("/open/", http.NotFoundHandler())
	h := httpguard.Protect(newGuard(t, middleware.Config{Validator: byScope}),
		scopes.Routes{"/api/": scopes.All("api"), "/open/": scopes.Public()}, outer)
	for _, target := range []string{"/api/secret", "/open/../api/secret", "/open/%2e%2e/api/secret", "//api/secret", "/open/..%2fapi%2fsecret"} {
		get(h, target)
	}
	if n := handler.calls.Load(); n != 0 {
		t.Errorf("the handler ran %d times without a token", n)
	}
	if w := get(h, "/api/secret", "Authorization", "Bearer api"); w.Code != 204 {
		t.Errorf("%d", w.Code)
	}
}
