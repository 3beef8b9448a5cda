package main

import (
	"strings"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/middleware"
)

func issuers(a *area) {
	a.otherIssuers()
	a.wrongIssuers()
	a.othersKeys()
	a.twoIssuers()
	a.tenants()
}

func (a *area) otherIssuers() {
	const source = "RFC 9068 §4, RFC 7519 §4.1.1, RFC 8414 §4"
	for _, iss := range []string{
		evilURL, secondURL, mainURL + "/", mainURL + "//", mainURL + "/x", mainURL + "?x=1", mainURL + "#x", mainURL + ".evil.test",
		"https://issuer.test", "https://issuer.test/", "https://issuer.test/mai",
		"https://issuer.test/MAIN", "https://ISSUER.test/main", "HTTPS://issuer.test/main", "http://issuer.test/main", "https://issuer.test:443/main",
		"https://issuer.test./main", "https://user@issuer.test/main",
		"https://issuer.test@evil.test/main", "https://issuer.test/%6dain", "https://issuer.test/./main", "https://issuer.test/x/../main",
		"https://issuer.test//main", `https://issuer.test\main`, "issuer.test/main", "//issuer.test/main",
		" " + mainURL, mainURL + " ", mainURL + "\x00", mainURL + "\n", mainURL + "\u200b", "https://issuer.test/ma\u0131n",
		"https://іssuer.test/main", "", "*", "null", "https://issuer.test/main/other",
	} {
		a.bad("iss "+quoted(iss), a.token(claims{"iss": iss}), source).because(middleware.ReasonUnrecognized)
	}
}

func (a *area) wrongIssuers() {
	const source = "RFC 7519 §4.1.1, RFC 9068 §2.2"
	for name, iss := range map[string]any{
		"absent": absent, "null": nil, "a number": 1, "true": true, "an array": []string{mainURL}, "an object": header{"url": mainURL},
		"an array of two": []string{evilURL, mainURL},
	} {
		a.bad("iss "+name, a.token(claims{"iss": iss}), source).because(middleware.ReasonUnrecognized)
	}
	a.good("iss with escapes", a.raw("iss", `"https:\/\/issuer.test\u002fmain"`), "RFC 7515 §5.3, RFC 8259 §7")
}

// othersKeys are signed by somebody whose keys are published, just not by the issuer that is named.
func (a *area) othersKeys() {
	const source = "RFC 8725 §3.8, RFC 9068 §4"
	elsewhere := header{"kid": "evil-1"}
	a.bad("a good token of an issuer that is not accepted", a.evil.Token(), source).because(middleware.ReasonUnrecognized)
	a.bad("of another issuer's key, iss ours", a.evil.Mint(mint{Header: elsewhere, Claims: claims{"iss": mainURL}}), source).because(middleware.ReasonUnknownKey)
	a.bad("of another issuer's key under our kid", a.evil.Mint(mint{Header: header{"kid": a.main.KeyID()}, Claims: claims{"iss": mainURL}}),
		source).because(middleware.ReasonSignature)
	a.bad("of another issuer's key without a kid", a.evil.Mint(mint{Header: header{"kid": absent}, Claims: claims{"iss": mainURL}}),
		source).because(middleware.ReasonUnknownKey)
	a.bad("of another issuer, who says that it is ours in azp", a.evil.Token(authtest.Claims{"azp": mainURL, "issuer": mainURL}),
		source).because(middleware.ReasonUnrecognized)
	a.bad("of our key, iss of an issuer that is not accepted", a.token(claims{"iss": evilURL}), source).because(middleware.ReasonUnrecognized)
}

func (a *area) twoIssuers() {
	const source = "RFC 8725 §3.8, RFC 8725bis §3.1"
	a.good("two issuers, the first", a.main.Token(), source).with("two issuers")
	a.good("two issuers, the second", a.second.Token(), source).with("two issuers")
	crossed := func(name string, token string, reason middleware.Reason) {
		a.bad("two issuers, "+name, token, source).with("two issuers").because(reason)
	}
	crossed("the key of the second, iss the first",
		a.second.Mint(mint{Algorithm: "ES256", Header: header{"kid": "second-1"}, Claims: claims{"iss": mainURL}}), middleware.ReasonUnknownKey)
	crossed("the key of the second under the kid of the first",
		a.second.Mint(mint{Algorithm: "ES256", Header: header{"kid": a.main.KeyID()}, Claims: claims{"iss": mainURL}}), middleware.ReasonSignature)
	crossed("the key of the first, iss the second",
		a.main.Mint(mint{Algorithm: "RS256", Header: header{"kid": "main-1"}, Claims: claims{"iss": secondURL}}), middleware.ReasonUnknownKey)
	crossed("the algorithm of the second by the first", a.main.Mint(mint{Algorithm: "RS256"}), middleware.ReasonAlgorithm)
	crossed("the algorithm of the first by the second", a.second.Mint(mint{Algorithm: "ES256"}), middleware.ReasonAlgorithm)
	crossed("neither", a.evil.Token(), middleware.ReasonUnrecognized)
	a.bad("the second issuer where only the first is accepted", a.second.Token(), source).because(middleware.ReasonUnrecognized)
}

func (a *area) tenants() {
	const source = "RFC 8725bis §3.10, RFC 8725 §3.8, RFC 9700 §2.3"
	of := func(i *authtest.Issuer, iss string) string { return i.Token(authtest.Claims{"iss": iss}) }
	a.good("tenant that is allowed", a.tenant.Token(), source).with("tenants")
	a.bad("tenant that is not allowed", a.closed.Token(), source).with("tenants").because(middleware.ReasonUnrecognized)
	a.bad("tenant that is allowed, key of another tenant", of(a.closed, tenantURL), source).with("tenants").because(middleware.ReasonSignature)
	a.bad("tenant that is not allowed, key of one that is", of(a.tenant, closedURL), source).with("tenants").because(middleware.ReasonUnrecognized)
	for _, tenant := range []string{
		"ACME", "", ".", "..", "acme/../closed", "acme/v2/../../closed", "closed/../acme", "acme%2f..%2fclosed", "acme#", "acme?x=", "acme@evil.test",
		"acme\x00", " acme", "acme ", "{tenantid}", "common", "*", "acme:443", `acme\..\closed`,
	} {
		a.bad("tenant "+quoted(tenant), of(a.tenant, strings.Replace(tenantURL, "acme", tenant, 1)), source).with("tenants").because(middleware.ReasonUnrecognized)
	}
	for _, iss := range []string{
		"https://login.test.evil.test/acme/v2", "https://login.test@evil.test/acme/v2", "http://login.test/acme/v2", "https://LOGIN.test/acme/v2",
		tenantURL + "/", "https://evil.test/https://login.test/acme/v2", "https://login.test/acme/v2.0", "https://login.test//acme/v2", mainURL,
	} {
		a.bad("tenants, iss "+iss, of(a.tenant, iss), source).with("tenants").because(middleware.ReasonUnrecognized)
	}
}
