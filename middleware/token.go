package middleware

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"time"
)

// Claims is what a [Validator] learned about a good token; [NewToken] turns it
// into a [Token]. Every field may be left empty.
type Claims struct {
	Issuer   string // iss
	Subject  string // sub; unique only together with Issuer
	ClientID string // client_id
	ID       string // jti
	ACR      string // acr, the authentication context class (RFC 9470)

	Audience []string // aud; copied
	Scope    string   // scopes delimited by single spaces, RFC 6749 §3.3

	Expiry    time.Time // exp
	NotBefore time.Time // nbf
	IssuedAt  time.Time // iat
	AuthTime  time.Time // auth_time
	Until     time.Time // when the decision ends; zero: at Expiry

	Confirmation Confirmation // cnf

	// JSON is the object all of this came from: the claims of a JWT or an
	// introspection answer. Only [Token.Claim] reads it.
	JSON string
}

// Token is what a good access token says. It is read-only and shared between
// requests; its methods are safe for concurrent use. The methods of a nil
// *Token, an anonymous request, answer zero values.
type Token struct {
	claims Claims
}

// NewToken makes a Token of what a validator learned, or of what a test needs.
// It checks nothing: a Token is a finding, not a proof.
func NewToken(c Claims) *Token {
	c.Audience = slices.Clone(c.Audience)
	if c.Until.IsZero() {
		c.Until = c.Expiry
	}
	return &Token{claims: c}
}

// get lets every accessor answer for a nil Token too.
func (t *Token) get() *Claims {
	if t == nil {
		return &anonymous
	}
	return &t.claims
}

var anonymous Claims

// Issuer is the authorization server that issued the token (iss).
func (t *Token) Issuer() string { return t.get().Issuer }

// Subject is whom the token speaks for (sub). Two issuers may use the same
// subject for different people: identify by Issuer and Subject together (RFC
// 8725 §3.8). Whether it names a person or a client is not guessed; compare it
// with ClientID where the issuer says how to.
func (t *Token) Subject() string { return t.get().Subject }

// ClientID is the client the token was issued to (client_id).
func (t *Token) ClientID() string { return t.get().ClientID }

// ID is the token's own identifier (jti).
func (t *Token) ID() string { return t.get().ID }

// ACR is how well the user was authenticated (acr, RFC 9470 §6).
func (t *Token) ACR() string { return t.get().ACR }

// Audience yields whom the token was issued for (aud).
func (t *Token) Audience() iter.Seq[string] { return slices.Values(t.get().Audience) }

// AuthTime is when the user was authenticated (auth_time), or the zero time.
func (t *Token) AuthTime() time.Time { return t.get().AuthTime }

// IssuedAt is when the token was issued (iat), or the zero time.
func (t *Token) IssuedAt() time.Time { return t.get().IssuedAt }

// NotBefore is when the token begins (nbf), or the zero time.
func (t *Token) NotBefore() time.Time { return t.get().NotBefore }

// Expiry is when the token ends (exp), or the zero time where an introspection
// answer names no end.
func (t *Token) Expiry() time.Time { return t.get().Expiry }

// Until is when this decision ends and has to be made anew: exp plus the
// leeway of the validator, or the upper life of an introspection answer. A
// long-lived stream ends then. The zero time means that nothing is known.
func (t *Token) Until() time.Time { return t.get().Until }

// Confirmation is the key the token is bound to (cnf, RFC 7800).
func (t *Token) Confirmation() Confirmation { return t.get().Confirmation }

// Scopes yields the scopes of the token in the order it names them.
func (t *Token) Scopes() iter.Seq[string] {
	return func(yield func(string) bool) {
		for s := range strings.SplitSeq(t.get().Scope, " ") {
			if s != "" && !yield(s) {
				return
			}
		}
	}
}

// HasScope tells whether the token has exactly this scope: case-sensitive, no
// prefix, no wildcard (RFC 6749 §3.3). It does not allocate.
func (t *Token) HasScope(scope string) bool {
	if scope == "" {
		return false
	}
	for rest := t.get().Scope; rest != ""; {
		var s string
		s, rest, _ = strings.Cut(rest, " ")
		if s == scope {
			return true
		}
	}
	return false
}

// Claim decodes the member of exactly this name into v, as [json.Unmarshal]
// does, and tells whether there is one. Every call decodes anew, so what v
// receives is the caller's own. The name is compared case-sensitively; below
// it, encoding/json's rules for struct fields apply.
func (t *Token) Claim(name string, v any) (found bool, err error) {
	text := t.get().JSON
	if text == "" {
		return false, nil
	}
	var members map[string]json.RawMessage
	if err := json.Unmarshal([]byte(text), &members); err != nil {
		return false, errors.New("middleware: the token was made with claims that are no JSON object")
	}
	raw, found := members[name]
	if !found {
		return false, nil
	}
	return true, json.Unmarshal(raw, v)
}

// Format keeps a token printed by mistake, with whatever verb, from telling its
// claims. It has a value receiver so that a copy keeps quiet too. It cannot help
// where fmt does not ask it: about a Token, not a *Token, in an unexported field.
func (Token) Format(s fmt.State, _ rune) { _, _ = io.WriteString(s, "access token") }

// String is "access token", or "anonymous" for a nil Token.
func (t *Token) String() string {
	if t == nil {
		return "anonymous"
	}
	return "access token"
}
