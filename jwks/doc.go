// Package jwks validates JWT access tokens (RFC 7519, RFC 9068) with the keys
// that their issuer publishes as a JWK Set (RFC 7517).
//
//	v, err := jwks.New(jwks.Issuer{
//		URL:      "https://login.example.com",
//		Audience: []string{"https://api.example.com"},
//	})
//
// A [Validator] knows one or several issuers. The unverified iss of a token
// only chooses among them; keys, algorithms and audiences are each issuer's
// own. A token from nobody it knows is middleware.ErrNotMine. Good tokens are
// remembered, and no longer used than their issuer's keys are; see [Config].
//
// [Keys] is one issuer's key source. It fetches on demand, never in a
// constructor, and never in the way of a request whose key is at hand.
//
// What is not checked here: scopes and proof of possession, which belong to the
// request (middleware.Guard), and whether a token was revoked before its end,
// which a JWT cannot tell (see package introspect).
package jwks
