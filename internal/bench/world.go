package main

import (
	"context"
	"fmt"
	"time"

	"github.com/bearerguard/bearerguard/authtest"
)

// algorithms are the ones that every authorization server of today uses one of.
var algorithms = []string{"RS256", "PS256", "ES256", "EdDSA"}

// tokenSize is the length of world's RS256 tokens, in characters.
const tokenSize = 773

// world is what all contenders meet: an authorization server with a key for each algorithm, and its tokens.
type world struct {
	ctx context.Context // of the service: ends what contenders do in the background
	*authtest.Issuer
}

func newWorld(ctx context.Context) *world {
	return &world{ctx, authtest.Config{
		URL: "https://login.example.com/realms/main", Audience: "https://api.example.com", Algorithms: algorithms,
	}.New()}
}

// scope is what every token grants, the issuer's bad ones included, and what guarded handlers ask for.
const scope = "read"

// token mints a good token, each with a jti of its own. It outlasts the run.
func (w *world) token(alg string) string { return w.mint(alg, nil) }

func (w *world) mint(alg string, changes authtest.Claims) string {
	now := time.Now()
	claims := authtest.Claims{
		"sub": "f81d4fae-7dec-11d0-a765-00a0c91e6bf6", "client_id": "orders-front-end", "scope": scope + " write openid email",
		"iat": now.Add(-time.Minute), "nbf": now.Add(-time.Minute), "exp": now.Add(2 * time.Hour),
	}
	for name, value := range changes {
		claims[name] = value
	}
	return w.Mint(authtest.Mint{Algorithm: alg, Claims: claims})
}

func (w *world) tokens(alg string, n int) []string {
	tokens := make([]string, n)
	for i := range tokens {
		tokens[i] = w.token(alg)
	}
	return tokens
}

// forged mints tokens under a key that nobody publishes, one for each kid.
func (w *world) forged(alg string, kids ...string) []string {
	key := authtest.NewKey("", alg)
	var tokens []string
	for _, kid := range kids {
		tokens = append(tokens, w.Mint(authtest.Mint{Key: key, Header: map[string]any{"kid": kid}}))
	}
	return tokens
}

// expired is good but for its time, by far more than any leeway.
func (w *world) expired(alg string) string {
	return w.mint(alg, authtest.Claims{"exp": time.Now().Add(-time.Hour), "iat": time.Now().Add(-2 * time.Hour), "nbf": authtest.Absent})
}

// bad returns tokens that everybody refuses, or is not measured.
func (w *world) bad(alg string) map[string]string {
	return map[string]string{
		"a bad signature":  w.forged(alg, w.Key(alg).ID())[0],
		"another issuer":   w.mint(alg, authtest.Claims{"iss": "https://attacker.invalid"}),
		"another audience": w.mint(alg, authtest.Claims{"aud": "https://other.invalid"}),
		"an expiry passed": w.expired(alg),
	}
}

// kids makes up names of keys.
func kids(n int) []string {
	names := make([]string, n)
	for i := range names {
		names[i] = fmt.Sprintf("made-up-%d", i)
	}
	return names
}
