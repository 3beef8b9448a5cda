package authtest

import (
	"crypto/rand"
	"encoding/json"
	"maps"
	"sync"
	"time"
)

// Opaque returns a good access token that says nothing by itself: whoever wants
// to know about it has to ask EndpointIntrospection. The answer is the claims
// that [Issuer.Token] would have, with their changes, and
//
//	"token_type": "Bearer"
//	"active":     true, until the token expires or is revoked
//
// Changes win over these two as well, so that the answer can be a wrong one,
// which is then given whatever the time: active with an exp that has passed, or
// "true" as a string. A value of exp that is 0 or no number means that the token
// has no end, as it does to some servers. Opaque panics when a value cannot be
// JSON.
//
// Every token has in it each punctuation mark that a bearer token may have (RFC
// 6750 §2.1): a client that does not form-encode it asks about another one, and
// dots do not make it a JWT.
func (i *Issuer) Opaque(changes ...Claims) string {
	m := i.claims()
	m["token_type"] = "Bearer"
	for _, c := range changes {
		maps.Copy(m, c)
	}
	token := rand.Text() + "-._~+/" + rand.Text() + "="
	i.tokens.add(token, must(decodeMembers(mustJSON(with(m, nil)))))
	return token
}

// Revoke makes a token of this issuer inactive, opaque or JWT. It takes effect
// where EndpointIntrospection is asked: a JWT still has its signature. What is
// no token of this issuer is inactive anyway (RFC 7009 §2.2).
func (i *Issuer) Revoke(token string) { i.tokens.revoke(token) }

// find returns what is known of a token of this issuer that is not revoked. Who
// asks does not change it.
func (i *Issuer) find(token string) (members, bool) {
	if i.tokens.isRevoked(token) {
		return nil, false
	}
	if m, ok := i.tokens.get(token); ok {
		return m, true
	}
	return i.ownJWT(token)
}

// tokens are those of an issuer that it has to remember. JWTs are not: their
// signature tells them.
type tokens struct {
	mu      sync.Mutex         // guards all below
	opaque  map[string]members // the values are never changed
	revoked map[string]bool
}

func newTokens() *tokens {
	return &tokens{opaque: make(map[string]members), revoked: make(map[string]bool)}
}

func (t *tokens) add(token string, m members) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.opaque[token] = m
}

func (t *tokens) get(token string) (members, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	m, ok := t.opaque[token]
	return m, ok
}

func (t *tokens) revoke(token string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.revoked[token] = true
}

func (t *tokens) isRevoked(token string) bool {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.revoked[token]
}

// members are what an introspection answer says of a token, RFC 7662 §2.2.
type members map[string]json.RawMessage

func decodeMembers(object []byte) (members, error) {
	var m members
	err := json.Unmarshal(object, &m)
	return m, err
}

// alive tells whether a token is within its time, as this server sees it.
func (m members) alive(now time.Time) bool {
	seconds := float64(now.UnixMilli()) / 1000
	exp, ends := m.number("exp")
	nbf, begins := m.number("nbf")
	expired := ends && exp != 0 && seconds >= exp
	early := begins && seconds < nbf
	return !expired && !early
}

func (m members) number(name string) (float64, bool) {
	var n *float64 // JSON's null leaves it nil
	err := json.Unmarshal(m[name], &n)
	if err != nil || n == nil {
		return 0, false
	}
	return *n, true
}

// text returns a member that is a string, or "".
func (m members) text(name string) string {
	var s string
	if json.Unmarshal(m[name], &s) != nil {
		return ""
	}
	return s
}
