package authtest_test

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rsa"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"strings"
	"testing"
)

// The tests read tokens and key sets with the code below, which shares nothing
// with the package: the standard library alone decides what is a good one.

type jwk struct {
	Kty, Crv, Kid, Use, Alg, N, E, X, Y, D string
}

func decode(t *testing.T, text string) []byte {
	t.Helper()
	data, err := base64.RawURLEncoding.Strict().DecodeString(text)
	if err != nil {
		t.Fatalf("not base64url: %v", err)
	}
	return data
}

func parseKeys(t *testing.T, set []byte) []jwk {
	t.Helper()
	var parsed struct{ Keys []jwk }
	if err := json.Unmarshal(set, &parsed); err != nil {
		t.Fatalf("key set: %v", err)
	}
	return parsed.Keys
}

func (k jwk) public(t *testing.T) crypto.PublicKey {
	t.Helper()
	switch k.Kty {
	case "RSA":
		e := new(big.Int).SetBytes(decode(t, k.E))
		return &rsa.PublicKey{N: new(big.Int).SetBytes(decode(t, k.N)), E: int(e.Int64())}
	case "EC":
		curve := map[string]elliptic.Curve{"P-256": elliptic.P256(), "P-384": elliptic.P384(), "P-521": elliptic.P521()}[k.Crv]
		point := append([]byte{4}, append(decode(t, k.X), decode(t, k.Y)...)...)
		public, err := ecdsa.ParseUncompressedPublicKey(curve, point)
		if err != nil {
			t.Fatalf("EC key: %v", err)
		}
		return public
	case "OKP":
		return ed25519.PublicKey(decode(t, k.X))
	}
	t.Fatalf("kty %q", k.Kty)
	return nil
}

// verifySignature decides by RFC 7515 §5.2 and RFC 7518 §3.
func verifySignature(alg string, public crypto.PublicKey, input, signature []byte) error {
	bits := alg[len(alg)-3:]
	hash := map[string]crypto.Hash{"256": crypto.SHA256, "384": crypto.SHA384, "512": crypto.SHA512}[bits]
	var sum []byte
	if hash != 0 {
		h := hash.New()
		h.Write(input)
		sum = h.Sum(nil)
	}
	failed := errors.New("signature")
	switch key := public.(type) {
	case *rsa.PublicKey:
		switch alg[:2] {
		case "RS":
			return rsa.VerifyPKCS1v15(key, hash, sum, signature)
		case "PS":
			return rsa.VerifyPSS(key, hash, sum, signature, &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash})
		}
	case *ecdsa.PublicKey:
		size := (key.Params().BitSize + 7) / 8
		if alg[:2] != "ES" || len(signature) != 2*size {
			return failed
		}
		r, s := new(big.Int).SetBytes(signature[:size]), new(big.Int).SetBytes(signature[size:])
		if ecdsa.Verify(key, sum, r, s) {
			return nil
		}
	case ed25519.PublicKey:
		if strings.HasPrefix(alg, "Ed") && ed25519.Verify(key, input, signature) {
			return nil
		}
	}
	return failed
}

// token is a decoded compact JWS.
type token struct {
	header, claims map[string]any
	input          []byte
	signature      []byte
}

func parse(t *testing.T, compact string) token {
	t.Helper()
	parts := strings.Split(compact, ".")
	if len(parts) != 3 {
		t.Fatalf("%d parts", len(parts))
	}
	var tok token
	for i, v := range []*map[string]any{&tok.header, &tok.claims} {
		if err := json.Unmarshal(decode(t, parts[i]), v); err != nil {
			t.Fatalf("part %d: %v", i, err)
		}
	}
	tok.input, tok.signature = []byte(parts[0]+"."+parts[1]), decode(t, parts[2])
	return tok
}

// verify checks the signature with the key of the set that has the token's kid.
func verify(t *testing.T, compact string, set []byte) error {
	t.Helper()
	tok := parse(t, compact)
	for _, key := range parseKeys(t, set) {
		if key.Kid == tok.header["kid"] {
			return verifySignature(tok.header["alg"].(string), key.public(t), tok.input, tok.signature)
		}
	}
	return fmt.Errorf("no key %v", tok.header["kid"])
}

func mustPanic(t *testing.T, what string, f func()) {
	t.Helper()
	defer func() {
		t.Helper()
		if recover() == nil {
			t.Errorf("%s: no panic", what)
		}
	}()
	f()
}
