package middleware

import (
	"context"
	"errors"
	"fmt"
	"strings"
)

// A Validator decides whether a raw access token is good. Implementations must
// be safe for concurrent use and must not log or return the token's text.
type Validator interface {
	// Validate returns what a good token says. The raw token is a b64token (RFC
	// 6750 §2.1) of any length, unless the Validator is a [SyntaxChecker].
	//
	// A bad token is an *Error with code InvalidToken; see [Invalid]. A token
	// that is not this validator's business is ErrNotMine, wrapped or plain.
	// Any other error means that no decision could be made, and the request is
	// refused as Unavailable; an *Error with code Unavailable may say when to
	// try again.
	Validate(ctx context.Context, raw string) (*Token, error)
}

// ErrNotMine is a validator's answer to a token that it does not judge: of
// another form, or from an issuer it does not know. Where no validator is left
// to ask, the token is invalid.
var ErrNotMine = errors.New("not this validator's token")

// ValidatorFunc lets a function be a Validator.
type ValidatorFunc func(ctx context.Context, raw string) (*Token, error)

// Validate calls f.
func (f ValidatorFunc) Validate(ctx context.Context, raw string) (*Token, error) { return f(ctx, raw) }

// First asks the validators in order and returns the first answer that is not
// ErrNotMine, good or bad: a token that one validator refused is never offered
// to the next. It panics where there is none to ask, or a nil one.
func First(v ...Validator) Validator {
	return &first{all("First", v)}
}

// Every asks the validators in order and lets a token pass only when all of
// them do, for example signature checks and then introspection, which knows of
// revocation. What the first says is the result, with the scopes that every
// answer has that says something of scopes, be it that there are none (see
// [Claims].NoScopes); it ends (Until) when the earliest of the answers ends.
// Answers that contradict each other in issuer, subject, client or confirmation
// are refused.
//
// A token that is not the first validator's business is ErrNotMine, so that
// Every can stand inside First; one that only a later validator does not know
// is invalid. Every panics where there is none to ask, or a nil one.
func Every(v ...Validator) Validator {
	return &every{all("Every", v)}
}

// all copies the list, so that the caller's slice cannot change it later.
func all(name string, v []Validator) []Validator {
	if len(v) == 0 {
		panic("middleware: " + name + " of no validators would have nobody to ask")
	}
	for i := range v {
		if v[i] == nil {
			panic(fmt.Sprintf("middleware: validator %d given to %s is nil", i+1, name))
		}
	}
	return append([]Validator(nil), v...)
}

type first struct{ list []Validator }

func (f *first) Validate(ctx context.Context, raw string) (*Token, error) {
	var passed []error
	for _, v := range f.list {
		t, err := v.Validate(ctx, raw)
		if !notMine(err) {
			return t, err
		}
		passed = append(passed, err)
	}
	return nil, errors.Join(passed...)
}

// ChecksSyntax tells whether asked is f and all of them do: each may see the text
// as the guard got it.
func (f *first) ChecksSyntax(asked Validator) bool { return asked == f && checksSyntax(f.list...) }

type every struct{ list []Validator }

func (e *every) Validate(ctx context.Context, raw string) (*Token, error) {
	result, err := e.list[0].Validate(ctx, raw)
	if err != nil {
		return nil, err
	}
	for _, v := range e.list[1:] {
		t, err := v.Validate(ctx, raw)
		if notMine(err) {
			return nil, Invalid(ReasonUnrecognized, "", err)
		}
		if err != nil {
			return nil, err
		}
		if result, err = agree(result, t); err != nil {
			return nil, err
		}
	}
	return result, nil
}

// ChecksSyntax tells whether asked is e and all of them do, as for First.
func (e *every) ChecksSyntax(asked Validator) bool { return asked == e && checksSyntax(e.list...) }

// agree returns a with the earlier of the two ends. Issuer, subject and client
// may be absent from an introspection answer; where both name them they must be
// the same. A binding that only one of them states still binds. Scopes are those
// of both, where b says anything of them: a scope that it does not name, and all
// where it says that there are none, was taken back.
func agree(a, b *Token) (*Token, error) {
	if a == nil || b == nil {
		return nil, errNoAnswer
	}
	c, d := a.claims(), b.claims()
	if differ(c.Issuer, d.Issuer) || differ(c.Subject, d.Subject) || differ(c.ClientID, d.ClientID) {
		return nil, Invalid(ReasonDisagreement, "", errors.New("two validators name different issuers, subjects or clients"))
	}
	if c.Confirmation.IsZero() {
		c.Confirmation = d.Confirmation
	} else if !d.Confirmation.IsZero() && c.Confirmation != d.Confirmation {
		return nil, Invalid(ReasonDisagreement, "", errors.New("two validators name different confirmations"))
	}
	if b.statesScope() {
		c.Scope = common(c.Scope, b)
		c.NoScopes = c.Scope == ""
	}
	if !d.Until.IsZero() && (c.Until.IsZero() || d.Until.Before(c.Until)) {
		c.Until = d.Until
	}
	return NewToken(c), nil
}

// common leaves the scopes that b has too.
func common(scope string, b *Token) string {
	var kept []string
	for s := range strings.SplitSeq(scope, " ") {
		if b.HasScope(s) {
			kept = append(kept, s)
		}
	}
	return strings.Join(kept, " ")
}

func differ(a, b string) bool { return a != "" && b != "" && a != b }

// errNoAnswer reports a Validator that broke its contract.
var errNoAnswer = errors.New("the validator returned neither a token nor an error")

// notMine tells a token nobody has judged yet. A verdict wins over the wish to
// pass the token on.
func notMine(err error) bool {
	if _, verdict := asError(err); verdict {
		return false
	}
	return errors.Is(err, ErrNotMine)
}
