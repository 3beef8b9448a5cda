// Package middleware decides whether a request to a protected resource may
// pass: it takes the access token from the request (RFC 6750), has a
// [Validator] judge it, checks proof of possession and the route's
// [scopes.Rule], and says how a refusal is worded (RFC 6750 §3, RFC 9110
// §11.6.1).
//
// It knows no framework, no key format and no authorization server. Validators
// live in the packages jwks and introspect, the shells around handlers in the
// packages below adapters. One [Guard] stands for one protected resource and
// serves every protocol of a process:
//
//	g, err := middleware.New(middleware.Config{Validator: v})
//	…
//	token, err := g.Check(ctx, request, rule) // decide
//	refusal := g.Refusal(err)                 // and, where err is not nil, say so
//
// Two questions are kept apart everywhere. "No" means that the token, the
// request or the scope is wrong: 400, 401 or 403. "Cannot tell" means that the
// keys or the introspection endpoint are out of reach: 503, because a client
// that is told its good token is bad throws it away.
//
// What this package does not do: it reads tokens from the Authorization field
// only, never from the query, a form or a cookie (RFC 6750 §5.3, OAuth 2.1 §5.1).
package middleware
