package together_test

import (
	"crypto"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"maps"
	"math/big"
	"net/http"
	"testing"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/introspect"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// TestFAPI puts a resource server of the FAPI 2.0 Security Profile together from options, as far as it goes without
// proof of possession.
func TestFAPI(t *testing.T) {
	t.Parallel()
	as := authtest.Config{Algorithms: []string{"PS256", "ES256", "EdDSA", "RS256", "PS384", "ES384"}}.New()
	g := newGuard(t, middleware.Config{Validator: fapi(t, as)})
	mint := func(algorithm string) string { return as.Mint(authtest.Mint{Algorithm: algorithm}) }
	revoked := as.Token(authtest.Claims{"jti": "revoked"})
	as.Revoke(revoked)

	for _, tc := range []struct{ name, token, want string }{
		{"RFAPI-5 PS256", mint("PS256"), "allowed"},
		{"RFAPI-5 ES256", mint("ES256"), "allowed"},
		{"RFAPI-5 EdDSA", mint("EdDSA"), "allowed"},
		{"RFAPI-5 RS256", mint("RS256"), "invalid_token"},
		{"RFAPI-5 PS384", mint("PS384"), "invalid_token"},
		{"RFAPI-5 ES384", mint("ES384"), "invalid_token"},
		{"RFAPI-5 none", as.Mint(authtest.Mint{Header: map[string]any{"alg": "none"}, Sign: func([]byte) []byte { return nil }}), "invalid_token"},
		{"RFAPI-2 not a token", "abc", "invalid_token"},
		{"RFAPI-2 integrity", as.Mint(authtest.Mint{Sign: func([]byte) []byte { return make([]byte, 256) }}), "invalid_token"},
		{"RFAPI-2 expiry", as.Token(authtest.Claims{"exp": 1}), "invalid_token"},
		{"RFAPI-2 revocation", revoked, "invalid_token"},
		{"RFAPI-4 the scope is missing", as.Token(authtest.Claims{"scope": "other"}), "insufficient_scope"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			_, refusal := check(t, g, bearer(tc.token), scopes.All("read"))
			status := map[string]int{"invalid_token": 401, "insufficient_scope": 403}[tc.want]
			if got := outcome(refusal); got != tc.want || refusal.Status != status {
				t.Errorf("%d %s, want %d %s", refusal.Status, got, status, tc.want)
			}
		})
	}
}

// fapi checks JWTs by the algorithms of the profile (§5.4) and asks whether they were revoked.
func fapi(t *testing.T, as *authtest.Issuer) middleware.Validator {
	t.Helper()
	keys, err := jwks.StaticKeys(as.JWKS())
	if err != nil {
		t.Fatal(err)
	}
	jwt, err := jwks.New(jwks.Issuer{
		URL: as.URL(), Audience: []string{as.Audience()}, Keys: keys, Profile: jwks.RFC9068,
		Algorithms: []string{"PS256", "ES256", "EdDSA", "Ed25519"},
	})
	if err != nil {
		t.Fatal(err)
	}
	status, err := introspect.New(introspect.Config{
		Issuer: as.URL(), Client: as.Client(), Audience: []string{as.Audience()},
		Authentication: introspect.ClientSecretBasic(authtest.DefaultClientID, authtest.DefaultClientSecret),
	})
	if err != nil {
		t.Fatal(err)
	}
	return middleware.Every(jwt, status)
}

// TestFAPIKeys: what the issuer publishes beside its good key, and who signs with it.
func TestFAPIKeys(t *testing.T) {
	t.Parallel()
	good := authtest.NewKey("k", "ES256")
	small, err := rsa.GenerateKey(rand.Reader, 1024)
	if err != nil {
		t.Fatal(err)
	}
	smallJWK := map[string]any{"kty": "RSA", "kid": "small", "n": encode(small.N.Bytes()), "e": encode(big.NewInt(int64(small.E)).Bytes())}
	signedSmall := authtest.Mint{Header: map[string]any{"alg": "PS256", "kid": "small"}, Sign: func(input []byte) []byte {
		sum := sha256.Sum256(input)
		signature, err := rsa.SignPSS(rand.Reader, small, crypto.SHA256, sum[:], &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
		if err != nil {
			t.Error(err)
		}
		return signature
	}}
	changed := func(jwk map[string]any, name string, value any) map[string]any {
		jwk = maps.Clone(jwk)
		jwk[name] = value
		return jwk
	}
	curve := authtest.NewKey("curve", "ES256") // its point is on P-256, its JWK says otherwise
	rs, es, ed := authtest.NewKey("k", "RS256"), authtest.NewKey("k", "ES384"), authtest.NewKey("k", "EdDSA")

	for _, tc := range []struct {
		name string
		keys []map[string]any // beside the good one
		mint authtest.Mint
		want string
	}{
		{"RFAPI-6 RSA of 1024 bits", []map[string]any{smallJWK}, signedSmall, "invalid_token"},
		{"RFAPI-6 the good key beside it", []map[string]any{smallJWK}, authtest.Mint{Key: good}, "allowed"},
		{"RFAPI-6 a small curve", []map[string]any{changed(good.JWK(), "crv", "P-192")}, authtest.Mint{Key: good}, "allowed"},
		{"RFAPI-6 who signs under the small curve", []map[string]any{changed(curve.JWK(), "crv", "P-192")}, authtest.Mint{Key: curve}, "invalid_token"},
		{"RFAPI-6 who signs under the right curve", []map[string]any{curve.JWK()}, authtest.Mint{Key: curve}, "allowed"},
		{"RFAPI-7 kty tells them apart", []map[string]any{rs.JWK()}, authtest.Mint{Key: good}, "allowed"},
		{"RFAPI-7 crv tells them apart", []map[string]any{es.JWK()}, authtest.Mint{Key: good}, "allowed"},
		{"RFAPI-7 use tells them apart", []map[string]any{changed(authtest.NewKey("k", "ES256").JWK(), "use", "enc")}, authtest.Mint{Key: good}, "allowed"},
		{"RFAPI-7 alg tells them apart", []map[string]any{rs.JWK(), ed.JWK()}, authtest.Mint{Key: ed}, "allowed"},
		{"RFAPI-7 the other of them", []map[string]any{ed.JWK()}, authtest.Mint{Key: good}, "allowed"},
		{"RFAPI-7 another key for encryption", []map[string]any{changed(ed.JWK(), "use", "enc")}, authtest.Mint{Key: ed}, "invalid_token"},
		{"RFAPI-7 none of them", []map[string]any{rs.JWK(), ed.JWK()}, authtest.Mint{Key: authtest.NewKey("k", "ES256")}, "invalid_token"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			set, err := json.Marshal(map[string]any{"keys": append(tc.keys, good.JWK())})
			if err != nil {
				t.Fatal(err)
			}
			as := authtest.Config{Algorithms: []string{"ES256"}}.New()
			as.Replace(authtest.EndpointJWKS, func(http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(set) })
			})
			v, err := jwks.Config{Client: as.Client(), Logger: quiet}.New(jwks.Issuer{
				URL: as.URL(), Audience: []string{as.Audience()}, Algorithms: []string{"PS256", "ES256", "EdDSA", "Ed25519"},
			})
			if err != nil {
				t.Fatal(err)
			}
			_, refusal := check(t, newGuard(t, middleware.Config{Validator: v}), bearer(as.Mint(tc.mint)), scopes.Authenticated())
			if got := outcome(refusal); got != tc.want {
				t.Errorf("%s, want %s", got, tc.want)
			}
		})
	}
}

func encode(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }
