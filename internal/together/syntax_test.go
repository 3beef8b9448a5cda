package together_test

import (
	"context"
	"io"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/introspect"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// b64token is that of RFC 6750 §2.1.
var b64token = regexp.MustCompile(`\A[A-Za-z0-9._~+/-]+=*\z`)

// TestSyntax: R6750-2 the guard leaves the characters of a token to validators
// that look at them themselves, and they do: whatever byte is put into a good
// token, or in the place of one of its own, a text that is no b64token then is a
// malformed request, and no server is asked about it.
func TestSyntax(t *testing.T) {
	t.Parallel()
	as := authtest.Config{Algorithms: []string{"EdDSA"}}.New()
	jwt, uncached, opaque := signed(t, as, 0), signed(t, as, -1), believing(t)
	token := as.Token()
	for name, v := range map[string]middleware.Validator{
		"jwks":                     jwt,
		"jwks without its memory":  uncached,
		"introspect":               opaque,
		"First":                    middleware.First(uncached, opaque),
		"First, the other way":     middleware.First(opaque, uncached),
		"Every":                    middleware.Every(jwt, opaque),
		"Every, the other way":     middleware.Every(opaque, jwt),
		"Every of First and First": middleware.Every(middleware.First(jwt, opaque), middleware.First(opaque, jwt)),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if c, ok := v.(middleware.SyntaxChecker); !ok || !c.ChecksSyntax(v) {
				t.Fatal("it leaves the characters to the guard")
			}
			g := newGuard(t, middleware.Config{Validator: v})
			if token, refusal := check(t, g, bearer(token), scopes.Authenticated()); token == nil {
				t.Fatalf("a good token: %+v", refusal)
			}
			for text := range others(token) {
				_, refusal := check(t, g, bearer(text), scopes.Authenticated())
				malformed, signed := refusal.Code == middleware.InvalidRequest, strings.HasPrefix(name, "jwks")
				if malformed == b64token.MatchString(text) || signed && refusal.Code == "" {
					t.Errorf("%q: %s", text, outcome(refusal))
				}
			}
		})
	}
}

// TestSyntaxOfEmbedded: R6750-2 a validator with one of ours inside and a Validate
// of its own has promised nothing, and is given nothing but b64tokens.
func TestSyntaxOfEmbedded(t *testing.T) {
	t.Parallel()
	as := authtest.Config{Algorithms: []string{"EdDSA"}}.New()
	jwt, opaque := signed(t, as, 0), believing(t)
	for name, v := range map[string]middleware.Validator{
		"jwks":            trustingJWT{jwt},
		"introspect":      &trustingOpaque{opaque},
		"inside of First": middleware.First(jwt, trustingJWT{jwt}),
		"inside of Every": middleware.Every(&trustingOpaque{opaque}, opaque),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGuard(t, middleware.Config{Validator: v})
			for _, text := range []string{"", "   ", "a b", "=", "é", "\x00"} {
				if _, refusal := check(t, g, bearer(text), scopes.Authenticated()); refusal.Code != middleware.InvalidRequest {
					t.Errorf("%q: %s", text, outcome(refusal))
				}
			}
			if _, refusal := check(t, g, bearer("a"), scopes.Authenticated()); refusal.Code != "" {
				t.Errorf("a good token: %+v", refusal)
			}
		})
	}
}

// trustingJWT and trustingOpaque find every text good.
type trustingJWT struct{ *jwks.Validator }

func (trustingJWT) Validate(context.Context, string) (*middleware.Token, error) {
	return middleware.NewToken(middleware.Claims{}), nil
}

type trustingOpaque struct{ *introspect.Validator }

func (*trustingOpaque) Validate(context.Context, string) (*middleware.Token, error) {
	return middleware.NewToken(middleware.Claims{}), nil
}

// others are texts that differ from a token in one byte, or have one more.
func others(token string) map[string]bool {
	texts := map[string]bool{"": true, "=": true, ".": true, "..": true, token + "=a": true, token + ", Bearer " + token: true}
	dot := strings.IndexByte(token, '.')
	for _, place := range []int{0, 1, dot - 1, dot, dot + 1, strings.LastIndexByte(token, '.'), len(token) - 1, len(token)} {
		for c := range 256 {
			if c == ' ' && place == 0 {
				continue // one of the spaces before the token
			}
			texts[token[:place]+string([]byte{byte(c)})+token[place:]] = true
			if place < len(token) {
				texts[token[:place]+string([]byte{byte(c)})+token[place+1:]] = true
			}
		}
	}
	delete(texts, token)
	return texts
}

func signed(t *testing.T, as *authtest.Issuer, entries int) *jwks.Validator {
	t.Helper()
	keys, err := jwks.StaticKeys(as.JWKS())
	if err != nil {
		t.Fatal(err)
	}
	v, err := jwks.Config{MaxEntries: entries}.New(jwks.Issuer{URL: as.URL(), Audience: []string{as.Audience()}, Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// believing asks a server that finds every token good, and fails the test where
// it is asked about what cannot be one.
func believing(t *testing.T) *introspect.Validator {
	t.Helper()
	v, err := introspect.New(introspect.Config{
		Issuer: "https://issuer.test", Endpoint: "https://issuer.test/introspect", Audience: []string{"https://api.test"},
		Authentication: introspect.ClientSecretBasic("api", "secret"), Logger: quiet,
		Client: &http.Client{Transport: answering(func(r *http.Request) string {
			body, _ := io.ReadAll(r.Body)
			form, err := url.ParseQuery(string(body))
			if text := form.Get("token"); err != nil || !b64token.MatchString(text) {
				t.Errorf("the server was asked about %q: %v", text, err)
			}
			return `{"active":true}`
		})},
	})
	if err != nil {
		t.Fatal(err)
	}
	return v
}
