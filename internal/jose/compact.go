package jose

import (
	"slices"
	"strings"
)

// maxSignature is the length in octets of the longest signature that can hold: RSA with a modulus of maxModulusBits.
const maxSignature = maxModulusBits / 8

// Compact is a decoded JWS in compact serialization (RFC 7515 §7.1). Nothing in it is verified until Key.Verify
// returned nil, and Header.Check looks at the parameters that Decode only records.
type Compact struct {
	Header  Header
	Payload string // decoded octets, of any content

	header        string // the first part as received
	signed        string // the signing input: the received octets before the second period (RFC 7515 §5.2(8))
	signature     [maxSignature]byte
	signatureSize int // decoded length as received; beyond maxSignature only the length is kept
}

// Decode reads a JWS in compact serialization: three parts of strict base64url between exactly two periods, the first a
// JSON object with at most 64 members and a string alg (RFC 7515 §5.2, §7.1). It is Open and then ReadHeader.
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
	if err := c.Open(raw); err != nil {
		return err
	}
	return c.ReadHeader()
}

// Open is the part of Decode that leaves the header alone, for callers who may know what this header says (see
// AppendHeader). c must be zero; c.Header stays so until ReadHeader or the caller fills it in. An error wraps ErrNotJWS.
func (c *Compact) Open(raw string) error {
	header, payload, signature, ok := Split(raw)
	if !ok {
		return ErrNotJWS
	}

	var scratch [2048]byte // enough for the parts of most tokens, and on the stack
	buf := scratch[:]
	if n := decodedLen(max(len(payload), len(signature))); n > len(buf) {
		buf = make([]byte, n)
	}
	n, ok := decodeBase64(buf, payload)
	if !ok {
		return because(ErrNotJWS, "payload is not base64url")
	}
	c.Payload = string(buf[:n])
	if n, ok = decodeBase64(buf, signature); !ok {
		return because(ErrNotJWS, "signature is not base64url")
	}
	c.signatureSize = n
	copy(c.signature[:], buf[:n])
	c.header, c.signed = header, raw[:len(header)+1+len(payload)]
	return nil
}

// Split cuts raw at its two periods; ok is false where it has more or less of them. It looks for them from the left and
// never beyond the third: a text of nothing but periods costs nothing.
func Split(raw string) (header, payload, signature string, ok bool) {
	header, rest, _ := strings.Cut(raw, ".")
	payload, signature, found := strings.Cut(rest, ".")
	if !found || strings.Contains(signature, ".") {
		return "", "", "", false
	}
	return header, payload, signature, true
}

// AppendHeader appends the decoded header to b. Equal octets say the same in every JWS, and what they say may be put into
// c.Header where it is known. An error wraps ErrNotJWS.
func (c *Compact) AppendHeader(b []byte) ([]byte, error) {
	size := decodedLen(len(c.header))
	b = slices.Grow(b, size)
	if _, ok := decodeBase64(b[len(b):len(b)+size], c.header); !ok {
		return nil, because(ErrNotJWS, "header is not base64url")
	}
	return b[:len(b)+size], nil
}

// ReadHeader reads the header of an opened c into c.Header, which must be zero. Its errors are those of Decode.
func (c *Compact) ReadHeader() error {
	var scratch [512]byte
	text, err := c.AppendHeader(scratch[:0])
	if err != nil {
		return err
	}
	return c.Header.parse(string(text))
}
