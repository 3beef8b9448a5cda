package jose

import (
	"crypto/ecdsa"
	"encoding/base64"
)

// coordinateSize is the full length in octets of x and y (RFC 7518 §6.2.1.2), or 0 for a curve that is not supported.
func coordinateSize(crv string) int {
	switch crv {
	case "P-256":
		return 32
	case "P-384":
		return 48
	case "P-521":
		return 66
	}
	return 0
}

// ecMaterial checks the coordinates as text (RFC 7518 §6.2.1); checkEC looks at the point.
func ecMaterial(crv string, m *members) (canonical string, err error) {
	size := coordinateSize(crv)
	x, okX := octets(m.x, size)
	y, okY := octets(m.y, size)
	if !okX || !okY || len(x) != size || len(y) != size {
		return "", because(ErrKey, "a coordinate is not base64url of full length")
	}
	encode := base64.RawURLEncoding.EncodeToString
	return `{"crv":"` + crv + `","kty":"EC","x":"` + encode(x) + `","y":"` + encode(y) + `"}`, nil
}

// checkEC refuses points off the curve, the point (0,0) among them, and coordinates beyond the field.
func checkEC(public *ecdsa.PublicKey) error {
	if _, err := public.ECDH(); err != nil {
		return because(ErrKey, "the point is not on the curve")
	}
	return nil
}
