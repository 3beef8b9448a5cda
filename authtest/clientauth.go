package authtest

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"strings"
)

// authenticate fills in who calls, and returns the refusal of a caller who is
// not in Config.Clients.
func (i *Issuer) authenticate(c *Call) (reply, bool) {
	fields := c.Header.Values("Authorization")
	if len(fields) > 1 {
		return failed(http.StatusBadRequest, "invalid_request"), false
	}
	if len(fields) == 0 {
		return i.authenticateByForm(c)
	}
	if c.Form.Has("client_secret") { // RFC 6749 §2.3: one method in a request
		return failed(http.StatusBadRequest, "invalid_request"), false
	}
	scheme, credentials, _ := strings.Cut(fields[0], " ")
	known := false
	switch strings.ToLower(scheme) {
	case "basic":
		known = i.basic(c, credentials)
	case "bearer":
		if known = i.bearer(c, credentials); !known {
			return unauthorized("invalid_token", `Bearer error="invalid_token"`) // RFC 6750 §3
		}
	}
	if named := c.Form.Get("client_id"); !known || named != "" && named != c.ClientID {
		return unauthorized("invalid_client", `Basic realm="authtest"`)
	}
	return reply{}, true
}

// authenticateByForm is client_secret_post, and none.
func (i *Issuer) authenticateByForm(c *Call) (reply, bool) {
	c.ClientID = c.Form.Get("client_id")
	switch {
	case c.Form.Has("client_assertion"): // RFC 7521 §4.2; no client has keys here
	case c.Form.Has("client_secret"):
		c.Authentication = "client_secret_post"
	default:
		c.Authentication = "none"
	}
	if c.Authentication == "" || !i.knows(c.ClientID, c.Form.Get("client_secret")) {
		return unauthorized("invalid_client", `Basic realm="authtest"`)
	}
	return reply{}, true
}

// basic reads an id and a secret that are form-encoded before they are joined,
// RFC 6749 §2.3.1.
func (i *Issuer) basic(c *Call, credentials string) bool {
	c.Authentication = "client_secret_basic"
	pair, err := base64.StdEncoding.Strict().DecodeString(credentials)
	id, secret, found := strings.Cut(string(pair), ":")
	if err != nil || !found {
		return false
	}
	id, err1 := url.QueryUnescape(id)
	secret, err2 := url.QueryUnescape(secret)
	c.ClientID = id
	return err1 == nil && err2 == nil && i.knows(id, secret)
}

// bearer takes a token of this issuer whose client_id is a client's that may
// call: not each user's token opens these endpoints.
func (i *Issuer) bearer(c *Call, token string) bool {
	c.Authentication = "bearer"
	m, ok := i.active(token)
	if !ok || string(m["active"]) != "true" {
		return false
	}
	c.ClientID = m.text("client_id")
	_, known := i.config.Clients[c.ClientID]
	return known
}

func (i *Issuer) knows(id, secret string) bool {
	want, known := i.config.Clients[id]
	return known && secret == want
}

// unauthorized is 401 with the challenge that RFC 6749 §5.2 asks for.
func unauthorized(code, challenge string) (reply, bool) {
	out := failed(http.StatusUnauthorized, code)
	out.header.Set("WWW-Authenticate", challenge)
	return out, false
}
