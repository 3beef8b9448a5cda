package main

import "github.com/bearerguard/bearerguard/middleware"

func tokenTypes(a *area) {
	a.headerTypes()
	a.otherKinds()
	a.accessTokens()
	a.strictProfile()
}

func (a *area) headerTypes() {
	const source = "RFC 8725 §3.11, RFC 7515 §4.1.9"
	for _, typ := range []string{
		"logout+jwt", "secevent+jwt", "dpop+jwt", "token-introspection+jwt", "statuslist+jwt", "oauth-authz-req+jwt", "client-authentication+jwt",
		"id_token+jwt", "kb+jwt", "dc+sd-jwt", "vc+jwt", "entity-statement+jwt", "wit+jwt", "refresh+jwt",
		"JOSE", "JOSE+JSON", "JWS", "JWE", "ID", "Refresh", "", "null", "at+jwt;v=1", "at+jwt; charset=utf-8", " at+jwt", "at+jwt ", "at-jwt",
		"at_jwt", "at+jwt\x00", "at+jwt,JWT", "application/", "application/application/at+jwt", "text/at+jwt", "application/x/at+jwt", "*/*",
		"at+jwts", "aat+jwt", "JWT/x",
	} {
		a.bad("typ "+quoted(typ), a.headed(header{"typ": typ}), source).because(middleware.ReasonType)
	}
	for name, typ := range map[string]any{"null": nil, "a number": 1, "true": true, "an array": []string{"at+jwt"}, "an object": header{}} {
		a.bad("typ "+name, a.headed(header{"typ": typ}), source).because(middleware.ReasonHeader)
	}
	a.good("typ absent", a.headed(header{"typ": absent}), "RFC 7519 §5.1: optional outside of RFC 9068")
	for _, typ := range []string{"JWT", "jwt", "Jwt", "application/jwt", "at+jwt", "AT+JWT", "At+Jwt", "application/at+jwt", "Application/AT+JWT"} {
		a.good("typ "+typ, a.headed(header{"typ": typ}), "RFC 7515 §4.1.9, RFC 9068 §2.1, §4")
	}
	a.good("typ with an escape", a.texts(`{"alg":"ES256","kid":"`+a.main.KeyID()+`","typ":"at\u002bjwt"}`, a.goodPayload()), "RFC 7515 §5.3")
}

