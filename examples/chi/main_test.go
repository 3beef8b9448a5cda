package main

import (
	"testing"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/examples/internal/pathtest"
)

// TestPaths: however a path is written, a handler runs under its own rule only.
func TestPaths(t *testing.T) {
	t.Parallel()
	issuer := authtest.New()
	api, err := newAPI(issuer)
	if err != nil {
		t.Fatal(err)
	}
	handlers := map[string]string{
		"ok": "", "apples, pears": "orders:read", "ordered": "orders:write", "one order": "orders:read", "users": "admin",
	}
	pathtest.Check(t, api, handlers, func(scope string) string { return issuer.Token(authtest.Claims{"scope": scope}) })
}
