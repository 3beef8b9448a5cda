package echoguard

import (
	"maps"
	"slices"

	"github.com/bearerguard/bearerguard/scopes"
	"github.com/labstack/echo/v4"
)

// Audit compares the routes of e, those of its hosts included, with a table for
// [Middleware]. Call it when all routes are registered:
//
//	echoguard.Audit(e, routes).MustCover()
//
// It knows nothing of [Require] and of groups: with a table that is given to a
// group, the routes outside the group are reported as without a rule. Handlers
// of RouteNotFound appear where the table has their path. Audit panics on a key
// that is no route.
func Audit(e *echo.Echo, routes scopes.Routes) scopes.Report {
	t, served := newTable(routes), map[string]string{}
	add := func(host string, list []*echo.Route) {
		for _, r := range list {
			// Every group with a middleware has a RouteNotFound handler of Echo's own.
			if _, listed := t.find(route{r.Method, host, r.Path}); listed || r.Method != echo.RouteNotFound {
				served[r.Method+" "+host+r.Path] = host + r.Path
			}
		}
	}
	add("", e.Routes())
	for host, router := range e.Routers() {
		add(host, router.Routes())
	}
	return scopes.Audit(slices.Collect(maps.Keys(served)), routes, func(name string) []string {
		return []string{name, served[name]}
	})
}
