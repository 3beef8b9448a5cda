// Package orders is the client of the examples for other routers: they serve the
// same small API, each in its own way.
package orders

import (
	"context"
	"io"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/examples/internal/walk"
)

// Handlers are the texts that the API's handlers answer with, each with the scope
// that its rule asks for, "" where it is public.
var Handlers = map[string]string{
	"ok": "", "apples, pears": "orders:read", "ordered": "orders:write", "one order": "orders:read", "users": "admin",
}

// Token returns a function that makes tokens of the issuer with a scope.
func Token(issuer *authtest.Issuer) func(scope string) string {
	return func(scope string) string { return issuer.Token(authtest.Claims{"scope": scope}) }
}

// Client goes through the API with tokens of the issuer.
func Client(issuer *authtest.Issuer) walk.Client {
	token := func(scope string) func() (string, error) {
		return func() (string, error) { return Token(issuer)(scope), nil }
	}
	steps := []walk.Step{
		{Title: "A public route needs no token", Method: "GET", Path: "/healthz", Status: 200},
		{Title: "Without a token, the challenge says what is needed", Method: "GET", Path: "/orders", Status: 401, Challenge: []string{`scope="orders:read"`}},
		{Title: "A token with the scope reads", Method: "GET", Path: "/orders/7", Token: token("orders:read"), Status: 200},
		{Title: "It does not write", Method: "POST", Path: "/orders", Token: token("orders:read"), Status: 403, Challenge: []string{`scope="orders:write"`}},
		{Title: "Nor does it see what the group guards", Method: "GET", Path: "/admin/users", Token: token("orders:read"), Status: 403, Challenge: []string{`scope="admin"`}},
		{Title: "The group's token does", Method: "GET", Path: "/admin/users", Token: token("admin"), Status: 200},
	}
	return func(ctx context.Context, out io.Writer, url string) error { return walk.Take(ctx, out, url, steps) }
}
