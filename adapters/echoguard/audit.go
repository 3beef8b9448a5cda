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
// It compares two lists, and no more: it cannot tell whether Middleware with
// this table stands in front of the routes, and knows nothing of [Require] and of
// groups. With a table that is given to a group, the routes outside the group are
// reported as without a rule. Handlers of RouteNotFound appear where the table has
// their path.
//
// The routes are those that Echo lists (Echo.Routes), which the methods of Echo
// and of its groups registered. Echo lists nowhere what was given to Router.Add.
// Middleware guards that all the same, but a key for it is reported as without a
// route, and without a key, when it is refused, nothing is reported.
//
// Audit panics without an Echo instance and on a key that is no route.
func Audit(e *echo.Echo, routes scopes.Routes) scopes.Report {
	if e == nil {
		panic("echoguard: Audit needs an Echo instance")
	}
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
