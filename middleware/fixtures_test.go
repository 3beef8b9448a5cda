package middleware_test

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// quiet keeps the logs of refusals out of the test output.
var quiet = slog.New(slog.NewTextHandler(io.Discard, nil))

func newGuard(t testing.TB, c middleware.Config) *middleware.Guard {
	t.Helper()
	if c.Logger == nil {
		c.Logger = quiet
	}
	g, err := middleware.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

// fixed is a Validator with one answer.
func fixed(token *middleware.Token, err error) middleware.Validator {
	return middleware.ValidatorFunc(func(context.Context, string) (*middleware.Token, error) { return token, err })
}

// accepts is a Validator that finds every token good.
func accepts(c middleware.Claims) middleware.Validator { return fixed(middleware.NewToken(c), nil) }

// bearer is a request with the Authorization field "Bearer token".
func bearer(token string) middleware.Request { return authorization("Bearer " + token) }

func authorization(fields ...string) middleware.Request {
	h := http.Header{}
	for _, field := range fields {
		h.Add("Authorization", field)
	}
	return middleware.Request{Header: h, Reply: http.Header{}, Method: "GET", Route: "GET /read"}
}

// check returns the token or the refusal, whichever there is, and fails the
// test where there is both or neither.
func check(t testing.TB, g *middleware.Guard, r middleware.Request, rule scopes.Rule) (*middleware.Token, middleware.Refusal) {
	t.Helper()
	token, err := g.Check(t.Context(), r, rule)
	if err == nil {
		return token, middleware.Refusal{}
	}
	if token != nil {
		t.Errorf("Check returned a token beside the error %v", err)
	}
	return nil, g.Refusal(err)
}

// fakeDPoP is a Binding with a scheme of its own. The DPoP field stands for the
// verdict about the proof.
type fakeDPoP struct{}

func (fakeDPoP) Challenge() (scheme, params string) { return "DPoP", `algs="ES256 PS256"` }

func (fakeDPoP) Covers(c middleware.Confirmation) bool { return c.JKT != "" }

func (fakeDPoP) Check(_ context.Context, r middleware.Request, _ string, _ *middleware.Token) error {
	bad := &middleware.Error{Code: middleware.InvalidProof, Reason: middleware.ReasonProof, Description: "The DPoP proof is not valid"}
	switch proof := r.Header.Values("DPoP"); {
	case len(proof) != 1:
		return bad
	case proof[0] == "ok":
		return nil
	case proof[0] == "nonce":
		bad.Reason = middleware.ReasonNonce
		r.Reply.Set("DPoP-Nonce", "n-1")
	case proof[0] == "down":
		return errors.New("the replay store is out of reach")
	}
	return bad
}

// fakeMTLS is a Binding without a scheme of its own. It leans on the TLS layer
// for the rest of RFC 8705 §3.
type fakeMTLS struct{}

func (fakeMTLS) Covers(c middleware.Confirmation) bool { return c.X5TS256 != "" }

func (fakeMTLS) Check(_ context.Context, r middleware.Request, _ string, t *middleware.Token) error {
	if r.Certificate == nil {
		return middleware.Invalid(middleware.ReasonConfirmation, "", errors.New("no client certificate"))
	}
	sum := sha256.Sum256(r.Certificate.Raw)
	if base64.RawURLEncoding.EncodeToString(sum[:]) != t.Confirmation().X5TS256 {
		return middleware.Invalid(middleware.ReasonConfirmation, "", errors.New("another client certificate"))
	}
	return nil
}

// deciding embeds a validator that looks at the characters of tokens, and decides
// itself.
type deciding struct {
	middleware.SyntaxChecker
	itself middleware.Validator
}

func (d deciding) Validate(ctx context.Context, raw string) (*middleware.Token, error) {
	return d.itself.Validate(ctx, raw)
}
