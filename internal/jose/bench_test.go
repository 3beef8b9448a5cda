package jose

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"strings"
	"testing"
)

// benchmarkClaims make a token of about 770 octets with RS256.
const benchmarkClaims = `{"iss":"https://login.example.com/tenant","aud":"https://api.example.com","exp":1900000000,"nbf":1800000000,` +
	`"iat":1800000000,"jti":"9b2e5cf0-7d1c-4a3b-8f62-1d0f6f4c2a11","sub":"248289761001","client_id":"s6BhdRkqt3","scope":"orders:read orders:write"}`

// bareVerify is the floor: the standard library's check of a decoded signature over a digest, and nothing else.
func bareVerify(alg, raw string) func() {
	input, encoded := raw[:strings.LastIndexByte(raw, '.')], raw[strings.LastIndexByte(raw, '.')+1:]
	signature, _ := decodeString(encoded)
	message, sum := []byte(input), sha256.Sum256([]byte(input))
	edPublic := ed25519Key().Public().(ed25519.PublicKey)
	check := map[string]func() bool{
		"RS256": func() bool {
			return rsa.VerifyPKCS1v15(&rsaKey().PublicKey, crypto.SHA256, sum[:], signature) == nil
		},
		"PS256": func() bool {
			return rsa.VerifyPSS(&rsaKey().PublicKey, crypto.SHA256, sum[:], signature, pssOptions) == nil
		},
		"ES256": func() bool {
			return ecdsa.VerifyASN1(&p256Key().PublicKey, sum[:], signature)
		},
		"EdDSA": func() bool {
			return ed25519.Verify(edPublic, message, signature)
		},
	}[alg]
	if alg == "ES256" {
		signature = asn1Signature(signature[:32], signature[32:])
	}
	return func() {
		if !check() {
			panic("refused")
		}
	}
}

// BenchmarkVerify measures Decode and Verify beside the bare signature check. Only the ratio of the two counts.
func BenchmarkVerify(b *testing.B) {
	for _, alg := range []string{"RS256", "PS256", "ES256", "EdDSA"} {
		raw := sign(alg, keyFor(alg), `{"alg":"`+alg+`","typ":"at+jwt","kid":"2026-11-key-1"}`, benchmarkClaims)
		k := mustParseKey(b, jwkOf(keyFor(alg).Public(), `"kid":"2026-11-key-1"`))
		b.Run(alg+"/floor", func(b *testing.B) {
			check := bareVerify(alg, raw)
			b.ReportAllocs()
			for b.Loop() {
				check()
			}
		})
		b.Run(alg+"/verify", func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				c, err := Decode(raw)
				if err != nil {
					b.Fatal(err)
				}
				if err := c.Header.Check("", "JWT", "at+jwt"); err != nil {
					b.Fatal(err)
				}
				if err := k.Verify(alg, c); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
