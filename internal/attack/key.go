package main

import (
	"crypto/sha256"
	"strings"

	"github.com/bearerguard/bearerguard/middleware"
)

func keys(a *area) {
	a.otherPurposes()
	a.weakRSA()
	a.weakCurves()
	a.sharedKeyIDs()
	a.brokenSets()
	a.brokenNeighbours()
	a.goodKeys()
}

// beside publishes a key next to a good one, so that the set is usable whatever becomes of the key.
func (a *area) beside(key any) string { return keySet(a.usualJWK(), key) }

// usualJWK is the key that signs where none matters.
func (a *area) usualJWK() header { return a.main.Key(usual).JWK() }

// by is a token whose header names this kid and alg and that is signed by this.
func (a *area) by(kid any, alg string, sign func([]byte) []byte) string {
	return a.main.Mint(mint{Header: header{"kid": kid, "alg": alg}, Sign: sign})
}

// otherPurposes are published keys that must not verify signatures.
func (a *area) otherPurposes() {
	key := newECKey()
	private := key.jwk(header{"kid": "k", "d": encode(must(key.Bytes()))})
	for name, c := range map[string]struct {
		jwk    header
		source string
	}{
		"use enc":                        {key.jwk(header{"kid": "k", "use": "enc"}), "RFC 7517 §4.2"},
		"use in capitals":                {key.jwk(header{"kid": "k", "use": "SIG"}), "RFC 7517 §4.2"},
		"use null":                       {key.jwk(header{"kid": "k", "use": nil}), "RFC 7517 §4.2"},
		"use an array":                   {key.jwk(header{"kid": "k", "use": []string{"sig"}}), "RFC 7517 §4.2"},
		"key_ops encrypt":                {key.jwk(header{"kid": "k", "key_ops": []string{"encrypt"}}), "RFC 7517 §4.3"},
		"key_ops empty":                  {key.jwk(header{"kid": "k", "key_ops": []string{}}), "RFC 7517 §4.3"},
		"key_ops a string":               {key.jwk(header{"kid": "k", "key_ops": "verify"}), "RFC 7517 §4.3"},
		"key_ops verify twice":           {key.jwk(header{"kid": "k", "key_ops": []string{"verify", "verify"}}), "RFC 7517 §4.3"},
		"use enc and key_ops verify":     {key.jwk(header{"kid": "k", "use": "enc", "key_ops": []string{"verify"}}), "RFC 7517 §4.3"},
		"use sig and key_ops encrypt":    {key.jwk(header{"kid": "k", "use": "sig", "key_ops": []string{"verify", "encrypt"}}), "RFC 7517 §4.3"},
		"alg RSA-OAEP":                   {key.jwk(header{"kid": "k", "alg": "RSA-OAEP"}), "RFC 7517 §4.4"},
		"alg none":                       {key.jwk(header{"kid": "k", "alg": "none"}), "RFC 7517 §4.4"},
		"alg HS256":                      {key.jwk(header{"kid": "k", "alg": "HS256"}), "RFC 7517 §4.4"},
		"alg RS256":                      {key.jwk(header{"kid": "k", "alg": "RS256"}), "RFC 7517 §4.4"},
		"alg null":                       {key.jwk(header{"kid": "k", "alg": nil}), "RFC 7517 §4.4"},
		"kty in lower case":              {key.jwk(header{"kid": "k", "kty": "ec"}), "RFC 7517 §4.1"},
		"kty absent":                     {without(key.jwk(header{"kid": "k"}), "kty"), "RFC 7517 §4.1"},
		"its private half, by the owner": {without(private), "RFC 7517 §9"},
	} {
		a.bad("key with "+name, a.by("k", "ES256", key.sign), c.source).publish(a.beside(c.jwk)).because(middleware.ReasonUnknownKey)
	}
	rsa := newRSAKey(2048)
	a.bad("key of PS256 in its alg, token of RS256", a.by("k", "RS256", rsa.sign),
		"RFC 8725bis §3.1").publish(a.beside(rsa.jwk(header{"kid": "k", "alg": "PS256"}))).because(middleware.ReasonAlgorithm)
	secret := header{"kty": "oct", "kid": "k", "k": encode("0123456789abcdef0123456789abcdef")}
	a.bad("key that is a secret, HS256", a.by("k", "HS256", mac(sha256.New, []byte("0123456789abcdef0123456789abcdef"))),
		"RFC 7517 §9, RFC 8725 §3.1").publish(a.beside(secret)).because(middleware.ReasonAlgorithm)
}

