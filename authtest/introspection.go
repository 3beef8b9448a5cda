package authtest

import (
	"maps"
	"mime"
	"net/http"
	"strings"
)

// signedAnswer is the media type of RFC 9701 §5; without "application/", it is
// the typ of the JWT.
const signedAnswer = "application/token-introspection+jwt"

// introspection answers as RFC 7662 §2.2 says, or signed as RFC 9701 §5 says if
// the request asks for that. It does not take the caller into account: what a
// token is for is in its aud, for the caller to see.
func (i *Issuer) introspection(r *http.Request, call Call) reply {
	answer, ok := i.active(call.Form.Get("token"))
	if !ok {
		// Nothing tells why, RFC 7662 §2.2.
		answer = members{"active": mustJSON(false)}
	}
	if !asksForSigned(r) {
		return replied("application/json", mustJSON(answer))
	}
	if call.ClientID == "" { // and so nobody to be the audience of the answer
		refused, _ := unauthorized("invalid_client", `Basic realm="authtest"`)
		return refused
	}
	return replied(signedAnswer, []byte(i.Mint(Mint{
		Header: map[string]any{"typ": strings.TrimPrefix(signedAnswer, "application/")},
		RawPayload: mustJSON(map[string]any{
			"iss": i.url, "aud": call.ClientID, "iat": i.config.Now().Unix(), "token_introspection": answer,
		}),
	})))
}

// active returns the answer for a token that is active, or that is said to be.
func (i *Issuer) active(token string) (members, bool) {
	m, ok := i.find(token)
	if !ok {
		return nil, false
	}
	if m["active"] != nil { // as the test wants it
		return m, true
	}
	if !m.alive(i.config.Now()) {
		return nil, false
	}
	m = maps.Clone(m)
	m["active"] = mustJSON(true)
	return m, true
}

// asksForSigned tells whether Accept names the media type of signed answers,
// among others or alone. Weights are not looked at.
func asksForSigned(r *http.Request) bool {
	for _, field := range r.Header.Values("Accept") {
		for accepted := range strings.SplitSeq(field, ",") {
			if mediaType, _, err := mime.ParseMediaType(accepted); err == nil && mediaType == signedAnswer {
				return true
			}
		}
	}
	return false
}
