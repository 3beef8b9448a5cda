package keys

import (
	"context"
	"os/exec"
	"strings"

	"github.com/bearerguard/bearerguard/authtest"
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

// version returns what the go command has chosen, with or without go.work. (A test binary does not know its modules.)
func version(c contender) string {
	if c == (ours{}) {
		return "this tree"
	}
	out, err := exec.Command("go", "list", "-m", "-f", "{{.Version}}", c.module()).Output()
	if err != nil {
		return "of unknown version"
	}
	return strings.TrimSpace(string(out))
}
