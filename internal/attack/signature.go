package main

import (
	"bytes"
	"crypto"
	"crypto/elliptic"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/hex"
	"math/big"
	"slices"

	"github.com/bearerguard/bearerguard/middleware"
)

// ecdsaSignatures are those that ECDSA alone can get wrong.
func (a *area) ecdsaSignatures() {
	const psychic = "CVE-2022-21449, FIPS 186-5 §6.4.2"
	order := elliptic.P256().Params().N.Bytes()
	zero, one := make([]byte, 32), append(make([]byte, 31), 1)
	for name, rs := range map[string][2][]byte{
		"R and S zero": {zero, zero}, "R zero": {zero, one}, "S zero": {one, zero}, "R and S the order": {order, order},
		"R the order, S zero": {order, zero}, "R zero, S the order": {zero, order}, "R and S one": {one, one},
	} {
		a.bad("ES256, "+name, a.signature("ES256", func([]byte) []byte { return slices.Concat(rs[0], rs[1]) }), psychic).because(middleware.ReasonSignature)
	}
	const form = "RFC 7518 §3.4"
	for name, change := range map[string]func([]byte) []byte{
		"in DER":                        der,
		"without its last octet":        func(s []byte) []byte { return s[:63] },
		"with an octet more":            func(s []byte) []byte { return append(s, 0) },
		"with a zero before each half":  func(s []byte) []byte { return slices.Concat([]byte{0}, s[:32], []byte{0}, s[32:]) },
		"with R and S exchanged":        func(s []byte) []byte { return slices.Concat(s[32:], s[:32]) },
		"of twice the right one":        func(s []byte) []byte { return append(s, s...) },
		"padded to the length of P-521": func(s []byte) []byte { return append(s, make([]byte, 68)...) },
		"with R plus the order":         func(s []byte) []byte { return slices.Concat(plus(s[:32], order), s[32:]) },
	} {
		a.bad("ES256, a signature "+name, a.signature("ES256", change), form).because(middleware.ReasonSignature)
	}
	a.good("ES256, the other S that fits", a.signature("ES256", func(s []byte) []byte {
		n, other := new(big.Int).SetBytes(order), new(big.Int).SetBytes(s[32:])
		return append(s[:32], other.Sub(n, other).FillBytes(zero)...)
	}), "FIPS 186-5 §6.4.2, RFC 7518 §3.4: nothing asks for a low S")
}

// der is the form that other uses of ECDSA have.
func der(s []byte) []byte {
	return must(asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(s[:32]), new(big.Int).SetBytes(s[32:])}))
}

// plus adds big-endian numbers. The sum may be an octet longer.
func plus(a, b []byte) []byte {
	return new(big.Int).Add(new(big.Int).SetBytes(a), new(big.Int).SetBytes(b)).Bytes()
}

func (a *area) edwardsSignatures() {
	const source = "RFC 8032 §5.1.7, RFC 8037 §3.1"
	a.bad("EdDSA, a signature of zeros", a.signature("EdDSA", func(s []byte) []byte { return make([]byte, 64) }), source).because(middleware.ReasonSignature)
	a.bad("EdDSA, without its last octet", a.signature("EdDSA", func(s []byte) []byte { return s[:63] }), source).because(middleware.ReasonSignature)
	a.bad("EdDSA, the neutral point and zero", a.signature("EdDSA", func([]byte) []byte {
		return append([]byte{1}, make([]byte, 63)...)
	}), source).because(middleware.ReasonSignature)
	a.bad("EdDSA, S plus the order", a.signature("EdDSA", func(s []byte) []byte {
		order, _ := new(big.Int).SetString("7237005577332262213973186563042994240857116359379907606001950938285454250989", 10)
		sum := plus(reversed(s[32:]), order.Bytes())
		return append(s[:32], reversed(append(make([]byte, 32-len(sum)), sum...))...)
	}), source+", CVE-2020-36843").because(middleware.ReasonSignature)
}

func reversed(b []byte) []byte {
	b = bytes.Clone(b)
	slices.Reverse(b)
	return b
}

func (a *area) rsaSignatures() {
	const source = "RFC 8017 §8.2.2, RFC 7518 §3.3"
	for name, change := range map[string]func([]byte) []byte{
		"of zeros":               func(s []byte) []byte { return make([]byte, len(s)) },
		"that is the number one": func(s []byte) []byte { return append(make([]byte, len(s)-1), 1) },
		"of FF":                  func(s []byte) []byte { return bytes.Repeat([]byte{0xFF}, len(s)) },
		"with a zero in front":   func(s []byte) []byte { return append([]byte{0}, s...) },
		"without its last octet": func(s []byte) []byte { return s[:len(s)-1] },
		"with an octet more":     func(s []byte) []byte { return append(s, 0) },
		"with a flipped bit":     func(s []byte) []byte { s[len(s)/2] ^= 1; return s },
		"in hexadecimal":         func(s []byte) []byte { return []byte(hex.EncodeToString(s)) },
		"in base64":              func(s []byte) []byte { return []byte(encode(s)) },
	} {
		a.bad("RS256, a signature "+name, a.signature("RS256", change), source).because(middleware.ReasonSignature)
	}
	key := newRSAKey(2048)
	for name, salt := range map[string]int{"no salt": 0, "a salt of 20 octets": 20, "the longest salt": 2048/8 - 32 - 2} {
		a.bad("PS256 with "+name, a.main.Mint(mint{Header: header{"alg": "PS256", "kid": "own"}, Sign: key.pss(salt)}), "RFC 7518 §3.5").
			publish(keySet(key.jwk(header{"kid": "own", "alg": "PS256"}))).because(middleware.ReasonSignature)
	}
	a.good("PS256 with a salt of 32 octets", a.main.Mint(mint{Header: header{"alg": "PS256", "kid": "own"}, Sign: key.pss(32)}), "RFC 7518 §3.5").
		publish(keySet(key.jwk(header{"kid": "own", "alg": "PS256"})))
	a.bad("RS256 over a hash that names SHA-512", a.main.Mint(mint{Algorithm: "RS256", Header: header{"kid": "own"}, Sign: func(input []byte) []byte {
		sum := sha256.Sum256(input)
		return key.pkcs1(crypto.SHA512, append(sum[:], make([]byte, 32)...))
	}}), source).publish(keySet(key.jwk(header{"kid": "own", "alg": "RS256"}))).because(middleware.ReasonSignature)
	a.bad("RS256 over a hash without a name", a.main.Mint(mint{Algorithm: "RS256", Header: header{"kid": "own"}, Sign: func(input []byte) []byte {
		sum := sha256.Sum256(input)
		return key.pkcs1(0, sum[:])
	}}), source).publish(keySet(key.jwk(header{"kid": "own", "alg": "RS256"}))).because(middleware.ReasonSignature)
}
