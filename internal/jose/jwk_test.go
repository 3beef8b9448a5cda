package jose

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"errors"
	"math/big"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// rsaJWK is an RSA JWK of any numbers; nothing is signed with it.
func rsaJWK(n, e []byte) string {
	return `{"kty":"RSA","n":"` + b64(n) + `","e":"` + b64(e) + `"}`
}

// modulus is an odd number of exactly that many bits. Nobody checks that it is the product of two primes.
func modulus(bits uint) []byte {
	n := new(big.Int).Lsh(big.NewInt(1), bits-1)
	return n.Add(n, big.NewInt(0x10001)).Bytes()
}

func ecJWK(crv string, x, y []byte) string {
	return `{"kty":"EC","crv":"` + crv + `","x":"` + b64(x) + `","y":"` + b64(y) + `"}`
}

func okpJWK(crv string, x []byte) string {
	return `{"kty":"OKP","crv":"` + crv + `","x":"` + b64(x) + `"}`
}

var f4 = []byte{1, 0, 1}

func TestParseKeyAccepts(t *testing.T) {
	t.Parallel()
	public := p256Key().Public()
	for name, text := range map[string]string{
		"RSA":                                 jwkOf(rsaKey().Public()),
		"R7518-1 RSA of 2048 bits":            rsaJWK(modulus(2048), f4),
		"R7518-1 RSA of 8192 bits":            rsaJWK(modulus(8192), f4),
		"RSA of an odd number of bits":        rsaJWK(modulus(2049), f4),
		"exponent 3":                          rsaJWK(modulus(2048), []byte{3}),
		"exponent 2^31-1":                     rsaJWK(modulus(2048), []byte{0x7f, 0xff, 0xff, 0xff}),
		"one leading zero octet on n":         rsaJWK(append([]byte{0}, modulus(2048)...), f4),
		"one leading zero octet, 8192 bits":   rsaJWK(append([]byte{0}, modulus(8192)...), f4),
		"P-256":                               jwkOf(public),
		"P-384":                               jwkOf(p384Key().Public()),
		"P-521":                               jwkOf(p521Key().Public()),
		"R8037-1 Ed25519":                     jwkOf(ed25519Key().Public()),
		"R7517-2 unknown members":             jwkOf(public, `"foo":1,"":{"d":"x"},"D":"x"`),
		"R8725-14 x5c, x5u, x5t of any shape": jwkOf(public, `"x5c":[1,"!"],"x5u":7,"x5t":{},"x5t#S256":null`),
		"R7517-6 key_ops verify":              jwkOf(public, `"key_ops":["verify"]`),
		"R7517-6 key_ops sign and verify":     jwkOf(public, `"key_ops":["sign","verify"],"use":"sig"`),
		"R7517-6 key_ops of another registry": jwkOf(public, `"key_ops":["verify","foo"]`),
		"use sig":                             jwkOf(public, `"use":"sig"`),
		"R7517-13 no alg":                     jwkOf(public, `"kid":"k"`),
		"alg":                                 jwkOf(public, `"alg":"ES256"`),
		"alg EdDSA":                           jwkOf(ed25519Key().Public(), `"alg":"EdDSA"`),
		"alg Ed25519":                         jwkOf(ed25519Key().Public(), `"alg":"Ed25519"`),
		"kid of 1 KiB":                        jwkOf(public, `"kid":"`+strings.Repeat("k", 1024)+`"`),
		"members that belong to another kty":  jwkOf(rsaKey().Public(), `"crv":7,"x":[],"y":null`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, err := parseKey(t, text); err != nil {
				t.Error(err)
			}
		})
	}
}