// otherKinds are signed by the same issuer with the same key for another purpose.
func (a *area) otherKinds() {
	const source = "RFC 8725 §3.12, §2.8"
	plain := header{"typ": "JWT"}
	kind := func(name string, c claims, reason middleware.Reason) *Case {
		return a.bad(name, a.main.Mint(mint{Header: plain, Claims: c}), source).because(reason)
	}
	kind("ID token for the client", claims{"aud": "client-1", "nonce": "n", "client_id": absent, "scope": absent}, "")
	kind("ID token for client and API",
		claims{"aud": []string{"client-1", ours}, "azp": "client-1", "nonce": "n", "client_id": absent, "scope": absent}, middleware.ReasonType)
	kind("ID token with at_hash", claims{"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, middleware.ReasonType)
	kind("ID token with c_hash", claims{"c_hash": "AAAAAAAAAAAAAAAAAAAAAA"}, middleware.ReasonType)
	kind("ID token with at_hash null", claims{"at_hash": nil}, middleware.ReasonType)
	kind("ID token, scope null", claims{"nonce": "n", "client_id": nil, "scope": nil}, middleware.ReasonType)
	a.bad("ID token without a typ",
		a.main.Mint(mint{Header: header{"typ": absent}, Claims: claims{"nonce": "n", "client_id": absent, "scope": absent}}),
		source+", §3.11").because(middleware.ReasonType)
	for _, word := range []string{
		"ID", "id_token", "id+jwt", "Refresh", "refresh_token", "REFRESH_TOKEN", "Offline", "Logout", "logout+jwt", "logout_token", "Refresh-Token", "idtoken",
	} {
		kind("payload typ "+word, claims{"typ": word}, middleware.ReasonType)
	}
	kind("payload token_use id", claims{"token_use": "id"}, middleware.ReasonType)
	kind("payload token_use refresh_token", claims{"token_use": "refresh_token"}, middleware.ReasonType)
	kind("payload token_type refresh_token", claims{"token_type": "refresh_token"}, middleware.ReasonType)
	logout := header{"http://schemas.openid.net/event/backchannel-logout": header{}}
	kind("logout token", claims{"events": logout, "sid": "s"}, middleware.ReasonType)
	kind("security event token",
		claims{"events": header{"https://schemas.openid.net/secevent/caep/event-type/session-revoked": header{}}, "scope": absent},
		middleware.ReasonType)
	a.bad("signed introspection answer",
		a.main.Mint(mint{Header: header{"typ": "token-introspection+jwt"}, Claims: claims{"token_introspection": header{"active": true}}}),
		"RFC 9701 §8.1").because(middleware.ReasonType)
	kind("signed introspection answer without its typ",
		claims{"exp": absent, "sub": absent, "scope": absent, "client_id": absent, "token_introspection": header{"active": true, "scope": "read", "aud": ours}},
		middleware.ReasonClaims)
	kind("client assertion", claims{"iss": "client-1", "sub": "client-1", "aud": mainURL}, middleware.ReasonUnrecognized)
	kind("client assertion by the issuer's key", claims{"sub": "client-1", "aud": mainURL}, middleware.ReasonAudience)
	kind("authorization request", claims{"iss": "client-1", "response_type": "code", "aud": mainURL}, middleware.ReasonUnrecognized)
	kind("userinfo answer", claims{"aud": "client-1", "exp": absent, "client_id": absent, "scope": absent}, "")
	a.bad("DPoP proof",
		a.main.Mint(mint{Key: a.stranger, Header: header{"typ": "dpop+jwt", "jwk": a.stranger.JWK(), "kid": absent},
			Claims: claims{"iss": absent, "htm": "GET", "htu": ours + "/read"}}),
		"RFC 9449 §4.2").because(middleware.ReasonUnrecognized)
}

// accessTokens have claims that ID tokens and others have too.
func (a *area) accessTokens() {
	const source = "RFC 9068 §2.2, RFC 8725 §3.12"
	for name, c := range map[string]claims{
		"azp": {"azp": "client-1"}, "nonce beside scope and client_id": {"nonce": "n"}, "nonce beside scope": {"nonce": "n", "client_id": absent},
		"typ Bearer in the payload": {"typ": "Bearer"},
		"token_use access":          {"token_use": "access"}, "token_type Bearer": {"token_type": "Bearer"}, "sid": {"sid": "s"},
		"acr, amr and auth_time": {"acr": "1", "amr": []string{"pwd"}, "auth_time": in(-60)},
		"email and groups":       {"email": "a@example.com", "groups": []any{"a", header{"value": "b", "display": "B"}}},
		"act":                    {"act": header{"sub": "other", "cnf": header{"jkt": "x"}}}, "no sub": {"sub": absent}, "sub null": {"sub": nil},
		"no jti":       {"jti": absent},
		"no client_id": {"client_id": absent}, "authorization_details": {"authorization_details": []any{header{"type": "x"}}},
		"payload typ beyond what is known": {"typ": "https://example.com/a-very-long-name-of-a-type"},
	} {
		a.good("access token with "+name, a.token(c), source)
	}
	for name, c := range map[string]claims{
		"sub a number": {"sub": 1}, "sub an array": {"sub": []string{"user-1"}}, "client_id a number": {"client_id": 1}, "jti a number": {"jti": 1},
		"acr a number": {"acr": 1},
	} {
		a.bad(name, a.token(c), "RFC 7519 §4.1.2, RFC 9068 §2.2").because(middleware.ReasonClaims)
	}
}

func (a *area) strictProfile() {
	const source = "RFC 9068 §2.2, §4"
	a.good("strict, a good token", a.main.Token(), source).with("strict")
	a.good("strict, application/at+jwt", a.headed(header{"typ": "application/at+jwt"}), source).with("strict")
	a.good("strict, typ in capitals", a.headed(header{"typ": "AT+JWT"}), source).with("strict")
	a.good("strict, without scope", a.token(claims{"scope": absent}), "RFC 9068 §2.2.3: scope is optional").with("strict").to("authenticated")
	for _, typ := range []any{"JWT", "jwt", "application/jwt", absent} {
		name := "absent"
		if s, ok := typ.(string); ok {
			name = s
		}
		a.bad("strict, typ "+name, a.headed(header{"typ": typ}), source).with("strict").because(middleware.ReasonType)
	}
	for _, claim := range []string{"sub", "client_id", "iat", "jti", "exp"} {
		a.bad("strict, no "+claim, a.token(claims{claim: absent}), source).with("strict").because(middleware.ReasonClaims)
	}
	for _, claim := range []string{"sub", "client_id", "jti"} {
		a.bad("strict, "+claim+" empty", a.token(claims{claim: ""}), source).with("strict").because(middleware.ReasonClaims)
		a.bad("strict, "+claim+" null", a.token(claims{claim: nil}), source).with("strict").because(middleware.ReasonClaims)
	}
	a.bad("strict, no aud", a.token(claims{"aud": absent}), source).with("strict").because(middleware.ReasonAudience)
	a.bad("strict, no iss", a.token(claims{"iss": absent}), source).with("strict").because(middleware.ReasonUnrecognized)
	a.bad("strict, scope an array", a.token(claims{"scope": []string{"read"}}), "RFC 9068 §2.2.3, RFC 8693 §4.2").with("strict").because(middleware.ReasonClaims)
	a.good("strict, scp in place of scope", a.token(claims{"scope": absent, "scp": []string{"read"}}), "RFC 9068 §2.2.3").with("strict").forbidden()
}
