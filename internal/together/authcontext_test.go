package together_test

import (
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/introspect"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// TestAuthenticationContext: R9470-4 how strong an authentication was, and when it was, is told alike by a JWT and by an
// introspection answer, and a token that does not say it has neither.
func TestAuthenticationContext(t *testing.T) {
	t.Parallel()
	as := authtest.New()
	keys, err := jwks.StaticKeys(as.JWKS())
	if err != nil {
		t.Fatal(err)
	}
	jwt, err := jwks.New(jwks.Issuer{URL: as.URL(), Audience: []string{as.Audience()}, Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	opaque, err := introspect.New(introspect.Config{
		Issuer: as.URL(), Client: as.Client(), Audience: []string{as.Audience()},
		Authentication: introspect.ClientSecretBasic(authtest.DefaultClientID, authtest.DefaultClientSecret),
	})
	if err != nil {
		t.Fatal(err)
	}
	g := newGuard(t, middleware.Config{Validator: middleware.First(jwt, opaque)})
	said := authtest.Claims{"acr": "gold", "auth_time": 1_700_000_000}
	for _, tc := range []struct {
		name, raw, acr string
		authTime       time.Time
	}{
		{"R9470-4 a JWT", as.Token(said), "gold", time.Unix(1_700_000_000, 0)},
		{"R9470-4 an introspection answer", as.Opaque(said), "gold", time.Unix(1_700_000_000, 0)},
		{"R9470-4 a JWT that does not say", as.Token(), "", time.Time{}},
		{"R9470-4 an answer that does not say", as.Opaque(nil), "", time.Time{}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			token, refusal := check(t, g, bearer(tc.raw), scopes.Authenticated())
			if token == nil {
				t.Fatalf("refused: %s", refusal.Code)
			}
			if token.ACR() != tc.acr || !token.AuthTime().Equal(tc.authTime) {
				t.Errorf("acr %q and auth_time %v, want %q and %v", token.ACR(), token.AuthTime(), tc.acr, tc.authTime)
			}
		})
	}
	for name, bad := range map[string]authtest.Claims{
		"R9470-4 acr an array":       {"acr": []string{"gold"}},
		"R9470-4 auth_time a string": {"auth_time": "1700000000"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, refusal := check(t, g, bearer(as.Token(bad)), scopes.Authenticated()); refusal.Code != middleware.InvalidToken {
				t.Errorf("%q, want %q", refusal.Code, middleware.InvalidToken)
			}
		})
	}
}
