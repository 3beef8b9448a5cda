package main

import (
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/examples/internal/authserver"
	"github.com/bearerguard/bearerguard/examples/internal/walk"
)

// TestWalkForeign: the flags point the program at another authorization server.
func TestWalkForeign(t *testing.T) {
	t.Parallel()
	server := start(t)
	good := options{
		once: true, addr: "127.0.0.1:0", issuer: server.Issuer,
		client: authserver.OrdersApp, secret: server.Client(authserver.OrdersApp, authserver.OrdersAPI).ClientSecret, audience: authserver.OrdersAPI,
	}
	tests := map[string]struct {
		change func(*options)
		says   string // the error; empty: none
	}{
		"all flags right":   {func(*options) {}, ""},
		"no client":         {func(o *options) { o.client = "" }, "-client"},
		"no secret":         {func(o *options) { o.secret = "" }, "CLIENT_SECRET"},
		"wrong secret":      {func(o *options) { o.secret = "wrong" }, "got no token"},
		"unknown audience":  {func(o *options) { o.audience = "https://nobody.example.com" }, "-audience"},
		"no such issuer":    {func(o *options) { o.issuer += "/nobody" }, "-issuer"},
		"a slash too many":  {func(o *options) { o.issuer += "/" }, "a slash at the end"},
		"client, no flag":   {func(o *options) { o.issuer = "" }, "-issuer"},
		"nobody answers":    {func(o *options) { o.issuer = "http://127.0.0.1:1" }, "-issuer"},
		"address in use":    {func(o *options) { o.addr = strings.TrimPrefix(server.Issuer, "http://") }, "-addr"},
		"audience, no flag": {func(o *options) { o.issuer, o.client, o.audience = "", "", "https://other.example.com" }, "-issuer"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := good
			test.change(&o)
			err := run(t.Context(), o)
			if test.says == "" && err != nil {
				t.Errorf("error = %v, want none", err)
			}
			if test.says != "" && (err == nil || !strings.Contains(err.Error(), test.says)) {
				t.Errorf("error = %v, want one that says %s", err, test.says)
			}
		})
	}
}

// TestWalkNotices: a wrong answer fails the walk.
func TestWalkNotices(t *testing.T) {
	t.Parallel()
	server := start(t)
	handler, err := newAPI(server.Issuer, "https://another.example.com") // so that every token is for somebody else
	if err != nil {
		t.Fatal(err)
	}
	url, err := walk.Serve(t.Context(), "127.0.0.1:0", handler)
	if err != nil {
		t.Fatal(err)
	}
	c := &clients{issuer: server.Issuer, reader: walk.Source(t.Context(), server.Client(authserver.OrdersApp, authserver.OrdersAPI, "orders:read"))}
	if err := takeWalk(t.Context(), url, c); err == nil || !strings.Contains(err.Error(), "1 of 4 answers") {
		t.Errorf("error = %v, want one wrong answer of four", err)
	}
}

func start(t *testing.T) *authserver.Server {
	t.Helper()
	server, err := authserver.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return server
}
