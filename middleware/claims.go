package middleware

import "time"

// Claims is what a [Validator] learned about a good token; [NewToken] turns it
// into a [Token]. Every field may be left empty.
type Claims struct {
	Issuer   string // iss
	Subject  string // sub; unique only together with Issuer
	ClientID string // client_id
	ID       string // jti
	ACR      string // acr, the authentication context class (RFC 9470)

	Audience []string // aud; copied
	Scope    string   // scopes delimited by single spaces, RFC 6749 §3.3

	// NoScopes tells that there was a scope claim which granted nothing, where an
	// empty Scope alone means that none was there. [Every] makes that difference.
	NoScopes bool

	Expiry    time.Time // exp
	NotBefore time.Time // nbf
	IssuedAt  time.Time // iat
	AuthTime  time.Time // auth_time
	Until     time.Time // when the decision ends; zero: at Expiry

	Confirmation Confirmation // cnf

	// JSON is the object all of this came from: the claims of a JWT or an
	// introspection answer. Only [Token.Claim] reads it.
	JSON string
}
