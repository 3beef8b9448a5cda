package jose

import (
	"bytes"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/x509"
	"encoding/asn1"
	"encoding/pem"
	"errors"
	"math/big"
	"strings"
	"testing"
)

const claims = `{"iss":"https://issuer.example","sub":"1"}`

func headerOf(alg string) string { return `{"alg":"` + alg + `","typ":"at+jwt"}` }

func TestVerify(t *testing.T) {
	t.Parallel()
	for _, a := range algorithms {
		alg := a.name
		t.Run(alg, func(t *testing.T) {
			t.Parallel()
			k := mustParseKey(t, jwkOf(keyFor(alg).Public()))
			c := mustDecode(t, sign(alg, keyFor(alg), headerOf(alg), claims))
			if err := k.Verify(alg, c); err != nil {
				t.Fatal(err)
			}
			if c.Payload != claims {
				t.Errorf("payload %q", c.Payload)
			}
			// R7515-6, R7515-12: by exactly the algorithm that both the header and the caller name.
			for _, b := range algorithms {
				if b.name == alg {
					continue
				}
				if err := k.Verify(b.name, c); !errors.Is(err, ErrAlgorithm) {
					t.Errorf("verified as %s: %v", b.name, err)
				}
				renamed := mustDecode(t, sign(alg, keyFor(alg), headerOf(b.name), claims))
				if err := k.Verify(alg, renamed); !errors.Is(err, ErrAlgorithm) {
					t.Errorf("header says %s: %v", b.name, err)
				}
				// The two names of EdDSA are one algorithm (RFC 9864).
				err := k.Verify(b.name, renamed)
				if sameName := a.scheme == eddsa && b.scheme == eddsa; sameName != (err == nil) {
					t.Errorf("both say %s: %v", b.name, err)
				}
			}
		})
	}
}

// tokens are tokens of the four schemes, to be spoilt.
func tokens() map[string]string {
	m := make(map[string]string)
	for _, alg := range []string{"RS256", "PS256", "ES256", "EdDSA"} {
		m[alg] = sign(alg, keyFor(alg), headerOf(alg), claims)
	}
	return m
}

// R7515-11, property: a token with one bit flipped, in any decoded part or in its text, is refused.
func TestVerifyBitFlips(t *testing.T) {
	t.Parallel()
	for alg, raw := range tokens() {
		t.Run("R7515-11 "+alg, func(t *testing.T) {
			t.Parallel()
			k := mustParseKey(t, jwkOf(keyFor(alg).Public()))
			if err := k.Verify(alg, mustDecode(t, raw)); err != nil {
				t.Fatal(err)
			}
			refused := func(raw string) bool {
				c, err := Decode(raw)
				return err != nil || k.Verify(alg, c) != nil
			}
			for i := range len(raw) * 8 {
				b := []byte(raw)
				b[i/8] ^= 1 << (i % 8)
				if !refused(string(b)) {
					t.Fatalf("accepted with bit %d of the text flipped", i)
				}
			}
			parts := strings.Split(raw, ".")
			for p := range parts {
				octets, _ := decodeString(parts[p])
				for i := range len(octets) * 8 {
					octets[i/8] ^= 1 << (i % 8)
					spoilt := append([]string(nil), parts...)
					spoilt[p] = b64(octets)
					if !refused(strings.Join(spoilt, ".")) {
						t.Fatalf("accepted with bit %d of part %d flipped", i, p)
					}
					octets[i/8] ^= 1 << (i % 8)
				}
			}
		})
	}
}

