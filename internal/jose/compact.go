package jose

import "strings"

// maxSignature is the length in octets of the longest signature that can hold: RSA with a modulus of maxModulusBits.
const maxSignature = maxModulusBits / 8

// Compact is a decoded JWS in compact serialization (RFC 7515 §7.1). Nothing in it is verified until Key.Verify
// returned nil, and Header.Check looks at the parameters that Decode only records.
type Compact struct {
	Header  Header
	Payload string // decoded octets, of any content

	signed        string // the signing input: the received octets before the second period (RFC 7515 §5.2(8))
	signature     [maxSignature]byte
	signatureSize int // decoded length as received; beyond maxSignature only the length is kept
}

// Decode reads a JWS in compact serialization: three parts of strict base64url between exactly two periods, the first a
// JSON object with at most 64 members and a string alg (RFC 7515 §5.2, §7.1).
//
// An error wraps ErrNotJWS when raw is no such text at all, and ErrHeader when it is one whose typ or kid has the wrong
// JSON type or whose kid is longer than 1 KiB.
//
// It does not bound the length of raw, look at what alg says, or verify anything; an empty payload and an
// empty signature are well-formed.
func Decode(raw string) (*Compact, error) {
	// Kept small enough to be inlined: the Compact then stays on the caller's stack.
	c := new(Compact)
	if err := c.decode(raw); err != nil {
		return nil, err
	}
	return c, nil
}

func (c *Compact) decode(raw string) error {
	// Periods are looked for from the left and never beyond the third: a text of nothing but periods costs nothing.
	header, rest, found := strings.Cut(raw, ".")
	if !found {
		return ErrNotJWS
	}
	payload, signature, found := strings.Cut(rest, ".")
	if !found || strings.Contains(signature, ".") {
		return ErrNotJWS
	}

	var scratch [2048]byte // enough for the parts of most tokens, and on the stack
	buf := scratch[:]
	if n := decodedLen(max(len(header), len(payload), len(signature))); n > len(buf) {
		buf = make([]byte, n)
	}

	n, ok := decodeBase64(buf, header)
	if !ok {
		return because(ErrNotJWS, "header is not base64url")
	}
	if err := c.Header.parse(string(buf[:n])); err != nil {
		return err
	}
	if n, ok = decodeBase64(buf, payload); !ok {
		return because(ErrNotJWS, "payload is not base64url")
	}
	c.Payload = string(buf[:n])
	if n, ok = decodeBase64(buf, signature); !ok {
		return because(ErrNotJWS, "signature is not base64url")
	}
	c.signatureSize = n
	copy(c.signature[:], buf[:n])
	c.signed = raw[:len(header)+1+len(payload)]
	return nil
}
