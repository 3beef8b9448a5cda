package main

import (
	"crypto/sha256"
	"crypto/sha512"
	"crypto/x509"
	"encoding/pem"
	"hash"
	"strings"

	"github.com/bearerguard/bearerguard/middleware"
)

func algorithms(a *area) {
	a.noAlgorithm()
	a.wrongAlgorithmTypes()
	a.publicKeyAsSecret()
	a.otherAlgorithms()
	a.goodAlgorithms()
	a.ecdsaSignatures()
	a.edwardsSignatures()
	a.rsaSignatures()
}

func (a *area) noAlgorithm() {
	const source = "RFC 8725 §3.2, RFC 7518 §3.6, CVE-2018-1000531, CVE-2022-23540"
	for _, none := range []string{"none", "None", "NONE", "nOnE", " none", "none ", "none\x00", "NonE\u200b", "", "null"} {
		a.bad("alg "+quoted(none)+", no signature", a.main.Mint(mint{
			Header: header{"alg": none}, Sign: func([]byte) []byte { return nil },
		}), source).because(middleware.ReasonAlgorithm)
	}
	a.bad("alg none, the right signature", a.headed(header{"alg": "none"}), "RFC 9068 §4, RFC 7515 §5.2").because(middleware.ReasonAlgorithm)
	a.bad("alg none, some signature", a.main.Mint(mint{Header: header{"alg": "none"}, Sign: func([]byte) []byte { return []byte("x") }}), source)
	a.bad("alg none with an escape, no signature", signed(encode(`{"alg":"n\u006fne","typ":"at+jwt"}`), encode(a.goodPayload()),
		func([]byte) []byte { return nil }), "RFC 7515 §5.3, RFC 8725 §3.2").because(middleware.ReasonAlgorithm)
	a.bad("alg none of an issuer that is not accepted", a.evil.Mint(mint{Header: header{"alg": "none"}, Sign: func([]byte) []byte { return nil }}), source)
	a.bad("no signature under RS256", a.main.Mint(mint{Algorithm: "RS256", Sign: func([]byte) []byte { return nil }}),
		"RFC 7515 §5.2, CVE-2020-28042").because(middleware.ReasonSignature)
}

func (a *area) wrongAlgorithmTypes() {
	const source = "RFC 7515 §4.1.1, §5.2(8)"
	a.bad("alg absent", a.headed(header{"alg": absent}), source)
	for name, alg := range map[string]any{
		"null": nil, "a number": 256, "a boolean": true, "an array": []string{"RS256"}, "an object": map[string]any{"RS256": true},
	} {
		a.bad("alg "+name, a.headed(header{"alg": alg}), source)
	}
	for _, alg := range []string{"rs256", "Rs256", "RS256 ", " RS256", "RS256\x00", "RS\u0662\u0665\u0666", "SHA256withRSA", "RS256,ES256"} {
		a.bad("alg "+quoted(alg), a.main.Mint(mint{Algorithm: "RS256", Header: header{"alg": alg}}),
			"RFC 7515 §5.3, RFC 7518 §3.1").because(middleware.ReasonAlgorithm)
	}
	a.good("alg with an escape", a.texts(strings.Replace(a.goodHeader(), `"ES256"`, `"\u0045S256"`, 1), a.goodPayload()), "RFC 7515 §5.3, §10.13")
}

// publicKeyAsSecret is the confusion of verifiers that take a key as octets, whatever alg says.
func (a *area) publicKeyAsSecret() {
	const source = "RFC 8725 §2.1, §3.1, CVE-2015-9235, CVE-2016-10555"
	key := a.main.Key("RS256")
	der := must(x509.MarshalPKIXPublicKey(key.Public()))
	block := pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: der})
	jwk := key.JWK()
	modulus := jwk["n"].(string)
	for name, secret := range map[string]string{
		"PEM": string(block), "PEM without the last line break": strings.TrimSpace(string(block)),
		"PEM with CR LF": strings.ReplaceAll(string(block), "\n", "\r\n"), "DER": string(der),
		"JWK": toJSON(jwk), "JWK Set": string(a.main.JWKS()), "modulus in base64url": modulus, "modulus": decoded(modulus),
		"kid": key.ID(), "nothing": "", "the word secret": "secret",
	} {
		a.mac("HS256 with the public key: "+name, "RS256", "HS256", sha256.New, secret, source)
	}
	a.mac("HS384 with the public key: PEM", "RS256", "HS384", sha512.New384, string(block), source)
	a.mac("HS512 with the public key: PEM", "RS256", "HS512", sha512.New, string(block), source)
	edwards := a.main.Key("EdDSA").JWK()
	a.mac("HS256 with the public key: Ed25519", "EdDSA", "HS256", sha256.New, decoded(edwards["x"].(string)), "RFC 8725 §2.1, CVE-2022-29217")
	a.bad("RS256 named, HMAC with the public key inside", a.main.Mint(mint{Algorithm: "RS256", Sign: mac(sha256.New, block)}),
		source).because(middleware.ReasonSignature)
}

