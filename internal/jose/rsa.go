package jose

import (
	"crypto/rsa"
	"encoding/base64"
)

const (
	minModulusBits = 2048 // RFC 7518 §3.3
	maxModulusBits = 8192 // the cost of one verification grows with the square of it
)

// rsaMaterial checks n and e as text (RFC 7518 §6.3.1); checkRSA looks at the numbers.
func rsaMaterial(m *members) (canonical string, err error) {
	n, ok := octets(m.n, 1+maxModulusBits/8)
	if !ok || len(n) == 0 {
		return "", because(ErrKey, "n is not base64url of a supported length")
	}
	if n[0] == 0 {
		n = n[1:]
	}
	if len(n) == 0 || n[0] == 0 {
		return "", because(ErrKey, "n has leading zeros")
	}
	e, ok := octets(m.e, 4)
	if !ok || len(e) == 0 || e[0] == 0 || len(e) == 4 && e[0] >= 0x80 {
		return "", because(ErrKey, "e is not base64url of a number up to 2^31-1")
	}
	encode := base64.RawURLEncoding.EncodeToString
	return `{"e":"` + encode(e) + `","kty":"RSA","n":"` + encode(n) + `"}`, nil
}

func checkRSA(public *rsa.PublicKey) error {
	switch bits := public.N.BitLen(); {
	case bits < minModulusBits || bits > maxModulusBits:
		return because(ErrKey, "the RSA modulus has less than 2048 or more than 8192 bits")
	case public.N.Bit(0) == 0:
		return because(ErrKey, "the RSA modulus is even")
	case public.E < 3 || public.E%2 == 0:
		return because(ErrKey, "the RSA exponent is even or less than 3")
	}
	return nil
}
