package middleware_test

import (
	"context"
	"errors"
	"fmt"
	"testing"

	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// TestSyntaxCheckerRefusals: R6750-2 a text that is no b64token is a malformed
// request, whatever a validator that looks at the characters itself says of it.
func TestSyntaxCheckerRefusals(t *testing.T) {
	t.Parallel()
	for name, refusal := range map[string]error{
		"a bad token":              middleware.Invalid("odd", "It is odd", nil),
		"not its own":              middleware.ErrNotMine,
		"unavailable":              &middleware.Error{Code: middleware.Unavailable, Reason: "keys"},
		"another error":            errors.New("no decision"),
		"a code it may not return": &middleware.Error{Code: middleware.InsufficientScope},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := strict(func(string) (*middleware.Token, error) { return nil, refusal })
			for kind, v := range map[string]middleware.Validator{"alone": v, "First": middleware.First(v, v), "Every": middleware.Every(v, v)} {
				g := newGuard(t, middleware.Config{Validator: v})
				_, got := check(t, g, bearer("a b"), scopes.Optional(scopes.Authenticated()))
				if got.Status != 400 || got.Code != middleware.InvalidRequest || len(got.Challenges) != 1 {
					t.Errorf("%s: %+v, want 400", kind, got)
				}
			}
		})
	}
}

// TestSyntaxCheckerAnswers: what is well-formed keeps its verdict.
func TestSyntaxCheckerAnswers(t *testing.T) {
	t.Parallel()
	refused := middleware.Invalid("odd", "It is odd", nil)
	v := strict(func(string) (*middleware.Token, error) { return nil, refused })
	if _, got := check(t, newGuard(t, middleware.Config{Validator: v}), bearer("abc"), scopes.Authenticated()); got.Code != middleware.InvalidToken {
		t.Errorf("refused: %+v", got)
	}
	v = func(string) (*middleware.Token, error) { return nil, nil }
	if _, got := check(t, newGuard(t, middleware.Config{Validator: v}), bearer("abc"), scopes.Authenticated()); got.Code != middleware.Unavailable {
		t.Errorf("no answer: %+v", got)
	}
}

// TestChecksSyntax: R6750-2 a validator that does not say that it looks at the
// characters is never asked about what is no b64token, wherever it stands.
func TestChecksSyntax(t *testing.T) {
	t.Parallel()
	good := func(string) (*middleware.Token, error) { return middleware.NewToken(middleware.Claims{}), nil }
	passesOn := strict(func(string) (*middleware.Token, error) { return nil, middleware.ErrNotMine })
	for name, set := range map[string]func(plain middleware.Validator) middleware.Validator{
		"alone":          func(plain middleware.Validator) middleware.Validator { return plain },
		"last in First":  func(plain middleware.Validator) middleware.Validator { return middleware.First(passesOn, plain) },
		"first in First": func(plain middleware.Validator) middleware.Validator { return middleware.First(plain, passesOn) },
		"last in Every":  func(plain middleware.Validator) middleware.Validator { return middleware.Every(strict(good), plain) },
		"first in Every": func(plain middleware.Validator) middleware.Validator { return middleware.Every(plain, strict(good)) },
		"deep": func(plain middleware.Validator) middleware.Validator {
			return middleware.First(passesOn, middleware.Every(strict(good), middleware.First(passesOn, plain)))
		},
		"one that says no": func(plain middleware.Validator) middleware.Validator { return declining{plain} },
		"with one that looks embedded": func(plain middleware.Validator) middleware.Validator {
			return deciding{&guardtest.Checking{}, plain}
		},
		"with one embedded, behind a pointer": func(plain middleware.Validator) middleware.Validator {
			return &deciding{&guardtest.Checking{}, plain}
		},
		"with First embedded": func(plain middleware.Validator) middleware.Validator {
			return &deciding{middleware.First(passesOn, strict(good)).(middleware.SyntaxChecker), plain}
		},
		"with Every embedded": func(plain middleware.Validator) middleware.Validator {
			return &deciding{middleware.Every(strict(good)).(middleware.SyntaxChecker), plain}
		},
		"with one that looks embedded, in First": func(plain middleware.Validator) middleware.Validator {
			return middleware.First(passesOn, deciding{&guardtest.Checking{}, plain})
		},
		"embedded": func(plain middleware.Validator) middleware.Validator { return struct{ middleware.Validator }{plain} },
		"a checking one, behind an interface": func(plain middleware.Validator) middleware.Validator {
			return struct{ middleware.Validator }{middleware.First(passesOn, plain)}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plain := &asked{}
			g := newGuard(t, middleware.Config{Validator: set(plain)})
			for _, text := range []string{"", "a b", "a,b", "=", "a=b", "\x00", "\xff", "é", `"a"`} {
				if _, got := check(t, g, bearer(text), scopes.Authenticated()); got.Code != middleware.InvalidRequest {
					t.Errorf("%q: %+v", text, got)
				}
			}
			if len(plain.tokens) > 0 {
				t.Errorf("it was asked about %q", plain.tokens)
			}
			if _, got := check(t, g, bearer("abc"), scopes.Authenticated()); got.Code != "" || fmt.Sprint(plain.tokens) != "[abc]" {
				t.Errorf("a good token: %+v, asked %q", got, plain.tokens)
			}
		})
	}
}

// strict says that it looks at the characters, and refuses or does not.
type strict func(raw string) (*middleware.Token, error)

func (s strict) Validate(_ context.Context, raw string) (*middleware.Token, error) { return s(raw) }
func (strict) ChecksSyntax(middleware.Validator) bool                              { return true }

// declining could look at the characters, and says that it does not.
type declining struct{ middleware.Validator }

func (declining) ChecksSyntax(middleware.Validator) bool { return false }
