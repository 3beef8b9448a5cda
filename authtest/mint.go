package authtest

import (
	"crypto/rand"
	"maps"
	"slices"
	"time"
)

// Claims are members of a JWT's payload. A value of [Absent] removes a default
// one; nil is JSON's null.
type Claims map[string]any

type absent int

// Absent as a value in Claims or in Mint.Header removes the member.
const Absent absent = 0

// lifetime of a token by default.
const lifetime = 5 * time.Minute

// Mint describes a token by its differences from a good one. The zero Mint is
// a good token.
type Mint struct {
	_ [0]func() // unkeyed literals would break when a field is added

	// Key signs, and gives the kid and the default Algorithm. Default: the
	// issuer's signing key for Algorithm.
	Key *Key

	// Algorithm signs and is written into the header. Default: Key's, else the
	// issuer's first. A key of the same type signs under another algorithm
	// too: an RS256 key under PS256. To make only the header lie, set alg in
	// Header.
	Algorithm string

	// Header changes members of the JOSE header {alg, kid, typ}, as Claims
	// does for the payload.
	Header map[string]any

	// Claims changes claims of the payload {iss, aud, sub, client_id, scope,
	// jti, iat, exp}. exp is five minutes after iat, which is now. A
	// time.Time becomes a NumericDate in seconds.
	Claims Claims

	// RawHeader and RawPayload, where not nil, replace the whole part before
	// it is encoded and signed: for malformed JSON, duplicate members and
	// payloads that are no object.
	RawHeader, RawPayload []byte

	// Sign, where not nil, replaces the signature. It receives the signing
	// input of RFC 7515 §5.1 and returns the octets to encode.
	Sign func(signingInput []byte) []byte
}

// Token returns a good access token, a JWT of the RFC 9068 profile with every
// claim that §2.2 requires. Later changes win over earlier ones:
//
//	issuer.Token()
//	issuer.Token(authtest.Claims{"scope": "orders:read orders:write"})
func (i *Issuer) Token(changes ...Claims) string {
	claims := Claims{}
	for _, c := range changes {
		maps.Copy(claims, c)
	}
	return i.Mint(Mint{Claims: claims})
}

// Mint returns the token that m describes, in the compact serialization of
// RFC 7515 §7.1. It panics when a value cannot be JSON or the key cannot sign
// under the algorithm.
func (i *Issuer) Mint(m Mint) string {
	m = i.complete(m)
	return compact(encode(m.RawHeader), encode(m.RawPayload), m.Sign)
}

// complete fills every field that Mint left empty.
func (i *Issuer) complete(m Mint) Mint {
	switch {
	case m.Algorithm == "" && m.Key != nil:
		m.Algorithm = m.Key.Algorithm()
	case m.Algorithm == "":
		m.Algorithm = i.config.Algorithms[0]
	}
	if m.Key == nil {
		m.Key = i.Key(m.Algorithm)
	}
	if m.RawHeader == nil {
		m.RawHeader = mustJSON(with(i.header(m.Key, m.Algorithm), m.Header))
	}
	if m.RawPayload == nil {
		m.RawPayload = mustJSON(with(i.claims(), m.Claims))
	}
	if m.Sign == nil {
		m.Sign = func(input []byte) []byte { return m.Key.signAs(m.Algorithm, input) }
	}
	return m
}

func (i *Issuer) header(key *Key, algorithm string) map[string]any {
	header := map[string]any{"alg": algorithm, "typ": "at+jwt"}
	if !slices.Contains(i.config.KeysWithout, "kid") {
		header["kid"] = key.ID()
	}
	return header
}

func (i *Issuer) claims() map[string]any {
	now := i.config.Now()
	return map[string]any{
		"iss":       i.url,
		"aud":       i.config.Audience,
		"sub":       "user-1",
		"client_id": "client-1",
		"scope":     "read",
		"jti":       rand.Text(),
		"iat":       now,
		"exp":       now.Add(lifetime),
	}
}

// with applies changes to members and writes times as NumericDate, RFC 7519 §2.
func with(members, changes map[string]any) map[string]any {
	maps.Copy(members, changes)
	for name, value := range members {
		switch v := value.(type) {
		case absent:
			delete(members, name)
		case time.Time:
			members[name] = v.Unix()
		}
	}
	return members
}

// compact joins two encoded parts and their signature.
func compact(header, payload string, sign func([]byte) []byte) string {
	input := header + "." + payload
	return input + "." + encode(sign([]byte(input)))
}
