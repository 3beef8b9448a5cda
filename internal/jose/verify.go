package jose

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/sha512"
)

// pssOptions fix the salt to the length of the hash (RFC 7518 §3.5).
var pssOptions = &rsa.PSSOptions{SaltLength: rsa.PSSSaltLengthEqualsHash}

// Verify checks the signature of c with the key, by exactly the algorithm alg (RFC 7515 §5.2(8)). Pass the algorithm that
// the caller has found acceptable, never one to be decided here.
//
// The error wraps ErrAlgorithm if the header of c names another algorithm than alg or the key does not allow it, and
// ErrSignature if the signature does not hold. It does not look at any other header parameter: see Header.Check.
func (k *Key) Verify(alg string, c *Compact) error {
	a := k.allowed(alg)
	if a == nil || alg != c.Header.Algorithm {
		return ErrAlgorithm
	}
	// A copy on the stack, as hashing wants octets; only very long tokens cost an allocation.
	var scratch [2048]byte
	signed := append(scratch[:0], c.signed...)

	var ok bool
	switch public := k.public.(type) {
	case *rsa.PublicKey:
		if a.scheme == pss {
			ok = verifyPSS(public, a.hash, signed, c)
		} else {
			ok = verifyPKCS1v15(public, a.hash, signed, c)
		}
	case *ecdsa.PublicKey:
		ok = verifyECDSA(public, a.hash, signed, c)
	case ed25519.PublicKey:
		signature, sized := c.signatureOf(ed25519.SignatureSize)
		ok = sized && ed25519.Verify(public, signed, signature)
	}
	if !ok {
		return ErrSignature
	}
	return nil
}

// signatureOf returns the signature if it has exactly the wanted length in octets.
func (c *Compact) signatureOf(size int) (signature []byte, ok bool) {
	if c.signatureSize != size || size > len(c.signature) {
		return nil, false
	}
	return c.signature[:size], true
}

// verifyPKCS1v15 is RSASSA-PKCS1-v1_5 (RFC 7518 §3.3). A signature is exactly as long as the modulus (RFC 8017 §8.2.2).
func verifyPKCS1v15(public *rsa.PublicKey, h crypto.Hash, signed []byte, c *Compact) bool {
	signature, ok := c.signatureOf(public.Size())
	var sum [sha512.Size]byte
	return ok && rsa.VerifyPKCS1v15(public, h, digest(&sum, h, signed), signature) == nil
}

// verifyPSS is RSASSA-PSS with MGF1 and the same hash function throughout (RFC 7518 §3.5).
func verifyPSS(public *rsa.PublicKey, h crypto.Hash, signed []byte, c *Compact) bool {
	signature, ok := c.signatureOf(public.Size())
	var sum [sha512.Size]byte
	return ok && rsa.VerifyPSS(public, h, digest(&sum, h, signed), signature, pssOptions) == nil
}

// verifyECDSA is ECDSA with r and s as octet strings of the length of the curve's order (RFC 7518 §3.4). The standard
// library refuses r and s outside 1 … n-1.
func verifyECDSA(public *ecdsa.PublicKey, h crypto.Hash, signed []byte, c *Compact) bool {
	size := (public.Curve.Params().BitSize + 7) / 8
	signature, ok := c.signatureOf(2 * size)
	var sum [sha512.Size]byte
	return ok && ecdsa.VerifyASN1(public, digest(&sum, h, signed), asn1Signature(signature[:size], signature[size:]))
}

// digest hashes into sum and returns the part of it that h fills.
func digest(sum *[sha512.Size]byte, h crypto.Hash, signed []byte) []byte {
	switch h {
	case crypto.SHA256:
		d := sha256.Sum256(signed)
		return sum[:copy(sum[:], d[:])]
	case crypto.SHA384:
		d := sha512.Sum384(signed)
		return sum[:copy(sum[:], d[:])]
	default:
		*sum = sha512.Sum512(signed)
		return sum[:]
	}
}

// asn1Signature is the DER of SEQUENCE { INTEGER r, INTEGER s }, which is the form the standard library reads without
// going through big integers.
func asn1Signature(r, s []byte) []byte {
	r, s = trimZeros(r), trimZeros(s)
	body := 2 + asn1IntegerLen(r) + 2 + asn1IntegerLen(s)
	der := make([]byte, 0, 3+body)
	der = append(der, 0x30)
	if body >= 0x80 { // P-521 only; it never needs a second octet
		der = append(der, 0x81)
	}
	der = append(der, byte(body))
	return appendASN1Integer(appendASN1Integer(der, r), s)
}

// trimZeros drops leading zero octets, but leaves one octet for zero itself.
func trimZeros(b []byte) []byte {
	for len(b) > 1 && b[0] == 0 {
		b = b[1:]
	}
	return b
}

// asn1IntegerLen counts the zero octet that keeps a number positive whose first bit is set.
func asn1IntegerLen(b []byte) int { return len(b) + int(b[0]>>7) }

func appendASN1Integer(der, b []byte) []byte {
	der = append(der, 0x02, byte(asn1IntegerLen(b)))
	if b[0]>>7 == 1 {
		der = append(der, 0)
	}
	return append(der, b...)
}
