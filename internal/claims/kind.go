package claims

import (
	"strings"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// OtherKind tells which other kind of token this is, or "" where nothing says
// that it is not an access token. An issuer signs ID tokens, refresh tokens and
// logout tokens with the same key, and some of them carry no typ in their
// header (RFC 8725 §3.12). azp tells nothing: access tokens have it too.
func (m *Members) OtherKind() string {
	there := func(v strictjson.Value) bool { return v.Kind() != strictjson.Absent }
	switch {
	case there(m.AccessTokenHash), there(m.CodeHash):
		return "ID token"
	case there(m.Nonce) && !there(m.Scope) && !there(m.SCP) && !there(m.ClientID):
		return "ID token"
	case m.Events.Kind() == strictjson.Object:
		return "security event token"
	}
	if kind := namedKind(m.Type); kind != "" {
		return kind
	}
	return namedKind(m.TokenUse)
}

// namedKind reads the words that servers write into typ or token_use of the
// payload for tokens that are not access tokens.
func namedKind(v strictjson.Value) string {
	s, _ := v.Str()
	word := strings.NewReplacer("-", "", "_", "", " ", "").Replace(strings.ToLower(s))
	word = strings.TrimSuffix(strings.TrimSuffix(word, "+jwt"), "token")
	switch word {
	case "id":
		return "ID token"
	case "refresh", "offline":
		return "refresh token"
	case "logout":
		return "logout token"
	}
	return ""
}
