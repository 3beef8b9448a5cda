package introspect

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/rsa"
	_ "crypto/sha256" // registers the hashes that signers use
	_ "crypto/sha512"
	"encoding/asn1"
	"errors"
	"math/big"
)

// signer makes JWS signatures of one algorithm (RFC 7518 §3.1, RFC 8037 §3.1).
type signer struct {
	name string
	key  crypto.Signer
	hash crypto.Hash // 0 for EdDSA, which hashes itself
	pss  bool
	half int // octets of r and of s; 0 for all but ECDSA
}

var (
	errNoKey     = errors.New("a key is required, and this one is nil or empty")
	errAlgorithm = errors.New("the algorithm does not fit the key, or is not supported")
)

// newSigner finds the default for an empty name, and refuses what does not fit
// the key. A key in memory signs once, to show that it can; any other may be far
// away, and no constructor does I/O.
func newSigner(key crypto.Signer, name string) (s *signer, err error) {
	defer func() {
		if recover() != nil { // a nil pointer to a key, or a key that is empty
			s, err = nil, errNoKey
		}
	}()
	if key == nil {
		return nil, errNoKey
	}
	s, err = fit(key, name)
	if err == nil && inMemory(key) {
		_, err = s.sign(nil)
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

func inMemory(key crypto.Signer) bool {
	switch key.(type) {
	case *rsa.PrivateKey, *ecdsa.PrivateKey, ed25519.PrivateKey:
		return true
	}
	return false
}

// fit panics where there is no key in key.
func fit(key crypto.Signer, name string) (*signer, error) {
	s := &signer{name: name, key: key}
	switch public := key.Public().(type) {
	case *rsa.PublicKey:
		if public.N.BitLen() < 2048 { // RFC 7518 §3.3
			return nil, errors.New("an RSA key under 2048 bits")
		}
		return s, s.rsa()
	case *ecdsa.PublicKey:
		return s, s.ecdsa(public.Curve.Params().BitSize)
	case ed25519.PublicKey:
		if own, here := key.(ed25519.PrivateKey); len(public) != ed25519.PublicKeySize || here && !own.Equal(ed25519.NewKeyFromSeed(own.Seed())) {
			return nil, errNoKey // zeros sign too
		}
		if name == "" {
			s.name = "EdDSA"
		}
		if s.name != "EdDSA" && s.name != "Ed25519" {
			return nil, errAlgorithm
		}
		return s, nil
	}
	return nil, errors.New("the key is not RSA, ECDSA or Ed25519")
}

func (s *signer) rsa() error {
	if s.name == "" {
		s.name = "RS256"
	}
	switch s.name {
	case "RS256", "PS256":
		s.hash = crypto.SHA256
	case "RS384", "PS384":
		s.hash = crypto.SHA384
	case "RS512", "PS512":
		s.hash = crypto.SHA512
	default:
		return errAlgorithm
	}
	s.pss = s.name[0] == 'P'
	return nil
}

func (s *signer) ecdsa(bits int) error {
	name := ""
	switch bits {
	case 256:
		name, s.hash = "ES256", crypto.SHA256
	case 384:
		name, s.hash = "ES384", crypto.SHA384
	case 521:
		name, s.hash = "ES512", crypto.SHA512
	}
	if name == "" || s.name != "" && s.name != name {
		return errAlgorithm
	}
	s.name, s.half = name, (bits+7)/8
	return nil
}

// sign returns the signature of a JWS. Errors of the key are not repeated: they
// are a KMS's own, and may hold what a request to it held.
func (s *signer) sign(input []byte) ([]byte, error) {
	var options crypto.SignerOpts = s.hash
	if s.pss {
		options = &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash, Hash: s.hash}
	}
	if s.hash != 0 {
		h := s.hash.New()
		h.Write(input)
		input = h.Sum(nil)
	}
	signature, err := s.key.Sign(rand.Reader, input, options)
	if err != nil {
		return nil, errors.New("the key given to PrivateKeyJWT did not sign")
	}
	if s.half == 0 {
		return signature, nil
	}
	return s.concatenated(signature)
}

// concatenated turns the DER that a crypto.Signer makes into r and s, each of
// the length of the curve's order (RFC 7518 §3.4).
func (s *signer) concatenated(der []byte) ([]byte, error) {
	var sig struct{ R, S *big.Int }
	rest, err := asn1.Unmarshal(der, &sig)
	if err != nil || len(rest) > 0 || !s.fits(sig.R) || !s.fits(sig.S) {
		return nil, errors.New("the key given to PrivateKeyJWT made no ECDSA signature")
	}
	out := make([]byte, 2*s.half)
	sig.R.FillBytes(out[:s.half])
	sig.S.FillBytes(out[s.half:])
	return out, nil
}

func (s *signer) fits(n *big.Int) bool { return n.Sign() > 0 && (n.BitLen()+7)/8 <= s.half }
