package introspect_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/base64"
	"encoding/json"
	"errors"
	"hash"
	"io"
	"math/big"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/introspect"
)

var rsaKey = sync.OnceValue(func() *rsa.PrivateKey {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		panic(err)
	}
	return key
})

func ecKey(curve elliptic.Curve) *ecdsa.PrivateKey {
	key, err := ecdsa.GenerateKey(curve, rand.Reader)
	if err != nil {
		panic(err)
	}
	return key
}

// R7662-3 private_key_jwt: what is signed, and that the signature holds.
func TestPrivateKeyJWT(t *testing.T) {
	t.Parallel()
	p256, p384, p521 := ecKey(elliptic.P256()), ecKey(elliptic.P384()), ecKey(elliptic.P521())
	_, edKey, _ := ed25519.GenerateKey(rand.Reader)
	tests := map[string]struct {
		key       crypto.Signer
		algorithm string
		want      string
	}{
		"RSA": {rsaKey(), "", "RS256"}, "RS384": {rsaKey(), "RS384", "RS384"}, "RS512": {rsaKey(), "RS512", "RS512"},
		"PS256": {rsaKey(), "PS256", "PS256"}, "PS384": {rsaKey(), "PS384", "PS384"}, "PS512": {rsaKey(), "PS512", "PS512"},
		"P-256": {p256, "", "ES256"}, "P-384": {p384, "", "ES384"}, "P-521": {p521, "ES512", "ES512"},
		"Ed25519": {edKey, "", "EdDSA"}, "Ed25519 by its new name": {edKey, "Ed25519", "Ed25519"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := says(active(""))
			c := config(s)
			c.Authentication = introspect.PrivateKeyJWT("api", test.key, introspect.Assertion{Algorithm: test.algorithm, KeyID: "k1"})
			v := newValidator(t, c)
			for range 20 { // some r and s are shorter than others
				expect(t, v, rand.Text(), good)
				form := s.last(t).form
				if form.Get("client_id") != "api" || form.Get("client_assertion_type") != "urn:ietf:params:oauth:client-assertion-type:jwt-bearer" {
					t.Errorf("form = %v", form)
				}
				header, _ := readAssertion(t, form.Get("client_assertion"), test.key)
				if header["alg"] != test.want || header["kid"] != "k1" {
					t.Errorf("header = %v, want alg %s", header, test.want)
				}
			}
		})
	}
}

// A server refuses a second use, so an attempt never repeats an assertion: not
// the next call, and not the second attempt of one call.
func TestAssertionIsFresh(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &server{}
		s.answer = func(seen) reply {
			if s.count() == 1 {
				return reply{err: errors.New("connection reset by peer")}
			}
			return active("")
		}
		key := ecKey(elliptic.P256())
		c := config(s)
		c.Authentication = introspect.PrivateKeyJWT("api", key, introspect.Assertion{})
		v := newValidator(t, c)
		expect(t, v, "token1", good)
		expect(t, v, "token2", good)
		s.expectCalls(t, 3)
		ids := map[any]bool{}
		for _, call := range s.calls {
			_, claims := readAssertion(t, call.form.Get("client_assertion"), key)
			ids[claims["jti"]] = true
			now := float64(time.Now().Unix())
			if claims["iss"] != "api" || claims["sub"] != "api" || claims["aud"] != issuer || claims["iat"] != now {
				t.Errorf("claims = %v", claims)
			}
			if life := claims["exp"].(float64) - now; life <= 0 || life > 60 {
				t.Errorf("a life of %v s, want at most 60", life)
			}
		}
		if len(ids) != 3 {
			t.Errorf("%d different jti in 3 attempts", len(ids))
		}
	})
}

func TestAssertionAudience(t *testing.T) {
	t.Parallel()
	s, key := says(active("")), ecKey(elliptic.P256())
	c := config(s)
	c.Authentication = introspect.PrivateKeyJWT("api", key, introspect.Assertion{Audience: place})
	expect(t, newValidator(t, c), token, good)
	if header, claims := readAssertion(t, s.last(t).form.Get("client_assertion"), key); claims["aud"] != place || header["kid"] != nil {
		t.Errorf("header = %v, claims = %v", header, claims)
	}
}

