package jose

import "crypto"

// Key is a public key that may verify signatures. It is immutable and safe for concurrent use. The zero Key
// allows no algorithm.
type Key struct {
	kid        string
	hasKID     bool
	alg        *algorithm // what the JWK says; nil where it says nothing
	kty, crv   string
	public     crypto.PublicKey // *rsa.PublicKey, *ecdsa.PublicKey or ed25519.PublicKey, after kty
	thumbprint string
}

// ID returns the kid of the JWK; ok is false where it has none. Compare it case-sensitively (RFC 7517 §4.5). It is not
// unique: keys that differ in kty, crv or alg may share one.
func (k *Key) ID() (kid string, ok bool) { return k.kid, k.hasKID }

// Allows reports whether the key may verify signatures of alg: kty and crv must fit and, where the JWK names an alg, it
// must be that one (RFC 8725 §3.1: one key, one algorithm). "EdDSA" and "Ed25519" name the same algorithm (RFC 9864).
//
// It does not know which algorithms the application allows.
func (k *Key) Allows(alg string) bool { return k.allowed(alg) != nil }

// allowed returns the algorithm of that name if the key may be used with it, else nil.
func (k *Key) allowed(alg string) *algorithm {
	a := findAlgorithm(alg)
	if a == nil || a.kty != k.kty || a.crv != k.crv || k.alg != nil && !k.alg.same(a) {
		return nil
	}
	return a
}

// Thumbprint returns the JWK thumbprint of the key with SHA-256, in base64url (RFC 7638).
func (k *Key) Thumbprint() string { return k.thumbprint }

// Equal reports whether both are the same public key under the same kid (or none) and for the same alg (or any), so
// that a key can keep its identity from one document to the next.
func (k *Key) Equal(o *Key) bool {
	return k.thumbprint == o.thumbprint && k.kid == o.kid && k.hasKID == o.hasKID && k.alg == o.alg
}
