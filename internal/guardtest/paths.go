package guardtest

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// What a request may be made of, so that two parties could read it differently.
var (
	Methods = []string{"GET", "HEAD", "POST", "DELETE", "PUT", "OPTIONS", "CONNECT", "TRACE", "PROPFIND", "PURGE", "get", "X"}
	Hosts   = []string{"api.example.com", "h.example", "h.example:8080", "h.example:80", "H.EXAMPLE", "h.example.", ""}
	Targets = []string{
		"/", "//", "/orders", "/orders/", "/orders/1", "/orders/1/", "/orders/export", "/orders/export/", "/orders/1/secret", "/ORDERS",
		"/public", "/public/", "/public/a", "/public/a/b", "/public/../orders", "/public/../orders/1", "/public/%2e%2e/orders", "/public/..%2forders",
		"/public/./a", "/public//a", "/public/a/..", "/public/a;/../../orders", "/orders;x", "/orders/1;a=b", "/orders%2f1", "/orders%2F1",
		"/orders/a%2fb", "/orders/%2e%2e", "/orders/..", "/orders/.", "/%6frders", "/orders%20", "/orders%00", "/orders%", "/orders?x=/public/", "/orders/?x",
		"/orders%3b", "/orders%3fx", "/orders%23", "/orders#/public", "/public%2f..%2forders", "/public/%252e%252e/orders", "/orders/%2e", "/public/%5c..%5corders",
		"/admin", "/admin/", "/admin/health", "/admin/health/", "/admin//health", "/admin/./health", "/admin/x/../health", "/admin/health/../x", "/admin%2fhealth",
		"/admin/health;x", "/admin/;/health", "/admin;/health", "/admin/health%2f..%2fx",
		"/unlisted", "/unlisted/", "/unlisted/x", "/optional", "/optional/", "/any", "/any/", "/nothing", "/nothing/../orders", "//orders", "///admin/",
		"/\\orders", "/orders\\..\\admin", "http://h.example/orders", "http://other.example/orders", "http://h.example//orders", "*", "h.example:443",
	}
	// Overrides are fields that some frameworks and proxies let change the method,
	// the path or the host.
	Overrides = []string{
		"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override", "X-Original-Method", "X-Original-URL", "X-Rewrite-URL", "X-Forwarded-Host",
		"X-Forwarded-Prefix", "X-Forwarded-Uri", "X-Forwarded-Path", "Forwarded", "X-Host",
	}
)

// Run is what became of a request.
type Run struct {
	Key   string // of the route whose handler ran, or ""
	Seen  string // what the handler saw of the request
	Token *middleware.Token
}

// Paths compares an API behind an adapter with the same API alone.
type Paths struct {
	table               map[string]scopes.Rule
	isRoute             func(string) bool
	bare, guarded       http.Handler
	bareRun, guardedRun *Run
	event               *middleware.Event
}

// NewPaths has build make the API, behind g or, where that is nil, alone. Its
// handlers note what they saw in the Run. The table has every route with its
// rule, the zero one where the route is not listed; isRoute tells the names that
// Observe may be told.
func NewPaths(t testing.TB, table map[string]scopes.Rule, isRoute func(string) bool, build func(g *middleware.Guard) (http.Handler, *Run)) *Paths {
	t.Helper()
	p := &Paths{table: table, isRoute: isRoute, event: new(middleware.Event)}
	g := New(t, middleware.Config{Validator: ByScope, Observe: func(_ context.Context, e middleware.Event) { *p.event = e }})
	p.bare, p.bareRun = build(nil)
	p.guarded, p.guardedRun = build(g)
	return p
}

// All checks every method, target and host: without a token, with one that has
// every scope but that of the route, and with that one alone.
func (p *Paths) All(t *testing.T, targets ...string) {
	for _, method := range Methods {
		for _, target := range append(targets, Targets...) {
			for _, host := range Hosts {
				p.Check(t, method, target, host, "")
				own := p.table[p.bareRun.Key].Scope()
				p.Check(t, method, target, host, p.allBut(own))
				if own != "" {
					p.Check(t, method, target, host, own)
				}
			}
		}
	}
}