// A key that does not sign, signs nonsense or panics is our problem, and told
// without what it said.
func TestAssertionKeyFails(t *testing.T) {
	t.Parallel()
	der := func(r, s *big.Int) []byte {
		n := 4 + len(r.Bytes()) + len(s.Bytes())
		out := append([]byte{0x30, byte(n), 2, byte(len(r.Bytes()))}, r.Bytes()...)
		return append(append(out, 2, byte(len(s.Bytes()))), s.Bytes()...)
	}
	one, huge := big.NewInt(1), new(big.Int).Lsh(big.NewInt(1), 8*40)
	tests := map[string]func() ([]byte, error){
		"an error":        func() ([]byte, error) { return nil, errors.New("KMS said " + secret) },
		"a panic":         func() ([]byte, error) { panic(secret) },
		"nothing":         func() ([]byte, error) { return nil, nil },
		"no DER":          func() ([]byte, error) { return make([]byte, 64), nil },
		"r too long":      func() ([]byte, error) { return der(huge, one), nil },
		"s too long":      func() ([]byte, error) { return der(one, huge), nil },
		"r negative":      func() ([]byte, error) { return []byte{0x30, 6, 2, 1, 0xff, 2, 1, 1}, nil },
		"s zero":          func() ([]byte, error) { return []byte{0x30, 6, 2, 1, 1, 2, 1, 0}, nil },
		"something after": func() ([]byte, error) { return append(der(one, one), 0), nil },
	}
	for name, sign := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := says(active(""))
			c := config(s)
			c.Authentication = introspect.PrivateKeyJWT("api", brokenKey{ecKey(elliptic.P256()), sign}, introspect.Assertion{})
			expect(t, newValidator(t, c), token, unavailable)
			s.expectCalls(t, 0)
		})
	}
}

type brokenKey struct {
	*ecdsa.PrivateKey
	sign func() ([]byte, error)
}

func (k brokenKey) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) { return k.sign() }

// readAssertion verifies with the standard library and returns both objects.
func readAssertion(t *testing.T, jwt string, key crypto.Signer) (header, claims map[string]any) {
	t.Helper()
	part := strings.Split(jwt, ".")
	if len(part) != 3 {
		t.Fatalf("%d parts", len(part))
	}
	decode := func(text string) []byte {
		b, err := base64.RawURLEncoding.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	if err := errors.Join(json.Unmarshal(decode(part[0]), &header), json.Unmarshal(decode(part[1]), &claims)); err != nil {
		t.Fatal(err)
	}
	alg, _ := header["alg"].(string)
	if !holds(key.Public(), alg, []byte(part[0]+"."+part[1]), decode(part[2])) {
		t.Errorf("the %s signature does not hold", alg)
	}
	return header, claims
}

func holds(public crypto.PublicKey, alg string, signed, signature []byte) bool {
	h, id := map[string]func() hash.Hash{"256": sha256.New, "384": sha512.New384, "512": sha512.New}, crypto.Hash(0)
	var digest []byte
	if sum := h[alg[2:]]; sum != nil {
		d := sum()
		d.Write(signed)
		digest = d.Sum(nil)
		id = map[string]crypto.Hash{"256": crypto.SHA256, "384": crypto.SHA384, "512": crypto.SHA512}[alg[2:]]
	}
	switch key := public.(type) {
	case *rsa.PublicKey:
		if strings.HasPrefix(alg, "PS") {
			return rsa.VerifyPSS(key, id, digest, signature, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}) == nil
		}
		return rsa.VerifyPKCS1v15(key, id, digest, signature) == nil
	case *ecdsa.PublicKey:
		half := (key.Curve.Params().BitSize + 7) / 8
		if len(signature) != 2*half {
			return false
		}
		return ecdsa.Verify(key, digest, new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:]))
	case ed25519.PublicKey:
		return ed25519.Verify(key, signed, signature)
	}
	return false
}