func TestVerifySignatureLength(t *testing.T) {
	t.Parallel()
	for _, a := range algorithms {
		alg := a.name
		t.Run(alg, func(t *testing.T) {
			t.Parallel()
			k := mustParseKey(t, jwkOf(keyFor(alg).Public()))
			input := b64([]byte(headerOf(alg))) + "." + b64([]byte(claims))
			signature := signOctets(alg, keyFor(alg), []byte(input))
			for name, b := range map[string][]byte{
				"none":                nil,
				"one octet less":      signature[:len(signature)-1],
				"one octet more":      append(bytes.Clone(signature), 0),
				"a zero octet before": append([]byte{0}, signature...),
				"first octet dropped": signature[1:],
				"twice":               append(bytes.Clone(signature), signature...),
				"only zeros":          make([]byte, len(signature)),
				"maximum":             make([]byte, maxSignature),
				"beyond the maximum":  make([]byte, maxSignature+1),
				"good, then 4 KiB":    append(bytes.Clone(signature), make([]byte, 4096)...),
			} {
				if err := k.Verify(alg, mustDecode(t, input+"."+b64(b))); !errors.Is(err, ErrSignature) {
					t.Errorf("%s: got %v, want ErrSignature", name, err)
				}
			}
		})
	}
}

// R7518-3, for each curve.
func TestVerifyECDSARange(t *testing.T) {
	t.Parallel()
	for _, alg := range []string{"ES256", "ES384", "ES512"} {
		t.Run("R7518-3 "+alg, func(t *testing.T) {
			t.Parallel()
			key := keyFor(alg).(*ecdsa.PrivateKey)
			k := mustParseKey(t, jwkOf(key.Public()))
			input := b64([]byte(headerOf(alg))) + "." + b64([]byte(claims))
			signature := signOctets(alg, key, []byte(input))
			half := len(signature) / 2
			r, s := new(big.Int).SetBytes(signature[:half]), new(big.Int).SetBytes(signature[half:])
			n, zero := key.Params().N, new(big.Int)
			largest := new(big.Int).SetBytes(bytes.Repeat([]byte{0xff}, half))
			pair := func(r, s *big.Int) []byte { return p1363(key.Curve, r, s) }
			cases := map[string][]byte{
				"R = 0":        pair(zero, s),
				"S = 0":        pair(r, zero),
				"both 0":       pair(zero, zero),
				"R = n":        pair(n, s),
				"S = n":        pair(r, n),
				"R = n + 1":    pair(new(big.Int).Add(n, big.NewInt(1)), s),
				"S = n + 1":    pair(r, new(big.Int).Add(n, big.NewInt(1))),
				"R largest":    pair(largest, s),
				"S largest":    pair(r, largest),
				"both 1":       pair(big.NewInt(1), big.NewInt(1)),
				"both n - 1":   pair(new(big.Int).Sub(n, big.NewInt(1)), new(big.Int).Sub(n, big.NewInt(1))),
				"swapped":      pair(s, r),
				"DER":          must(asn1.Marshal([]*big.Int{r, s})),
				"DER, padded":  append(must(asn1.Marshal([]*big.Int{r, s})), make([]byte, 2*half)...)[:2*half],
				"without S":    signature[:half],
				"R, S and one": append(bytes.Clone(signature), 1),
			}
			if overflow := new(big.Int).Add(r, n); overflow.Cmp(largest) <= 0 {
				cases["R + n"] = pair(overflow, s)
			}
			for name, b := range cases {
				if err := k.Verify(alg, mustDecode(t, input+"."+b64(b))); !errors.Is(err, ErrSignature) {
					t.Errorf("%s: got %v, want ErrSignature", name, err)
				}
			}
		})
	}
}

// Our DER against encoding/asn1, at every length that changes its form.
func TestASN1Signature(t *testing.T) {
	t.Parallel()
	numbers := []*big.Int{new(big.Int)}
	for bits := range uint(521) {
		n := new(big.Int).Lsh(big.NewInt(1), bits)
		numbers = append(numbers, n, new(big.Int).Sub(n, big.NewInt(1)))
	}
	for i, r := range numbers {
		s := numbers[len(numbers)-1-i]
		signature := p1363(elliptic.P521(), r, s)
		got := asn1Signature(signature[:66], signature[66:])
		if want := must(asn1.Marshal(struct{ R, S *big.Int }{r, s})); !bytes.Equal(got, want) {
			t.Fatalf("r = %v, s = %v: %x, want %x", r, s, got, want)
		}
	}
}

