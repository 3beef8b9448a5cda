// Package httpguard puts a middleware.Guard in front of net/http handlers.
//
// [Require] wraps one handler and works with every router:
//
//	mux.Handle("GET /orders", httpguard.Require(g, scopes.All("orders:read"))(list))
//
// [Protect] wraps a whole http.ServeMux with a table of rules; a pattern that
// is not in the table is refused, and [Audit] finds it when the program starts.
// [Token] gives the handler what the token says.
//
// A handler behind either runs only when the guard let the request pass.
package httpguard
