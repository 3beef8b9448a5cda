package jose

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/base64"
	"math/big"
	"strings"
	"sync"
	"testing"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// Keys of the tests. They are made once: RSA keys take long.
var (
	rsaKey      = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) })
	otherRSAKey = sync.OnceValue(func() *rsa.PrivateKey { return must(rsa.GenerateKey(rand.Reader, 2048)) })
	p256Key     = sync.OnceValue(func() *ecdsa.PrivateKey { return must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)) })
	p384Key     = sync.OnceValue(func() *ecdsa.PrivateKey { return must(ecdsa.GenerateKey(elliptic.P384(), rand.Reader)) })
	p521Key     = sync.OnceValue(func() *ecdsa.PrivateKey { return must(ecdsa.GenerateKey(elliptic.P521(), rand.Reader)) })
	ed25519Key  = sync.OnceValue(func() ed25519.PrivateKey {
		_, key, err := ed25519.GenerateKey(rand.Reader)
		return must(key, err)
	})
)

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// keyFor returns the private key that the tests use for alg.
func keyFor(alg string) crypto.Signer {
	switch alg {
	case "ES256":
		return p256Key()
	case "ES384":
		return p384Key()
	case "ES512":
		return p521Key()
	case "EdDSA", "Ed25519":
		return ed25519Key()
	}
	return rsaKey()
}

func b64(b []byte) string { return base64.RawURLEncoding.EncodeToString(b) }

// compact writes a token of three parts without any check.
func compact(header, payload string, signature []byte) string {
	return b64([]byte(header)) + "." + b64([]byte(payload)) + "." + b64(signature)
}

// sign writes a token and signs it with alg, whatever the header says.
func sign(alg string, key crypto.Signer, header, payload string) string {
	input := b64([]byte(header)) + "." + b64([]byte(payload))
	return input + "." + b64(signOctets(alg, key, []byte(input)))
}

// signOctets signs with the standard library, apart from the code under test.
func signOctets(alg string, key crypto.Signer, input []byte) []byte {
	if edKey, ok := key.(ed25519.PrivateKey); ok {
		return ed25519.Sign(edKey, input)
	}
	h := map[string]crypto.Hash{"256": crypto.SHA256, "384": crypto.SHA384, "512": crypto.SHA512}[alg[2:]]
	hash := h.New()
	hash.Write(input)
	sum := hash.Sum(nil)
	switch key := key.(type) {
	case *rsa.PrivateKey:
		if strings.HasPrefix(alg, "PS") {
			return must(rsa.SignPSS(rand.Reader, key, h, sum, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}))
		}
		return must(rsa.SignPKCS1v15(rand.Reader, key, h, sum))
	case *ecdsa.PrivateKey:
		r, s, err := ecdsa.Sign(rand.Reader, key, sum)
		must(r, err)
		return p1363(key.Curve, r, s)
	}
	panic("no such key")
}

// p1363 writes r and s in full length.
func p1363(curve elliptic.Curve, r, s *big.Int) []byte {
	size := (curve.Params().BitSize + 7) / 8
	b := make([]byte, 2*size)
	r.FillBytes(b[:size])
	s.FillBytes(b[size:])
	return b
}

// jwkMembers returns the members of a public key as a JWK, without the braces.
func jwkMembers(public crypto.PublicKey) string {
	switch public := public.(type) {
	case *rsa.PublicKey:
		return `"kty":"RSA","n":"` + b64(public.N.Bytes()) + `","e":"` + b64(big.NewInt(int64(public.E)).Bytes()) + `"`
	case *ecdsa.PublicKey:
		point := must(public.Bytes())
		half := len(point) / 2
		return `"kty":"EC","crv":"` + public.Curve.Params().Name + `","x":"` + b64(point[1:1+half]) + `","y":"` + b64(point[1+half:]) + `"`
	case ed25519.PublicKey:
		return `"kty":"OKP","crv":"Ed25519","x":"` + b64(public) + `"`
	}
	panic("no such key")
}

// jwkOf returns a JWK with further members, each a piece of JSON such as `"use":"sig"`.
func jwkOf(public crypto.PublicKey, more ...string) string {
	return "{" + strings.Join(append([]string{jwkMembers(public)}, more...), ",") + "}"
}

// parseKey reads JSON that is expected to be well-formed.
func parseKey(t testing.TB, text string) (*Key, error) {
	t.Helper()
	v, err := strictjson.Parse(text, strictjson.Limits{})
	if err != nil {
		t.Fatalf("the test's own JSON: %v", err)
	}
	return ParseKey(v)
}

func mustParseKey(t testing.TB, text string) *Key {
	t.Helper()
	k, err := parseKey(t, text)
	if err != nil {
		t.Fatalf("ParseKey: %v", err)
	}
	return k
}

func mustDecode(t testing.TB, raw string) *Compact {
	t.Helper()
	c, err := Decode(raw)
	if err != nil {
		t.Fatalf("Decode: %v", err)
	}
	return c
}

// secret stands where a test puts text of an attacker's choice. No error may repeat it.
const secret = "Attacker-Chosen-Text"

func noEcho(t testing.TB, err error) {
	t.Helper()
	if err != nil && strings.Contains(err.Error(), secret) {
		t.Errorf("the error repeats text from outside: %v", err)
	}
}