// R7518-7: the salt of RSASSA-PSS is as long as the hash.
func TestVerifyPSSSalt(t *testing.T) {
	t.Parallel()
	k := mustParseKey(t, jwkOf(rsaKey().Public()))
	input := b64([]byte(headerOf("PS256"))) + "." + b64([]byte(claims))
	sum := sha256.Sum256([]byte(input))
	for salt, want := range map[int]error{32: nil, 1: ErrSignature, 20: ErrSignature, 31: ErrSignature, 33: ErrSignature, 64: ErrSignature, 222: ErrSignature} {
		signature := must(rsa.SignPSS(rand.Reader, rsaKey(), crypto.SHA256, sum[:], &rsa.PSSOptions{SaltLength: salt}))
		if err := k.Verify("PS256", mustDecode(t, input+"."+b64(signature))); !errors.Is(err, want) {
			t.Errorf("R7518-7 salt of %d octets: got %v, want %v", salt, err, want)
		}
	}
}

func TestVerifyWrongKey(t *testing.T) {
	t.Parallel()
	seed := make([]byte, ed25519.SeedSize)
	for alg, raw := range tokens() {
		other := map[string]crypto.PublicKey{
			"RS256": otherRSAKey().Public(),
			"PS256": otherRSAKey().Public(),
			"ES256": must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader)).Public(),
			"EdDSA": ed25519.NewKeyFromSeed(seed).Public(),
		}[alg]
		if err := mustParseKey(t, jwkOf(other)).Verify(alg, mustDecode(t, raw)); !errors.Is(err, ErrSignature) {
			t.Errorf("%s: got %v, want ErrSignature", alg, err)
		}
	}
}

// R7518-4: ES256 is P-256 only, even if the signature would hold.
func TestVerifyWrongCurve(t *testing.T) {
	t.Parallel()
	k := mustParseKey(t, jwkOf(p384Key().Public()))
	c := mustDecode(t, sign("ES256", p384Key(), headerOf("ES256"), claims))
	if err := k.Verify("ES256", c); !errors.Is(err, ErrAlgorithm) {
		t.Errorf("R7518-4 ES256 with P-384: %v", err)
	}
}

// R8725-2: one key, one algorithm.
func TestVerifyKeyAlgorithm(t *testing.T) {
	t.Parallel()
	k := mustParseKey(t, jwkOf(rsaKey().Public(), `"alg":"RS256"`))
	if err := k.Verify("PS256", mustDecode(t, sign("PS256", rsaKey(), headerOf("PS256"), claims))); !errors.Is(err, ErrAlgorithm) {
		t.Errorf("R8725-2 PS256 with a key for RS256: %v", err)
	}
}

// R8725-4, R7518-6
func TestVerifyNone(t *testing.T) {
	t.Parallel()
	k := mustParseKey(t, jwkOf(rsaKey().Public()))
	for _, alg := range []string{"none", "None", "NONE", "nOnE", " none", "none ", ""} {
		for name, signature := range map[string][]byte{
			"empty":   nil,
			"garbage": []byte("garbage"),
			"good":    signOctets("RS256", rsaKey(), []byte(b64([]byte(headerOf(alg)))+"."+b64([]byte(claims)))),
		} {
			c := mustDecode(t, compact(headerOf(alg), claims, signature))
			// The caller that goes by the header, the one that goes by its allow-list, and the misconfigured one.
			for _, asked := range []string{alg, "RS256", "none"} {
				if err := k.Verify(asked, c); !errors.Is(err, ErrAlgorithm) {
					t.Errorf("R8725-4 %q, %s signature, as %q: %v", alg, name, asked, err)
				}
			}
		}
	}
}