// keyRefusals are JWKs that ParseKey must refuse. FuzzSet starts from them too.
func keyRefusals() map[string]string {
	public := p256Key().Public()
	x, y := make([]byte, 32), make([]byte, 32)
	p256Key().X.FillBytes(x)
	p256Key().Y.FillBytes(y)
	otherY := append([]byte(nil), y...)
	otherY[31] ^= 1
	// p, which is 0 if it is reduced.
	p := elliptic.P256().Params().P.Bytes()
	n := modulus(2048)
	even := append([]byte(nil), n...)
	even[len(even)-1] ^= 1
	edX := ed25519Key().Public().(ed25519.PublicKey)
	return map[string]string{
		"not an object": `["kty","RSA"]`,
		"null":          `null`,
		"empty":         `{}`,

		"R7517-3 kty unknown":       `{"kty":"AKP","alg":"ML-DSA-44","pub":"AAAA"}`,
		"R7517-3 kty missing":       `{"crv":"P-256","x":"` + b64(x) + `","y":"` + b64(y) + `"}`,
		"kty number":                `{"kty":1}`,
		"kty null":                  `{"kty":null}`,
		"kty in other case":         strings.Replace(jwkOf(public), `"EC"`, `"ec"`, 1),
		"kty RSA with an EC key":    strings.Replace(jwkOf(public), `"EC"`, `"RSA"`, 1),
		"kty OKP with an EC key":    strings.Replace(jwkOf(public), `"EC"`, `"OKP"`, 1),
		"kty EC with an OKP key":    strings.Replace(okpJWK("Ed25519", edX), `"OKP"`, `"EC"`, 1),
		"R7517-9 oct":               `{"kty":"oct","k":"` + b64(x) + `"}`,
		"R7517-9 oct without k":     `{"kty":"oct","alg":"HS256"}`,
		"R7517-9 EC private":        jwkOf(public, `"d":"`+b64(x)+`"`),
		"R7517-9 d null":            jwkOf(public, `"d":null`),
		"R7517-9 d escaped":         jwkOf(public, `"\u0064":"`+b64(x)+`"`),
		"R7517-9 RSA prime p":       jwkOf(rsaKey().Public(), `"p":"AQAB"`),
		"R7517-9 RSA prime q":       jwkOf(rsaKey().Public(), `"q":"AQAB"`),
		"R7517-9 RSA dp":            jwkOf(rsaKey().Public(), `"dp":"AQAB"`),
		"R7517-9 RSA dq":            jwkOf(rsaKey().Public(), `"dq":"AQAB"`),
		"R7517-9 RSA qi":            jwkOf(rsaKey().Public(), `"qi":"AQAB"`),
		"R7517-9 RSA oth":           jwkOf(rsaKey().Public(), `"oth":[]`),
		"R7517-9 symmetric k":       jwkOf(rsaKey().Public(), `"k":"AQAB"`),
		"R7517-9 OKP private":       jwkOf(ed25519Key().Public(), `"d":"`+b64(x)+`"`),
		"R7517-5 use enc":           jwkOf(public, `"use":"enc"`),
		"use of another registry":   jwkOf(public, `"use":"foo"`),
		"use in other case":         jwkOf(public, `"use":"SIG"`),
		"use empty":                 jwkOf(public, `"use":""`),
		"use array":                 jwkOf(public, `"use":["sig"]`),
		"use null":                  jwkOf(public, `"use":null`),
		"R7517-6 key_ops encrypt":   jwkOf(public, `"key_ops":["encrypt"]`),
		"R7517-6 key_ops sign only": jwkOf(public, `"key_ops":["sign"]`),
		"R7517-6 key_ops empty":     jwkOf(public, `"key_ops":[]`),
		"R7517-6 key_ops string":    jwkOf(public, `"key_ops":"verify"`),
		"R7517-6 key_ops null":      jwkOf(public, `"key_ops":null`),
		"R7517-6 key_ops number":    jwkOf(public, `"key_ops":["verify",1]`),
		"R7517-6 key_ops duplicate": jwkOf(public, `"key_ops":["verify","verify"]`),
		"R7517-6 key_ops other case": jwkOf(public,
			`"key_ops":["Verify"]`),
		"R7517-6 use enc with verify":         jwkOf(public, `"use":"enc","key_ops":["verify"]`),
		"R7517-6 use sig with encrypt":        jwkOf(public, `"use":"sig","key_ops":["verify","encrypt"]`),
		"kid number":                          jwkOf(public, `"kid":1`),
		"kid null":                            jwkOf(public, `"kid":null`),
		"kid beyond 1 KiB":                    jwkOf(public, `"kid":"`+strings.Repeat("k", 1025)+`"`),
		"alg none":                            jwkOf(public, `"alg":"none"`),
		"alg empty":                           jwkOf(public, `"alg":""`),
		"alg null":                            jwkOf(public, `"alg":null`),
		"alg array":                           jwkOf(public, `"alg":["ES256"]`),
		"alg unknown":                         jwkOf(public, `"alg":"ES521"`),
		"alg in other case":                   jwkOf(public, `"alg":"es256"`),
		"alg of another kty":                  jwkOf(public, `"alg":"RS256"`),
		"alg HMAC":                            jwkOf(rsaKey().Public(), `"alg":"HS256"`),
		"alg encryption":                      jwkOf(rsaKey().Public(), `"alg":"RSA-OAEP"`),
		"alg encryption, RSA1_5":              jwkOf(rsaKey().Public(), `"alg":"RSA1_5","use":"sig"`),
		"R7518-4 alg of another curve":        jwkOf(p384Key().Public(), `"alg":"ES256"`),
		"R7518-4 P-256 with ES512":            jwkOf(public, `"alg":"ES512"`),
		"R7518-1 RSA of 1024 bits":            rsaJWK(modulus(1024), f4),
		"R7518-1 RSA of 2047 bits":            rsaJWK(modulus(2047), f4),
		"R7518-1 padded to 2048 bits":         rsaJWK(append([]byte{0}, modulus(2040)...), f4),
		"R7518-1 RSA of 8193 bits":            rsaJWK(modulus(8193), f4),
		"R7518-1 RSA of 65536 bits":           rsaJWK(modulus(65536), f4),
		"R7517-3 n empty":                     rsaJWK(nil, f4),
		"n zero":                              rsaJWK([]byte{0}, f4),
		"n missing":                           `{"kty":"RSA","e":"AQAB"}`,
		"n number":                            `{"kty":"RSA","n":5,"e":"AQAB"}`,
		"n even":                              rsaJWK(even, f4),
		"n with two leading zero octets":      rsaJWK(append([]byte{0, 0}, n...), f4),
		"n of zeros only":                     rsaJWK(make([]byte, 256), f4),
		"n with padding":                      `{"kty":"RSA","n":"` + b64(n) + `=","e":"AQAB"}`,
		"n with a line break":                 `{"kty":"RSA","n":"` + b64(n)[:64] + `\n` + b64(n)[64:] + `","e":"AQAB"}`,
		"n with a stray character":            `{"kty":"RSA","n":"` + b64(modulus(2064)) + `A","e":"AQAB"}`,
		"e with a stray character":            `{"kty":"RSA","n":"` + b64(n) + `","e":"AQABA"}`,
		"x with a stray character":            strings.Replace(jwkOf(p384Key().Public()), `","y"`, `A","y"`, 1),
		"y with a stray character":            strings.TrimSuffix(jwkOf(p384Key().Public()), `"}`) + `A"}`,
		"e missing":                           `{"kty":"RSA","n":"` + b64(n) + `"}`,
		"e number":                            `{"kty":"RSA","n":"` + b64(n) + `","e":65537}`,
		"e empty":                             rsaJWK(n, nil),
		"e 0":                                 rsaJWK(n, []byte{0}),
		"e 1":                                 rsaJWK(n, []byte{1}),
		"e 2":                                 rsaJWK(n, []byte{2}),
		"e even":                              rsaJWK(n, []byte{1, 0, 0}),
		"e with a leading zero octet":         rsaJWK(n, []byte{0, 1, 0, 1}),
		"e 2^31+1":                            rsaJWK(n, []byte{0x80, 0, 0, 1}),
		"e 2^32+1":                            rsaJWK(n, []byte{1, 0, 0, 0, 1}),
		"e 2^64+3":                            rsaJWK(n, []byte{1, 0, 0, 0, 0, 0, 0, 0, 3}),
		"R7517-3 crv unknown":                 ecJWK("X", x, y),
		"crv missing":                         `{"kty":"EC","x":"` + b64(x) + `","y":"` + b64(y) + `"}`,
		"crv number":                          `{"kty":"EC","crv":256,"x":"` + b64(x) + `","y":"` + b64(y) + `"}`,
		"crv secp256k1":                       ecJWK("secp256k1", x, y),
		"crv P-224":                           ecJWK("P-224", x[:28], y[:28]),
		"crv in other case":                   ecJWK("p-256", x, y),
		"crv of another length":               ecJWK("P-384", x, y),
		"crv Ed25519 of kty EC":               ecJWK("Ed25519", x, y),
		"crv P-256 of kty OKP":                okpJWK("P-256", x),
		"R7518-5 x of 31 octets":              ecJWK("P-256", x[1:], y),
		"R7518-5 y of 31 octets":              ecJWK("P-256", x, y[1:]),
		"R7518-5 x of 33 octets":              ecJWK("P-256", append([]byte{0}, x...), y),
		"x missing":                           `{"kty":"EC","crv":"P-256","y":"` + b64(y) + `"}`,
		"y missing":                           `{"kty":"EC","crv":"P-256","x":"` + b64(x) + `"}`,
		"y boolean":                           `{"kty":"EC","crv":"P-256","x":"` + b64(x) + `","y":true}`,
		"x with unused bits":                  `{"kty":"EC","crv":"P-256","x":"` + b64(x)[:42] + `B","y":"` + b64(y) + `"}`,
		"R8725-7 off the curve":               ecJWK("P-256", x, otherY),
		"R8725-7 x and y swapped":             ecJWK("P-256", y, x),
		"R8725-7 (0,0)":                       ecJWK("P-256", make([]byte, 32), make([]byte, 32)),
		"R8725-7 (0,0) on P-384":              ecJWK("P-384", make([]byte, 48), make([]byte, 48)),
		"R8725-7 (0,0) on P-521":              ecJWK("P-521", make([]byte, 66), make([]byte, 66)),
		"R8725-7 coordinate beyond the field": ecJWK("P-256", p, y),
		"R8725-7 P-521 coordinates of 0xff":   ecJWK("P-521", []byte(strings.Repeat("\xff", 66)), []byte(strings.Repeat("\xff", 66))),
		"crv X25519":                          okpJWK("X25519", edX),
		"crv Ed448":                           okpJWK("Ed448", append(make([]byte, 25), edX...)),
		"Ed25519 of 31 octets":                okpJWK("Ed25519", edX[1:]),
		"Ed25519 of 33 octets":                okpJWK("Ed25519", append([]byte{0}, edX...)),
		"Ed25519 empty":                       okpJWK("Ed25519", nil),
		"Ed25519 x array":                     `{"kty":"OKP","crv":"Ed25519","x":["` + b64(edX) + `"]}`,
	}
}

