package together_test

import (
	"bytes"
	"io"
	"net/http"
	"reflect"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/introspect"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

type answering func(*http.Request) string

func (f answering) RoundTrip(r *http.Request) (*http.Response, error) {
	return &http.Response{
		StatusCode: http.StatusOK, Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1, Request: r,
		Header: http.Header{"Content-Type": {"application/json"}}, Body: io.NopCloser(strings.NewReader(f(r))),
	}, nil
}

// TestMemoryHoldsNoToken: R7662-15, R6750-20 what is remembered of a token, good or refused, is found by its hash: whoever
// reads the memory of the process there finds what the token says, and nothing that could be sent.
func TestMemoryHoldsNoToken(t *testing.T) {
	t.Parallel()
	const subject, goodToken, badToken = "whom-the-token-is-about", "opaque-token-that-is-good", "opaque-token-that-is-not"
	opaque, err := introspect.New(introspect.Config{
		Issuer: "https://issuer.test", Endpoint: "https://issuer.test/introspect", Audience: []string{"https://api.test"},
		Authentication: introspect.ClientSecretBasic("api", "secret"),
		Client: &http.Client{Transport: answering(func(r *http.Request) string {
			form, _ := io.ReadAll(r.Body)
			if bytes.Contains(form, []byte(badToken)) {
				return `{"active":false}`
			}
			return `{"active":true,"sub":"` + subject + `"}`
		})},
	})
	if err != nil {
		t.Fatal(err)
	}
	as := authtest.New()
	keys, err := jwks.StaticKeys(as.JWKS())
	if err != nil {
		t.Fatal(err)
	}
	jwt, err := jwks.New(jwks.Issuer{URL: as.URL(), Audience: []string{as.Audience()}, Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	signed := as.Token(authtest.Claims{"sub": subject})
	part := strings.Split(signed, ".")

	for _, tc := range []struct {
		name      string
		validator middleware.Validator
		tokens    []string
		secrets   []string // the header of a JWT is remembered, and no secret
	}{
		{"R7662-15 introspection", opaque, []string{goodToken, badToken}, []string{goodToken, badToken}},
		{"R6750-20 JWT", jwt, []string{signed}, []string{signed, part[1], part[2]}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			g := newGuard(t, middleware.Config{Validator: tc.validator})
			for range 2 {
				for _, token := range tc.tokens {
					_, _ = check(t, g, bearer(token), scopes.Authenticated())
				}
			}
			if find(reflect.ValueOf(tc.validator), subject, map[uintptr]bool{}) == "" {
				t.Error("the search does not reach what is remembered")
			}
			for _, secret := range tc.secrets {
				if path := find(reflect.ValueOf(tc.validator), secret, map[uintptr]bool{}); path != "" {
					t.Errorf("%q is at %s", secret, path)
				}
			}
		})
	}
}
