package differential

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"slices"

	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// verdict is what bearerguard made of a token: accepted, or the one word for why not.
type verdict string

const (
	accepted verdict = "accepts"
	notMine  verdict = "unrecognized" // no token of a configured issuer
)

var (
	trusted = must(jwks.StaticKeys(keySet()))

	// warm has judged good tokens of every key before, and remembers them and what it finds out later.
	warm = func() *jwks.Validator {
		v := newValidator(0)
		for _, k := range keys {
			must(v.Validate(context.Background(), good(k).token()))
		}
		return v
	}()

	// guard has no Bindings, so a token that is bound to a key is not for it.
	guard = must(middleware.New(middleware.Config{Validator: warm}))
)

func newValidator(entries int) *jwks.Validator {
	return must(jwks.Config{Leeway: leeway, Now: clock, MaxEntries: entries}.New(jwks.Issuer{
		URL: issuer, Audience: []string{audience}, Algorithms: algorithms, Keys: trusted,
	}))
}

// judge asks a validator that knows nothing but the keys, one that has a past, and the guard, which sees to the proof of
// possession. An error says that they broke their contract or, before the guard looks at cnf, contradict each other.
func judge(raw string) (verdict, reading, error) {
	cold, said, err := answer(newValidator(-1).Validate(context.Background(), raw))
	if err != nil {
		return "", reading{}, err
	}
	experienced, again, err := answer(warm.Validate(context.Background(), raw))
	if err == nil && (experienced != cold || !said.equal(again)) {
		err = fmt.Errorf("with a past %q and %+v, without %q and %+v", experienced, again, cold, said)
	}
	if err != nil || cold != accepted {
		return cold, said, err
	}
	// By now the token is remembered.
	field := http.Header{"Authorization": {"Bearer " + raw}}
	guarded, again, err := answer(guard.Check(context.Background(), middleware.Request{Header: field}, scopes.Authenticated()))
	if err == nil && (guarded != accepted && guarded != verdict(middleware.ReasonConfirmation) || guarded == accepted && !said.equal(again)) {
		err = fmt.Errorf("the guard says %q and %+v of a good token", guarded, again)
	}
	return guarded, said, err
}

// answer holds an answer to the contract of a Validator.
func answer(token *middleware.Token, err error) (verdict, reading, error) {
	var refusal *middleware.Error
	switch {
	case (token == nil) == (err == nil):
		return "", reading{}, errors.New("neither or both of a token and an error")
	case err == nil:
		return accepted, read(token), nil
	case errors.As(err, &refusal) && refusal.Code == middleware.InvalidToken:
		return verdict(refusal.Reason), reading{}, nil
	case errors.Is(err, middleware.ErrNotMine):
		return notMine, reading{}, nil
	}
	return "", reading{}, fmt.Errorf("no verdict: %w", err) // the keys are at hand, so there has to be one
}

func read(t *middleware.Token) reading {
	return reading{
		Issuer: t.Issuer(), Subject: t.Subject(), Audience: slices.Collect(t.Audience()),
		Expiry: t.Expiry().Unix(), Scopes: slices.Collect(t.Scopes()),
	}
}
