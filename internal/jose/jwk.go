package jose

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"strings"

	"github.com/lestrrat-go/jwx/v2/jwk"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// members are what a JWK says, as far as it matters for verifying signatures (RFC 7517 §4). Certificates (x5u, x5c, x5t)
// are not looked at: whatever they hold, they neither lose nor vouch for a key.
type members struct {
	kty, crv, alg, use, ops, kid strictjson.Value
	n, e, x, y                   strictjson.Value
	private                      bool // a private or symmetric member is there
}

// ParseKey reads one public key that may verify signatures: RSA of 2048 to 8192 bits with an odd exponent from 3 to
// 2^31-1, EC on P-256, P-384 or P-521, OKP on Ed25519. An error wraps ErrKey.
//
// Refused are: a private or symmetric key (RFC 7517 §9), a use other than "sig", key_ops without "verify", at odds with
// use or with duplicates (RFC 7517 §4.2, §4.3), an alg that is unknown or belongs to another kty or crv, a member of the
// wrong JSON type, a kid of more than 1 KiB, base64url that is not strict, EC coordinates that are not of full length or
// not on the curve (RFC 7518 §6.2.1.2), and Ed25519 keys that are not canonical or of small order. Unknown
// members are ignored.
//
// One leading zero octet is tolerated on n, and only there: RFC 7518 §6.3.1.1 forbids it and tells of libraries that
// write it nevertheless. The thumbprint is that of the number without it.
//
// It does not check certificates, the primality of anything, or weak key generation (ROCA, shared primes).
func ParseKey(v strictjson.Value) (*Key, error) {
	m := readMembers(v) // none, if v is no object
	if m.private {
		return nil, because(ErrKey, "it holds private or symmetric key material")
	}
	k := new(Key)
	var ok bool
	if k.kid, k.hasKID, ok = optionalString(m.kid); !ok || len(k.kid) > maxKeyID {
		return nil, because(ErrKey, "kid is no string or too long")
	}
	k.kid = strings.Clone(k.kid) // a part of the document would keep all of it alive
	if err := m.checkPurpose(); err != nil {
		return nil, err
	}
	canonical, err := k.readMaterial(m)
	if err != nil {
		return nil, err
	}
	alg, present, ok := optionalString(m.alg)
	if !ok || present && !k.Allows(alg) {
		return nil, because(ErrKey, "alg is unknown or does not fit the key")
	}
	k.alg = findAlgorithm(alg)

	if k.public, err = publicKey(canonical); err != nil {
		return nil, err
	}
	sum := sha256.Sum256([]byte(canonical))
	k.thumbprint = base64.RawURLEncoding.EncodeToString(sum[:])
	return k, nil
}

func readMembers(v strictjson.Value) *members {
	m := new(members)
	for name, v := range v.Members() {
		switch name {
		case "kty":
			m.kty = v
		case "crv":
			m.crv = v
		case "alg":
			m.alg = v
		case "use":
			m.use = v
		case "key_ops":
			m.ops = v
		case "kid":
			m.kid = v
		case "n":
			m.n = v
		case "e":
			m.e = v
		case "x":
			m.x = v
		case "y":
			m.y = v
		case "d", "p", "q", "dp", "dq", "qi", "oth", "k": // RFC 7518 §6.2.2, §6.3.2, §6.4.1
			m.private = true
		}
	}
	return m
}

// checkPurpose looks at use and key_ops (RFC 7517 §4.2, §4.3).
func (m *members) checkPurpose() error {
	use, hasUse, ok := optionalString(m.use)
	if !ok || hasUse && use != "sig" {
		return because(ErrKey, "use is not sig")
	}
	if m.ops.Kind() == strictjson.Absent {
		return nil
	}
	seen := make(map[string]bool)
	for v := range m.ops.Elements() { // none, if it is no array
		op, ok := v.Str()
		switch {
		case !ok:
			return because(ErrKey, "key_ops holds something other than strings")
		case seen[op]:
			return because(ErrKey, "key_ops holds a duplicate")
		case hasUse && op != "sign" && op != "verify":
			return because(ErrKey, "key_ops contradicts use")
		}
		seen[op] = true
	}
	if !seen["verify"] {
		return because(ErrKey, "key_ops lacks verify")
	}
	return nil
}

// readMaterial checks the members that make the key, sets kty and crv, and returns the JWK of exactly these members in
// the canonical form of RFC 7638 §3.
func (k *Key) readMaterial(m *members) (canonical string, err error) {
	kty, _ := m.kty.Str() // what is no string is no kty or crv that we know either
	crv, _ := m.crv.Str()
	switch {
	case kty == "RSA":
		k.kty = "RSA"
		return rsaMaterial(m)
	case kty == "EC" && coordinateSize(crv) != 0:
		k.kty, k.crv = "EC", strings.Clone(crv)
		return ecMaterial(k.crv, m)
	case kty == "OKP" && crv == "Ed25519":
		k.kty, k.crv = "OKP", "Ed25519"
		return ed25519Material(m)
	}
	return "", because(ErrKey, "kty or crv is absent or not supported")
}

// octets decodes a member that holds strict base64url of at most limit octets.
func octets(v strictjson.Value, limit int) ([]byte, bool) {
	s, ok := v.Str()
	if !ok || decodedLen(len(s)) > limit {
		return nil, false
	}
	b := make([]byte, decodedLen(len(s)))
	_, ok = decodeBase64(b, s)
	return b, ok
}

// publicKey turns a JWK in canonical form into a key of the standard library and then looks at that key, since it is
// the one that will verify (RFC 8725 §3.4). It gets a text of our own making, so no other member of the JWK can lose
// the key or change it.
func publicKey(canonical string) (crypto.PublicKey, error) {
	parsed, err := jwk.ParseKey([]byte(canonical))
	if err != nil {
		return nil, because(ErrKey, "not a public key")
	}
	var public any
	if err := parsed.Raw(&public); err != nil {
		return nil, because(ErrKey, "not a public key")
	}
	switch public := public.(type) {
	case *rsa.PublicKey:
		return public, checkRSA(public)
	case *ecdsa.PublicKey:
		return public, checkEC(public)
	case ed25519.PublicKey:
		return public, checkEd25519(public)
	}
	return nil, because(ErrKey, "not a public key")
}
