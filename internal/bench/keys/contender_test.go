package keys

import (
	"context"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/internal/bench/measure"
)

// A contender is a library that validates access tokens with the keys their issuer publishes.
type contender interface {
	name() string
	module() string // whose version is printed

	// setUp does what a service does at its start: as the documentation of the library shows, with default settings,
	// for the issuer and the audience of as. It may do I/O. What runs in the background ends with ctx.
	setUp(ctx context.Context, as *authtest.Issuer) (validate, error)

	// judge reads what an error of validate means, by its type or its code and not by its wording.
	judge(error) verdict

	// tells says whether judge can tell an outage from a bad token at all.
	tells() bool
}

// validate returns nil for a good access token.
type validate func(ctx context.Context, raw string) error

// verdict is what a caller learns about a token.
type verdict int

const (
	accepted    verdict = iota
	refused             // it is bad, or the error does not say
	unavailable         // nobody knows
)

func version(c contender) string {
	if c == (ours{}) {
		return "this tree"
	}
	return measure.Version(c.module())
}
