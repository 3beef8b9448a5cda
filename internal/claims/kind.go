package claims

import (
	"bytes"
	"strings"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// OtherKind tells which other kind of token this is, or "" where nothing says
// that it is not an access token. An issuer signs ID tokens, refresh tokens and
// logout tokens with the same key, and some of them carry no typ in their
// header (RFC 8725 §3.12). azp tells nothing: access tokens have it too. So an
// ID token with none of nonce, at_hash and c_hash is not told from an access
// token, and only its audience keeps it out.
func (m *Members) OtherKind() string {
	switch {
	case there(m.AccessTokenHash), there(m.CodeHash):
		return "ID token"
	case there(m.Nonce) && !says(m.Scope) && !says(m.SCP) && !says(m.ClientID):
		return "ID token"
	case m.Events.Kind() == strictjson.Object:
		return "security event token"
	}
	for _, v := range [...]strictjson.Value{m.Type, m.TokenUse, m.TokenType} {
		if kind := namedKind(v); kind != "" {
			return kind
		}
	}
	return ""
}

func there(v strictjson.Value) bool { return v.Kind() != strictjson.Absent }

// says is stricter than there: a null speaks for nothing, as in Map.
func says(v strictjson.Value) bool { return there(v) && v.Kind() != strictjson.Null }

// namedKind reads the words that servers write into typ, token_use or token_type
// of the payload for tokens that are not access tokens: ID, id_token, Refresh,
// refresh_token, Offline, Logout, logout+jwt.
func namedKind(v strictjson.Value) string {
	s, _ := v.Str()
	s = strings.TrimPrefix(s, "urn:ietf:params:oauth:token-type:") // RFC 8693 §3
	s = strings.TrimPrefix(s, "application/")                      // RFC 7515 §4.1.9
	var letters [len("refreshtoken+jwt")]byte                      // the longest there is
	word, fits := bare(letters[:0], s)
	if !fits {
		return ""
	}
	word = bytes.TrimSuffix(word, []byte("+jwt"))
	switch string(bytes.TrimSuffix(word, []byte("token"))) {
	case "id":
		return "ID token"
	case "refresh", "rt", "offline":
		return "refresh token"
	case "logout":
		return "logout token"
	}
	return ""
}

// bare appends s to word in lower case and without what servers put between
// words. It is false where the capacity of word does not suffice.
func bare(word []byte, s string) ([]byte, bool) {
	for _, c := range []byte(s) {
		switch {
		case c == '-', c == '_', c == ' ':
			continue
		case len(word) == cap(word):
			return nil, false
		case 'A' <= c && c <= 'Z':
			c += 'a' - 'A'
		}
		word = append(word, c)
	}
	return word, true
}
