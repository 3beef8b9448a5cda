package authtest_test

import (
	"maps"
	"net/url"
	"testing"

	"github.com/bearerguard/bearerguard/authtest"
)

func TestRevoke(t *testing.T) {
	t.Parallel()
	issuer := authtest.Config{Algorithms: []string{"ES256"}}.New()
	for name, token := range map[string]string{
		"opaque":      issuer.Opaque(),
		"JWT":         issuer.Token(),
		"said active": issuer.Opaque(authtest.Claims{"active": true}),
	} {
		other := issuer.Opaque()
		issuer.Revoke(token)
		issuer.Revoke(token)
		if got := introspect(t, issuer, token); !maps.Equal(got, inactive) {
			t.Errorf("%s: %v", name, got)
		}
		if got := introspect(t, issuer, other); got["active"] != true {
			t.Errorf("%s: another token: %v", name, got)
		}
	}
	issuer.Revoke("unknown")
	issuer.Revoke("")
}

func TestRevocation(t *testing.T) {
	t.Parallel()
	ours := authtest.Claims{"client_id": authtest.DefaultClientID}
	for name, tt := range map[string]struct {
		token   func(*authtest.Issuer) string
		status  int
		revoked bool
	}{
		"opaque":                      {func(i *authtest.Issuer) string { return i.Opaque(ours) }, 200, true},
		"JWT":                         {func(i *authtest.Issuer) string { return i.Token(ours) }, 200, true},
		"of another client":           {func(i *authtest.Issuer) string { return i.Opaque() }, 400, false},
		"JWT of another client":       {func(i *authtest.Issuer) string { return i.Token() }, 400, false},
		"of no client":                {func(i *authtest.Issuer) string { return i.Opaque(authtest.Claims{"client_id": nil}) }, 400, false},
		"unknown":                     {func(*authtest.Issuer) string { return "x" }, 200, true},
		"of another issuer":           {func(*authtest.Issuer) string { return authtest.New().Opaque(ours) }, 200, true},
		"revoked, of another client":  {func(i *authtest.Issuer) string { token := i.Opaque(); i.Revoke(token); return token }, 200, true},
		"revoked, and now once again": {func(i *authtest.Issuer) string { token := i.Opaque(ours); i.Revoke(token); return token }, 200, true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := authtest.Config{Algorithms: []string{"ES256"}}.New()
			token := tt.token(issuer)
			r, body := post(t, issuer, "/revoke", url.Values{"token": {token}, "token_type_hint": {"access_token"}}, nil)
			if want := map[int]string{200: "", 400: `{"error":"invalid_grant"}`}[tt.status]; r.StatusCode != tt.status || body != want {
				t.Errorf("%d %q", r.StatusCode, body)
			}
			if got := introspect(t, issuer, token); maps.Equal(got, inactive) != tt.revoked {
				t.Errorf("%v", got)
			}
			if issuer.Fetches(authtest.EndpointRevocation) != 1 || issuer.Fetches(authtest.EndpointIntrospection) != 1 {
				t.Error("fetches are not counted")
			}
		})
	}
}

// A refusal revokes nothing.
func TestRevocationByNobody(t *testing.T) {
	t.Parallel()
	issuer := authtest.Config{Algorithms: []string{"ES256"}}.New()
	token := issuer.Opaque(authtest.Claims{"client_id": authtest.DefaultClientID})
	post(t, issuer, "/revoke", url.Values{"token": {token}}, basic(authtest.DefaultClientID+":wrong"))
	if got := introspect(t, issuer, token); got["active"] != true {
		t.Errorf("%v", got)
	}
}
