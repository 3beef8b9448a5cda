package main

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"math/big"

	"github.com/bearerguard/bearerguard/middleware"
)

func (a *area) weakRSA() {
	const source = "RFC 7518 §3.3, §6.3.1"
	bad := func(name string, jwk header, sign func([]byte) []byte) {
		a.bad(name, a.by("k", "RS256", sign), source).publish(a.beside(jwk)).because(middleware.ReasonUnknownKey)
	}
	for _, bits := range []int{1024, 2040} {
		key := newRSAKey(bits)
		bad(fmt.Sprintf("RSA key of %d bits", bits), key.jwk(header{"kid": "k"}), key.sign)
	}
	key := newRSAKey(2048)
	for name, e := range map[string][]byte{"0": {0}, "1": {1}, "2": {2}, "65536": {1, 0, 0}, "of 33 bits": {1, 0, 0, 0, 1}, "nothing": {}} {
		jwk := key.jwk(header{"kid": "k", "e": encode(e)})
		// With e = 1 the padded hash itself is the signature.
		bad("RSA key with the exponent "+name, jwk, func(input []byte) []byte { return padded(input, key.Size()) })
	}
	bad("RSA key without a modulus", without(key.jwk(header{"kid": "k"}), "n"), key.sign)
	bad("RSA key with an empty modulus", key.jwk(header{"kid": "k", "n": ""}), key.sign)
	bad("RSA key with a modulus in padded base64", key.jwk(header{"kid": "k", "n": encode(key.N.Bytes()) + "=="}), key.sign)
	bad("RSA key with an even modulus", key.jwk(header{"kid": "k", "n": encode(new(big.Int).Sub(key.N, big.NewInt(1)).Bytes())}), key.sign)
	huge := append([]byte{0x80}, make([]byte, 1280)...)
	huge[1280] = 1
	bad("RSA key of more than 8192 bits", header{"kty": "RSA", "kid": "k", "n": encode(huge), "e": "AQAB"}, func([]byte) []byte { return make([]byte, 1281) })

	three := header{"kty": "RSA", "kid": "k", "n": encode(key.N.Bytes()), "e": "Aw"}
	a.bad("RSA key with the exponent 3, a cube root for a signature",
		a.by("k", "RS256", func(input []byte) []byte { return cubeRoot(input, key.Size()) }), "CVE-2006-4339, RFC 8017 §8.2.2").
		publish(a.beside(three)).because(middleware.ReasonSignature)
}

// prefix is the beginning of a padded hash (RFC 8017 §9.2), with so many octets of padding.
func prefix(input []byte, padding int) []byte {
	sum := sha256.Sum256(input)
	block := append([]byte{0, 1}, bytes.Repeat([]byte{0xFF}, padding)...)
	block = append(block, 0, 0x30, 0x31, 0x30, 0x0d, 0x06, 0x09, 0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01, 0x05, 0x00, 0x04, 0x20)
	return append(block, sum[:]...)
}

func padded(input []byte, size int) []byte { return prefix(input, size-3-19-32) }

// cubeRoot finds a number whose cube begins as a padded hash does, and goes on with whatever comes: verifiers that do
// not look at the end take it for a signature.
func cubeRoot(input []byte, size int) []byte {
	target := append(prefix(input, 8), bytes.Repeat([]byte{0xFF}, size)...)[:size]
	want, low, high := new(big.Int).SetBytes(target), big.NewInt(0), new(big.Int).Lsh(big.NewInt(1), uint(size)*3)
	for new(big.Int).Sub(high, low).Cmp(big.NewInt(1)) > 0 {
		middle := new(big.Int).Rsh(new(big.Int).Add(low, high), 1)
		if new(big.Int).Exp(middle, big.NewInt(3), nil).Cmp(want) > 0 {
			high = middle
		} else {
			low = middle
		}
	}
	return low.FillBytes(make([]byte, size))
}

func (a *area) weakCurves() {
	const source = "RFC 8725 §3.4, RFC 7518 §6.2.1, CVE-2015-7940"
	key := newECKey()
	good := key.jwk(header{"kid": "k"})
	zero := encode(make([]byte, 32))
	x := decoded(good["x"].(string))
	for name, changes := range map[string]header{
		"off the curve": {"y": good["x"]}, "of zeros": {"x": zero, "y": zero}, "without y": {"y": absent},
		"with x short of an octet": {"x": encode(x[1:])}, "with x an octet too long": {"x": encode("\x00" + x)},
		"of another curve in crv": {"crv": "P-384"}, "of secp256k1 in crv": {"crv": "secp256k1"}, "without crv": {"crv": absent},
		"with crv in lower case": {"crv": "p-256"}, "with the alg of another curve": {"alg": "ES384"}, "with kty RSA": {"kty": "RSA"},
		"with coordinates beyond the field": {"x": encode(bytes.Repeat([]byte{0xFF}, 32))}, "with kty OKP": {"kty": "OKP", "crv": "Ed25519", "y": absent},
	} {
		jwk := with(good, changes)
		for member, value := range jwk {
			if value == absent {
				delete(jwk, member)
			}
		}
		a.bad("EC key "+name, a.by("k", "ES256", key.sign), source).publish(a.beside(jwk))
	}
	const edwards = "RFC 8032 §5.1.7, RFC 8725 §3.4"
	neutral := append([]byte{1}, make([]byte, 63)...)
	for name, point := range map[string][]byte{
		"of order one": append([]byte{1}, make([]byte, 31)...), "of order two": append([]byte{0xEC}, append(bytes.Repeat([]byte{0xFF}, 30), 0x7F)...),
		"of order four":         make([]byte, 32),
		"that is not canonical": append([]byte{0xEE}, append(bytes.Repeat([]byte{0xFF}, 30), 0x7F)...), "of 31 octets": make([]byte, 31),
		"of 33 octets": make([]byte, 33),
	} {
		a.bad("Ed25519 key "+name, a.by("k", "EdDSA", func([]byte) []byte { return neutral }),
			edwards).publish(a.beside(edwardsJWK(point, header{"kid": "k"}))).because(middleware.ReasonUnknownKey)
	}
	public, sign := newEdwardsKey()
	a.bad("Ed25519 key that is published as X25519", a.by("k", "EdDSA", sign),
		edwards).publish(a.beside(with(edwardsJWK(public, header{"kid": "k"}), header{"crv": "X25519"}))).because(middleware.ReasonUnknownKey)
}
