package jose

import (
	"crypto/ed25519"
	"encoding/base64"
	"math/big"
	"slices"
)

// The field and the curve -x² + y² = 1 + dx²y² of Ed25519 (RFC 8032 §5.1). Read-only.
var (
	one        = big.NewInt(1)
	fieldPrime = new(big.Int).Sub(new(big.Int).Lsh(one, 255), big.NewInt(19))
	curveD     = bigInt("37095705934669439343138083508754565189542113879843219016388785533085940283555")

	// smallOrder are the y of the eight points whose order divides the cofactor: order 1, 2 and 4, and both of order 8.
	// Under such a key one signature holds for many messages, and nobody needs a private key to make it.
	smallOrder = [...]*big.Int{
		one,
		new(big.Int).Sub(fieldPrime, one),
		new(big.Int),
		order8,
		new(big.Int).Sub(fieldPrime, order8),
	}
	order8 = bigInt("2707385501144840649318225287225658788936804267575313519463743609750303402022")
)

// bigInt reads one of the constants above.
func bigInt(decimal string) *big.Int {
	n, _ := new(big.Int).SetString(decimal, 10)
	return n
}

// ed25519Material checks x as text (RFC 8037 §2); checkEd25519 looks at the point.
func ed25519Material(m *members) (canonical string, err error) {
	x, ok := octets(m.x, ed25519.PublicKeySize)
	if !ok || len(x) != ed25519.PublicKeySize {
		return "", because(ErrKey, "x is not base64url of 32 octets")
	}
	return `{"crv":"Ed25519","kty":"OKP","x":"` + base64.RawURLEncoding.EncodeToString(x) + `"}`, nil
}

// checkEd25519 refuses a key whose y is not reduced, that is no point of the curve, or whose order is small. It does not
// check that the point lies in the subgroup of prime order; RFC 8032 §5.1.7 does not ask for that either.
func checkEd25519(public ed25519.PublicKey) error {
	b := slices.Clone(public)
	slices.Reverse(b) // it is little-endian (RFC 8032 §5.1.2)
	b[0] &= 0x7f      // the sign of x
	y := new(big.Int).SetBytes(b)
	if y.Cmp(fieldPrime) >= 0 {
		return because(ErrKey, "the Ed25519 key is not canonical")
	}
	for _, small := range smallOrder {
		if y.Cmp(small) == 0 {
			return because(ErrKey, "the Ed25519 key is of small order")
		}
	}
	// x² = u/v with u = y²-1 and v = dy²+1 (RFC 8032 §5.1.3). It has a root exactly if uv has one.
	y2 := new(big.Int).Mul(y, y)
	u := new(big.Int).Sub(y2, one)
	v := new(big.Int).Mul(y2, curveD)
	v.Add(v, one)
	uv := u.Mul(u, v)
	if big.Jacobi(uv.Mod(uv, fieldPrime), fieldPrime) != 1 {
		return because(ErrKey, "the Ed25519 key is no point of the curve")
	}
	return nil
}