func TestParseKeyRefuses(t *testing.T) {
	t.Parallel()
	for name, text := range keyRefusals() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k, err := parseKey(t, text)
			if !errors.Is(err, ErrKey) || k != nil {
				t.Errorf("got %v, %v; want ErrKey", k, err)
			}
		})
	}
	t.Run("absent", func(t *testing.T) {
		t.Parallel()
		if _, err := ParseKey(strictjson.Value{}); !errors.Is(err, ErrKey) {
			t.Errorf("got %v, want ErrKey", err)
		}
	})
}

func TestParseKeyErrorsRepeatNothing(t *testing.T) {
	t.Parallel()
	public := p256Key().Public()
	for _, text := range []string{
		`"` + secret + `"`,
		`{"kty":"` + secret + `"}`,
		`{"kty":"EC","crv":"` + secret + `"}`,
		`{"kty":"EC","crv":"P-256","x":"` + secret + `","y":"` + secret + `"}`,
		`{"kty":"RSA","n":"` + secret + `","e":"` + secret + `"}`,
		`{"kty":"OKP","crv":"Ed25519","x":"` + secret + `"}`,
		jwkOf(public, `"alg":"`+secret+`"`),
		jwkOf(public, `"use":"`+secret+`"`),
		jwkOf(public, `"key_ops":["`+secret+`"]`),
		jwkOf(public, `"kid":["`+secret+`"]`),
	} {
		_, err := parseKey(t, text)
		if err == nil {
			t.Fatal("accepted")
		}
		noEcho(t, err)
	}
}

