package authtest_test

import (
	"crypto/rsa"
	"math/big"
	"slices"
	"testing"

	"github.com/bearerguard/bearerguard/authtest"
)

func TestJWKS(t *testing.T) {
	t.Parallel()
	issuer := authtest.New()
	keys := parseKeys(t, issuer.JWKS())
	want := []struct {
		alg, kty, crv string
		x             int // octets of n or x
	}{
		{"RS256", "RSA", "", 256}, {"PS256", "RSA", "", 256},
		{"ES256", "EC", "P-256", 32}, {"ES384", "EC", "P-384", 48}, {"ES512", "EC", "P-521", 66},
		{"EdDSA", "OKP", "Ed25519", 32},
	}
	if len(keys) != len(want) {
		t.Fatalf("%d keys, want %d", len(keys), len(want))
	}
	for i, w := range want {
		k := keys[i]
		if k.Alg != w.alg || k.Kty != w.kty || k.Crv != w.crv || k.Use != "sig" || k.Kid != issuer.Key(w.alg).ID() {
			t.Errorf("key %d is %+v, want %+v", i, k, w)
		}
		if n := len(decode(t, k.N+k.X)); n != w.x {
			t.Errorf("%s has %d octets, want %d", w.alg, n, w.x)
		}
		if k.Kty == "EC" && len(decode(t, k.Y)) != w.x {
			t.Errorf("y of %s is not in full length", w.alg)
		}
		if k.D != "" {
			t.Errorf("%s publishes its private key", w.alg)
		}
	}
}

func TestKeysWithout(t *testing.T) {
	t.Parallel()
	for _, member := range []string{"alg", "use", "kid"} {
		t.Run(member, func(t *testing.T) {
			issuer := authtest.Config{KeysWithout: []string{member}, Algorithms: []string{"ES256"}}.New()
			k := parseKeys(t, issuer.JWKS())[0]
			for name, value := range map[string]string{"alg": k.Alg, "use": k.Use, "kid": k.Kid} {
				if (value == "") != (name == member) {
					t.Errorf("%s is %q", name, value)
				}
			}
			if _, found := parse(t, issuer.Token()).header["kid"]; found == (member == "kid") {
				t.Errorf("the token has a kid: %v", found)
			}
		})
	}
}

func TestRSAKeysDiffer(t *testing.T) {
	t.Parallel()
	var seen []*big.Int
	for range 25 {
		public := authtest.NewKey("k", "RS256").Public().(*rsa.PublicKey)
		if public.N.BitLen() != 2048 || public.E != 65537 {
			t.Fatalf("a key of %d bits with exponent %d", public.N.BitLen(), public.E)
		}
		if slices.ContainsFunc(seen, func(n *big.Int) bool { return n.Cmp(public.N) == 0 }) {
			t.Fatal("the same key twice")
		}
		seen = append(seen, public.N)
	}
}

// An issuer with the same URL and the same kids is an impostor still.
func TestImpostor(t *testing.T) {
	t.Parallel()
	for _, alg := range []string{"RS256", "PS256", "ES256", "EdDSA"} {
		good, evil := authtest.New(), authtest.New()
		forged := evil.Mint(authtest.Mint{Algorithm: alg})
		if err := verify(t, forged, evil.JWKS()); err != nil {
			t.Errorf("%s: %v", alg, err)
		}
		if verify(t, forged, good.JWKS()) == nil {
			t.Errorf("%s: both issuers have the same key", alg)
		}
	}
}

func TestRotation(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name         string
		rotate       func(*authtest.Issuer)
		oldOK, newOK bool
		keys         int
	}{
		{"none", func(*authtest.Issuer) {}, true, true, 2},
		{"Rotate", (*authtest.Issuer).Rotate, true, true, 4},
		{"Rotate twice", func(i *authtest.Issuer) { i.Rotate(); i.Rotate() }, true, true, 6},
		{"RotateWithoutOverlap", (*authtest.Issuer).RotateWithoutOverlap, false, true, 2},
		{"Rotate, then Retire the old", func(i *authtest.Issuer) { old := i.KeyID(); i.Rotate(); i.Retire(old) }, false, true, 3},
		{"Retire the current", func(i *authtest.Issuer) { i.Retire(i.KeyID()) }, false, false, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			issuer := authtest.Config{Algorithms: []string{"ES256", "EdDSA"}}.New()
			old := issuer.Token()
			tt.rotate(issuer)
			set := issuer.JWKS()
			if ok := verify(t, old, set) == nil; ok != tt.oldOK {
				t.Errorf("old token good: %v", ok)
			}
			if ok := verify(t, issuer.Token(), set) == nil; ok != tt.newOK {
				t.Errorf("new token good: %v", ok)
			}
			if n := len(parseKeys(t, set)); n != tt.keys {
				t.Errorf("%d keys, want %d", n, tt.keys)
			}
		})
	}
}

func TestRetireEveryKey(t *testing.T) {
	t.Parallel()
	issuer := authtest.Config{Algorithms: []string{"EdDSA"}}.New()
	issuer.Retire(issuer.KeyID())
	if got := string(issuer.JWKS()); got != `{"keys":[]}` {
		t.Errorf("an empty set is %s", got)
	}
}

func TestKeyPanics(t *testing.T) {
	t.Parallel()
	issuer := authtest.Config{Algorithms: []string{"EdDSA"}}.New()
	mustPanic(t, "Retire of no key", func() { issuer.Retire("nobody") })
	mustPanic(t, "Key of no algorithm", func() { issuer.Key("ES256") })
	mustPanic(t, "NewKey of no algorithm", func() { authtest.NewKey("k", "HS256") })
}

func TestKey(t *testing.T) {
	t.Parallel()
	key := authtest.NewKey("k", "ES384")
	input := []byte("a.b")
	if key.ID() != "k" || key.Algorithm() != "ES384" {
		t.Errorf("%s %s", key.ID(), key.Algorithm())
	}
	if err := verifySignature("ES384", key.Public(), input, key.Sign(input)); err != nil {
		t.Error(err)
	}
	key.JWK()["kid"] = "changed"
	if key.JWK()["kid"] != "k" {
		t.Error("the map of JWK is the key's own")
	}
}
