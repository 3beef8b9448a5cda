package guardtest

import (
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
)

// New returns a guard that logs nothing, unless the config says where.
func New(t testing.TB, c middleware.Config) *middleware.Guard {
	t.Helper()
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	g, err := middleware.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// ByScope finds every token good and reads its scopes out of it: "a.b" grants a
// and b. The token "bad" is refused, "down" cannot be checked.
var ByScope = middleware.ValidatorFunc(func(_ context.Context, raw string) (*middleware.Token, error) {
	switch raw {
	case "bad":
		return nil, middleware.Invalid(middleware.ReasonExpired, "", nil)
	case "down":
		return nil, errors.New("down")
	}
	return middleware.NewToken(middleware.Claims{Subject: raw, Scope: strings.ReplaceAll(raw, ".", " ")}), nil
})

// Fixed is a Validator with one answer, which costs nothing.
func Fixed(c middleware.Claims) middleware.Validator {
	token := middleware.NewToken(c)
	return middleware.ValidatorFunc(func(context.Context, string) (*middleware.Token, error) { return token, nil })
}

// Until is a Validator of tokens with the scope read that hold for a time from
// each answer on; 0: nothing is known of their end.
func Until(d time.Duration) middleware.ValidatorFunc {
	return func(context.Context, string) (*middleware.Token, error) {
		c := middleware.Claims{Issuer: "https://as.example", Subject: "somebody", Scope: "read"}
		if d != 0 {
			c.Until = time.Now().Add(d)
		}
		return middleware.NewToken(c), nil
	}
}
