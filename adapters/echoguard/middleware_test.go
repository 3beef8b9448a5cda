package echoguard_test

import (
	"bufio"
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/echoguard"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/labstack/echo/v4"
)

// table is an API with every kind of route that Echo knows. Its rules ask for a
// scope of their own each, so that no token opens two routes. Those with the
// zero rule are served and not in the table.
var table = map[string]scopes.Rule{
	"GET /":                     scopes.Public(),
	"GET /public/*":             scopes.Public(),
	"GET /orders":               scopes.All("list"),
	"POST /orders":              scopes.All("create"),
	"GET /orders/:id":           scopes.All("read"),
	"HEAD /orders/:id":          scopes.All("head"),
	"DELETE /orders/:id":        scopes.All("delete"),
	"GET /orders/export":        scopes.All("export"),
	"PURGE /orders":             scopes.All("purge"),
	"/admin/*":                  scopes.All("admin"), // Any
	"GET /admin/health":         scopes.Public(),
	"GET /users/:name/posts":    scopes.All("posts"),
	"POST /users/:user/posts":   scopes.All("post"),
	"/spa/*":                    scopes.All("spa"), // RouteNotFound
	"GET h.example/orders":      scopes.All("host"),
	"h.example/*":               scopes.All("hostroot"), // Any
	"GET h.example:8080/orders": scopes.All("port"),
	"GET /optional":             scopes.Optional(scopes.All("optional")),
	"/any":                      scopes.Authenticated(), // Any
	"GET /group":                scopes.All("group"),
	"GET /group/a/b":            scopes.All("deep"),
	"GET /unlisted":             {},
	"/unlisted/*":               {}, // Any
	"POST /public/*":            {},
	"GET /orders/:id/secret":    {},
	"GET /group/secret":         {},
}

// run is what became of a request.
type run struct {
	key, params string // as the handler saw them; key is "" when none ran
	token       *middleware.Token
}

// newAPI registers the table with Echo. Its handlers note what they saw in the
// returned run.
func newAPI(use ...echo.MiddlewareFunc) (*echo.Echo, *run) {
	e, last := echo.New(), new(run)
	e.Use(use...)
	hosts := map[string]*echo.Group{"h.example": e.Host("h.example"), "h.example:8080": e.Host("h.example:8080")}
	group := e.Group("/group", func(next echo.HandlerFunc) echo.HandlerFunc { return next })
	for key := range table {
		note := func(c echo.Context) error {
			*last = run{key, strings.Join(c.ParamValues(), "|"), echoguard.Token(c)}
			return nil
		}
		method, rest, found := strings.Cut(key, " ")
		if !found {
			method, rest = "", key
		}
		host, path, _ := strings.Cut(rest, "/")
		add, anyMethod := e.Add, e.Any
		if h, own := hosts[host]; own {
			add, anyMethod = h.Add, h.Any
		}
		if inside, found := strings.CutPrefix(rest, "/group"); found {
			add, path = group.Add, strings.TrimPrefix(inside, "/")
		}
		if path = "/" + path; path == "/" && strings.HasSuffix(rest, "/group") {
			path = ""
		}
		switch {
		case path == "/spa/*":
			e.RouteNotFound(path, note)
		case method == "":
			anyMethod(path, note)
		default:
			add(method, path, note)
		}
	}
	return e, last
}

