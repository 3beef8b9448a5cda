package differential

import (
	"crypto/elliptic"
	"math/big"
	"slices"
	"strings"
)

// The mutations below the JSON: of keys and signatures, of base64url and of the three parts.

// sign chooses a key and an algorithm, with or without telling the header.
func sign(d *draft, c *choices) {
	d.key = pick(c, signers)
	d.signing = signing{alg: pick(c, []string{"", "RS256", "PS256", "HS256"}), salt: pick(c, []int{0, 1, 20, 31, 33, 64})}
	switch kid := c.of(3); kid {
	case 0, 1:
		d.header = set(d.header, "kid", []string{quote(d.key.kid), ""}[kid])
	}
	if alg := d.signing.alg; alg != "" && c.of(2) == 0 {
		d.header = set(d.header, "alg", quote(alg))
	}
}

func signUnencoded(d *draft, _ *choices) { d.unencoded = true }

func changeSignature(d *draft, c *choices) {
	kind, at, bit := c.of(7), c.of(256), c.of(8)
	d.signature = append(d.signature, func(s []byte) []byte {
		if len(s) == 0 {
			return s
		}
		switch kind {
		case 0:
			s[at%len(s)] ^= 1 << bit
		case 1:
			return s[:at%len(s)]
		case 2:
			return append(s, byte(at))
		case 3:
			return append([]byte{0}, s...)
		case 4:
			clear(s)
		case 5:
			return s[1:]
		case 6:
			return otherS(s)
		}
		return s
	})
}

// otherS is the second signature that holds wherever one of ECDSA does: n-s in place of s. JWS forbids neither.
func otherS(signature []byte) []byte {
	for _, curve := range []elliptic.Curve{elliptic.P256(), elliptic.P384(), elliptic.P521()} {
		if n, size := curve.Params().N, (curve.Params().BitSize+7)/8; len(signature) == 2*size {
			s := new(big.Int).SetBytes(signature[size:])
			s.Sub(n, s).Mod(s, n).FillBytes(signature[size:])
		}
	}
	return signature
}

// encodeBefore spells header or payload otherwise and signs what is sent; encodeAfter does so afterwards.
func encodeBefore(d *draft, c *choices) { d.sent = append(d.sent, spell(c, 2)) }
func encodeAfter(d *draft, c *choices)  { d.afterward = append(d.afterward, spell(c, 3)) }

// spell changes one part as text.
func spell(c *choices, parts int) func([]string) {
	part, kind, at := c.of(parts), c.of(7), c.of(256)
	text := ""
	if kind == 6 {
		text = c.text()
	}
	return func(parts []string) {
		s := parts[part]
		if s == "" {
			return
		}
		i := at % (len(s) + 1)
		switch kind {
		case 0:
			s = s[:i] + "\n" + s[i:]
		case 1:
			s = s[:i] + "\r\n" + s[i:]
		case 2:
			s = s[:len(s)-1] + string(nextCharacter(s[len(s)-1])) // a bit that belongs to no octet, if there is one
		case 3:
			s += strings.Repeat("=", 1+at%2)
		case 4:
			s = strings.NewReplacer("-", "+", "_", "/").Replace(s)
		case 5:
			s = s[:len(s)-1]
		case 6:
			s = s[:i] + text + s[i:]
		}
		parts[part] = s
	}
}

const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_" // RFC 4648 §5

func nextCharacter(c byte) byte {
	return alphabet[(strings.IndexByte(alphabet, c)+1)%len(alphabet)]
}

// movePeriods makes other parts of the token, and other forms of a JWS.
func movePeriods(d *draft, c *choices) {
	kind := c.of(8)
	d.whole = append(d.whole, func(token string) string {
		part := strings.Split(token, ".")
		switch kind {
		case 0:
			return token + "."
		case 1:
			return "." + token
		case 2:
			return strings.Join(part[:len(part)-1], ".")
		case 3:
			return strings.Join(part[:len(part)-1], ".") + "."
		case 4:
			slices.Reverse(part)
			return strings.Join(part, ".")
		case 5:
			return " " + token
		case 6:
			return token + "\n"
		}
		if len(part) != 3 {
			return token
		}
		return `{"protected":"` + part[0] + `","payload":"` + part[1] + `","signature":"` + part[2] + `"}` // RFC 7515 §7.2.2
	})
}
