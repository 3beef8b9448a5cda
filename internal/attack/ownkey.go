package main

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"maps"
	"math/big"
)

var random = rand.Reader

// rsaKey is a key that authtest would not make, or not publish like this.
type rsaKey struct{ *rsa.PrivateKey }

func newRSAKey(bits int) rsaKey { return rsaKey{must(rsa.GenerateKey(random, bits))} }

// sign is RS256.
func (k rsaKey) sign(input []byte) []byte {
	sum := sha256.Sum256(input)
	return k.pkcs1(crypto.SHA256, sum[:])
}

func (k rsaKey) pkcs1(h crypto.Hash, sum []byte) []byte {
	return must(rsa.SignPKCS1v15(nil, k.PrivateKey, h, sum))
}

func (k rsaKey) pss(salt int) func([]byte) []byte {
	return func(input []byte) []byte {
		sum := sha256.Sum256(input)
		return must(rsa.SignPSS(random, k.PrivateKey, crypto.SHA256, sum[:], &rsa.PSSOptions{SaltLength: salt}))
	}
}

// jwk is the public key with other members besides.
func (k rsaKey) jwk(members header) header {
	jwk := header{"kty": "RSA", "n": encode(k.N.Bytes()), "e": encode(big.NewInt(int64(k.E)).Bytes())}
	maps.Copy(jwk, members)
	return jwk
}

// ecKey is a key on P-256.
type ecKey struct{ *ecdsa.PrivateKey }

func newECKey() ecKey { return ecKey{must(ecdsa.GenerateKey(elliptic.P256(), random))} }

// sign is ES256.
func (k ecKey) sign(input []byte) []byte {
	sum := sha256.Sum256(input)
	r, s, err := ecdsa.Sign(random, k.PrivateKey, sum[:])
	signature := make([]byte, 64)
	must(r, err).FillBytes(signature[:32])
	s.FillBytes(signature[32:])
	return signature
}

func (k ecKey) jwk(members header) header {
	point := must(k.PublicKey.Bytes())
	jwk := header{"kty": "EC", "crv": "P-256", "x": encode(point[1:33]), "y": encode(point[33:])}
	maps.Copy(jwk, members)
	return jwk
}

// edwardsJWK publishes what is to be the 32 octets of an Ed25519 key.
func edwardsJWK(public []byte, members header) header {
	jwk := header{"kty": "OKP", "crv": "Ed25519", "x": encode(public)}
	maps.Copy(jwk, members)
	return jwk
}

func newEdwardsKey() (ed25519.PublicKey, func([]byte) []byte) {
	public, private, err := ed25519.GenerateKey(random)
	return must(public, err), func(input []byte) []byte { return ed25519.Sign(private, input) }
}
