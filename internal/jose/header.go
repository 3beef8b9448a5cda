package jose

import (
	"fmt"
	"strings"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

const (
	maxHeaderMembers = 64
	maxKeyID         = 1 << 10 // octets
)

// Header is what a JOSE header (RFC 7515 §4) says, as far as a resource server needs it. It is unverified until
// Key.Verify returned nil. Parameters that are not named here are ignored, jku, jwk, x5u and x5c among them.
type Header struct {
	Algorithm string // alg
	Type      string // typ
	HasType   bool   // tells an absent typ from an empty one
	KeyID     string // kid
	HasKeyID  bool

	Critical    bool // crit is there, whatever it says: no extension is understood
	Unencoded   bool // b64 is there (RFC 7797)
	ContentType bool // cty is there: nested content
	Encrypted   bool // enc is there: the header of a JWE

	// Claims replicated in the header (RFC 7519 §5.3), Absent where they are not.
	Issuer, Subject, Audience strictjson.Value
}

// RepeatsClaims reports whether the header has claims that it must have in common with the payload (RFC 7519 §5.3). Of
// any other header the verdict is the same for all payloads.
func (h *Header) RepeatsClaims() bool {
	return h.Issuer.Kind() != strictjson.Absent || h.Subject.Kind() != strictjson.Absent || h.Audience.Kind() != strictjson.Absent
}

// parse reads the decoded header. On error h is not to be used.
func (h *Header) parse(text string) error {
	var alg, typ, kid strictjson.Value
	_, err := strictjson.ParseObject(text, strictjson.Limits{Members: maxHeaderMembers}, func(name string, v strictjson.Value) {
		switch name {
		case "alg":
			alg = v
		case "typ":
			typ = v
		case "kid":
			kid = v
		case "crit":
			h.Critical = true
		case "b64":
			h.Unencoded = true
		case "cty":
			h.ContentType = true
		case "enc":
			h.Encrypted = true
		case "iss":
			h.Issuer = v
		case "sub":
			h.Subject = v
		case "aud":
			h.Audience = v
		}
	})
	if err != nil {
		return fmt.Errorf("%w: header: %w", ErrNotJWS, err)
	}
	var ok bool
	if h.Algorithm, ok = alg.Str(); !ok {
		return because(ErrNotJWS, "alg is absent or no string")
	}
	if h.Type, h.HasType, ok = optionalString(typ); !ok {
		return because(ErrHeader, "typ is no string")
	}
	if h.KeyID, h.HasKeyID, ok = optionalString(kid); !ok {
		return because(ErrHeader, "kid is no string")
	}
	if len(h.KeyID) > maxKeyID {
		return because(ErrHeader, "kid is too long")
	}
	return nil
}

// optionalString tells a string, an absent member and, with !ok, a member of another JSON type apart.
func optionalString(v strictjson.Value) (s string, present, ok bool) {
	if v.Kind() == strictjson.Absent {
		return "", false, true
	}
	s, ok = v.Str()
	return s, ok, ok
}

// Check refuses a header that asks for more than a plain JWS, with an error that wraps ErrUnsupported: crit, since no
// extension is understood (RFC 7515 §4.1.11), b64 (RFC 7797 §7), cty, which announces nested content (RFC 7519
// §5.2), and enc, which belongs to a JWE (RFC 7516 §9).
//
// Then typ must be one of types, else the error wraps ErrType (RFC 8725 §3.11). They are compared as media types
// (RFC 7515 §4.1.9): without regard to ASCII case, "application/" may be left out before a value without another slash,
// and a value with parameters matches nothing. An empty string in types allows typ to be absent; without any
// types every header is refused.
//
// It does not look at alg, kid or the replicated claims.
func (h *Header) Check(types ...string) error {
	switch {
	case h.Critical:
		return because(ErrUnsupported, "crit")
	case h.Unencoded:
		return because(ErrUnsupported, "b64")
	case h.ContentType:
		return because(ErrUnsupported, "cty")
	case h.Encrypted:
		return because(ErrUnsupported, "enc")
	}
	for _, t := range types {
		if !h.HasType && t == "" || h.HasType && t != "" && sameMediaType(h.Type, t) {
			return nil
		}
	}
	return ErrType
}

func sameMediaType(a, b string) bool {
	return equalFoldASCII(shortMediaType(a), shortMediaType(b))
}

// shortMediaType leaves out "application/" where RFC 7515 §4.1.9 lets a producer do so.
func shortMediaType(s string) string {
	const prefix = "application/"
	if len(s) <= len(prefix) || !equalFoldASCII(s[:len(prefix)], prefix) || strings.Contains(s[len(prefix):], "/") {
		return s
	}
	return s[len(prefix):]
}

// equalFoldASCII compares without regard to the case of ASCII letters only. strings.EqualFold also folds the long s
// (U+017F) and the Kelvin sign (U+212A) onto s and k, which no media type holds (RFC 6838 §4.2).
func equalFoldASCII(a, b string) bool {
	if len(a) != len(b) {
		return false
	}
	for i := range len(a) {
		if lowerASCII(a[i]) != lowerASCII(b[i]) {
			return false
		}
	}
	return true
}

func lowerASCII(c byte) byte {
	if 'A' <= c && c <= 'Z' {
		c += 'a' - 'A'
	}
	return c
}
