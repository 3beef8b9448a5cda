package authtest

import "bytes"

// addSignatures adds tokens that were changed after they were signed.
func (b *badTokens) addSignatures() {
	const why = "RFC 7515 §5.2: the signature does not belong to these octets"
	change := func(name string, f func([]byte) []byte) {
		b.mint(name, why, Mint{Sign: func(input []byte) []byte { return f(b.key.Sign(input)) }})
	}
	change("signature empty", func([]byte) []byte { return nil })
	change("signature with a flipped bit", func(s []byte) []byte { s[len(s)/2] ^= 1; return s })
	change("signature one octet short", func(s []byte) []byte { return s[:len(s)-1] })
	change("signature one octet long", func(s []byte) []byte { return append(s, 0) })
	change("signature of zeros", func(s []byte) []byte { return make([]byte, len(s)) })

	good := b.good()
	header, payload := encode(good.RawHeader), encode(good.RawPayload)
	signed := func([]byte) []byte { return good.Sign([]byte(header + "." + payload)) }
	b.add("payload changed after signing", why,
		compact(header, encode(appendMember(good.RawPayload, `"admin":true`)), signed))
	b.add("header changed after signing", why,
		compact(encode(appendMember(good.RawHeader, `"x":1`)), payload, signed))
	b.mint("signature of another token", why, Mint{Sign: signed})
}

// appendMember adds a member to the end of a JSON object, where it stands
// even if the object has the name already.
func appendMember(object []byte, member string) []byte {
	return append(bytes.TrimSuffix(bytes.Clone(object), []byte("}")), ","+member+"}"...)
}