func listed() scopes.Routes {
	routes := scopes.Routes{}
	for key, rule := range table {
		if !rule.IsZero() {
			routes[key] = rule
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

// checker compares an Echo instance behind Middleware with the same one alone.
type checker struct {
	bare, guarded       *echo.Echo
	bareRun, guardedRun *run
	event               *middleware.Event
}

func newChecker(t testing.TB) *checker {
	p := &checker{event: new(middleware.Event)}
	g := newGuard(t, middleware.Config{Validator: byScope, Observe: func(_ context.Context, e middleware.Event) { *p.event = e }})
	p.bare, p.bareRun = newAPI()
	p.guarded, p.guardedRun = newAPI(echoguard.Middleware(g, listed()))
	return p
}

// check holds one request to what Middleware promises: a handler runs only under
// the rule of its own route, it sees what it would see without a guard, and
// what is not refused is what Echo alone would have answered.
func (p *checker) check(t testing.TB, method, target, host, token string, fields ...string) {
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
	if ran := p.guardedRun.key; ran != "" && !permits(table[ran], token) {
		t.Errorf("%s: the handler of %s ran, which is for %v", name, ran, table[ran])
	}
	if seen := *p.guardedRun; !refused {
		if token == "" && seen.token != nil {
			t.Errorf("%s: a token from nowhere", name)
		}
		seen.token = nil
		if seen != *p.bareRun || got.Code != want.Code {
			t.Errorf("%s: %d %+v, and without a guard %d %+v", name, got.Code, seen, want.Code, *p.bareRun)
		}
	}
	if ran := p.bareRun.key; refused && ran != "" && permits(table[ran], token) {
		t.Errorf("%s: %d, and %v of %s permits it", name, got.Code, table[ran], ran)
	}
	if refused && (got.Header().Get("WWW-Authenticate") == "" || got.Header().Get("Allow") != "") {
		t.Errorf("%s: refused with %v", name, got.Header())
	}
	if !isRoute(p.event.Route) {
		t.Errorf("%s: Observe is told of the route %q, which is none", name, p.event.Route)
	}
}

// isRoute tells whether Observe may be told of a route: a key, the path of one
// where the method is another, or what Echo registers for a group.
func isRoute(name string) bool {
	if _, known := table[name]; known || name == "" || name == "/group/*" {
		return true
	}
	for key := range table {
		if _, path, _ := strings.Cut(key, " "); path == name {
			return true
		}
	}
	return false
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
	methods = []string{"GET", "HEAD", "POST", "DELETE", "PUT", "OPTIONS", "CONNECT", "PROPFIND", "PURGE", "get", "X", "echo_route_not_found"}
	hosts   = []string{"api.example.com", "h.example", "h.example:8080", "h.example:80", "H.EXAMPLE", "h.example.", ""}
	targets = []string{
		"/", "//", "/orders", "/orders/", "/orders/1", "/orders/1/", "/orders/export", "/orders/export/", "/orders/1/secret", "/ORDERS",
		"/public", "/public/", "/public/a", "/public/a/b", "/public/../orders", "/public/../orders/1", "/public/%2e%2e/orders", "/public/..%2forders",
		"/public/./a", "/public//a", "/public/a/..", "/public/a;/../../orders", "/orders;x", "/orders/1;a=b", "/orders%2f1", "/orders%2F1",
		"/orders/a%2fb", "/orders/%2e%2e", "/orders/..", "/orders/.", "/%6frders", "/orders%20", "/orders%00", "/orders%", "/orders?x=/public/", "/orders/?x",
		"/orders/:id", "/orders/*", "/admin", "/admin/", "/admin/*", "/admin/health", "/admin/health/", "/admin//health", "/admin/./health",
		"/admin/x/../health", "/admin/health/../x", "/admin%2fhealth", "/users/a/posts", "/users/a%2fb/posts", "/users//posts", "/users/a/b/posts", "/users/a/posts/",
		"/unlisted", "/unlisted/", "/unlisted/x", "/optional", "/optional/", "/any", "/any/", "/spa", "/spa/", "/spa/x/y", "/group", "/group/", "/group/a",
		"/group/a/b", "/group/secret", "/group/../orders", "/nothing", "/nothing/../orders", "//orders", "///admin/", "/\\orders", "/orders\\..\\admin",
		"http://h.example/orders", "http://other.example/orders", "http://h.example//orders", "*", "h.example:443",
	}
)

// R9700-2, and no path reaches a handler past its rule: not without a token, not
// with one that has every scope but its own; and with its own alone it does.
func TestMiddleware(t *testing.T) {
	t.Parallel()
	p := newChecker(t)
	for _, method := range methods {
		for _, target := range targets {
			for _, host := range hosts {
				p.check(t, method, target, host, "")
				own, others := table[p.bareRun.key].Scope(), []string{"none"}
				for _, rule := range table {
					if s := rule.Scope(); s != "" && s != own {
						others = append(others, s)
					}
				}
				p.check(t, method, target, host, strings.Join(others, "."))
				if own != "" {
					p.check(t, method, target, host, own)
				}
			}
		}
	}
}

func FuzzMiddleware(f *testing.F) {
	for i, target := range targets {
		f.Add(methods[i%len(methods)], target, hosts[i%len(hosts)], "list.read")
	}
	p := newChecker(f)
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

// Fields that some frameworks let override the method, path or host change
// nothing here.
func TestMiddlewareIgnoresOverrides(t *testing.T) {
	t.Parallel()
	p := newChecker(t)
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

// The cases worth a name.
func TestMiddlewareByName(t *testing.T) {
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
		{"HEAD is not GET", "HEAD", "/orders", "", "list", 403, ""},
		{"HEAD of its own", "HEAD", "/orders/1", "", "head", 200, "HEAD /orders/:id"},
		{"HEAD of its own with the scope of GET", "HEAD", "/orders/1", "", "read", 403, ""},
		{"the more specific route", "GET", "/orders/export", "", "read", 403, ""},
		{"an encoded slash is part of the parameter", "GET", "/orders/a%2fb", "", "read", 200, "GET /orders/:id"},
		{"an encoded slash between segments matches nothing", "GET", "/orders%2f1", "", "read", 403, ""},
		{"a trailing slash is a parameter of nothing", "GET", "/orders/", "", "list", 403, ""},
		{"public", "GET", "/public/a/b", "", "", 200, "GET /public/*"},
		{"public, dots are not resolved", "GET", "/public/../orders", "", "", 200, "GET /public/*"},
		{"public, another method that is not listed", "POST", "/public/a", "", "", 401, ""},
		{"public inside a guarded tree", "GET", "/admin/health", "", "", 200, "GET /admin/health"},
		{"public inside a guarded tree, another method", "POST", "/admin/health", "", "", 401, ""},
		{"public inside a guarded tree, another method and the scope", "POST", "/admin/health", "", "admin", 200, "/admin/*"},
		{"below the public path", "GET", "/admin/health/x", "", "", 401, ""},
		{"Any", "PROPFIND", "/admin/x", "", "admin", 200, "/admin/*"},
		{"RouteNotFound", "PUT", "/spa/x", "", "spa", 200, "/spa/*"},
		{"RouteNotFound, no token", "GET", "/spa/x", "", "", 401, ""},
		{"a group's path", "GET", "/group/a/b", "", "deep", 200, "GET /group/a/b"},
		{"a group's 404", "GET", "/group/nothing", "", "deep", 403, ""},
		{"not listed, no token", "GET", "/unlisted", "", "", 401, ""},
		{"not listed, bad token", "GET", "/unlisted", "", "bad", 401, ""},
		{"not listed, good token", "GET", "/unlisted", "", "list", 403, ""},
		{"not listed, cannot tell", "GET", "/unlisted", "", "down", 503, ""},
		{"404, no token", "GET", "/nothing", "", "", 401, ""},
		{"404, good token", "GET", "/nothing", "", "list", 403, ""},
		{"405, no token", "PUT", "/orders", "", "", 401, ""},
		{"405, good token", "PUT", "/orders", "", "list", 403, ""},
		{"Echo's own OPTIONS", "OPTIONS", "/orders", "", "list", 403, ""},
		{"a route of the host", "GET", "/orders", "h.example", "list", 403, ""},
		{"a route of the host with its scope", "GET", "/orders", "h.example", "host", 200, "GET h.example/orders"},
		{"a route of the host with a port", "GET", "/orders", "h.example:8080", "host", 403, ""},
		{"L-13 anonymous", "GET", "/optional", "", "", 200, "GET /optional"},
		{"L-13 bad token", "GET", "/optional", "", "bad", 401, ""},
		{"L-13 no scope", "GET", "/optional", "", "list", 403, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			e, last := newAPI(echoguard.Middleware(newGuard(t, middleware.Config{Validator: byScope}), listed()))
			r := httptest.NewRequest(tc.method, tc.target, nil)
			if tc.host != "" {
				r.Host = tc.host
			}
			if tc.token != "" {
				r.Header.Set("Authorization", "Bearer "+tc.token)
			}
			w := httptest.NewRecorder()
			e.ServeHTTP(w, r)
			if w.Code != tc.status || last.key != tc.ran {
				t.Errorf("%d by %q, want %d by %q", w.Code, last.key, tc.status, tc.ran)
			}
			if tc.ran != "" && last.token.Subject() != tc.token {
				t.Errorf("the handler saw %q", last.token.Subject())
			}
		})
	}
}

// A key is compared to the letter with the route: one that only looks alike
// opens nothing.
func TestMiddlewareKeysToTheLetter(t *testing.T) {
	t.Parallel()
	handler := &counter{}
	g := newGuard(t, middleware.Config{Validator: byScope})
	for _, key := range []string{
		"GET /orders/:name", "GET /orders/:id/", "GET /orders/*", "GET /orders/1", "GET api.example.com/orders/:id", "/orders", "HEAD /orders/:id", "/*",
	} {
		e := echo.New()
		e.Use(echoguard.Middleware(g, scopes.Routes{key: scopes.Public()}))
		e.GET("/orders/:id", handler.handle)
		if w := serve(e, "GET", "http://api.example.com/orders/1"); w.Code != 401 {
			t.Errorf("%q: %d, want 401", key, w.Code)
		}
	}
	if n := handler.calls.Load(); n != 0 {
		t.Errorf("the handler ran %d times", n)
	}
}

func TestMiddlewareCopiesTheTable(t *testing.T) {
	t.Parallel()
	routes := scopes.Routes{"GET /": scopes.All("read")}
	e := echo.New()
	e.Use(echoguard.Middleware(newGuard(t, middleware.Config{Validator: byScope}), routes))
	e.GET("/", (&counter{}).handle)
	routes["GET /"] = scopes.Public()
	if w := serve(e, "GET", "/"); w.Code != 401 {
		t.Errorf("%d", w.Code)
	}
}

// A table on a group guards the group and what it does not have, and no more.
func TestMiddlewareOfAGroup(t *testing.T) {
	t.Parallel()
	e := echo.New()
	open, guarded := &counter{}, &counter{}
	e.GET("/open", open.handle)
	group := e.Group("/api", echoguard.Middleware(newGuard(t, middleware.Config{Validator: byScope}),
		scopes.Routes{"GET /api/orders": scopes.All("read")}))
	group.GET("/orders", guarded.handle)
	group.GET("/forgotten", guarded.handle)
	group.Group("/deep").GET("/x", guarded.handle)
	for path, want := range map[string]int{"/open": 204, "/api/orders": 401, "/api/forgotten": 401, "/api/deep/x": 401, "/api/nothing": 401, "/api": 401, "/nothing": 404} {
		if w := serve(e, "GET", path); w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
	if n := guarded.calls.Load(); n != 0 {
		t.Errorf("a guarded handler ran %d times", n)
	}
	if w := serve(e, "GET", "/api/orders", "Authorization", "Bearer read"); w.Code != 204 {
		t.Errorf("%d", w.Code)
	}
}
