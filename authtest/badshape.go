package authtest

import (
	"bytes"
	"encoding/binary"
	"strings"
	"unicode/utf16"
)

// addParts adds tokens that are not three parts.
func (b *badTokens) addParts() {
	const why = "RFC 7515 §5.2, §7.1: a compact JWS has exactly two periods"
	good := b.issuer.Mint(Mint{Key: b.key})
	parts := strings.Split(good, ".")
	b.add("signature part missing", why, parts[0]+"."+parts[1])
	b.add("one period more at the end", why, good+".")
	b.add("one period more in front", why, "."+good)
	b.add("four parts", why, good+"."+parts[2])
	b.add("header empty", "RFC 7515 §5.2: the header is a JSON object", compact("", parts[1], b.key.Sign))
	b.add("payload empty", "RFC 7519 §7.2: the claims set is a JSON object", compact(parts[0], "", b.key.Sign))
	b.add("only periods", "RFC 7515 §5.2: the header is a JSON object", "..")
	b.add("JWE", "RFC 9068 §4, RFC 7516 §9: an encrypted token where a signed one is expected", strings.Join([]string{
		encode(mustJSON(map[string]any{"alg": "RSA-OAEP-256", "enc": "A256GCM", "kid": b.key.ID()})),
		parts[2], encode(make([]byte, 12)), parts[1], encode(make([]byte, 16)),
	}, "."))
}

// addBase64 adds tokens in which a lenient decoder sees a good one. Those with
// a changed payload are signed as they are sent.
func (b *badTokens) addBase64() {
	const why = "RFC 7515 §2, §5.2: base64url without padding, and nothing else"
	b.add("base64 padding", why, b.issuer.Mint(Mint{Key: b.key})+"=")

	good := b.good()
	header := encode(good.RawHeader)
	b.add("base64 of the other alphabet", why, compact(header, otherAlphabet(good.RawPayload), good.Sign))
	b.add("base64 with unused bits set", why, compact(header, unusedBits(good.RawPayload), good.Sign))
	b.add("base64 of an impossible length", why, compact(header, impossibleLength(good.RawPayload), good.Sign))
}

// otherAlphabet encodes an object with at least one / of plain base64 in it.
func otherAlphabet(object []byte) string {
	// A question mark ends in six ones, the last character of the alphabet, and
	// one of three neighbours is the last of a group of three octets.
	text := encode(appendMember(object, `"x":"???"`))
	return strings.NewReplacer("-", "+", "_", "/").Replace(text)
}

// unusedBits encodes an object so that the last character carries a bit that
// belongs to no octet.
func unusedBits(object []byte) string {
	text := []byte(encode(pad(object, 1)))
	text[len(text)-1]++ // four unused bits, all zero so far
	return string(text)
}

// impossibleLength encodes an object with one character too many.
func impossibleLength(object []byte) string { return encode(pad(object, 0)) + "A" }

// pad appends JSON white space until the length modulo 3 is rest.
func pad(object []byte, rest int) []byte {
	padded := bytes.Clone(object)
	for len(padded)%3 != rest {
		padded = append(padded, ' ')
	}
	return padded
}

// addHeaderJSON adds tokens whose header is no JSON object, or two.
func (b *badTokens) addHeaderJSON() {
	const object = "RFC 7515 §5.2: the header is one completely valid JSON object"
	good := b.good().RawHeader
	raw := func(name, why string, header []byte) { b.mint(name, why, Mint{RawHeader: header}) }
	raw("header an array", object, append(append([]byte("["), good...), ']'))
	raw("header null", object, []byte("null"))
	raw("header with trailing data", "RFC 7515 §10.12: nothing may follow the JSON object", append(bytes.Clone(good), "ABCD"...))
	raw("header truncated", object, good[:len(good)-1])
	raw("header with invalid UTF-8", object, appendMember(good, "\"x\":\"\xff\""))
	raw("header with a byte order mark", "RFC 8259 §8.1: JSON text has no byte order mark", append([]byte("\ufeff"), good...))
	raw("header with a good alg, then none", "RFC 7515 §4: of two members with one name the last counts, if any",
		appendMember(good, `"alg":"none"`))
}

// addPayloadJSON adds tokens whose payload is no JSON object, or two.
func (b *badTokens) addPayloadJSON() {
	const object = "RFC 7519 §7.2: the claims set is one completely valid JSON object"
	const twice = "RFC 7519 §4: of two claims with one name the last counts, if any"
	good := b.good().RawPayload
	raw := func(name, why string, payload []byte) { b.mint(name, why, Mint{RawPayload: payload}) }
	raw("payload an array", object, append(append([]byte("["), good...), ']'))
	raw("payload null", object, []byte("null"))
	raw("payload a string", object, mustJSON(string(good)))
	raw("payload with trailing data", "RFC 7515 §10.12: nothing may follow the JSON object", append(bytes.Clone(good), "{}"...))
	raw("payload truncated", object, good[:len(good)-1])
	raw("payload with invalid UTF-8", object, appendMember(good, "\"x\":\"\xff\""))
	raw("payload with a byte order mark", "RFC 8259 §8.1: JSON text has no byte order mark", append([]byte("\ufeff"), good...))
	raw("payload in UTF-16", "RFC 8725 §3.7: JSON in tokens is UTF-8", utf16Of(good))
	raw("payload with a good exp, then a past one", twice, appendMember(good, `"exp":1`))
	raw("payload with a good aud, then another", twice, appendMember(good, `"aud":"`+otherAudience+`"`))
	raw("payload with a good iss, then another", twice, appendMember(good, `"iss":"`+attackerURL+`"`))
}

func utf16Of(text []byte) []byte {
	var out []byte
	for _, unit := range utf16.Encode([]rune(string(text))) {
		out = binary.LittleEndian.AppendUint16(out, unit)
	}
	return out
}
