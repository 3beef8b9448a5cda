package jose

import "crypto"

// scheme is a way to sign.
type scheme uint8

const (
	pkcs1v15 scheme = iota + 1
	pss
	ecdsaP1363 // r and s of fixed length, one after the other (RFC 7518 §3.4)
	eddsa
)

// algorithm is a JWS algorithm (RFC 7518 §3.1, RFC 8037 §3.1, RFC 9864 §2.2).
type algorithm struct {
	name   string
	scheme scheme
	hash   crypto.Hash // of RSA and ECDSA
	kty    string
	crv    string // the one curve of its keys; none for RSA
}

// algorithms are all there are. "none" and HMAC are absent, so no configuration can switch them on.
var algorithms = [...]algorithm{
	{"RS256", pkcs1v15, crypto.SHA256, "RSA", ""},
	{"RS384", pkcs1v15, crypto.SHA384, "RSA", ""},
	{"RS512", pkcs1v15, crypto.SHA512, "RSA", ""},
	{"PS256", pss, crypto.SHA256, "RSA", ""},
	{"PS384", pss, crypto.SHA384, "RSA", ""},
	{"PS512", pss, crypto.SHA512, "RSA", ""},
	{"ES256", ecdsaP1363, crypto.SHA256, "EC", "P-256"},
	{"ES384", ecdsaP1363, crypto.SHA384, "EC", "P-384"},
	{"ES512", ecdsaP1363, crypto.SHA512, "EC", "P-521"},
	{"EdDSA", eddsa, 0, "OKP", "Ed25519"},
	{"Ed25519", eddsa, 0, "OKP", "Ed25519"}, // the fully specified name of RFC 9864 for the same algorithm
}

// findAlgorithm returns nil for a name that is not known. Names are case-sensitive (RFC 7515 §4.1.1).
func findAlgorithm(name string) *algorithm {
	for i := range algorithms {
		if algorithms[i].name == name {
			return &algorithms[i]
		}
	}
	return nil
}

// Known reports whether alg names an algorithm that this package can verify. The comparison is case-sensitive.
func Known(alg string) bool { return findAlgorithm(alg) != nil }

// DefaultAlgorithms returns the algorithms to allow where nothing else is configured: RS256, PS256, ES256, and EdDSA
// under both of its names. The slice is the caller's.
func DefaultAlgorithms() []string {
	return []string{"RS256", "PS256", "ES256", "EdDSA", "Ed25519"}
}

// same reports whether two algorithms of the same key are one, perhaps under its two names.
func (a *algorithm) same(b *algorithm) bool {
	return a.scheme == b.scheme && a.hash == b.hash
}