// R7518-5: a coordinate that begins with zeros keeps them.
func TestParseKeyLeadingZeroCoordinate(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"x", "y"} {
		key, x, y := keyWithLeadingZero(t, name)
		k := mustParseKey(t, ecJWK("P-256", x, y))
		if err := k.Verify("ES256", mustDecode(t, sign("ES256", key, `{"alg":"ES256"}`, "{}"))); err != nil {
			t.Errorf("R7518-5 zero-led %s: %v", name, err)
		}
		if _, err := parseKey(t, ecJWK("P-256", key.X.Bytes(), key.Y.Bytes())); !errors.Is(err, ErrKey) {
			t.Errorf("R7518-5 %s without its zero: %v", name, err)
		}
	}
}

// keyWithLeadingZero returns a key one of whose coordinates begins with a zero octet, while the other does not.
func keyWithLeadingZero(t *testing.T, coordinate string) (key *ecdsa.PrivateKey, x, y []byte) {
	t.Helper()
	x, y = make([]byte, 32), make([]byte, 32)
	for range 20000 { // one key in 256 will do, so that not to find one has a probability of e^-78
		key = must(ecdsa.GenerateKey(elliptic.P256(), rand.Reader))
		key.X.FillBytes(x)
		key.Y.FillBytes(y)
		if (x[0] == 0) == (coordinate == "x") && (y[0] == 0) == (coordinate == "y") {
			return key, x, y
		}
	}
	t.Fatal("no such key")
	return nil, nil, nil
}