// without copies members, less these. A private key is cut short: no whole one is stored, not even one of no use.
func without(members header, names ...string) header {
	rest := with(members, nil)
	for _, name := range names {
		delete(rest, name)
	}
	if d, ok := rest["d"].(string); ok {
		rest["d"] = d[:8]
	}
	return rest
}

// sharedKeyIDs: a kid is not unique.
func (a *area) sharedKeyIDs() {
	const source = "RFC 7517 §4.5, FAPI 2.0 §5.6"
	one, two, rsa := newECKey(), newECKey(), newRSAKey(2048)
	all := keySet(one.jwk(header{"kid": "k"}), two.jwk(header{"kid": "k"}), rsa.jwk(header{"kid": "k"}))
	a.good("kid of three keys, the first", a.by("k", "ES256", one.sign), source).publish(all)
	a.good("kid of three keys, the second", a.by("k", "ES256", two.sign), source).publish(all)
	a.good("kid of three keys, the one of another type", a.by("k", "RS256", rsa.sign), source).publish(all)
	a.bad("kid of three keys, none of them", a.by("k", "ES256", a.stranger.Sign), source).publish(all).because(middleware.ReasonSignature)
	a.bad("kid in another case", a.by("K", "ES256", one.sign), source).publish(all).because(middleware.ReasonUnknownKey)
	a.good("kid that is empty", a.by("", "ES256", one.sign), source).publish(keySet(one.jwk(header{"kid": ""})))
	a.bad("kid that is empty, and a key without one", a.by("", "ES256", one.sign), source).publish(keySet(one.jwk(nil))).because(middleware.ReasonUnknownKey)
	a.good("no kid, and keys with some", a.by(absent, "ES256", two.sign), "RFC 7515 §4.1.4").publish(all)
	a.good("no kid, and a key without one", a.by(absent, "ES256", one.sign), "RFC 7515 §4.1.4").publish(keySet(one.jwk(nil)))
	long := strings.Repeat("k", 1024)
	a.good("kid of 1024 octets", a.by(long, "ES256", one.sign), "RFC 7515 §4.1.4").publish(keySet(one.jwk(header{"kid": long})))
	a.good("kid beyond ASCII, with escapes in the token", a.texts(`{"alg":"ES256","kid":"\u00e9"}`, a.goodPayload()),
		source).publish(keySet(with(a.usualJWK(), header{"kid": "é"})))
}

func (a *area) goodKeys() {
	key, rsa := newECKey(), newRSAKey(2048)
	for name, jwk := range map[string]header{
		"without alg": key.jwk(header{"kid": "k", "use": "sig"}), "without use": key.jwk(header{"kid": "k", "alg": "ES256"}),
		"with neither": key.jwk(header{"kid": "k"}), "key_ops verify": key.jwk(header{"kid": "k", "key_ops": []string{"verify"}}),
		"use sig and key_ops verify": key.jwk(header{"kid": "k", "use": "sig", "key_ops": []string{"verify"}}),
		"unknown members":            key.jwk(header{"kid": "k", "foo": 1, "issuer": "x"}),
		"an x5c that is none":        key.jwk(header{"kid": "k", "x5c": []string{"AAAA"}}), "x5u": key.jwk(header{"kid": "k", "x5u": evilURL}),
	} {
		a.good("good key with "+name, a.by("k", "ES256", key.sign), "RFC 7517 §4").publish(keySet(jwk))
	}
	a.good("good key with a zero in front of its modulus", a.by("k", "RS256", rsa.sign),
		"RFC 7518 §6.3.1.1: some libraries write it").publish(keySet(rsa.jwk(header{"kid": "k", "n": encode(append([]byte{0}, rsa.N.Bytes()...))})))
	a.good("good RSA key without alg, RS256", a.by("k", "RS256", rsa.sign), "RFC 7517 §4.4").publish(keySet(rsa.jwk(header{"kid": "k"})))
	a.good("good RSA key without alg, PS256", a.by("k", "PS256", rsa.pss(32)), "RFC 7517 §4.4").publish(keySet(rsa.jwk(header{"kid": "k"})))
	a.good("good set with unknown members", a.main.Token(), "RFC 7517 §5").publish(strings.Replace(keySet(a.usualJWK()), "{", `{"bar":{"keys":[]},`, 1))
}
