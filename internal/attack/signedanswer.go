package main

import (
	"crypto/sha256"
	"maps"

	"github.com/bearerguard/bearerguard/middleware"
)

// signedAnswer is an answer of RFC 9701 by main, with changes.
func (a *area) signedAnswer(m mint) Answer {
	h, c := header{"typ": "token-introspection+jwt"}, claims{"iss": mainURL, "aud": client, "iat": in(0), "token_introspection": activeMembers(nil)}
	maps.Copy(h, m.Header)
	maps.Copy(c, m.Claims)
	for _, name := range []string{"exp", "sub", "client_id", "scope", "jti"} {
		if _, set := m.Claims[name]; !set {
			c[name] = absent
		}
	}
	m.Header, m.Claims = h, c
	return Answer{Status: 200, Fields: [][2]Text{{"Content-Type", "application/token-introspection+jwt"}}, Body: Text(a.main.Mint(m))}
}

func (a *area) signedAnswers() {
	const source = "RFC 9701 §5"
	sign := func(name string, m mint) *Case {
		return a.asking("signed answer"+name, a.signedAnswer(m), source).with("signed")
	}
	sign("", mint{})
	sign(", typ in full", mint{Header: header{"typ": "application/token-introspection+jwt"}})
	sign(", aud an array", mint{Claims: claims{"aud": []string{"x", client}}})
	sign(" with an exp of its own", mint{Claims: claims{"exp": 1}})
	sign(" of ten seconds ago", mint{Claims: claims{"iat": in(-10)}})
	sign(" of an hour ago", mint{Claims: claims{"iat": in(-3600)}}).undecided()
	sign(" by RS256", mint{Algorithm: "RS256"})
	nested := func(changes claims) mint { return mint{Claims: claims{"token_introspection": activeMembers(changes)}} }
	sign(", active false", nested(claims{"active": false})).refusedBecause(middleware.ReasonInactive)
	sign(", active true outside, false inside",
		mint{Claims: claims{"active": true, "scope": "read", "token_introspection": header{"active": false}}}).refusedBecause(middleware.ReasonInactive)
	sign(", aud of another resource inside", nested(claims{"aud": theirs})).refusedBecause(middleware.ReasonAudience)
	sign(", expired inside", nested(claims{"exp": in(-60)})).refusedBecause(middleware.ReasonExpired)
	for name, m := range map[string]mint{
		"of another issuer's key":                   {Key: a.stranger},
		"of another issuer's key under a known kid": {Key: a.stranger, Header: header{"kid": a.main.KeyID()}},
		"typ JWT": {Header: header{"typ": "JWT"}}, "typ at+jwt": {Header: header{"typ": "at+jwt"}}, "without typ": {Header: header{"typ": absent}},
		"alg none":              {Header: header{"alg": "none"}, Sign: func([]byte) []byte { return nil }},
		"with crit":             {Header: header{"crit": []string{"x"}, "x": 1}},
		"iss of another issuer": {Claims: claims{"iss": evilURL}}, "without iss": {Claims: claims{"iss": absent}},
		"aud of another client": {Claims: claims{"aud": "client-9"}}, "aud the resource": {Claims: claims{"aud": ours}},
		"without aud": {Claims: claims{"aud": absent}}, "without iat": {Claims: claims{"iat": absent}}, "iat a string": {Claims: claims{"iat": "0"}},
		"without token_introspection":  {Claims: claims{"token_introspection": absent, "active": true, "scope": "read"}},
		"token_introspection a string": {Claims: claims{"token_introspection": toJSON(activeMembers(nil))}},
		"token_introspection an array": {Claims: claims{"token_introspection": []any{activeMembers(nil)}}},
		"active 'true' inside":         nested(claims{"active": "true"}),
		"a signature of zeros":         {Sign: func([]byte) []byte { return make([]byte, 64) }},
		"alg HS256":                    {Header: header{"alg": "HS256"}, Sign: mac(sha256.New, []byte("secret"))},
	} {
		sign(": "+name, m).undecided()
	}
	a.asking("signed answer: plain JSON in its place", active(nil), source).with("signed").undecided()
	a.asking("signed answer: an access token in its place",
		Answer{Status: 200, Fields: [][2]Text{{"Content-Type", "application/token-introspection+jwt"}}, Body: Text(a.token(claims{"aud": client}))},
		source+", §8.1").with("signed").undecided()
	a.asking("signed answer: a JWE in its place",
		Answer{Status: 200, Fields: [][2]Text{{"Content-Type", "application/token-introspection+jwt"}}, Body: Text(a.toIssuer(nil, toJSON(activeMembers(nil))))},
		source).with("signed").undecided()
	a.asking("signed answer where a plain one is asked for", a.signedAnswer(mint{}), "RFC 9701 §4").undecided()
	a.bad("signed answer as access token",
		a.main.Mint(mint{Header: header{"typ": "token-introspection+jwt"}, Claims: claims{"token_introspection": activeMembers(nil)}}),
		"RFC 9701 §8.1").with("first").answer(active(nil)).asked(0).because(middleware.ReasonType)
}
