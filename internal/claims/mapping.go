package claims

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/bearerguard/bearerguard/internal/strictjson"
	"github.com/bearerguard/bearerguard/middleware"
)

// Mapping says where a token's scopes and audience are, which differs between
// servers. The zero Mapping reads scope (as a string only), scp and aud.
type Mapping struct {
	// Scopes are the claims that name scopes. An element is the name of a claim
	// or a path through objects, with dots: realm_access.roles. A claim of exactly
	// this name goes before a path. Nil: scope and scp.
	Scopes []string

	// ScopeArray lets scope be an array of single scopes, as older servers send
	// it and RFC 9068 does not allow.
	ScopeArray bool

	// Audience is the claim read as audience. Default: aud.
	Audience string
}

// ErrType reports a claim of the wrong JSON type or outside the range of its
// type. The error that wraps it names the claim.
var ErrType = errors.New("wrong type or range")

func wrongType(claim string) error { return fmt.Errorf("claim %s: %w", claim, ErrType) }

// Map turns members into claims. It refuses wrong types, with an error that
// wraps ErrType and holds nothing of the token, and decides nothing else. Until
// is left to the caller, who knows the leeway.
func (m *Members) Map(mp Mapping) (c middleware.Claims, err error) {
	r := reader{}
	c.Issuer = r.text("iss", m.Issuer, false)
	c.Subject = r.text("sub", m.Subject, true)
	c.ClientID = r.text("client_id", m.ClientID, true)
	c.ID = r.text("jti", m.ID, true)
	c.ACR = r.text("acr", m.ACR, false)
	c.Audience = r.audience(m, mp.Audience)
	c.Expiry = r.date("exp", m.Expiry, false)
	c.NotBefore = r.date("nbf", m.NotBefore, true)
	c.IssuedAt = r.date("iat", m.IssuedAt, false)
	c.AuthTime = r.date("auth_time", m.AuthTime, false)
	c.Scope = r.scope(m, mp)
	c.NoScopes = r.scoped && c.Scope == ""
	c.Confirmation = r.confirmation(m.Confirmation)
	c.JSON = m.All.Text()
	if r.err != nil {
		return middleware.Claims{}, r.err // nothing of what was refused
	}
	return c, nil
}

// reader keeps the first fault, so that Map reads like the list it is.
type reader struct {
	err    error
	scoped bool // a claim for scopes is there, be it empty
}

func (r *reader) fault(claim string) {
	if r.err == nil {
		r.err = wrongType(claim)
	}
}

// text reads a string. Real servers send null for a subject, client or jti
// they do not have; for other claims null is a wrong type.
func (r *reader) text(claim string, v strictjson.Value, nullable bool) string {
	s, ok := v.Str()
	switch {
	case ok, v.Kind() == strictjson.Absent, nullable && v.Kind() == strictjson.Null:
		return s
	}
	r.fault(claim)
	return ""
}

func (r *reader) date(claim string, v strictjson.Value, up bool) time.Time {
	if v.Kind() == strictjson.Absent {
		return time.Time{}
	}
	seconds, ok := NumericDate(v, up)
	if !ok {
		r.fault(claim)
		return time.Time{}
	}
	return time.Unix(seconds, 0)
}

// audience reads aud or what is read in its place. An aud of the wrong type is
// refused in either case (RFC 7519 §4.1.3).
func (r *reader) audience(m *Members, claim string) []string {
	aud := r.texts("aud", m.Audience)
	if claim == "" || claim == "aud" {
		return aud
	}
	return r.texts(claim, m.named(claim))
}

// texts reads a string or an array of strings.
func (r *reader) texts(claim string, v strictjson.Value) []string {
	if v.Kind() == strictjson.Absent {
		return nil
	}
	list, ok := Strings(v)
	if !ok {
		r.fault(claim)
	}
	return list
}

// Strings reads a string or an array of strings, as aud is one (RFC 7519 §4.1.3).
func Strings(v strictjson.Value) (list []string, ok bool) {
	if s, ok := v.Str(); ok {
		return []string{s}, true
	}
	if v.Kind() != strictjson.Array {
		return nil, false
	}
	n := 0
	for range v.Elements() {
		n++
	}
	list = make([]string, 0, n)
	for e := range v.Elements() {
		s, ok := e.Str()
		if !ok {
			return nil, false
		}
		list = append(list, s)
	}
	return list, true
}

// descend follows a dotted path. Each step is an exact name.
func descend(v strictjson.Value, path string) strictjson.Value {
	for name := range strings.SplitSeq(path, ".") {
		v = v.Member(name)
	}
	return v
}
