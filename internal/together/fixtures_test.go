// Package together_test checks the guard with the validators of this module, as
// an application has them. The tests are here and not beside the guard because
// middleware knows no validator, and because whoever imports it would get what
// its tests need into go.sum.
package together_test

import (
	"log/slog"
	"net/http"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

var quiet = slog.New(slog.DiscardHandler)

func newGuard(t testing.TB, c middleware.Config) *middleware.Guard {
	t.Helper()
	c.Logger = quiet
	g, err := middleware.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return g
}

func bearer(token string) middleware.Request {
	return middleware.Request{Header: http.Header{"Authorization": {"Bearer " + token}}, Method: "GET", Route: "GET /read"}
}

// check returns the token or the refusal, whichever there is.
func check(t testing.TB, g *middleware.Guard, r middleware.Request, rule scopes.Rule) (*middleware.Token, middleware.Refusal) {
	t.Helper()
	token, err := g.Check(t.Context(), r, rule)
	if err != nil {
		return nil, g.Refusal(err)
	}
	return token, middleware.Refusal{}
}

func outcome(r middleware.Refusal) string {
	if r.Code == "" {
		return "allowed"
	}
	return string(r.Code)
}
