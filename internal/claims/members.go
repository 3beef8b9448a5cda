package claims

import (
	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// Members are the members of a claims object that this library gives a meaning
// to. One that is not there is Absent.
type Members struct {
	Issuer    strictjson.Value // iss
	Subject   strictjson.Value // sub
	Audience  strictjson.Value // aud
	Expiry    strictjson.Value // exp
	NotBefore strictjson.Value // nbf
	IssuedAt  strictjson.Value // iat
	ID        strictjson.Value // jti

	ClientID     strictjson.Value // client_id, RFC 9068 §2.2
	Scope        strictjson.Value // scope, RFC 9068 §2.2.3
	SCP          strictjson.Value // scp, what several servers send instead of scope
	Confirmation strictjson.Value // cnf, RFC 7800 §3.1
	ACR          strictjson.Value // acr, RFC 9470 §6
	AuthTime     strictjson.Value // auth_time

	// What tells other kinds of token from an access token.
	Nonce           strictjson.Value // nonce
	AccessTokenHash strictjson.Value // at_hash
	CodeHash        strictjson.Value // c_hash
	Type            strictjson.Value // typ, in the payload
	TokenUse        strictjson.Value // token_use
	TokenType       strictjson.Value // token_type, of introspection answers (RFC 7662 §2.2)
	Events          strictjson.Value // events, RFC 8417 §2.2

	All strictjson.Value // the object itself
}

// Read reads text as one claims object, strictly and in one pass. What it
// returns is well formed and nothing more: not verified, not even typed. An
// error is one of strictjson's, beside Members of which every one is Absent.
func Read(text string) (Members, error) {
	var m Members // by value, so that it can stay on the caller's stack
	all, err := strictjson.ParseObject(text, strictjson.Limits{}, func(name string, v strictjson.Value) {
		if field := m.field(name); field != nil {
			*field = v
		}
	})
	if err != nil {
		return Members{}, err
	}
	m.All = all
	return m, nil
}

// field finds where a member of this exact name belongs.
func (m *Members) field(name string) *strictjson.Value {
	switch name {
	case "iss":
		return &m.Issuer
	case "sub":
		return &m.Subject
	case "aud":
		return &m.Audience
	case "exp":
		return &m.Expiry
	case "nbf":
		return &m.NotBefore
	case "iat":
		return &m.IssuedAt
	case "jti":
		return &m.ID
	case "client_id":
		return &m.ClientID
	case "scope":
		return &m.Scope
	case "scp":
		return &m.SCP
	case "cnf":
		return &m.Confirmation
	case "acr":
		return &m.ACR
	case "auth_time":
		return &m.AuthTime
	case "nonce":
		return &m.Nonce
	case "at_hash":
		return &m.AccessTokenHash
	case "c_hash":
		return &m.CodeHash
	case "typ":
		return &m.Type
	case "token_use":
		return &m.TokenUse
	case "token_type":
		return &m.TokenType
	case "events":
		return &m.Events
	}
	return nil
}

// named finds a claim by name: an own member of exactly this name or, where
// there is none, what the name leads to as a path with dots through nested
// objects.
func (m *Members) named(name string) strictjson.Value {
	if field := m.field(name); field != nil {
		return *field
	}
	if v := m.All.Member(name); v.Kind() != strictjson.Absent {
		return v
	}
	return descend(m.All, name)
}
