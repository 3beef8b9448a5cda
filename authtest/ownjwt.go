package authtest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"encoding/base64"
	"math/big"
	"strings"
)

// ownJWT returns what a JWT says, and ends with, that Token returned and that is
// signed by a key which is still published.
//
// A server knows what it has issued. Instead of remembering every token, this
// one recognizes the header that it writes, octet for octet, and its signature;
// so most of what Bad returns is not its own, and neither is an ID token.
func (i *Issuer) ownJWT(token string) (members, bool) {
	header, rest, _ := strings.Cut(token, ".")
	payload, signature, _ := strings.Cut(rest, ".")
	for _, key := range i.keys.all() {
		if header != encode(mustJSON(i.header(key, key.Algorithm()))) || !key.verifies(header+"."+payload, signature) {
			continue
		}
		object, err := decode(payload)
		if err != nil {
			return nil, false
		}
		m, err := decodeMembers(object)
		exp, _ := m.number("exp")
		if err != nil || exp == 0 || m.text("iss") != i.url { // RFC 9068 §2.2
			return nil, false
		}
		delete(m, "active") // for the server to say, not for a claim
		if _, bound := m["cnf"]; !bound {
			m["token_type"] = mustJSON("Bearer")
		}
		return m, true
	}
	return nil, false
}

// verifies tells whether a signature, in base64url, is the key's own under its
// own algorithm, RFC 7518 §3.
func (k *Key) verifies(input, signature string) bool {
	s, err := decode(signature)
	if err != nil {
		return false
	}
	hash := map[string]crypto.Hash{"256": crypto.SHA256, "384": crypto.SHA384, "512": crypto.SHA512}[k.algorithm[2:]]
	switch public := k.Public().(type) {
	case *rsa.PublicKey:
		if strings.HasPrefix(k.algorithm, "PS") {
			return rsa.VerifyPSS(public, hash, digest(hash, []byte(input)), s, nil) == nil
		}
		return rsa.VerifyPKCS1v15(public, hash, digest(hash, []byte(input)), s) == nil
	case *ecdsa.PublicKey:
		size := (public.Params().BitSize + 7) / 8
		if len(s) != 2*size {
			return false
		}
		r, s := new(big.Int).SetBytes(s[:size]), new(big.Int).SetBytes(s[size:])
		return ecdsa.Verify(public, digest(hash, []byte(input)), r, s)
	case ed25519.PublicKey:
		return ed25519.Verify(public, []byte(input), s)
	}
	return false
}

// decode is the other way of encode, and as strict as RFC 7515 §2 wants it.
func decode(text string) ([]byte, error) {
	if strings.ContainsAny(text, "\r\n") { // which encoding/base64 ignores
		return nil, base64.CorruptInputError(0)
	}
	return base64.RawURLEncoding.Strict().DecodeString(text)
}
