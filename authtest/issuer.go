package authtest

import (
	"net/http"
)

// An Issuer is an authorization server made for tests: it has keys, publishes
// them, mints tokens, good ones and bad ones, and answers for its tokens by
// introspection. It asks nobody for consent and has no token endpoint.
//
// Its methods are safe for concurrent use.
type Issuer struct {
	config    Config
	url       string
	keys      *keyring
	endpoints map[Endpoint]*endpoint // never changed once made
	tokens    *tokens
	client    *http.Client
}

// URL returns the issuer identifier, the exact iss of its tokens.
func (i *Issuer) URL() string { return i.url }

// Audience returns the aud of its tokens.
func (i *Issuer) Audience() string { return i.config.Audience }

// Client returns a new client that reaches this issuer.
//
// The client of an issuer made by New calls the handler directly, without a
// socket, so it works inside a testing/synctest bubble. It honours the
// request's context, and any other scheme or host is an error. It does not
// negotiate compression and speaks no TLS; where these matter, use
// [Config.StartTLS], whose client trusts the server's certificate.
func (i *Issuer) Client() *http.Client {
	c := *i.client
	return &c
}

// Handler returns what answers the issuer's requests, for servers of your own.
// It goes by the path alone and ignores the request's host.
func (i *Issuer) Handler() http.Handler { return http.HandlerFunc(i.serve) }
