package jwks

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"iter"
	"strings"

	"github.com/bearerguard/bearerguard/internal/jose"
	"github.com/bearerguard/bearerguard/middleware"
)

// unreadable is the refusal of a token of ours that breaks the rules for JWS or
// JSON.
func unreadable(err error) error {
	if errors.Is(err, jose.ErrHeader) {
		return middleware.Invalid(middleware.ReasonHeader, "", err)
	}
	return middleware.Invalid(middleware.ReasonMalformed, "", err)
}

// malformed is the answer to a text that is no JWS with claims by our rules. If
// it is one by laxer rules and names an issuer of ours, it is a bad token of that
// issuer. To hand it on (middleware.First) would let anybody have it judged by
// rules that this issuer's tokens are not to be judged by.
func (v *Validator) malformed(raw string, cause error) error {
	_, payload, _, threeParts := jose.Split(raw)
	switch {
	case !threeParts:
		return errOpaque
	case v.namesUs(payload):
		return unreadable(cause)
	}
	return fmt.Errorf("%w: %w", middleware.ErrNotMine, cause)
}

// errOpaque is made beforehand, since behind middleware.First it is the answer to
// every token of another kind.
var errOpaque = fmt.Errorf("%w: %w", middleware.ErrNotMine, jose.ErrNotJWS)

// maxNamed is how many times a text may name its issuer before it is refused
// without a further look.
const maxNamed = 8

// namesUs tells whether any reader could find an iss of ours in a payload as it
// was received. It trusts nothing of what it finds, and has no effect on tenants.
func (v *Validator) namesUs(payload string) bool {
	named := 0
	for iss := range issuersIn(laxBase64(payload)) {
		if named++; named > maxNamed || v.issuers[iss] != nil || v.tenants != nil && v.tenants.allowed(iss) {
			return true
		}
	}
	return false
}

// laxBase64 decodes as much of s as anybody might: either alphabet, padded or
// not, with anything in between, up to where it breaks off.
func laxBase64(s string) []byte {
	kept := make([]byte, 0, len(s))
	for _, c := range []byte(s) {
		switch {
		case c == '+':
			c = '-'
		case c == '/':
			c = '_'
		case 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '-', c == '_':
		default:
			continue
		}
		kept = append(kept, c)
	}
	text := make([]byte, base64.RawURLEncoding.DecodedLen(len(kept)))
	n, _ := base64.RawURLEncoding.Decode(text, kept)
	return text[:n]
}

// issuersIn yields every string in text that follows the name iss, at any depth,
// in any case of letters, as often as it is there, whatever stands around it. What
// encoding/json finds is among them.
func issuersIn(text []byte) iter.Seq[string] {
	return func(yield func(string) bool) {
		named := false // whether the string before was iss
		for {
			start := bytes.IndexByte(text, '"')
			if start < 0 {
				return
			}
			value := named && string(bytes.TrimSpace(text[:start])) == ":"
			literal, rest := cutString(text[start:])
			if value && !yield(unquote(literal)) {
				return
			}
			named = isIss(literal)
			text = rest
		}
	}
}

// isIss tells whether a name is iss, which may be written with escapes.
func isIss(literal []byte) bool {
	if bytes.IndexByte(literal, '\\') < 0 {
		return bytes.EqualFold(literal, []byte(`"iss"`))
	}
	return len(literal) <= len(`"\u0069\u0073\u0073"`) && strings.EqualFold(unquote(literal), "iss")
}

// cutString returns the string that text begins with, in its quotes, and the rest.
func cutString(text []byte) (literal, rest []byte) {
	for i := 1; i < len(text); i++ {
		switch text[i] {
		case '\\':
			i++
		case '"':
			return text[:i+1], text[i+1:]
		}
	}
	return text, nil
}

func unquote(literal []byte) (s string) {
	_ = json.Unmarshal(literal, &s) // what is no string names nobody
	return s
}
