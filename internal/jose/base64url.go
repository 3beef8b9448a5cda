package jose

// notBase64 marks the octets outside the alphabet of RFC 4648 §5. Its high bit survives an OR with any value of the
// alphabet (0–63), so that a whole group is checked at once.
const notBase64 = 0x80

var base64Values = func() (values [256]byte) {
	for i := range values {
		values[i] = notBase64
	}
	for i, c := range []byte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_") {
		values[c] = byte(i)
	}
	return values
}()

// decodedLen is the number of octets that n characters of base64url hold.
func decodedLen(n int) int { return n/4*3 + n%4*6/8 }

// decodeBase64 decodes s into dst, which must hold decodedLen(len(s)) octets, and returns how many it wrote.
//
// It accepts exactly one text for each octet sequence (RFC 7515 §2, RFC 4648 §3.5): no padding, no white space or line
// breaks, no characters of the other alphabet, no unused bits that are not zero. encoding/base64, even with Strict,
// skips CR and LF: one token would then have many spellings.
func decodeBase64(dst []byte, s string) (n int, ok bool) {
	for ; len(s) >= 4; s = s[4:] {
		a, b, c, d := base64Values[s[0]], base64Values[s[1]], base64Values[s[2]], base64Values[s[3]]
		if (a|b|c|d)&notBase64 != 0 {
			return 0, false
		}
		group := dst[n : n+3 : n+3]
		group[0] = a<<2 | b>>4
		group[1] = b<<4 | c>>2
		group[2] = c<<6 | d
		n += 3
	}
	switch len(s) {
	case 0:
		return n, true
	case 2:
		a, b := base64Values[s[0]], base64Values[s[1]]
		if (a|b)&notBase64 != 0 || b&0x0f != 0 {
			return 0, false
		}
		dst[n] = a<<2 | b>>4
		return n + 1, true
	case 3:
		a, b, c := base64Values[s[0]], base64Values[s[1]], base64Values[s[2]]
		if (a|b|c)&notBase64 != 0 || c&0x03 != 0 {
			return 0, false
		}
		dst[n], dst[n+1] = a<<2|b>>4, b<<4|c>>2
		return n + 2, true
	default: // six bits are no octet
		return 0, false
	}
}
