package echoguard_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/echoguard"
	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/labstack/echo/v4"
)

func TestAudit(t *testing.T) {
	t.Parallel()
	e, _ := newAPI()
	report := echoguard.Audit(e, guardtest.Listed(table))
	if len(report.WithoutRoute) > 0 {
		t.Errorf("keys without a route: %q", report.WithoutRoute)
	}
	var want []string
	for key, rule := range table {
		if method, rest, _ := strings.Cut(key, " "); rule.IsZero() && rest != "" {
			want = append(want, method+" "+rest)
		}
	}
	for _, method := range []string{"CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "PATCH", "POST", "PROPFIND", "PUT", "TRACE", "REPORT"} {
		want = append(want, method+" /unlisted/*")
	}
	slices.Sort(want)
	if !slices.Equal(report.WithoutRule, want) {
		t.Errorf("routes without a rule: %q, want %q", report.WithoutRule, want)
	}
}

func TestAuditByName(t *testing.T) {
	t.Parallel()
	e := echo.New()
	handler := new(guardtest.Counter)
	e.GET("/orders", count(handler))
	e.POST("/orders", count(handler))
	e.Host("h.example").GET("/orders", count(handler))
	e.RouteNotFound("/*", count(handler))
	routes := scopes.Routes{
		"GET /orders":           scopes.All("read"),
		"POST /orders":          scopes.All("write"),
		"GET h.example/orders":  scopes.Public(),
		"/*":                    scopes.Public(),
		"GET /ordres":           scopes.All("read"),
		"GET other.example/":    scopes.Public(),
		"DELETE /orders/:id":    {},
		"POST h.example/orders": scopes.All("write"),
	}
	report := echoguard.Audit(e, routes)
	if len(report.WithoutRule) > 0 {
		t.Errorf("routes without a rule: %q", report.WithoutRule)
	}
	if want := []string{"DELETE /orders/:id", "GET /ordres", "GET other.example/", "POST h.example/orders"}; !slices.Equal(report.WithoutRoute, want) {
		t.Errorf("keys without a route: %q, want %q", report.WithoutRoute, want)
	}
	for _, key := range report.WithoutRoute {
		delete(routes, key)
	}
	echoguard.Audit(e, routes).MustCover()
	delete(routes, "POST /orders")
	defer func() {
		if err, _ := recover().(error); err == nil || !strings.Contains(err.Error(), `"POST /orders"`) {
			t.Errorf("panic %v", err)
		}
	}()
	echoguard.Audit(e, routes).MustCover()
}

// A path of which every method has a key of its own is there all the same.
func TestAuditShadowed(t *testing.T) {
	t.Parallel()
	e := echo.New()
	e.GET("/orders", count(new(guardtest.Counter)))
	e.Host("h.example").GET("/orders", count(new(guardtest.Counter)))
	report := echoguard.Audit(e, scopes.Routes{
		"GET /orders": scopes.All("read"), "/orders": scopes.All("admin"),
		"GET h.example/orders": scopes.All("read"), "h.example/orders": scopes.All("admin"),
		"/other": {},
	})
	if !slices.Equal(report.Shadowed, []string{"/orders", "h.example/orders"}) || !slices.Equal(report.WithoutRoute, []string{"/other"}) {
		t.Errorf("shadowed %q, without a route %q", report.Shadowed, report.WithoutRoute)
	}
}

// Echo does not list what Router.Add registered. Middleware guards it all the same.
func TestAuditRouterAdd(t *testing.T) {
	t.Parallel()
	routes := scopes.Routes{"GET /listed": scopes.All("read")}
	e := echo.New()
	e.Use(echoguard.Middleware(guardtest.New(t, middleware.Config{Validator: guardtest.ByScope}), routes))
	e.Router().Add("GET", "/listed", count(new(guardtest.Counter)))
	e.Router().Add("GET", "/forgotten", count(new(guardtest.Counter)))
	report := echoguard.Audit(e, routes)
	if !slices.Equal(report.WithoutRoute, []string{"GET /listed"}) || len(report.WithoutRule) > 0 {
		t.Errorf("without a route %q, without a rule %q", report.WithoutRoute, report.WithoutRule)
	}
	for target, want := range map[string]map[string]int{"/listed": {"read": 204, "write": 403}, "/forgotten": {"read": 403}} {
		for token, status := range want {
			if w := guardtest.Serve(e, "GET", target, "Authorization", "Bearer "+token); w.Code != status {
				t.Errorf("%s with %s: %d, want %d", target, token, w.Code, status)
			}
		}
	}
}
