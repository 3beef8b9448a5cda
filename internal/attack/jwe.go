package main

import (
	"bytes"
	"compress/flate"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rsa"
	"crypto/sha256"
	"strings"

	"github.com/bearerguard/bearerguard/middleware"
)

func encrypted(a *area) {
	a.wellEncrypted()
	a.expensive()
	a.confused()
	a.introspectedEncrypted()
}

// jwe encrypts a text by A256GCM (RFC 7518 §5.3) under this content encryption key, whose encryption is given.
func jwe(h header, key []byte, encryptedKey, text string) string {
	protected := encode(toJSON(h))
	gcm := must(cipher.NewGCM(must(aes.NewCipher(key))))
	nonce := make([]byte, gcm.NonceSize())
	sealed := gcm.Seal(nil, nonce, []byte(text), []byte(protected))
	body, tag := sealed[:len(text)], sealed[len(text):]
	return strings.Join([]string{protected, encode(encryptedKey), encode(nonce), encode(body), encode(tag)}, ".")
}

// toIssuer encrypts to a public key of the issuer, which anybody can do.
func (a *area) toIssuer(h header, text string) string {
	key := bytes.Repeat([]byte{7}, 32)
	public := a.main.Key("RS256").Public().(*rsa.PublicKey)
	wrapped := must(rsa.EncryptOAEP(sha256.New(), random, public, key, nil))
	return jwe(with(header{"alg": "RSA-OAEP-256", "enc": "A256GCM", "kid": a.main.Key("RS256").ID(), "typ": "at+jwt"}, h), key, string(wrapped), text)
}

// wellEncrypted tokens are good encryptions, and no signatures.
func (a *area) wellEncrypted() {
	const source = "RFC 8725bis §3.3, RFC 9068 §4, CVE-2022-3102"
	bad := func(name, token string) { a.bad(name, token, source).because(middleware.ReasonUnrecognized) }
	bad("JWE of claims to the issuer's public key", a.toIssuer(nil, a.goodPayload()))
	bad("JWE of a good token to the issuer's public key", a.toIssuer(header{"cty": "JWT"}, a.main.Token()))
	bad("JWE of an unsecured token", a.toIssuer(header{"cty": "JWT"}, encode(`{"alg":"none"}`)+"."+encode(a.goodPayload())+"."))
	secret := sha256.Sum256([]byte("secret"))
	bad("JWE by dir", jwe(header{"alg": "dir", "enc": "A256GCM", "typ": "at+jwt"}, secret[:], "", a.goodPayload()))
	public := sha256.Sum256([]byte(a.main.Key("RS256").JWK()["n"].(string)))
	bad("JWE by dir with a key made of the public key", jwe(header{"alg": "dir", "enc": "A256GCM", "kid": a.main.Key("RS256").ID()}, public[:], "", a.goodPayload()))
	bad("JWE with iss in its header", a.toIssuer(header{"iss": mainURL, "aud": ours}, a.goodPayload()))
}

// expensive tokens ask for work. Nothing may be decrypted, derived or inflated.
func (a *area) expensive() {
	bad := func(name, token, source string) { a.bad(name, token, source).because(middleware.ReasonUnrecognized) }
	key := bytes.Repeat([]byte{7}, 32)
	bad("JWE with p2c 2000000000",
		jwe(header{"alg": "PBES2-HS256+A128KW", "enc": "A256GCM", "p2c": 2000000000, "p2s": encode("salt")}, key, strings.Repeat("k", 40), a.goodPayload()),
		"RFC 8725bis §3.13, CVE-2023-52428")
	bad("JWE that inflates to 8 MB", a.toIssuer(header{"zip": "DEF"}, deflated(8<<20)), "RFC 8725bis §3.15, CVE-2024-28180, CVE-2024-33664")
	bad("JWE with a point off the curve",
		jwe(header{"alg": "ECDH-ES", "enc": "A256GCM", "epk": header{"kty": "EC", "crv": "P-256", "x": encode(key), "y": encode(key)}}, key, "", a.goodPayload()),
		"RFC 7518 §4.6, CVE-2017-16007")
	bad("JWE with a long encrypted key", jwe(header{"alg": "RSA1_5", "enc": "A256GCM"}, key, strings.Repeat("k", 6000), a.goodPayload()), "RFC 7516 §9, RFC 8725bis §3.3")
}

func deflated(size int) string {
	var b bytes.Buffer
	w := must(flate.NewWriter(&b, flate.BestCompression))
	must(w.Write(make([]byte, size)))
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.String()
}

// confused tokens are half of each.
func (a *area) confused() {
	const source = "RFC 7516 §9, RFC 8725bis §3.3"
	good := strings.Split(a.main.Token(), ".")
	a.bad("JWS with enc in its header", a.headed(header{"enc": "A256GCM"}), source).because(middleware.ReasonHeader)
	a.bad("JWS with enc null in its header", a.headed(header{"enc": nil}), source).because(middleware.ReasonHeader)
	a.bad("JWS with the alg of a JWE", a.headed(header{"alg": "RSA-OAEP"}), source).because(middleware.ReasonAlgorithm)
	a.bad("JWS with alg dir and enc", a.headed(header{"alg": "dir", "enc": "A256GCM"}), source).because(middleware.ReasonHeader)
	a.bad("JWS and two parts more", strings.Join(append(good, encode("x"), encode("y")), "."), source).because(middleware.ReasonUnrecognized)
	a.bad("JWS and two empty parts", strings.Join(append(good, "", ""), "."), source).because(middleware.ReasonUnrecognized)
	a.bad("JWS in five parts, the header of a JWE",
		strings.Join([]string{encode(`{"alg":"RSA-OAEP-256","enc":"A256GCM"}`), "", good[0], good[1], good[2]}, "."), source).because(middleware.ReasonUnrecognized)
	a.bad("JWE with three parts", strings.Join(strings.Split(a.toIssuer(nil, a.goodPayload()), ".")[:3], "."), source).because(middleware.ReasonUnrecognized)
	a.malformed("JWE in JSON serialization",
		`{"protected":"`+encode(`{"alg":"dir","enc":"A256GCM"}`)+`","iv":"AAAA","ciphertext":"AAAA","tag":"AAAA"}`, "RFC 7519 §1")
	a.good("JWS with zip in its header", a.headed(header{"zip": "DEF"}), "RFC 7515 §4: zip belongs to JWE and is ignored here")
	a.good("JWS with enc in its payload", a.token(claims{"enc": "A256GCM"}), "RFC 7519 §4")
}

// introspectedEncrypted: to some servers a JWE is their opaque token.
func (a *area) introspectedEncrypted() {
	token := a.toIssuer(nil, a.goodPayload())
	a.good("JWE that its issuer calls active", token, "RFC 7662 §2.1: any token may be introspected").with("first").answer(active(nil)).asked(1)
	a.bad("JWE that its issuer calls inactive", token, "RFC 7662 §2.2").with("first").answer(inactive()).asked(1).because(middleware.ReasonInactive)
}
