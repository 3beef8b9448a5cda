package interop

import (
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/introspect"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
)

// checkJWT reads JWTs of one algorithm, by the strict profile: R9068-1, R9068-2, R9068-5.
func checkJWT(t *testing.T, s *server, alg string) {
	asked := func(_ *jwks.Config, i *jwks.Issuer) { i.Algorithms = []string{alg} }
	v := s.reading(t, jwtAPI(alg), asked)
	raw := s.token(t, "app", jwtAPI(alg))
	if got := headerOf(t, raw).Algorithm; got != alg {
		t.Fatalf("the token is signed with %s, want %s", got, alg)
	}
	expect(t, v, raw, allowed)
	expectScope(t, v, raw, "orders:write", verdict{http.StatusForbidden, middleware.ReasonScope})
	token, err := v.Validate(t.Context(), raw)
	if err != nil {
		t.Fatal(err)
	}
	if token.Issuer() != s.issuer || token.ClientID() != "app" || token.Subject() != "app" || token.ID() == "" || token.Expiry().IsZero() {
		t.Errorf("issuer %q, client %q, subject %q, jti %q, expiry %v",
			token.Issuer(), token.ClientID(), token.Subject(), token.ID(), token.Expiry())
	}

	// R9068-4
	expect(t, s.reading(t, opaqueAPI, asked), raw, refused(middleware.ReasonAudience))
	expect(t, v, forged(raw), refused(middleware.ReasonSignature))
	others := func(_ *jwks.Config, i *jwks.Issuer) {
		i.Algorithms = []string{anotherThan(alg)}
	}
	expect(t, s.reading(t, jwtAPI(alg), others), raw, refused(middleware.ReasonAlgorithm))
	unknown := func(_ *jwks.Config, i *jwks.Issuer) { i.URL = strings.Replace(i.URL, "127.0.0.1", "localhost", 1) }
	expect(t, s.reading(t, jwtAPI(alg), unknown), raw, refused(middleware.ReasonUnrecognized))
}

// forged changes one bit in the middle of the signature.
func forged(raw string) string {
	at := strings.LastIndexByte(raw, '.') + 10
	letter := byte('A')
	if raw[at] == letter {
		letter = 'B'
	}
	return raw[:at] + string(letter) + raw[at+1:]
}

// header is what tells tokens of several algorithms and keys apart.
type header struct {
	Algorithm string `json:"alg"`
	KeyID     string `json:"kid"`
}

func headerOf(t *testing.T, raw string) (h header) {
	t.Helper()
	first, _, _ := strings.Cut(raw, ".")
	text, err := base64.RawURLEncoding.DecodeString(first)
	if err == nil {
		err = json.Unmarshal(text, &h)
	}
	if err != nil {
		t.Fatal(err)
	}
	return h
}

func checkRFC8414(t *testing.T, s *server) {
	raw := s.token(t, "app", jwtAPI("RS256"))
	only := func(c *jwks.Config, _ *jwks.Issuer) { c.Client = s.client(t, nil, withoutOpenID) }
	expect(t, s.reading(t, jwtAPI("RS256"), only), raw, allowed)
	opaque := s.token(t, "app", opaqueAPI)
	ask := func(c *introspect.Config) { c.Client = s.client(t, nil, withoutOpenID) }
	expect(t, s.asking(t, opaqueAPI, s.byPost(), ask), opaque, allowed)
}

func checkRotationOverlap(t *testing.T, s *server) {
	v, before := checkRotation(t, s, true)
	expect(t, v, before, allowed)
}

func checkRotationAtOnce(t *testing.T, s *server) {
	v, before := checkRotation(t, s, false)
	expect(t, v, before, refused(middleware.ReasonUnknownKey))
}

// checkNoRFC8414: where the metadata is not found there are no keys, which says nothing about the token.
func checkNoRFC8414(t *testing.T, s *server) {
	only := func(c *jwks.Config, _ *jwks.Issuer) { c.Client = s.client(t, nil, withoutOpenID) }
	expect(t, s.reading(t, jwtAPI("RS256"), only), s.token(t, "app", jwtAPI("RS256")),
		verdict{http.StatusServiceUnavailable, middleware.ReasonKeys})
}

// checkRotation finds the new key when the first token of it comes. It returns a token of the old one.
func checkRotation(t *testing.T, s *server, overlap bool) (middleware.Validator, string) {
	t.Helper()
	v := s.reading(t, jwtAPI("ES256"))
	before := s.token(t, "app", jwtAPI("ES256"))
	expect(t, v, before, allowed)
	s.rotate(t, overlap)
	after := s.token(t, "app", jwtAPI("ES256"))
	if headerOf(t, after).KeyID == headerOf(t, before).KeyID {
		t.Fatal("the server signs with the old key")
	}
	expect(t, v, after, allowed)
	return v, before
}

// checkJWE: we have no keys to decrypt with, so nobody can read the token; the server refuses to be asked about it.
func checkJWE(t *testing.T, s *server) {
	raw := s.token(t, "app", jweAPI)
	if strings.Count(raw, ".") != 4 {
		t.Fatal("the token is no JWE")
	}
	read := s.reading(t, jweAPI)
	expect(t, read, raw, refused(middleware.ReasonUnrecognized))
	expect(t, middleware.First(read, s.asking(t, jweAPI, s.byPost())), raw, unavailable)
}
