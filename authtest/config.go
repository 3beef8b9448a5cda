package authtest

import (
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"
)

// Defaults of [Config].
const (
	DefaultURL      = "https://issuer.test"
	DefaultAudience = "https://api.test"

	// The client that may call the introspection endpoint.
	DefaultClientID     = "resource-server"
	DefaultClientSecret = "secret"
)

// Config says what kind of authorization server to imitate. The zero Config is
// one that follows every standard; it is what [New] uses.
type Config struct {
	_ [0]func() // unkeyed literals would break when a field is added

	// URL is the issuer identifier: the iss of its tokens and the issuer of
	// its metadata. A path is kept ("https://issuer.test/tenant"), and so is a
	// terminating slash. Default DefaultURL. Start and StartTLS take only the
	// path of it, because scheme and host are the listener's.
	URL string

	// Audience is the aud of its tokens. Default DefaultAudience.
	Audience string

	// Algorithms lists the signature algorithms it has a key for, one key
	// each; the first one signs unless a Mint says otherwise. Default RS256,
	// PS256, ES256, ES384, ES512, EdDSA. Known besides: RS384, RS512, PS384,
	// PS512, Ed25519.
	Algorithms []string

	// Metadata says which metadata documents exist. Default: both.
	Metadata Metadata

	// KeysWithout names the members left out of every published key: "alg" as
	// Entra ID does, "use", "kid". Without "kid" the tokens carry none either.
	KeysWithout []string

	// Clients holds the secrets, by client_id, of those who may call the
	// introspection and revocation endpoints. An empty secret is a public
	// client's, which only names itself (RFC 7009 §2.1). An empty client_id
	// with an empty secret lets callers in who show nothing, as the admin
	// ports of some servers do. Default: DefaultClientID alone.
	Clients map[string]string

	// Now is the clock of its tokens. Default time.Now, which inside a
	// testing/synctest bubble is the bubble's clock.
	Now func() time.Time
}

// New returns an issuer with every default. It lives in memory: reach it
// through [Issuer.Client].
func New() *Issuer { return Config{}.New() }

// New returns an issuer of this kind, to be reached through [Issuer.Client].
// It panics when URL is not an absolute http or https URL without query and
// fragment (RFC 8414 §2), or an algorithm is unknown or listed twice.
func (c Config) New() *Issuer {
	if c.URL == "" {
		c.URL = DefaultURL
	}
	u := mustIssuerURL(c.URL)
	i := c.build(u)
	i.client = &http.Client{Transport: transport{scheme: u.Scheme, host: u.Host, handler: i.Handler()}}
	return i
}

// build makes everything but the client. No key is generated yet.
func (c Config) build(u *url.URL) *Issuer {
	if c.Audience == "" {
		c.Audience = DefaultAudience
	}
	if len(c.Algorithms) == 0 {
		c.Algorithms = []string{"RS256", "PS256", "ES256", "ES384", "ES512", "EdDSA"}
	}
	if c.Now == nil {
		c.Now = time.Now
	}
	c.Algorithms = slices.Clone(c.Algorithms)
	c.KeysWithout = slices.Clone(c.KeysWithout)
	if c.Clients == nil {
		c.Clients = map[string]string{DefaultClientID: DefaultClientSecret}
	}
	c.Clients = maps.Clone(c.Clients)
	i := &Issuer{config: c, url: u.String(), keys: newKeyring(c.Algorithms), tokens: newTokens()}
	i.endpoints = i.makeEndpoints(u)
	return i
}

func mustIssuerURL(text string) *url.URL {
	u, err := url.Parse(text)
	switch {
	case err != nil,
		u.Scheme != "https" && u.Scheme != "http",
		u.Host == "" || u.User != nil,
		strings.ContainsAny(text, "?#"),
		u.String() != text:
		panic("authtest: Config.URL is no issuer identifier: " + text)
	}
	return u
}
