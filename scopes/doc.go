// Package scopes says what a token must grant before a request may pass.
//
// A [Rule] is declared once for each route and decided for each request:
//
//	scopes.All("orders:read")                               // this scope
//	scopes.All("orders:read", "orders:write")               // both
//	scopes.Any("orders:read", "orders:admin")               // one is enough
//	scopes.All("orders:read").And(scopes.Any("eu", "us"))   // both rules
//	scopes.Authenticated()                                  // any valid token
//	scopes.Optional(scopes.All("orders:read"))              // anonymous, or a good token with this scope
//	scopes.Public()                                         // no token is looked at
//
// The zero Rule refuses everything. So does a key that is missing from a map of rules: forgetting a route closes it.
//
// The same rules have a text form for configuration files and review tables, read by [Parse] and written by [Rule.String].
//
// # What is not checked here
//
// This package knows scope names and nothing else. Whether the token is valid, who issued it, whether it is bound to a
// key and whether a request carries one at all is decided before a Rule is asked. A scope says what a client was
// allowed to do for its user; it does not say that this user may see this order. That check belongs to the handler.
//
// # Scope names
//
// A scope name is a scope-token of RFC 6749 §3.3: one or more printable ASCII characters other than the space, the
// double quote and the backslash. Names are compared byte by byte, so "Read" is not "read" (RFC 6749 §3.3). No scope
// implies another, and "orders" does not grant "orders:read", unless a [Policy] says so.
package scopes
