package jwks_test

import (
	"context"
	"crypto/ed25519"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
)

// The key of the fuzz target is the same in every process: fuzzing runs several,
// and tokens that are good in one must be good in all.
func fuzzKey() (ed25519.PrivateKey, map[string]any) {
	key := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	public := key.Public().(ed25519.PublicKey)
	return key, map[string]any{"kty": "OKP", "crv": "Ed25519", "x": b64(string(public)), "kid": "k"}
}

// fuzzTokens are minted by that key, without chance and without a clock.
func fuzzTokens() []string {
	key, _ := fuzzKey()
	mint := func(header, payload string) string {
		input := b64(header) + "." + b64(payload)
		return input + "." + b64(string(ed25519.Sign(key, []byte(input))))
	}
	const claims = `{"iss":"https://issuer.test","aud":["https://api.test"],"exp":4102444800,"scope":"read","sub":"u"}`
	return []string{
		mint(`{"alg":"EdDSA","kid":"k"}`, claims),
		mint(`{"alg":"Ed25519","typ":"at+jwt"}`, claims),
		mint(`{"alg":"EdDSA","kid":"k","typ":"application/at+jwt","x":{"y":[1,2.5e3,null,"\u0041"]}}`, `{"iss":"https:\/\/issuer.test","aud":"https://api.test","exp":4102444800.5,"nbf":0,"scp":["a","b"],"cnf":{"jkt":"AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"}}`),
	}
}

// FuzzValidate: L-10 any text gets an answer of the contract, without a panic, and
// passes only if it is one of the tokens that were signed. What is signed is fixed,
// so a text that passes and is another is a forgery or a second spelling. What
// encoding/json reads as a token of our issuer is left to no other validator.
func FuzzValidate(f *testing.F) {
	known := make(map[string]bool)
	for _, token := range fuzzTokens() {
		known[token] = true
		f.Add(token)
		f.Add(token[:len(token)-1])
		part := strings.Split(token, ".")
		f.Add(part[0] + ".." + part[2])
		f.Add("." + part[1] + "." + part[2])
		f.Add(b64(`{"alg":"none"}`) + "." + part[1] + ".")
	}
	for _, bad := range (authtest.Config{Algorithms: []string{"EdDSA"}}).New().Bad() {
		f.Add(bad.Token)
	}
	_, jwk := fuzzKey()
	keys, err := jwks.StaticKeys(keySet(jwk))
	if err != nil {
		f.Fatal(err)
	}
	v := newValidator(f, jwks.Config{Now: func() time.Time { return time.Unix(1_800_000_000, 0) }},
		jwks.Issuer{URL: "https://issuer.test", Audience: []string{"https://api.test"}, Keys: keys})

	f.Fuzz(func(t *testing.T, raw string) {
		token, err := v.Validate(context.Background(), raw)
		if got := judge(token, err); (got == good) != known[raw] {
			t.Fatalf("verdict = %q, but signed: %v", got, known[raw])
		}
		if err == nil {
			return
		}
		var e *middleware.Error
		if errors.As(err, &e) {
			if e.Code != middleware.InvalidToken {
				t.Fatalf("code = %q with static keys", e.Code)
			}
		} else if !errors.Is(err, middleware.ErrNotMine) {
			t.Fatalf("error = %v, which is no verdict", err)
		}
		if errors.Is(err, middleware.ErrNotMine) && namesOurs(raw, "https://issuer.test") {
			t.Fatalf("error = %v for a token of our issuer", err)
		}
		if n := len(err.Error()); n > 512 {
			t.Fatalf("the error has %d octets", n)
		}
	})
}
