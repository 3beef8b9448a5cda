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

// Token is what a good access token says. It is read-only and shared between
// requests; its methods are safe for concurrent use. The methods of a nil
// *Token, an anonymous request, answer zero values.
type Token struct {
	json string   // Claims.JSON
	own  *ownText // the texts that json has in another spelling

	moreAudience []string // after the first, or all where that is empty

	expiry, notBefore, issuedAt, authTime, until instant

	at [fields]span // where json has the texts

	unknownConfirmation, noScopes bool
}

// NewToken makes a Token of what a validator learned, or of what a test needs.
// It checks nothing: a Token is a finding, not a proof. Times are kept to the
// microsecond.
func NewToken(c Claims) *Token {
	t := &Token{
		json:                c.JSON,
		expiry:              instantOf(c.Expiry),
		notBefore:           instantOf(c.NotBefore),
		issuedAt:            instantOf(c.IssuedAt),
		authTime:            instantOf(c.AuthTime),
		until:               instantOf(c.Until),
		unknownConfirmation: c.Confirmation.Unknown,
		noScopes:            c.NoScopes,
	}
	if c.Until.IsZero() {
		t.until = t.expiry
	}
	for f, text := range [fields]string{
		issuer: c.Issuer, subject: c.Subject, clientID: c.ClientID, id: c.ID, acr: c.ACR, scope: c.Scope,
		jkt: c.Confirmation.JKT, x5t: c.Confirmation.X5TS256,
	} {
		t.keep(field(f), text)
	}
	more := c.Audience
	if len(more) > 0 && more[0] != "" {
		t.keep(audience, more[0])
		more = more[1:]
	}
	t.moreAudience = append([]string(nil), more...) // unlike slices.Clone it allocates nothing for none
	return t
}

// claims is what NewToken makes t of.
func (t *Token) claims() Claims {
	return Claims{
		Issuer: t.Issuer(), Subject: t.Subject(), ClientID: t.ClientID(), ID: t.ID(), ACR: t.ACR(),
		Audience: slices.Collect(t.Audience()), Scope: t.text(scope), NoScopes: t.noScopes,
		Expiry: t.Expiry(), NotBefore: t.NotBefore(), IssuedAt: t.IssuedAt(), AuthTime: t.AuthTime(), Until: t.Until(),
		Confirmation: t.Confirmation(), JSON: t.json,
	}
}

// Issuer is the authorization server that issued the token (iss).
func (t *Token) Issuer() string { return t.text(issuer) }

// Subject is whom the token speaks for (sub). Two issuers may use the same
// subject for different people: identify by Issuer and Subject together (RFC
// 8725 §3.8). Whether it names a person or a client is not guessed; compare it
// with ClientID where the issuer says how to.
func (t *Token) Subject() string { return t.text(subject) }

// ClientID is the client the token was issued to (client_id).
func (t *Token) ClientID() string { return t.text(clientID) }

// ID is the token's own identifier (jti).
func (t *Token) ID() string { return t.text(id) }

// ACR is how well the user was authenticated (acr, RFC 9470 §6).
func (t *Token) ACR() string { return t.text(acr) }

// Audience yields whom the token was issued for (aud).
func (t *Token) Audience() iter.Seq[string] {
	return func(yield func(string) bool) {
		if first := t.text(audience); first != "" && !yield(first) {
			return
		}
		for _, aud := range t.get().moreAudience {
			if !yield(aud) {
				return
			}
		}
	}
}

// AuthTime is when the user was authenticated (auth_time), or the zero time.
func (t *Token) AuthTime() time.Time { return t.get().authTime.time() }

// IssuedAt is when the token was issued (iat), or the zero time.
func (t *Token) IssuedAt() time.Time { return t.get().issuedAt.time() }

// NotBefore is when the token begins (nbf), or the zero time.
func (t *Token) NotBefore() time.Time { return t.get().notBefore.time() }

// Expiry is when the token ends (exp), or the zero time where an introspection
// answer names no end.
func (t *Token) Expiry() time.Time { return t.get().expiry.time() }

// Until is when this decision ends and has to be made anew: exp plus the
// leeway of the validator, or the upper life of an introspection answer. A
// long-lived stream ends then. The zero time means that nothing is known.
func (t *Token) Until() time.Time { return t.get().until.time() }

// Confirmation is the key the token is bound to (cnf, RFC 7800).
func (t *Token) Confirmation() Confirmation {
	return Confirmation{JKT: t.text(jkt), X5TS256: t.text(x5t), Unknown: t.get().unknownConfirmation}
}

// Scopes yields the scopes of the token in the order it names them.
func (t *Token) Scopes() iter.Seq[string] {
	return func(yield func(string) bool) {
		for s := range strings.SplitSeq(t.text(scope), " ") {
			if s != "" && !yield(s) {
				return
			}
		}
	}
}

// HasScope tells whether the token has exactly this scope: case-sensitive, no
// prefix, no wildcard (RFC 6749 §3.3). It does not allocate.
func (t *Token) HasScope(name string) bool {
	if name == "" {
		return false
	}
	for rest := t.text(scope); rest != ""; {
		var s string
		s, rest, _ = strings.Cut(rest, " ")
		if s == name {
			return true
		}
	}
	return false
}

// statesScope tells a token of which scopes were said, be it none, from one whose
// validator knows nothing of them.
func (t *Token) statesScope() bool { return t.noScopes || t.text(scope) != "" }

// Claim decodes the member of exactly this name into v, as [json.Unmarshal]
// does, and tells whether there is one. Every call decodes anew, so what v
// receives is the caller's own. The name is compared case-sensitively; below
// it, encoding/json's rules for struct fields apply.
func (t *Token) Claim(name string, v any) (found bool, err error) {
	text := t.get().json
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
