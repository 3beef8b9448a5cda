package echoguard_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/echoguard"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/labstack/echo/v4"
)

func TestAudit(t *testing.T) {
	t.Parallel()
	e, _ := newAPI()
	report := echoguard.Audit(e, listed())
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
	handler := &counter{}
	e.GET("/orders", handler.handle)
	e.POST("/orders", handler.handle)
	e.Host("h.example").GET("/orders", handler.handle)
	e.RouteNotFound("/*", handler.handle)
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
