package interop

import (
	"context"
	"crypto/tls"
	"net/url"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/introspect"
)

// checkBasic: R7662-3, as the checks of the other methods below.
func checkBasic(t *testing.T, s *server) {
	c, raw := s.clients["rs-basic"], s.token(t, "app", opaqueAPI)
	expect(t, s.asking(t, opaqueAPI, s.basic(c.id, c.secret)), raw, allowed)
	// The secret has characters that tell whether the server form-decodes (RFC 6749 §2.3.1).
	expect(t, s.asking(t, opaqueAPI, s.wrongBasic(c.id, c.secret)), raw, unavailable)
}

func checkPost(t *testing.T, s *server) {
	expect(t, s.asking(t, opaqueAPI, s.byPost()), s.token(t, "app", opaqueAPI), allowed)
}

func checkPrivateKeyJWT(t *testing.T, s *server, alg string) {
	v := s.asking(t, opaqueAPI, s.byKey(alg, ""))
	expect(t, v, s.token(t, "app", opaqueAPI), allowed)
	expect(t, v, s.token(t, "app", opaqueAPI), allowed)
	// RFC 7523 §3: the endpoint's URL is an audience as well.
	endpoint := s.asking(t, opaqueAPI, s.byKey(alg, s.tokenEndpoint))
	expect(t, endpoint, s.token(t, "app", opaqueAPI), allowed)
}

// byKey has audience "" for the default, the issuer.
func (s *server) byKey(alg, audience string) introspect.Authentication {
	c := s.clients["rs-key-"+alg]
	return introspect.PrivateKeyJWT(c.id, c.key, introspect.Assertion{Algorithm: alg, KeyID: c.id, Audience: audience})
}

// checkLostAnswer: the server takes an assertion once, so the second attempt needs one of its own.
func checkLostAnswer(t *testing.T, s *server) {
	seen := &counted{}
	lost := s.asking(t, opaqueAPI, s.byKey("ES256", ""), func(c *introspect.Config) { c.Client = s.client(t, nil, seen.wrap, losing) })
	raw := s.token(t, "app", opaqueAPI)
	expect(t, lost, raw, allowed)
	if seen.questions != 2 {
		t.Errorf("%d questions reached the server, want 2", seen.questions)
	}
	again := s.asking(t, opaqueAPI, s.byKey("ES256", ""), func(c *introspect.Config) {
		c.Client, c.TTL = s.client(t, nil, repeating), -1
	})
	expect(t, again, raw, allowed)
	expect(t, again, raw, unavailable) // or else the server does not look, and the above shows nothing
}

func checkTLS(t *testing.T, s *server) {
	checkMutualTLS(t, s, "rs-tls", s.ca.issue(t, "somebody-else"))
}

func checkSelfSigned(t *testing.T, s *server) {
	checkMutualTLS(t, s, "rs-self", selfSigned(t, "rs-self")) // the same name, and another key
}

// checkMutualTLS: the metadata names another endpoint for it (RFC 8705 §5).
func checkMutualTLS(t *testing.T, s *server, clientID string, wrong *tls.Certificate) {
	t.Helper()
	raw := s.token(t, "app", opaqueAPI)
	seen := &counted{}
	with := func(certificate *tls.Certificate) func(*introspect.Config) {
		return func(c *introspect.Config) { c.Client = s.client(t, certificate, seen.wrap) }
	}
	expect(t, s.asking(t, opaqueAPI, introspect.MutualTLS(clientID), with(s.clients[clientID].certificate)), raw, allowed)
	if mutual, err := url.Parse(s.mutualTokenEndpoint); err != nil || seen.host != mutual.Host {
		t.Errorf("the question went to %s, want %s", seen.host, mutual.Host)
	}
	expect(t, s.asking(t, opaqueAPI, introspect.MutualTLS(clientID), with(wrong)), raw, unavailable)
	expect(t, s.asking(t, opaqueAPI, introspect.MutualTLS(clientID), with(nil)), raw, unavailable)
}

// checkBearerCaller: a server that does not take an access token from who asks (RFC 7662 §2.1 leaves it the choice) has
// refused us, and has said nothing about the token.
func checkBearerCaller(t *testing.T, s *server) {
	raw := s.token(t, "app", opaqueAPI)
	own := introspect.BearerToken(func(context.Context) (string, error) { return raw, nil })
	expect(t, s.asking(t, opaqueAPI, own), raw, unavailable)
}

// checkWrongCredentials: our own fault is no fault of the token (R7662-7), and the operator is told what to look at.
func checkWrongCredentials(t *testing.T, s *server) {
	raw := s.token(t, "app", opaqueAPI)
	const refused = "our client credentials were refused"
	for name, test := range map[string]struct {
		who  introspect.Authentication
		told string
	}{
		"no credentials":         {introspect.InsecureNone(), "Config.Authentication"}, // 400 or 401
		"unknown client":         {introspect.ClientSecretPost("nobody", "secret"), refused},
		"wrong secret":           {introspect.ClientSecretPost("rs-post", s.clients["rs-basic"].secret), refused},
		"wrong secret, by Basic": {s.basic("rs-basic", s.clients["rs-post"].secret), refused},
		"wrong key":              {introspect.PrivateKeyJWT("rs-key-ES256", newKey(t, "ES256"), introspect.Assertion{}), refused},
		"wrong audience":         {s.byKey("ES256", "https://other.example.com"), refused},
	} {
		t.Run(name, func(t *testing.T) {
			v := s.asking(t, opaqueAPI, test.who)
			expect(t, v, raw, unavailable)
			if told := v.Health().LastError; !strings.Contains(told, test.told) {
				t.Errorf("the operator is told %q", told)
			}
		})
	}
}
