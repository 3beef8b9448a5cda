package jwks_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
)

// twoIssuers use the same kids and serve different audiences and algorithms.
func twoIssuers() (a, b *authtest.Issuer) {
	a = authtest.Config{URL: "https://a.test", Algorithms: []string{"RS256", "ES256"}}.New()
	b = authtest.Config{URL: "https://b.test", Algorithms: []string{"RS256", "ES256"}, Audience: "https://other-api.test"}.New()
	return a, b
}

// TestSeveralIssuers: everything about an issuer is its own.
func TestSeveralIssuers(t *testing.T) {
	t.Parallel()
	a, b := twoIssuers()
	onlyRS, onlyES := offline(t, a), offline(t, b)
	onlyRS.Algorithms, onlyES.Algorithms = []string{"RS256"}, []string{"ES256"}
	v := newValidator(t, jwks.Config{}, onlyRS, onlyES)
	signature, alg, audience := refused(middleware.ReasonSignature), refused(middleware.ReasonAlgorithm), refused(middleware.ReasonAudience)
	as := func(url string) authtest.Claims { return authtest.Claims{"iss": url, "aud": a.Audience()} }
	foreign := func(alg string) *authtest.Key { return authtest.NewKey("evil-1", alg) }

	for name, test := range map[string]struct {
		token string
		want  verdict
	}{
		"a":                                    {a.Token(), good},
		"b":                                    {b.Mint(authtest.Mint{Algorithm: "ES256"}), good},
		"R8725-3 a with the algorithm of b":    {a.Mint(authtest.Mint{Algorithm: "ES256"}), alg},
		"R8725-3 b with the algorithm of a":    {b.Mint(authtest.Mint{Algorithm: "RS256"}), alg},
		"R8725-10 b signs as a, same kid":      {b.Mint(authtest.Mint{Claims: as("https://a.test")}), signature},
		"R8725-10 b signs as a, a kid of b":    {b.Mint(authtest.Mint{Key: foreign("RS256"), Claims: as("https://a.test")}), refused(middleware.ReasonUnknownKey)},
		"R8725-10 b signs as a, no kid":        {b.Mint(authtest.Mint{Claims: as("https://a.test"), Header: map[string]any{"kid": authtest.Absent}}), refused(middleware.ReasonUnknownKey)},
		"R8725-10 b signs as a, iss in header": {b.Mint(authtest.Mint{Claims: as("https://a.test"), Header: map[string]any{"iss": "https://b.test"}}), refused(middleware.ReasonHeader)},
		"R9700-1 the audience of b from a":     {a.Token(authtest.Claims{"aud": b.Audience()}), audience},
		"R9700-1 the audience of a from b":     {b.Mint(authtest.Mint{Algorithm: "ES256", Claims: authtest.Claims{"aud": a.Audience()}}), audience},
		"R9700-1 an issuer not configured":     {a.Token(authtest.Claims{"iss": "https://c.test"}), notMine},
		"R9700-1 another tenant of a":          {a.Token(authtest.Claims{"iss": "https://a.test/tenant"}), notMine},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expect(t, v, test.token, test.want)
		})
	}
	t.Run("R8725-11 one subject of two issuers", func(t *testing.T) {
		x, y := expect(t, v, a.Token(), good), expect(t, v, b.Mint(authtest.Mint{Algorithm: "ES256"}), good)
		if x.Subject() != y.Subject() || x.Issuer() == y.Issuer() {
			t.Errorf("(%q, %q) and (%q, %q), want one subject of two issuers", x.Issuer(), x.Subject(), y.Issuer(), y.Subject())
		}
	})
}

// TestFirst: an opaque validator gets what is not ours, and nothing that was
// judged here.
func TestFirst(t *testing.T) {
	t.Parallel()
	as := es256()
	asked := errors.New("the next validator was asked")
	next := middleware.ValidatorFunc(func(context.Context, string) (*middleware.Token, error) { return nil, asked })
	v := middleware.First(newValidator(t, jwks.Config{}, offline(t, as)), next)
	token := as.Token()

	passedOn := map[string]string{
		"opaque":                   "2YotnFZFEjr1zCsicMWpAA",
		"INTEROP 6 one period":     "ory_at_abc.def",
		"INTEROP 6 two periods":    "v2.local.AAAA",
		"INTEROP 6 JWE":            "e30.e30.e30.e30.e30",
		"another issuer, no JSON":  "AAAA" + as.Token(authtest.Claims{"iss": "https://other.test"}),
		"another issuer":           as.Token(authtest.Claims{"iss": "https://other.test"}),
		"no issuer":                as.Token(authtest.Claims{"iss": authtest.Absent}),
		"another issuer, odd type": as.Mint(authtest.Mint{Header: map[string]any{"typ": "x"}, Claims: authtest.Claims{"iss": "https://other.test"}}),
		"another issuer, HS256":    as.Mint(authtest.Mint{Header: map[string]any{"alg": "HS256"}, Claims: authtest.Claims{"iss": "https://other.test"}}),
	}
	for name, raw := range passedOn {
		t.Run("passed on: "+name, func(t *testing.T) {
			if _, err := v.Validate(t.Context(), raw); !errors.Is(err, asked) {
				t.Errorf("error = %v, want that of the next validator", err)
			}
		})
	}
	final := map[string]string{
		"expired":       as.Token(authtest.Claims{"exp": time.Unix(1, 0)}),
		"audience":      as.Token(authtest.Claims{"aud": "x"}),
		"alg none":      as.Mint(authtest.Mint{Header: map[string]any{"alg": "none"}, Sign: noise}),
		"signature":     as.Mint(authtest.Mint{Sign: noise}),
		"unknown key":   as.Mint(authtest.Mint{Header: map[string]any{"kid": "x"}}),
		"type":          as.Mint(authtest.Mint{Header: map[string]any{"typ": "x"}}),
		"crit":          as.Mint(authtest.Mint{Header: map[string]any{"crit": []string{"x"}}}),
		"wrong type":    as.Token(authtest.Claims{"sub": 7}),
		"refresh token": as.Token(authtest.Claims{"typ": "Refresh"}),
		"header":        "AAAA" + token,
	}
	for name, raw := range final {
		t.Run("final: "+name, func(t *testing.T) {
			if _, err := v.Validate(t.Context(), raw); errors.Is(err, asked) || err == nil {
				t.Errorf("error = %v, want a refusal of the first validator", err)
			}
		})
	}
}
