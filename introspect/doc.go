// Package introspect validates access tokens by asking the authorization server
// about them (RFC 7662): opaque tokens, and JWTs where revocation matters.
//
//	v, err := introspect.New(introspect.Config{
//		Issuer:         "https://login.example.com",
//		Authentication: introspect.ClientSecretBasic("orders-api", secret),
//		Audience:       []string{"https://api.example.com"},
//	})
//
// Everybody who waits for the answer about one token shares one call, answers
// are kept for a short time, and calls are bounded in number and in time. An
// answer that is no decision (an error, a page, a wrong signature) is
// Unavailable, never InvalidToken: a client must not throw a good token away
// because our server is down or our own credentials are wrong.
//
// Whatever token reaches a [Validator] may be sent to the authorization server.
// Put it behind the validator of JWTs, so that JWTs of a known issuer are never
// sent out:
//
//	middleware.First(jwtValidator, opaqueValidator)
//
// What is not checked here: scopes and proof of possession, which belong to the
// request (middleware.Guard).
package introspect
