package authtest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha256" // crypto.SHA256
	_ "crypto/sha512" // crypto.SHA384, crypto.SHA512
	"fmt"
)

// algorithm is a row of RFC 7518 §3.1 or RFC 8037 §3.1.
type algorithm struct {
	generate func() crypto.Signer
	sign     func(key crypto.Signer, input []byte) []byte
}

var algorithms = map[string]algorithm{
	"RS256":   {newRSA, signPKCS1v15(crypto.SHA256)},
	"RS384":   {newRSA, signPKCS1v15(crypto.SHA384)},
	"RS512":   {newRSA, signPKCS1v15(crypto.SHA512)},
	"PS256":   {newRSA, signPSS(crypto.SHA256, rsa.PSSSaltLengthEqualsHash)},
	"PS384":   {newRSA, signPSS(crypto.SHA384, rsa.PSSSaltLengthEqualsHash)},
	"PS512":   {newRSA, signPSS(crypto.SHA512, rsa.PSSSaltLengthEqualsHash)},
	"ES256":   {newEC(elliptic.P256()), signECDSA(crypto.SHA256)},
	"ES384":   {newEC(elliptic.P384()), signECDSA(crypto.SHA384)},
	"ES512":   {newEC(elliptic.P521()), signECDSA(crypto.SHA512)},
	"EdDSA":   {newEd25519, signEd25519},
	"Ed25519": {newEd25519, signEd25519}, // RFC 9864: the same under a full name
}

func mustAlgorithm(name string) algorithm {
	a, ok := algorithms[name]
	if !ok {
		panic("authtest: unknown algorithm: " + name)
	}
	return a
}

func newRSA() crypto.Signer { return rsaKeys.next() }

func newEC(curve elliptic.Curve) func() crypto.Signer {
	return func() crypto.Signer {
		return must(ecdsa.GenerateKey(curve, rand.Reader))
	}
}

func newEd25519() crypto.Signer {
	_, key, err := ed25519.GenerateKey(rand.Reader)
	return must(key, err)
}

func signPKCS1v15(h crypto.Hash) func(crypto.Signer, []byte) []byte {
	return func(key crypto.Signer, input []byte) []byte {
		return must(rsa.SignPKCS1v15(nil, mustKey[*rsa.PrivateKey](key), h, digest(h, input)))
	}
}

func signPSS(h crypto.Hash, salt int) func(crypto.Signer, []byte) []byte {
	return func(key crypto.Signer, input []byte) []byte {
		options := &rsa.PSSOptions{SaltLength: salt, Hash: h}
		return must(rsa.SignPSS(rand.Reader, mustKey[*rsa.PrivateKey](key), h, digest(h, input), options))
	}
}

// signECDSA writes R and S as two numbers of the curve's full size, RFC 7518
// §3.4, not as the DER that other uses of ECDSA have.
func signECDSA(h crypto.Hash) func(crypto.Signer, []byte) []byte {
	return func(key crypto.Signer, input []byte) []byte {
		k := mustKey[*ecdsa.PrivateKey](key)
		r, s, err := ecdsa.Sign(rand.Reader, k, digest(h, input))
		size := (must(k, err).Params().BitSize + 7) / 8
		signature := make([]byte, 2*size)
		r.FillBytes(signature[:size])
		s.FillBytes(signature[size:])
		return signature
	}
}

func signEd25519(key crypto.Signer, input []byte) []byte {
	return ed25519.Sign(mustKey[ed25519.PrivateKey](key), input)
}

func digest(h crypto.Hash, input []byte) []byte {
	d := h.New()
	d.Write(input)
	return d.Sum(nil)
}

func mustKey[K crypto.Signer](key crypto.Signer) K {
	k, ok := key.(K)
	if !ok {
		panic(fmt.Sprintf("authtest: this algorithm cannot sign with a %T", key))
	}
	return k
}

// must turns into a panic what does not happen, or is a mistake in the test
// itself.
func must[T any](v T, err error) T {
	if err != nil {
		panic("authtest: " + err.Error())
	}
	return v
}
