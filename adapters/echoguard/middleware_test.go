package echoguard_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/echoguard"
	"github.com/bearerguard/bearerguard/internal/guardtest"
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

// newAPI registers the table with Echo. Its handlers note what they saw in the
// returned Run.
func newAPI(use ...echo.MiddlewareFunc) (*echo.Echo, *guardtest.Run) {
	e, last := echo.New(), new(guardtest.Run)
	e.Use(use...)
	hosts := map[string]*echo.Group{"h.example": e.Host("h.example"), "h.example:8080": e.Host("h.example:8080")}
	group := e.Group("/group", func(next echo.HandlerFunc) echo.HandlerFunc { return next })
	for key := range table {
		note := func(c echo.Context) error {
			*last = guardtest.Run{Key: key, Seen: strings.Join(c.ParamValues(), "|"), Token: echoguard.Token(c)}
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

func newPaths(t testing.TB) *guardtest.Paths {
	return guardtest.NewPaths(t, table, isRoute, func(g *middleware.Guard) (http.Handler, *guardtest.Run) {
		if g == nil {
			return newAPI()
		}
		return newAPI(echoguard.Middleware(g, guardtest.Listed(table)))
	})
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

// targets are those that only Echo's routes could take for something else.
var targets = []string{
	"/orders/:id", "/orders/*", "/admin/*", "/users/a/posts", "/users/a%2fb/posts", "/users//posts", "/users/a/b/posts", "/users/a/posts/",
	"/spa", "/spa/", "/spa/x/y", "/group", "/group/", "/group/a", "/group/a/b", "/group/secret", "/group/../orders",
}

// R9700-2, and no path reaches a handler past its rule: not without a token, not
// with one that has every scope but its own; and with its own alone it does.
func TestMiddleware(t *testing.T) {
	t.Parallel()
	newPaths(t).All(t, targets...)
}

// The method that Echo itself uses for RouteNotFound is none that a request has.
func TestMethodOfRouteNotFound(t *testing.T) {
	t.Parallel()
	p := newPaths(t)
	for _, target := range append(targets, guardtest.Targets...) {
		for _, token := range []string{"", "none", "spa", "list.read.admin"} {
			p.Check(t, "echo_route_not_found", target, "api.example.com", token)
		}
	}
}

// Fields that some frameworks let override the method, path or host change
// nothing here.
func TestMiddlewareIgnoresOverrides(t *testing.T) {
	t.Parallel()
	newPaths(t).AllOverrides(t)
}

func FuzzMiddleware(f *testing.F) {
	for i, target := range append(targets, guardtest.Targets...) {
		f.Add(guardtest.Methods[i%len(guardtest.Methods)], target, guardtest.Hosts[i%len(guardtest.Hosts)], "list.read")
	}
	f.Fuzz(newPaths(f).Fuzz)
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
			e, last := newAPI(echoguard.Middleware(guardtest.New(t, middleware.Config{Validator: guardtest.ByScope}), guardtest.Listed(table)))
			r := httptest.NewRequest(tc.method, tc.target, nil)
			if tc.host != "" {
				r.Host = tc.host
			}
			if tc.token != "" {
				r.Header.Set("Authorization", "Bearer "+tc.token)
			}
			w := httptest.NewRecorder()
			e.ServeHTTP(w, r)
			if w.Code != tc.status || last.Key != tc.ran {
				t.Errorf("%d by %q, want %d by %q", w.Code, last.Key, tc.status, tc.ran)
			}
			if tc.ran != "" && last.Token.Subject() != tc.token {
				t.Errorf("the handler saw %q", last.Token.Subject())
			}
		})
	}
}

// A key is compared to the letter with the route: one that only looks alike
// opens nothing.
func TestMiddlewareKeysToTheLetter(t *testing.T) {
	t.Parallel()
	handler := new(guardtest.Counter)
	g := guardtest.New(t, middleware.Config{Validator: guardtest.ByScope})
	for _, key := range []string{
		"GET /orders/:name", "GET /orders/:id/", "GET /orders/*", "GET /orders/1", "GET api.example.com/orders/:id", "/orders", "HEAD /orders/:id", "/*",
	} {
		e := echo.New()
		e.Use(echoguard.Middleware(g, scopes.Routes{key: scopes.Public()}))
		e.GET("/orders/:id", count(handler))
		if w := guardtest.Serve(e, "GET", "http://api.example.com/orders/1"); w.Code != 401 {
			t.Errorf("%q: %d, want 401", key, w.Code)
		}
	}
	if n := handler.Calls.Load(); n != 0 {
		t.Errorf("the handler ran %d times", n)
	}
}

func TestMiddlewareCopiesTheTable(t *testing.T) {
	t.Parallel()
	routes := scopes.Routes{"GET /": scopes.All("read")}
	e := echo.New()
	e.Use(echoguard.Middleware(guardtest.New(t, middleware.Config{Validator: guardtest.ByScope}), routes))
	e.GET("/", count(new(guardtest.Counter)))
	routes["GET /"] = scopes.Public()
	if w := guardtest.Serve(e, "GET", "/"); w.Code != 401 {
		t.Errorf("%d", w.Code)
	}
}

// A table on a group guards the group and what it does not have, and no more.
func TestMiddlewareOfAGroup(t *testing.T) {
	t.Parallel()
	e := echo.New()
	open, guarded := new(guardtest.Counter), new(guardtest.Counter)
	e.GET("/open", count(open))
	group := e.Group("/api", echoguard.Middleware(guardtest.New(t, middleware.Config{Validator: guardtest.ByScope}),
		scopes.Routes{"GET /api/orders": scopes.All("read")}))
	group.GET("/orders", count(guarded))
	group.GET("/forgotten", count(guarded))
	group.Group("/deep").GET("/x", count(guarded))
	for path, want := range map[string]int{"/open": 204, "/api/orders": 401, "/api/forgotten": 401, "/api/deep/x": 401, "/api/nothing": 401, "/api": 401, "/nothing": 404} {
		if w := guardtest.Serve(e, "GET", path); w.Code != want {
			t.Errorf("%s: %d, want %d", path, w.Code, want)
		}
	}
	if n := guarded.Calls.Load(); n != 0 {
		t.Errorf("a guarded handler ran %d times", n)
	}
	if w := guardtest.Serve(e, "GET", "/api/orders", "Authorization", "Bearer read"); w.Code != 204 {
		t.Errorf("%d", w.Code)
	}
}
