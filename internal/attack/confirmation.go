package main

import (
	"strings"

	"github.com/bearerguard/bearerguard/middleware"
)

// thumbprint is one of SHA-256, of nothing in particular.
var thumbprint = strings.Repeat("A", 42) + "E"

func confirmations(a *area) {
	a.boundTokens()
	a.boundAnswers()
	a.claimedProofs()
	a.unboundTokens()
}

// boundKinds are values of cnf that some server could mean as a binding.
var boundKinds = map[string]any{
	"jkt": header{"jkt": thumbprint}, "x5t#S256": header{"x5t#S256": thumbprint},
	"jkt and x5t#S256": header{"jkt": thumbprint, "x5t#S256": thumbprint}, "jkt and something unknown": header{"jkt": thumbprint, "x": 1},
	"jwk": header{"jwk": header{"kty": "OKP", "crv": "Ed25519", "x": thumbprint}}, "jwe": header{"jwe": "a.b.c.d.e"}, "kid": header{"kid": "k"},
	"jku": header{"jku": evilURL}, "x5t": header{"x5t": "AAAA"}, "something unknown": header{"x": 1}, "osc": header{"osc": header{}},
	"JKT in capitals": header{"JKT": thumbprint}, "x5t#s256 in lower case": header{"x5t#s256": thumbprint},
	"jkt inside something": header{"x": header{"jkt": thumbprint}},
	"an empty object":      header{}, "null": nil, "a string": "jkt", "an array": []any{header{"jkt": thumbprint}}, "an empty array": []any{},
	"a number": 1, "true": true, "false": false, "an empty string": "",
}

// badKinds are bindings that say nothing clear.
var badKinds = map[string]any{
	"jkt empty": header{"jkt": ""}, "jkt null": header{"jkt": nil}, "jkt a number": header{"jkt": 1},
	"jkt an array": header{"jkt": []string{thumbprint}}, "jkt false": header{"jkt": false}, "jkt padded": header{"jkt": thumbprint + "="},
	"jkt short": header{"jkt": thumbprint[1:]}, "jkt long": header{"jkt": thumbprint + "A"},
	"jkt in hexadecimal": header{"jkt": strings.Repeat("0a", 32)}, "jkt of the other alphabet": header{"jkt": "+" + thumbprint[1:]},
	"jkt with a line break": header{"jkt": thumbprint[1:] + "\n"}, "x5t#S256 empty": header{"x5t#S256": ""}, "x5t#S256 null": header{"x5t#S256": nil},
	"x5t#S256 in hexadecimal":  header{"x5t#S256": strings.Repeat("0a", 32)},
	"x5t#S256 with colons":     header{"x5t#S256": strings.TrimSuffix(strings.Repeat("0A:", 32), ":")},
	"jkt good, x5t#S256 empty": header{"jkt": thumbprint, "x5t#S256": ""},
}

const bound = "RFC 7800 §3.1, RFC 8705 §3, RFC 9449 §7.2: a bound token is no bearer token"

func (a *area) boundTokens() {
	for name, cnf := range boundKinds {
		a.bad("cnf "+name, a.token(claims{"cnf": cnf}), bound).because(middleware.ReasonConfirmation)
	}
	for name, cnf := range badKinds {
		a.bad("cnf "+name, a.token(claims{"cnf": cnf}), bound).because(middleware.ReasonClaims)
	}
	a.bad("cnf jkt on an optional route", a.token(claims{"cnf": header{"jkt": thumbprint}}), bound).to("optional").because(middleware.ReasonConfirmation)
	a.bad("cnf jkt, and a scope is missing", a.token(claims{"cnf": header{"jkt": thumbprint}, "scope": "x"}),
		bound+"; possession comes before scopes").because(middleware.ReasonConfirmation)
	a.bad("cnf jkt, strict", a.token(claims{"cnf": header{"jkt": thumbprint}}), bound).with("strict").because(middleware.ReasonConfirmation)
	a.bad("cnf jkt, expired", a.token(claims{"cnf": header{"jkt": thumbprint}, "exp": in(-60)}), bound).because(middleware.ReasonExpired)
	a.bad("cnf in a member that escapes hide", a.texts(a.goodHeader(), a.more(`"c\u006ef":{"jkt":"`+thumbprint+`"}`)),
		bound+", RFC 7515 §5.3").because(middleware.ReasonConfirmation)
}

