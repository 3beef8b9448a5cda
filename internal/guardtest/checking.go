package guardtest

import (
	"context"
	"regexp"
	"strings"

	"github.com/bearerguard/bearerguard/middleware"
)

// Checking is a Validator that looks at the characters of tokens itself; see
// [middleware.SyntaxChecker].
type Checking struct{ middleware.Validator }

// b64token is written independently of the code under test.
var b64token = regexp.MustCompile(`\A[A-Za-z0-9._~+/-]+=*\z`)

// Validate refuses what is no b64token.
func (c *Checking) Validate(ctx context.Context, raw string) (*middleware.Token, error) {
	if !b64token.MatchString(raw) {
		return nil, middleware.ErrNotMine
	}
	return c.Validator.Validate(ctx, raw)
}

// ChecksSyntax tells whether asked is c.
func (c *Checking) ChecksSyntax(asked middleware.Validator) bool { return asked == c }

// FixedFor is a Validator with one answer for one token. It refuses every other
// text, so a guard need not look at characters; it costs no more than to compare.
func FixedFor(raw string, c middleware.Claims) middleware.Validator {
	return &fixedFor{strings.Clone(raw), middleware.NewToken(c)}
}

type fixedFor struct {
	raw   string // a copy: to compare a text with itself takes no time
	token *middleware.Token
}

func (f *fixedFor) Validate(_ context.Context, raw string) (*middleware.Token, error) {
	if raw != f.raw {
		return nil, middleware.ErrNotMine
	}
	return f.token, nil
}

func (f *fixedFor) ChecksSyntax(asked middleware.Validator) bool { return asked == f }
