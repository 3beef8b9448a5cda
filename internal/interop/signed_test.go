package interop

import (
	"bytes"
	"io"
	"net/http"
	"testing"

	"github.com/bearerguard/bearerguard/introspect"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
)

// checkSigned: R9701-1, R9701-2 and R9701-3, by a server that nobody here wrote.
func checkSigned(t *testing.T, s *server, alg string) {
	raw := s.token(t, "app", opaqueAPI)
	id := "rs-signed-" + alg
	who := introspect.ClientSecretPost(id, s.clients[id].secret)
	v := s.asking(t, opaqueAPI, who, s.signed(t, id, alg))
	expect(t, v, raw, allowed)
	expect(t, v, "garbage", refused(middleware.ReasonInactive)) // that is signed, too
	expect(t, s.asking(t, jwtAPI("RS256"), who, s.signed(t, id, alg)), raw, refused(middleware.ReasonAudience))

	expect(t, s.asking(t, opaqueAPI, who, s.signed(t, "rs-post", alg)), raw, unavailable)
	expect(t, s.asking(t, opaqueAPI, who, s.signed(t, id, anotherThan(alg))), raw, unavailable)
}

// signed demands answers for one client, signed with one algorithm.
func (s *server) signed(t *testing.T, clientID, alg string) func(*introspect.Config) {
	t.Helper()
	keys, err := jwks.NewKeys(jwks.KeysConfig{Issuer: s.issuer, Client: s.client(t, nil), Logger: quiet, InsecureLoopback: true})
	if err != nil {
		t.Fatal(err)
	}
	return func(c *introspect.Config) {
		c.Signed = &introspect.Signed{Keys: keys, Audience: clientID, Algorithms: []string{alg}}
	}
}

// checkSignedAsToken: R9701-5. The answer has the issuer's iss and signature, and is no access token.
func checkSignedAsToken(t *testing.T, s *server) {
	var answer []byte
	keep := func(next http.RoundTripper) http.RoundTripper {
		return roundTrip(func(r *http.Request) (*http.Response, error) {
			got, err := next.RoundTrip(r)
			if err != nil || r.Method != http.MethodPost {
				return got, err
			}
			defer got.Body.Close()
			answer, err = io.ReadAll(got.Body)
			got.Body = io.NopCloser(bytes.NewReader(answer))
			return got, err
		})
	}
	raw := s.token(t, "app", opaqueAPI)
	demand := s.signed(t, "rs-post", "RS256")
	expect(t, s.asking(t, opaqueAPI, s.byPost(), func(c *introspect.Config) {
		demand(c)
		c.Client = s.client(t, nil, keep)
	}), raw, allowed)

	// Where the resource server's client_id is also its identifier, nothing else keeps it out.
	for _, profile := range []jwks.Profile{jwks.Common, jwks.RFC9068} {
		v := s.reading(t, "rs-post", func(_ *jwks.Config, i *jwks.Issuer) { i.Profile = profile })
		expect(t, v, string(answer), refused(middleware.ReasonType))
	}
}

// checkPlainInstead: R9701-8
func checkPlainInstead(t *testing.T, s *server) {
	v := s.asking(t, opaqueAPI, s.byPost(), s.signed(t, "rs-post", "RS256"))
	expect(t, v, s.token(t, "app", opaqueAPI), unavailable)
}
