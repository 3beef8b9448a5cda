package middleware

import (
	"context"
	"errors"
)

// A Binding checks proof of possession for one kind of confirmation. A token
// with a confirmation that no Binding covers is refused. Implementations must
// be safe for concurrent use.
type Binding interface {
	// Covers tells whether this Binding checks the confirmation, of which one
	// member is set at a time.
	Covers(Confirmation) bool

	// Check returns nil when the sender proved possession of the key t is bound
	// to. A bad proof is an *Error with code InvalidToken, InvalidProof or
	// InvalidRequest; any other error means that no decision could be made.
	// InvalidProof is worded as an error of DPoP, so only a Challenger may say it;
	// of another Binding it is taken for InvalidToken.
	Check(ctx context.Context, r Request, raw string, t *Token) error
}

// A Challenger is a Binding whose tokens come under an authentication scheme of
// its own, as DPoP's do (RFC 9449 §7.1). A token that it covers is then refused
// under Bearer, and a token that it does not cover is refused under its scheme.
type Challenger interface {
	// Challenge returns the scheme and, without a leading space or comma, the
	// auth-params its challenge always carries, written name="value" and joined
	// by ", ". The guard adds realm, scope, error and the like itself. It is
	// called once, by New.
	Challenge() (scheme, params string)
}

// possession lets a token pass only when every member of its confirmation is
// covered and, with proof, holds; and when scheme and confirmation fit each
// other. A bound token is never a plain bearer token, even where no Binding is
// configured (RFC 8705 §3, RFC 9449 §7.2).
func (g *Guard) possession(ctx context.Context, r Request, cred credentials, t *Token, proof bool) error {
	c := t.Confirmation()
	if c.Unknown && c.JKT == "" && c.X5TS256 == "" {
		return unproved("the token's cnf holds nothing this library knows")
	}
	schemeUsed := cred.scheme == 0
	for _, member := range [...]Confirmation{{JKT: c.JKT}, {X5TS256: c.X5TS256}} {
		if member.IsZero() {
			continue
		}
		covered := false
		for i, b := range g.bindings {
			if !b.Covers(member) {
				continue
			}
			covered = true
			if b.scheme != 0 && b.scheme != cred.scheme {
				return unproved("the token is bound to a key and came under another scheme")
			}
			schemeUsed = schemeUsed || b.scheme == cred.scheme
			if proof {
				if err := g.bindings[i].Check(ctx, r, cred.token, t); err != nil {
					return bindingVerdict(err, b.scheme != 0)
				}
			}
		}
		if !covered {
			return unproved("no Binding is configured for the token's cnf")
		}
	}
	if !schemeUsed {
		return unproved("the token came under a scheme for bound tokens and is not bound")
	}
	return nil
}

func unproved(why string) error {
	return Invalid(ReasonConfirmation, "Possession of the key the access token is bound to was not proved", errors.New(why))
}

// bindingVerdict keeps what a Binding may say and calls everything else what it
// is: not knowing.
func bindingVerdict(err error, challenger bool) error {
	e, ok := asError(err)
	if !ok {
		return &Error{Code: Unavailable, Reason: ReasonBinding, Err: err}
	}
	switch e.Code {
	case InvalidToken, InvalidRequest, Unavailable:
		return e
	case InvalidProof:
		if challenger {
			return e
		}
		return Invalid(e.Reason, e.Description, e)
	}
	return &Error{Code: Unavailable, Reason: ReasonBinding, Err: err}
}
