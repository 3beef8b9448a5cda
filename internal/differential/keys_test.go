package differential

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/hmac"
	"crypto/rsa"
	"crypto/sha256"
	_ "crypto/sha512" // for crypto.SHA384 and crypto.SHA512
	"encoding/asn1"
	"encoding/base64"
	"encoding/json"
	"math/big"
	"math/rand/v2"
	"slices"
)

// key is one of the issuer's keys. Keys and signatures are the same in every process: fuzzing runs several, and an input
// that is kept must make the same token for ever.
type key struct {
	kid, alg string
	private  crypto.Signer
}

// keys are what the issuer publishes. They protect nothing: the two RSA keys share a prime, and anybody can compute all
// of them.
var keys = func() []*key {
	p, q, r := prime(1), prime(2), prime(3)
	return []*key{
		{"ed", "EdDSA", ed25519.NewKeyFromSeed(stream(4, ed25519.SeedSize))},
		{"es", "ES256", ecKey(elliptic.P256(), 5)},
		{"rs", "RS256", rsaKey(p, q)},
		{"ps", "PS256", rsaKey(p, r)},
		{"es384", "ES384", ecKey(elliptic.P384(), 6)},
		{"es512", "ES512", ecKey(elliptic.P521(), 7)},
	}
}()

// algorithms are what every implementation is told to accept.
var algorithms = []string{"RS256", "PS256", "ES256", "ES384", "ES512", "EdDSA"}

func keyOf(alg string) *key {
	return keys[slices.IndexFunc(keys, func(k *key) bool { return k.alg == alg })]
}

// stream returns n octets that depend on the seed alone.
func stream(seed byte, n int) []byte {
	out := make([]byte, n)
	_, _ = rand.NewChaCha8([32]byte{seed}).Read(out) // never fails
	return out
}

// ecKey has a number of the seed's, reduced to the order of the curve.
func ecKey(curve elliptic.Curve, seed byte) *ecdsa.PrivateKey {
	octets := make([]byte, (curve.Params().BitSize+7)/8)
	number := new(big.Int).SetBytes(stream(seed, len(octets)))
	return must(ecdsa.ParseRawPrivateKey(curve, number.Mod(number, curve.Params().N).FillBytes(octets)))
}

// prime searches upwards from a number of 1024 bits, the first two of them set, so that two of these make 2048.
func prime(seed byte) *big.Int {
	n := new(big.Int).SetBytes(stream(seed, 128))
	n.SetBit(n, 1023, 1).SetBit(n, 1022, 1).SetBit(n, 0, 1)
	for two := big.NewInt(2); !n.ProbablyPrime(0); {
		n.Add(n, two)
	}
	return n
}

// rsaKey builds the key of two primes, RFC 8017 §3.
func rsaKey(p, q *big.Int) *rsa.PrivateKey {
	const exponent = 65537
	one := big.NewInt(1)
	order := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
	k := &rsa.PrivateKey{
		PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: exponent},
		D:         new(big.Int).ModInverse(big.NewInt(exponent), order),
		Primes:    []*big.Int{p, q},
	}
	k.Precompute()
	if err := k.Validate(); err != nil {
		panic(err)
	}
	return k
}

// signing says how a signature is made where it is not the key's own way.
type signing struct {
	alg  string // "": the key's own, and so where the key is of another type
	salt int    // of PSS, in octets; 0: the length of the hash
}

// sign makes the JWS signature of input (RFC 7515 §5.1).
func (k *key) sign(s signing, input []byte) []byte {
	if s.alg == "HS256" { // keyed with what everybody knows, as in CVE-2015-9235
		mac := hmac.New(sha256.New, must(json.Marshal(k.jwk())))
		mac.Write(input)
		return mac.Sum(nil)
	}
	switch private := k.private.(type) {
	case ed25519.PrivateKey:
		return ed25519.Sign(private, input)
	case *ecdsa.PrivateKey:
		return signEC(private, k.alg, input)
	case *rsa.PrivateKey:
		sum := sha256.Sum256(input)
		if s.alg == "RS256" || s.alg != "PS256" && k.alg == "RS256" {
			return must(rsa.SignPKCS1v15(nil, private, crypto.SHA256, sum[:]))
		}
		salt := s.salt
		if salt == 0 {
			salt = sha256.Size
		}
		return must(rsa.SignPSS(zeros{}, private, crypto.SHA256, sum[:], &rsa.PSSOptions{SaltLength: salt}))
	}
	panic("no such type of key")
}

// zeros is the source of salts, which no verifier looks at.
type zeros struct{}

func (zeros) Read(b []byte) (int, error) {
	clear(b)
	return len(b), nil
}

// signEC signs without a source of chance (RFC 6979). Its r and s have the full length of the curve (RFC 7518 §3.4).
func signEC(private *ecdsa.PrivateKey, alg string, input []byte) []byte {
	hash := map[string]crypto.Hash{"ES256": crypto.SHA256, "ES384": crypto.SHA384, "ES512": crypto.SHA512}[alg]
	h := hash.New()
	h.Write(input)
	var parts struct{ R, S *big.Int }
	if _, err := asn1.Unmarshal(must(private.Sign(nil, h.Sum(nil), hash)), &parts); err != nil {
		panic(err)
	}
	size := (private.Params().BitSize + 7) / 8
	out := make([]byte, 2*size)
	parts.R.FillBytes(out[:size])
	parts.S.FillBytes(out[size:])
	return out
}

// jwk is the public key (RFC 7517 §4).
func (k *key) jwk() map[string]string {
	jwk := map[string]string{"kid": k.kid, "alg": k.alg, "use": "sig"}
	switch public := k.private.Public().(type) {
	case ed25519.PublicKey:
		jwk["kty"], jwk["crv"], jwk["x"] = "OKP", "Ed25519", encode(public)
	case *ecdsa.PublicKey:
		xy := must(public.Bytes())[1:]
		half := len(xy) / 2
		jwk["kty"], jwk["crv"], jwk["x"], jwk["y"] = "EC", public.Params().Name, encode(xy[:half]), encode(xy[half:])
	case *rsa.PublicKey:
		jwk["kty"], jwk["n"], jwk["e"] = "RSA", encode(public.N.Bytes()), encode(big.NewInt(int64(public.E)).Bytes())
	}
	return jwk
}

// keySet is the issuer's JWK Set.
func keySet() []byte {
	var list []map[string]string
	for _, k := range keys {
		list = append(list, k.jwk())
	}
	return must(json.Marshal(map[string]any{"keys": list}))
}

func encode[T []byte | ed25519.PublicKey](octets T) string {
	return base64.RawURLEncoding.EncodeToString(octets)
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
