package jose

import (
	"crypto/ed25519"
	"encoding/hex"
	"errors"
	"math/big"
	"slices"
	"testing"
)

// R8725-7: every octet string that a decoder could take for a point of small order: reduced or not, either sign of x.
func TestEd25519SmallOrder(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"order 1":                       "0100000000000000000000000000000000000000000000000000000000000000",
		"order 1, sign set":             "0100000000000000000000000000000000000000000000000000000000000080",
		"order 1, not reduced":          "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"order 1, not reduced, signed":  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
		"order 2":                       "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"order 2, sign set":             "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
		"order 4":                       "0000000000000000000000000000000000000000000000000000000000000000",
		"order 4, sign set":             "0000000000000000000000000000000000000000000000000000000000000080",
		"order 4, not reduced":          "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"order 4, not reduced, signed":  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff",
		"order 8":                       "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
		"order 8, other x":              "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
		"order 8, other y":              "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
		"order 8, other y, other x":     "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
		"2, not reduced, so no key too": "efffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
		"2, no point":                   "0200000000000000000000000000000000000000000000000000000000000000",
	} {
		t.Run("R8725-7 "+name, func(t *testing.T) {
			t.Parallel()
			if _, err := parseKey(t, okpJWK("Ed25519", must(hex.DecodeString(text)))); !errors.Is(err, ErrKey) {
				t.Errorf("got %v, want ErrKey", err)
			}
		})
	}
}

// The constants, by the curve equation and the addition law (RFC 8032 §5.1.4) instead of by a table.
func TestEd25519Constants(t *testing.T) {
	t.Parallel()
	mod := func(n *big.Int) *big.Int { return n.Mod(n, fieldPrime) }
	mul := func(a, b *big.Int) *big.Int { return mod(new(big.Int).Mul(a, b)) }
	inverse := func(a *big.Int) *big.Int { return new(big.Int).ModInverse(a, fieldPrime) }

	// d = -121665/121666
	d := mod(new(big.Int).Neg(mul(big.NewInt(121665), inverse(big.NewInt(121666)))))
	if d.Cmp(curveD) != 0 {
		t.Errorf("d = %v", d)
	}
	for _, y := range smallOrder {
		y2 := mul(y, y)
		x2 := mul(mod(new(big.Int).Sub(y2, one)), inverse(mod(new(big.Int).Add(mul(d, y2), one))))
		px, py := new(big.Int).ModSqrt(x2, fieldPrime), y
		if px == nil {
			t.Fatalf("y = %v is no point", y)
		}
		for range 3 { // three doublings multiply by the cofactor
			xy := mul(px, py)
			dxy2 := mul(d, mul(xy, xy))
			x := mul(mod(new(big.Int).Lsh(xy, 1)), inverse(mod(new(big.Int).Add(one, dxy2))))
			sum := mod(new(big.Int).Add(mul(px, px), mul(py, py)))
			px, py = x, mul(sum, inverse(mod(new(big.Int).Sub(one, dxy2))))
		}
		if px.Sign() != 0 || py.Cmp(one) != 0 {
			t.Errorf("y = %v is not of small order", y)
		}
	}
}

// Real keys are points of the curve; of other octet strings about one half is.
func TestEd25519OnCurve(t *testing.T) {
	t.Parallel()
	seed := make([]byte, ed25519.SeedSize)
	refused := 0
	const keys = 200
	for i := range keys {
		seed[0] = byte(i)
		public := ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey)
		if err := checkEd25519(public); err != nil {
			t.Fatalf("key %d: %v", i, err)
		}
		other := slices.Clone(public)
		other[3] ^= 0x55
		if checkEd25519(other) != nil {
			refused++
		}
	}
	if refused < keys/4 || refused > keys*3/4 {
		t.Errorf("%d of %d altered keys refused", refused, keys)
	}
}

// R7515-2: a key with unused bits set is refused as text, whatever point a lenient decoder would make of it.
func TestEd25519UnusedBits(t *testing.T) {
	t.Parallel()
	seed := make([]byte, ed25519.SeedSize)
	for i := range 50 {
		seed[0] = byte(i)
		text := b64(ed25519.NewKeyFromSeed(seed).Public().(ed25519.PublicKey))
		for _, last := range "BCD" { // each sets one or both of the bits that 43 characters have to spare
			if _, err := parseKey(t, `{"kty":"OKP","crv":"Ed25519","x":"`+text[:42]+string(last)+`"}`); !errors.Is(err, ErrKey) {
				t.Fatalf("seed %d, %c: %v", i, last, err)
			}
		}
	}
}
