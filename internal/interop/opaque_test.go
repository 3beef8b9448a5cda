package interop

import (
	"crypto/rand"
	"net/http"
	"testing"

	"github.com/bearerguard/bearerguard/introspect"
	"github.com/bearerguard/bearerguard/middleware"
)

func checkOpaque(t *testing.T, s *server) {
	v := s.asking(t, opaqueAPI, s.byPost())
	raw := s.token(t, "app", opaqueAPI)
	expect(t, v, raw, allowed)
	expectScope(t, v, raw, "orders:write", verdict{http.StatusForbidden, middleware.ReasonScope})
	token, err := v.Validate(t.Context(), raw)
	if err != nil {
		t.Fatal(err)
	}
	if token.Issuer() != s.issuer || token.ClientID() != "app" || token.Expiry().IsZero() {
		t.Errorf("issuer %q, client %q, expiry %v", token.Issuer(), token.ClientID(), token.Expiry())
	}
	// R7662-10: the server answers, and it is not for us.
	expect(t, v, s.token(t, "app", otherAPI), refused(middleware.ReasonAudience))
	// R7662-6
	expect(t, v, rand.Text(), refused(middleware.ReasonInactive))
}

// checkOtherCaller: what a server does not want to tell a caller is inactive to it (RFC 7662 §2.2).
func checkOtherCaller(t *testing.T, s *server) {
	v := s.asking(t, opaqueAPI, introspect.ClientSecretPost("rs-other", s.clients["rs-other"].secret))
	expect(t, v, s.token(t, "app", opaqueAPI), refused(middleware.ReasonInactive))
}

// checkForbidden: 403 is about the caller, not about the token.
func checkForbidden(t *testing.T, s *server) {
	v := s.asking(t, opaqueAPI, s.basic("app", s.clients["app"].secret)) // it gets tokens, and may not ask
	expect(t, v, s.token(t, "app", opaqueAPI), unavailable)
}

func checkRevocation(t *testing.T, s *server) {
	v := s.asking(t, opaqueAPI, s.byPost())
	raw, kept := s.token(t, "app", opaqueAPI), s.token(t, "app", opaqueAPI)
	expect(t, v, raw, allowed)
	s.revoke(t, raw)
	expect(t, v, raw, allowed) // for as long as the answer is kept
	v.Forget(raw)
	expect(t, v, raw, refused(middleware.ReasonInactive))
	expect(t, v, kept, allowed)

	each := s.asking(t, opaqueAPI, s.byPost(), func(c *introspect.Config) { c.TTL = -1 })
	expect(t, each, kept, allowed)
	s.revoke(t, kept)
	expect(t, each, kept, refused(middleware.ReasonInactive)) // R7662-13
}

// checkRefreshAudience: refresh tokens come back as active, and nothing but a missing audience tells this one from an
// access token.
func checkRefreshAudience(t *testing.T, s *server) {
	expect(t, s.asking(t, opaqueAPI, s.byPost()), s.refreshToken, allowed)
	required := func(c *introspect.Config) { c.RequireAudience = true }
	expect(t, s.asking(t, opaqueAPI, s.byPost(), required), s.refreshToken, refused(middleware.ReasonAudience))
}

func checkRefreshType(t *testing.T, s *server) {
	expect(t, s.asking(t, opaqueAPI, s.byPost()), s.refreshToken, refused(middleware.ReasonType))
}

// checkFirst: the issuer of a JWT decides who judges it, and its answer is final.
func checkFirst(t *testing.T, s *server) {
	seen := &counted{}
	v := middleware.First(s.reading(t, jwtAPI("RS256")),
		s.asking(t, opaqueAPI, s.byPost(), func(c *introspect.Config) { c.Client = s.client(t, nil, seen.wrap) }))
	raw := s.token(t, "app", jwtAPI("RS256"))
	expect(t, v, raw, allowed)
	expect(t, v, forged(raw), refused(middleware.ReasonSignature))
	expect(t, v, s.token(t, "app", jwtAPI("ES256")), refused(middleware.ReasonAudience))
	if seen.questions != 0 {
		t.Errorf("%d JWTs were sent out", seen.questions)
	}
	expect(t, v, s.token(t, "app", opaqueAPI), allowed)
	if seen.questions != 1 {
		t.Errorf("%d questions, want 1", seen.questions)
	}
}

func checkEvery(t *testing.T, s *server) {
	asking := s.asking(t, jwtAPI("RS256"), s.byPost())
	v := middleware.Every(s.reading(t, jwtAPI("RS256")), asking)
	raw := s.token(t, "app", jwtAPI("RS256"))
	expect(t, v, raw, allowed)
	s.revoke(t, raw)
	asking.Forget(raw)
	expect(t, v, raw, refused(middleware.ReasonInactive))
}

// checkJWTRefused: 400 is no answer about the token (R7662-7), and does not end the calls about others.
func checkJWTRefused(t *testing.T, s *server) {
	v := s.asking(t, opaqueAPI, s.byPost())
	for range 20 {
		expect(t, v, s.token(t, "app", jwtAPI("ES256")), unavailable)
	}
	expect(t, v, s.token(t, "app", opaqueAPI), allowed)
}