// boundAnswers: the same from an introspection endpoint.
func (a *area) boundAnswers() {
	const source = "RFC 8705 §3.2, RFC 9449 §6.2, RFC 7662 §2.2"
	for name, cnf := range boundKinds {
		a.asking("answer with cnf "+name, active(claims{"cnf": cnf}), source).refusedBecause(middleware.ReasonConfirmation)
	}
	for name, cnf := range badKinds {
		a.asking("answer with cnf "+name, active(claims{"cnf": cnf}), source+"; what cannot be read is no verdict").undecided()
	}
	a.asking("answer with token_type DPoP and jkt", active(claims{"token_type": "DPoP", "cnf": header{"jkt": thumbprint}}),
		source).refusedBecause(middleware.ReasonConfirmation)
	a.asking("answer with token_type DPoP and x5t#S256", active(claims{"token_type": "DPoP", "cnf": header{"x5t#S256": thumbprint}}),
		source).refusedBecause(middleware.ReasonConfirmation)
	a.asking("answer with jkt beside cnf", active(claims{"jkt": thumbprint}), source+": a binding is read from cnf only")
}

// claimedProofs come with fields that a proxy could have set, or with a proof that nobody checks here.
func (a *area) claimedProofs() {
	certificate := a.token(claims{"cnf": header{"x5t#S256": thumbprint}})
	for _, name := range []Text{
		"Client-Cert", "X-Client-Cert", "X-SSL-Client-Cert", "X-Forwarded-Client-Cert", "X-ARR-ClientCert", "X-Client-Cert-Thumbprint", "X-Amzn-Mtls-Clientcert",
	} {
		a.bad("cnf x5t#S256, with the field "+string(name), certificate, "RFC 8705 §6.5, RFC 9700 §4.13").field(name,
			Text(thumbprint)).because(middleware.ReasonConfirmation)
	}
	key := a.token(claims{"cnf": header{"jkt": thumbprint}})
	proof := Text(a.main.Mint(mint{Key: a.stranger, Header: header{"typ": "dpop+jwt", "jwk": a.stranger.JWK()},
		Claims: claims{"htm": "GET", "htu": ours + "/read"}}))
	a.bad("cnf jkt, as Bearer with a proof", key, "RFC 9449 §7.2").field("DPoP", proof).because(middleware.ReasonConfirmation)
	a.add("cnf jkt, under DPoP with a proof", "RFC 9449 §7.1: where nobody offers DPoP, it is no credential", authorization("DPoP "+key),
		refused(middleware.NoToken)).field("DPoP", proof).because(middleware.ReasonScheme)
	a.add("cnf jkt, under DPoP without a proof", "RFC 9449 §7.1", authorization("DPoP "+key), refused(middleware.NoToken)).because(middleware.ReasonScheme)
	a.add("no cnf, under DPoP", "RFC 9449 §7.1", authorization("DPoP "+a.main.Token()), refused(middleware.NoToken)).because(middleware.ReasonScheme)
}

func (a *area) unboundTokens() {
	const source = "RFC 7800 §3.1, RFC 7515 §5.3"
	a.good("no cnf, with a proof that nobody asked for", a.main.Token(), "RFC 9449 §7.2").field("DPoP", "x")
	a.good("no cnf, with a certificate in a field", a.main.Token(), "RFC 8705 §6.5").field("Client-Cert", ":AAAA:")
	for name, c := range map[string]claims{
		"CNF in capitals": {"CNF": header{"jkt": thumbprint}}, "cnf inside act": {"act": header{"cnf": header{"jkt": thumbprint}}},
		"jkt beside it": {"jkt": thumbprint}, "x5t#S256 beside it": {"x5t#S256": thumbprint},
		"confirmation": {"confirmation": header{"jkt": thumbprint}},
	} {
		a.good("no cnf: "+name, a.token(c), source)
	}
	a.good("no cnf: one in the header", a.headed(header{"cnf": header{"jkt": thumbprint}}), "RFC 7519 §5.3")
}