// mac is a token with the kid of a key for one algorithm that is signed by another.
func (a *area) mac(name, keyOf, alg string, h func() hash.Hash, secret, source string) {
	a.bad(name, a.main.Mint(mint{Algorithm: keyOf, Header: header{"alg": alg}, Sign: mac(h, []byte(secret))}), source).because(middleware.ReasonAlgorithm)
}

func decoded(text string) string { return part(text, 0) }

func (a *area) otherAlgorithms() {
	const source = "RFC 8725 §3.1, RFC 7515 §5.2"
	for _, alg := range []string{"RS384", "RS512", "PS384", "PS512", "ES384", "ES512"} {
		a.bad(alg+", signed well, where it is not accepted", a.every.Mint(mint{Algorithm: alg}), source).with("usual algs").because(middleware.ReasonAlgorithm)
		a.good(alg+" where it is accepted", a.every.Mint(mint{Algorithm: alg}), "RFC 7518 §3.1").with("every alg")
	}
	for _, alg := range []string{"ES256K", "RS1", "Ed448", "ML-DSA-44", "RSA1_5", "RSA-OAEP", "dir", "A128KW", "HS256", "ES256"} {
		a.bad("alg "+alg+" over a signature of RS256", a.main.Mint(mint{Algorithm: "RS256", Header: header{"alg": alg}}), source).because(middleware.ReasonAlgorithm)
	}
	rsa := a.main.Key("RS256")
	a.bad("PS256 by a key that is published for RS256", a.main.Mint(mint{Key: rsa, Algorithm: "PS256"}),
		"RFC 8725bis §3.1, RFC 7517 §4.4").because(middleware.ReasonAlgorithm)
	a.bad("RS512 by a key that is published for RS256", a.every.Mint(mint{Key: a.every.Key("RS256"), Algorithm: "RS512"}),
		"RFC 8725bis §3.1").with("every alg").because(middleware.ReasonAlgorithm)
	a.bad("RS256 named, PS256 inside", a.main.Mint(mint{Key: rsa, Algorithm: "PS256", Header: header{"alg": "RS256"}}), source).because(middleware.ReasonSignature)
	a.bad("RS256 named, RS512 inside", a.main.Mint(mint{Key: rsa, Algorithm: "RS512", Header: header{"alg": "RS256"}}), source).because(middleware.ReasonSignature)
	a.bad("ES256 with the kid of a key on P-384", a.every.Mint(mint{Algorithm: "ES256", Header: header{"kid": a.every.Key("ES384").ID()}}),
		"RFC 7518 §3.4").with("every alg").because(middleware.ReasonAlgorithm)
	a.bad("ES384 with the kid of a key on P-256", a.every.Mint(mint{Algorithm: "ES384", Header: header{"kid": a.every.Key("ES256").ID()}}),
		"RFC 7518 §3.4").with("every alg").because(middleware.ReasonAlgorithm)
	a.bad("ES256 named, a signature of ES384 by its key", a.every.Mint(mint{Algorithm: "ES384", Header: header{"alg": "ES256"}}),
		"RFC 7518 §3.4").with("every alg").because(middleware.ReasonAlgorithm)
}

func (a *area) goodAlgorithms() {
	for _, alg := range []string{"RS256", "PS256", "ES256", "EdDSA"} {
		a.good(alg, a.main.Mint(mint{Algorithm: alg}), "RFC 7518 §3.1, RFC 8037 §3.1")
	}
	a.good("Ed25519 by a key that is published for EdDSA", a.main.Mint(mint{Key: a.main.Key("EdDSA"), Header: header{"alg": "Ed25519"}}), "RFC 9864 §2.2")
}