// R8725-5: no form of the public key is an HMAC secret.
func TestVerifyHMACWithPublicKey(t *testing.T) {
	t.Parallel()
	for _, alg := range []string{"RS256", "PS256", "ES256", "EdDSA"} {
		public := keyFor(alg).Public()
		k := mustParseKey(t, jwkOf(public))
		pkix := must(x509.MarshalPKIXPublicKey(public))
		secrets := map[string][]byte{
			"PKIX DER": pkix,
			"PKIX PEM": pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: pkix}),
			"JWK":      []byte(jwkOf(public)),
			"JWKS":     []byte(jwks(jwkOf(public))),
			"empty":    nil,
		}
		switch public := public.(type) {
		case *rsa.PublicKey:
			pkcs1 := x509.MarshalPKCS1PublicKey(public)
			secrets["PKCS#1 DER"] = pkcs1
			secrets["PKCS#1 PEM"] = pem.EncodeToMemory(&pem.Block{Type: "RSA PUBLIC KEY", Bytes: pkcs1})
			secrets["modulus"] = public.N.Bytes()
			secrets["modulus as text"] = []byte(b64(public.N.Bytes()))
		case *ecdsa.PublicKey:
			secrets["point"] = must(public.Bytes())
		case ed25519.PublicKey:
			secrets["point"] = public
		}
		for name, secret := range secrets {
			for _, says := range []string{"HS256", alg} {
				input := b64([]byte(headerOf(says))) + "." + b64([]byte(claims))
				mac := hmac.New(sha256.New, secret)
				mac.Write([]byte(input))
				c := mustDecode(t, input+"."+b64(mac.Sum(nil)))
				for _, asked := range []string{"HS256", alg} {
					if err := k.Verify(asked, c); err == nil {
						t.Errorf("R8725-5 %s key as %s, header %s: accepted as %s", alg, name, says, asked)
					}
				}
			}
		}
	}
}

// R8725-14: a key in the header is not looked at, whoever signed with it.
func TestVerifyEmbeddedKey(t *testing.T) {
	t.Parallel()
	k := mustParseKey(t, jwkOf(rsaKey().Public()))
	header := `{"alg":"RS256","jwk":` + jwkOf(otherRSAKey().Public()) + `,"jku":"https://evil.example/jwks","x5u":"https://evil.example/x5u"}`
	c := mustDecode(t, sign("RS256", otherRSAKey(), header, claims))
	if err := k.Verify("RS256", c); !errors.Is(err, ErrSignature) {
		t.Errorf("R8725-14: %v", err)
	}
}

// A key may verify for many requests at once, and tells no two of them apart.
func TestVerifyConcurrently(t *testing.T) {
	t.Parallel()
	for alg, raw := range tokens() {
		k := mustParseKey(t, jwkOf(keyFor(alg).Public()))
		for range 4 {
			t.Run(alg, func(t *testing.T) {
				t.Parallel()
				for range 20 {
					if err := k.Verify(alg, mustDecode(t, raw)); err != nil {
						t.Error(err)
					}
				}
			})
		}
	}
}

// The two strings of the token, and what the standard library makes escape: the DER of ECDSA, the digest of PSS.
func TestVerifyAllocations(t *testing.T) {
	for alg, want := range map[string]float64{"RS256": 2, "PS256": 3, "ES256": 3, "EdDSA": 2} {
		raw := sign(alg, keyFor(alg), headerOf(alg), strings.Repeat(claims, 10))
		k := mustParseKey(t, jwkOf(keyFor(alg).Public()))
		floor := testing.AllocsPerRun(20, bareVerify(alg, raw))
		got := testing.AllocsPerRun(20, func() {
			c, err := Decode(raw)
			if err != nil || k.Verify(alg, c) != nil {
				t.Error("refused")
			}
		})
		if got-floor > want {
			t.Errorf("%s: %v allocations above the bare check, want at most %v", alg, got-floor, want)
		}
	}
}
