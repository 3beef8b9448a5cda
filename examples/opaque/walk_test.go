package main

import (
	"io"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/examples/internal/walk"
)

// TestWalkNotices: an API that is configured in a wrong way fails the walk, at the first token.
func TestWalkNotices(t *testing.T) {
	t.Parallel()
	server := start(t)
	id, secret := ordersServer, server.secrets[ordersServer]
	for name, test := range map[string]struct {
		issuer, id, secret, audience string
		says                         string // the error; empty: none
	}{
		"all right":          {server.Issuer, id, secret, ordersAPI, ""},
		"another audience":   {server.Issuer, id, secret, otherAPI, "3 of 4 answers"},
		"wrong secret":       {server.Issuer, id, secret + "x", ordersAPI, "3 of 4 answers"},
		"who may not ask":    {server.Issuer, ordersApp, server.secrets[ordersApp], ordersAPI, "3 of 4 answers"},
		"issuer with a path": {server.Issuer + "/path", id, secret, ordersAPI, "3 of 4 answers"},
	} {
		t.Run(name, func(t *testing.T) { // one after another: the server counts all questions
			validator, err := newValidator(test.issuer, test.id, test.secret, test.audience)
			if err != nil {
				t.Fatal(err)
			}
			handler, err := newAPI(validator)
			if err != nil {
				t.Fatal(err)
			}
			url, err := walk.Serve(t.Context(), "127.0.0.1:0", handler)
			if err != nil {
				t.Fatal(err)
			}
			w := &walker{ctx: t.Context(), server: server, cache: validator}
			err = walk.Take(t.Context(), io.Discard, url, w.tokens())
			if test.says == "" && err != nil || test.says != "" && (err == nil || !strings.Contains(err.Error(), test.says)) {
				t.Errorf("error = %v, want one that says %q", err, test.says)
			}
		})
	}
}

// TestAddressInUse: what the program cannot do ends it before the walk.
func TestAddressInUse(t *testing.T) {
	t.Parallel()
	taken := strings.TrimPrefix(start(t).Issuer, "http://")
	if err := run(t.Context(), taken, true); err == nil || !strings.Contains(err.Error(), "-addr") {
		t.Errorf("error = %v, want one that says -addr", err)
	}
}