func (p *Paths) allBut(own string) string {
	others := []string{"none"}
	for _, rule := range p.table {
		if s := rule.Scope(); s != "" && s != own {
			others = append(others, s)
		}
	}
	return strings.Join(others, ".")
}

// AllOverrides checks that the fields of Overrides change nothing.
func (p *Paths) AllOverrides(t *testing.T) {
	for _, field := range Overrides {
		for _, value := range []string{"DELETE", "GET", "OPTIONS", "/public/a", "/admin/health", "h.example"} {
			for _, method := range []string{"GET", "POST", "DELETE"} {
				p.Check(t, method, "/orders/1", "api.example.com", "", field, value)
				p.Check(t, method, "/orders/1", "api.example.com", "read", field, value)
			}
		}
	}
}

// Fuzz is the function of a fuzz target.
func (p *Paths) Fuzz(t *testing.T, method, target, host, token string) {
	if strings.Trim(token, "abcdefghijklmnopqrstuvwxyz.") != "" || token == "bad" || token == "down" {
		return // these say nothing about the rules
	}
	p.Check(t, method, target, host, token)
}

// Check holds one request to what a table promises: a handler runs only under
// the rule of its own route, it sees what it would see without a guard, and what
// is not refused is what the API alone would have answered.
func (p *Paths) Check(t testing.TB, method, target, host, token string, fields ...string) {
	t.Helper()
	plain, guarded := ParseRequest(method, target, host), ParseRequest(method, target, host)
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
	*p.bareRun, *p.guardedRun, *p.event = Run{}, Run{}, middleware.Event{}
	want, got := httptest.NewRecorder(), httptest.NewRecorder()
	p.bare.ServeHTTP(want, plain)
	p.guarded.ServeHTTP(got, guarded)
	for _, fault := range p.faults(token, want, got) {
		t.Errorf("%s %q of %s with token %q and %q: %s", method, target, host, token, fields, fault)
	}
}

func (p *Paths) faults(token string, want, got *httptest.ResponseRecorder) (list []string) {
	add := func(format string, args ...any) { list = append(list, fmt.Sprintf(format, args...)) }
	refused, seen := got.Code == 401 || got.Code == 403, *p.guardedRun
	if seen.Key != "" && !Permits(p.table[seen.Key], token) {
		add("the handler of %s ran, which is for %v", seen.Key, p.table[seen.Key])
	}
	if token == "" && seen.Token != nil {
		add("a token from nowhere")
	}
	if seen.Token = nil; !refused && (seen != *p.bareRun || got.Code != want.Code || got.Header().Get("Location") != want.Header().Get("Location")) {
		add("%d %+v %s, and without a guard %d %+v %s", got.Code, seen, got.Header().Get("Location"), want.Code, *p.bareRun, want.Header().Get("Location"))
	}
	if ran := p.bareRun.Key; refused && ran != "" && Permits(p.table[ran], token) {
		add("%d, and %v of %s permits it", got.Code, p.table[ran], ran)
	}
	if h := got.Header(); refused && (h.Get("WWW-Authenticate") == "" || h.Get("Location") != "" || h.Get("Allow") != "") {
		add("refused with %v", h)
	}
	if route := p.event.Route; route != "" && !p.isRoute(route) {
		add("Observe is told of the route %q, which is none", route)
	}
	return list
}

// Permits is what a rule of a table with one scope a route says of a token of
// ByScope, "" for none.
func Permits(rule scopes.Rule, token string) bool {
	switch {
	case rule.IsZero():
		return false
	case token == "":
		return rule.IsPublic() || rule.IsOptional()
	}
	return rule.IsPublic() || rule.Scope() == "" || slices.Contains(strings.Split(token, "."), rule.Scope())
}

// Listed is the table without the routes that are not listed.
func Listed(table map[string]scopes.Rule) scopes.Routes {
	routes := scopes.Routes(maps.Clone(table))
	maps.DeleteFunc(routes, func(_ string, rule scopes.Rule) bool { return rule.IsZero() })
	return routes
}
