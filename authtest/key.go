package authtest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/base64"
	"fmt"
	"math/big"
	"sync"
)

// A Key signs tokens. It is generated when first used. Safe for concurrent use.
type Key struct {
	id, algorithm string
	signer        func() crypto.Signer
}

// NewKey returns a key that no issuer publishes, for tokens that must be
// refused: give it the kid of a published key, or one that nobody knows. It
// panics on an unknown algorithm.
func NewKey(id, algorithm string) *Key {
	return &Key{id: id, algorithm: algorithm, signer: sync.OnceValue(mustAlgorithm(algorithm).generate)}
}

// ID returns the kid.
func (k *Key) ID() string { return k.id }

// Algorithm returns the alg the key was made for.
func (k *Key) Algorithm() string { return k.algorithm }

// Public returns the public key: *rsa.PublicKey, *ecdsa.PublicKey or
// ed25519.PublicKey.
func (k *Key) Public() crypto.PublicKey { return k.signer().Public() }

// Sign returns the JWS signature of a signing input (RFC 7515 §5.1) under the
// key's own algorithm.
func (k *Key) Sign(signingInput []byte) []byte { return k.signAs(k.algorithm, signingInput) }

// signAs panics where the algorithm needs another type of key.
func (k *Key) signAs(algorithm string, signingInput []byte) []byte {
	return mustAlgorithm(algorithm).sign(k.signer(), signingInput)
}

// JWK returns the public key as the members of a JWK with kid, use and alg
// (RFC 7517 §4, RFC 7518 §6, RFC 8037 §2). The map is the caller's to change,
// for instance to build a key set that has to be refused.
func (k *Key) JWK() map[string]any {
	jwk := map[string]any{"kid": k.id, "use": "sig", "alg": k.algorithm}
	switch public := k.Public().(type) {
	case *rsa.PublicKey:
		jwk["kty"] = "RSA"
		jwk["n"] = encode(public.N.Bytes())
		jwk["e"] = encode(big.NewInt(int64(public.E)).Bytes())
	case *ecdsa.PublicKey:
		xy := must(public.Bytes())[1:] // after a 4: x and y in full length
		jwk["kty"] = "EC"
		jwk["crv"] = public.Params().Name
		jwk["x"] = encode(xy[:len(xy)/2])
		jwk["y"] = encode(xy[len(xy)/2:])
	case ed25519.PublicKey:
		jwk["kty"] = "OKP"
		jwk["crv"] = "Ed25519"
		jwk["x"] = encode(public)
	default:
		panic(fmt.Sprintf("authtest: no JWK for a %T", public))
	}
	return jwk
}

// encode is the base64url without padding of RFC 7515 §2.
func encode(data []byte) string { return base64.RawURLEncoding.EncodeToString(data) }
