package interop

import (
	"context"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/httpguard"
	"github.com/bearerguard/bearerguard/introspect"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

var quiet = slog.New(slog.DiscardHandler)

// reading is a validator of JWTs, by RFC 9068 and the issuer's metadata.
func (s *server) reading(t *testing.T, audience resource, edits ...func(*jwks.Config, *jwks.Issuer)) *jwks.Validator {
	t.Helper()
	c := jwks.Config{Client: s.client(t, nil), Logger: quiet}
	issuer := jwks.Issuer{URL: s.issuer, Audience: []string{string(audience)}, Profile: jwks.RFC9068, InsecureLoopback: true}
	for _, edit := range edits {
		edit(&c, &issuer)
	}
	v, err := c.New(issuer)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// asking is a validator that introspects, at the endpoint that the issuer's metadata names.
func (s *server) asking(t *testing.T, audience resource, who introspect.Authentication, edits ...func(*introspect.Config)) *introspect.Validator {
	t.Helper()
	c := introspect.Config{
		Issuer: s.issuer, Authentication: who, Audience: []string{string(audience)},
		Client: s.client(t, nil), Logger: quiet, InsecureLoopback: true,
	}
	for _, edit := range edits {
		edit(&c)
	}
	v, err := introspect.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// byPost is how most features prove who asks: no server reads it in another way than the others.
func (s *server) byPost() introspect.Authentication {
	return introspect.ClientSecretPost("rs-post", s.clients["rs-post"].secret)
}

// verdict is what a resource server answers.
type verdict struct {
	status int
	reason middleware.Reason // for its own logs
}

var (
	allowed     = verdict{status: http.StatusOK}
	unavailable = verdict{http.StatusServiceUnavailable, middleware.ReasonIntrospection}
)

func refused(reason middleware.Reason) verdict { return verdict{http.StatusUnauthorized, reason} }

// expect sends a token to a resource server that asks for the scope orders:read.
func expect(t *testing.T, v middleware.Validator, raw string, want verdict) {
	t.Helper()
	expectScope(t, v, raw, "orders:read", want)
}

// expectScope also sees that the challenge fits: a 401 says that the token is bad, and a 503 says nothing of it.
func expectScope(t *testing.T, v middleware.Validator, raw, scope string, want verdict) {
	t.Helper()
	var got verdict
	var cause error
	g, err := middleware.New(middleware.Config{Validator: v, Logger: quiet, Observe: func(_ context.Context, e middleware.Event) {
		got.reason, cause = e.Reason, e.Err
	}})
	if err != nil {
		t.Fatal(err)
	}
	reached := false
	h := httpguard.Require(g, scopes.All(scope))(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached = true }))
	r := httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/orders", nil)
	r.Header.Set("Authorization", "Bearer "+raw)
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	got.status = w.Code
	if got != want {
		t.Errorf("got %d %q, want %d %q; cause: %v", got.status, got.reason, want.status, want.reason, cause)
	}
	if reached != (want == allowed) {
		t.Errorf("the handler was reached: %v", reached)
	}
	challenge := w.Header().Get("WWW-Authenticate")
	if blames := strings.Contains(challenge, "invalid_token"); blames != (want.status == http.StatusUnauthorized) {
		t.Errorf("status %d with the challenge %q", w.Code, challenge)
	}
}
