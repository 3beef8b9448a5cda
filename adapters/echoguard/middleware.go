package echoguard

import (
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/labstack/echo/v4"
)

// Middleware guards the routes of what it is given to, an Echo instance or a
// group, each by its rule in the table:
//
//	e.Use(echoguard.Middleware(g, routes))
//
// A key is a method, a space and the path as it was registered with Echo, group
// prefixes included: "GET /users/:id". A path alone stands for every method
// without a key of its own, and for a RouteNotFound handler of that path. The
// routes of Echo.Host have the host in front of the path: "GET
// h.example/users/:id". Nothing is matched here: which route a request takes
// is what Echo's own router says (Context.Path), so the two cannot disagree
// about a path. Echo does not serve HEAD by the handler for GET; HEAD is a
// route of its own.
//
// A route that is not in the table is refused, and so is a request that no
// route matches (404, 405, Echo's own answer to OPTIONS): a stranger does not
// learn which routes exist.
//
// What rewrites the path or overrides the method belongs into Echo.Pre, where
// Echo's router sees it, and must change the request itself, since the router
// does not see Context.SetRequest. A request whose method, host or path was
// changed between the router and Middleware is refused: the router is asked once
// more, and only where it names the same handler is the rule that of the handler.
// Middleware in Echo.Pre runs before routing and refuses everything.
//
// A refusal is returned as an *echo.HTTPError with the *middleware.Error inside
// (errors.As finds it). The challenge and the other header fields are set
// already, whatever Echo.HTTPErrorHandler does with it; Echo's default handler
// sends {"error": …, "error_description": …}, and {} where the request had no
// credentials.
//
// The table is copied. Middleware panics without a guard, on a key that is no
// route, on a nil Option, and where a version of Go does not let it tell handlers
// apart.
func Middleware(g *middleware.Guard, routes scopes.Routes, opts ...Option) echo.MiddlewareFunc {
	if g == nil {
		panic("echoguard: Middleware needs a Guard")
	}
	mustTellApart()
	t, o := newTable(routes), collect("Middleware", opts)
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			at := matched(c)
			if o.skip(c) || o.preflight && isPreflight(c.Request()) && t.paths[route{host: at.host, path: at.path}] {
				return next(c)
			}
			found, listed := t.find(at)
			if !listed {
				found.key = at.host + at.path // without the method, which a stranger may have made up
			}
			return o.serve(g, found.rule, found.key, next, c)
		}
	}
}
