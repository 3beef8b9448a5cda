// Package echoguard puts a middleware.Guard in front of Echo handlers.
//
// [Middleware] guards all routes of an Echo instance or of a group by a table
// of rules. Its keys are routes as they were registered:
//
//	e.Use(echoguard.Middleware(g, scopes.Routes{
//		"GET /healthz":    scopes.Public(),
//		"GET /users/:id":  scopes.All("users:read"),
//		"POST /users":     scopes.All("users:write"),
//		"/admin/*":        scopes.All("admin"), // every method without a key of its own
//	}))
//
// A route that is not in the table is refused. [Require] guards one route or
// group by one rule. [Token] gives the handler what the token says, and so does
// middleware.FromContext with the request's context.
//
// A handler behind either runs only when the guard let the request pass.
// Refusals go the way of all errors in Echo; see [Middleware].
package echoguard
