package jwks_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/base64"
	"fmt"
	"math/big"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/internal/expiring"
	"github.com/bearerguard/bearerguard/jwks"
)

// promised are the algorithms whose cost is.
var promised = []string{"RS256", "PS256", "ES256", "EdDSA"}

// usual returns n tokens of usual size, 773 octets with an RSA signature.
func usual(as *authtest.Issuer, n int) []string {
	tokens := make([]string, n)
	for i := range tokens {
		tokens[i] = as.Token(authtest.Claims{
			"exp": 4102444800, "nbf": 1700000000, "iat": 1700000000, "jti": fmt.Sprintf("9b2e5cf0-7d1c-4a3b-8f62-%012d", i),
			"sub": "248289761001", "client_id": "s6BhdRkqt3", "scope": "orders:read orders:write",
			"tid": "3f6c1d52-0b7e-4e0a-9c4d-7a1b2c3d4e5",
		})
	}
	return tokens
}

// floor is the bare check of a token's signature by the standard library: the
// signature decoded and the hash taken beforehand.
func floor(as *authtest.Issuer, alg, token string) (holds func() bool) {
	dot := strings.LastIndexByte(token, '.')
	input := []byte(token[:dot])
	signature, _ := base64.RawURLEncoding.DecodeString(token[dot+1:])
	hash := sha256.Sum256(input)
	switch public := as.Key(alg).Public().(type) {
	case *rsa.PublicKey:
		if alg == "RS256" {
			return func() bool { return rsa.VerifyPKCS1v15(public, crypto.SHA256, hash[:], signature) == nil }
		}
		options := &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}
		return func() bool { return rsa.VerifyPSS(public, crypto.SHA256, hash[:], signature, options) == nil }
	case *ecdsa.PublicKey:
		der, _ := asn1.Marshal(struct{ R, S *big.Int }{new(big.Int).SetBytes(signature[:32]), new(big.Int).SetBytes(signature[32:])})
		return func() bool { return ecdsa.VerifyASN1(public, hash[:], der) }
	case ed25519.PublicKey:
		return func() bool { return ed25519.Verify(public, input, signature) }
	}
	return nil
}

// accept fails where a good token does not pass.
func accept(t testing.TB, v *jwks.Validator, raw string) {
	if _, err := v.Validate(context.Background(), raw); err != nil {
		t.Fatal(err)
	}
}

// BenchmarkCold is a whole check beside the bare one of the signature. Only the
// ratio of the two counts; internal/bench measures it with more care.
func BenchmarkCold(b *testing.B) {
	for _, alg := range promised {
		as := authtest.Config{Algorithms: []string{alg}}.New()
		token, v := usual(as, 1)[0], newValidator(b, jwks.Config{MaxEntries: -1}, offline(b, as))
		b.Run(alg+"/floor", func(b *testing.B) {
			holds := floor(as, alg, token)
			b.ReportAllocs()
			for b.Loop() {
				if !holds() {
					b.Fatal("the signature does not hold")
				}
			}
		})
		b.Run(alg+"/validate", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				accept(b, v, token)
			}
		})
	}
}

// BenchmarkHit is a remembered token, one or one of 1000 in turn, beside the keyed
// hash that it is remembered under. Run it with -cpu 1,2 to see it scale.
func BenchmarkHit(b *testing.B) {
	as := authtest.New() // RS256
	hasher, domain := expiring.NewHasher(), expiring.NewDomain()
	for _, n := range []int{1, 1000} {
		tokens, v := usual(as, n), newValidator(b, jwks.Config{MaxEntries: 10_000}, offline(b, as))
		for _, token := range tokens {
			accept(b, v, token)
		}
		each := func(b *testing.B, f func(token string)) {
			b.ReportAllocs()
			b.RunParallel(func(p *testing.PB) {
				for i := 0; p.Next(); i++ {
					f(tokens[i%n])
				}
			})
		}
		b.Run(fmt.Sprintf("%d/hash", n), func(b *testing.B) { each(b, func(token string) { hasher.Sum(&domain, token) }) })
		b.Run(fmt.Sprintf("%d/validate", n), func(b *testing.B) { each(b, func(token string) { accept(b, v, token) }) })
	}
}
