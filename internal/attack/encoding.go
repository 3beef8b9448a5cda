package main

import (
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"fmt"
	"strings"
	"unicode/utf16"

	"github.com/bearerguard/bearerguard/middleware"
)

func encodings(a *area) {
	a.lenientParts()
	a.partCounts()
	a.wrapped()
	a.jsonSerialization()
	a.otherCharacters()
	a.goodEncodings()
}

// lenientParts are tokens in which a lenient decoder sees a good one. They are signed as they are sent.
func (a *area) lenientParts() {
	const source = "RFC 7515 §2, §5.2, RFC 4648 §3.5"
	h, p := encode(a.goodHeader()), encode(a.goodPayload())
	for _, c := range []struct {
		name   string
		change func(object string) string
	}{
		{"padding", func(o string) string { return encode(rest(o, 1)) + "==" }},
		{"unused bits set", func(o string) string { return bump(encode(rest(o, 1))) }},
		{"two unused bits set", func(o string) string { return bump(encode(rest(o, 2))) }},
		{"a character too many", func(o string) string { return encode(rest(o, 0)) + "A" }},
		{"the other alphabet", func(o string) string {
			return strings.NewReplacer("-", "+", "_", "/").Replace(encode(appendMembers(o, `"x":"???","y":"~~~","z":"???"`)))
		}},
		{"a tilde", func(o string) string { return encode(o) + "~" }},
	} {
		header, payload := c.change(a.goodHeader())+"."+p, h+"."+c.change(a.goodPayload())
		for place, input := range map[string]string{"header": header, "payload": payload} {
			token := input + "." + encode(a.signer()([]byte(input)))
			if c.name == "padding" {
				a.malformed("base64url of the "+place+" with padding", token, source)
				continue
			}
			a.bad("base64url of the "+place+" with "+c.name, token, source).because(middleware.ReasonMalformed)
		}
	}
	good := a.main.Token()
	a.bad("base64url of the signature with padding", good+"==", source).because(middleware.ReasonMalformed)
	a.bad("base64url of the signature with much padding", good+"====", source).because(middleware.ReasonMalformed)
	a.bad("base64url of the signature with unused bits set", bump(good), source).because(middleware.ReasonMalformed)
	a.bad("base64url of the signature with a character too many", a.main.Mint(mint{Algorithm: "ES256"})+"AAA", source).because(middleware.ReasonMalformed)
	a.bad("base64 of the signature in the other alphabet", a.plainSignature(), source).because(middleware.ReasonMalformed)
}

// malformed is for what no b64token holds: the request is bad, not the token.
func (a *area) malformed(name, token, source string) *Case {
	return a.add(name, source+", RFC 6750 §2.1", bearer(token), refused(middleware.InvalidRequest)).because(middleware.ReasonMalformed)
}

// rest appends white space until the length modulo 3 is n, which decides on the unused bits.
func rest(object string, n int) string {
	for len(object)%3 != n {
		object += " "
	}
	return object
}

// bump sets the lowest bit of the last character, all of whose unused bits are zero.
func bump(text string) string {
	const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	last := strings.IndexByte(alphabet, text[len(text)-1])
	return text[:len(text)-1] + alphabet[last|1:last|1+1]
}

// plainSignature is a token whose signature has a + or / of plain base64.
func (a *area) plainSignature() string {
	for {
		token := a.main.Token()
		dot := strings.LastIndexByte(token, '.') + 1
		if strings.ContainsAny(token[dot:], "-_") {
			return token[:dot] + strings.NewReplacer("-", "+", "_", "/").Replace(token[dot:])
		}
	}
}

func (a *area) partCounts() {
	const source = "RFC 7515 §5.2(1), §7.1"
	good := a.main.Token()
	parts := strings.Split(good, ".")
	for name, token := range map[string]string{
		"no periods": strings.ReplaceAll(good, ".", ""), "without a signature part": parts[0] + "." + parts[1], "one period behind": good + ".",
		"one period in front": "." + good,
		"four parts":          good + "." + parts[2], "six parts": good + "." + good, "header empty": "." + parts[1] + "." + parts[2],
		"payload empty":   parts[0] + ".." + parts[2],
		"all parts empty": "..", "one period": ".", "two periods in a row": parts[0] + ".." + parts[1] + "." + parts[2], "header alone": parts[0],
		"five empty parts": "....",
	} {
		c := a.bad("parts: "+name, token, source).because(middleware.ReasonUnrecognized)
		if name == "header empty" {
			c.because(middleware.ReasonMalformed) // there is an iss
		}
	}
	a.bad("parts: detached payload", signed(parts[0], "", a.signer()), "RFC 7515 App. F, RFC 7519 §7.2").because(middleware.ReasonUnrecognized)
	a.bad("parts: payload and header exchanged", parts[1]+"."+parts[0]+"."+parts[2], source).because(middleware.ReasonUnrecognized)
}

func (a *area) wrapped() {
	const source = "RFC 7515 §7.1"
	good := a.main.Token()
	a.bad("the whole token in base64url", encode(good), source).because(middleware.ReasonUnrecognized)
	a.bad("the whole token in base64", base64.StdEncoding.EncodeToString([]byte(good)), source).because(middleware.ReasonUnrecognized)
	a.bad("the whole token in hexadecimal", hex.EncodeToString([]byte(good)), source).because(middleware.ReasonUnrecognized)
	a.bad("the token in upper case", strings.ToUpper(good), source).because(middleware.ReasonUnrecognized)
	a.bad("the token reversed", string(reversed([]byte(good))), source).because(middleware.ReasonUnrecognized)
	parts := strings.Split(good, ".")
	a.bad("parts in base64url twice", signed(encode(parts[0]), encode(parts[1]), a.signer()), source).because(middleware.ReasonUnrecognized)
	a.bad("header and payload in UTF-16", a.texts(inUTF16(a.goodHeader()), inUTF16(a.goodPayload())), "RFC 8725 §3.7, RFC 7515 §5.2(3)").because(middleware.ReasonUnrecognized)
	a.bad("payload in UTF-16", a.texts(a.goodHeader(), inUTF16(a.goodPayload())), "RFC 8725 §3.7").because(middleware.ReasonUnrecognized)
}

func inUTF16(text string) string {
	var out []byte
	for _, unit := range utf16.Encode([]rune(text)) {
		out = binary.LittleEndian.AppendUint16(out, unit)
	}
	return string(out)
}

// jsonSerialization: only the compact serialization is a JWT.
func (a *area) jsonSerialization() {
	const source = "RFC 7519 §1, RFC 8725bis §3.14"
	p := strings.Split(a.main.Token(), ".")
	flat := fmt.Sprintf(`{"protected":"%s","payload":"%s","signature":"%s"}`, p[0], p[1], p[2])
	general := fmt.Sprintf(`{"payload":"%s","signatures":[{"protected":"%s","signature":"%s"}]}`, p[1], p[0], p[2])
	polyglot := fmt.Sprintf(`{"a":".%s.","protected":"%s","payload":"%s","signature":"%s"}`, encode(a.goodPayload()), p[0], p[1], p[2])
	a.malformed("flattened JSON serialization", flat, source)
	a.malformed("general JSON serialization", general, source)
	a.malformed("JSON serialization that looks compact", polyglot, source+", CVE-2022-39227")
	a.bad("flattened JSON serialization in base64url", encode(flat), source).because(middleware.ReasonUnrecognized)
	a.bad("general JSON serialization in base64url", encode(general), source).because(middleware.ReasonUnrecognized)
}

// otherCharacters stand in no bearer token, so the request is malformed.
func (a *area) otherCharacters() {
	const source = "RFC 7515 §2"
	good := a.main.Token()
	dot := strings.IndexByte(good, '.')
	for name, token := range map[string]string{
		"a space inside": good[:dot] + " " + good[dot:], "a tab inside": good[:dot] + "\t" + good[dot:], "a percent escape": strings.Replace(good, ".", "%2E", 1),
		"double quotes": `"` + good + `"`, "single quotes": "'" + good + "'", "angle brackets": "<" + good + ">", "a byte order mark": "\xef\xbb\xbf" + good,
		"a zero width space": good[:dot] + "\u200b" + good[dot:], "a full-width period": strings.Replace(good, ".", "\uff0e", 1),
		"an equals sign inside": strings.Replace(good, ".", "=.", 1),
		"a semicolon behind":    good + ";", "a backslash": good + `\`, "an octet that is no UTF-8": good + "\xff", "a colon": "x:" + good, "a hash": good + "#",
	} {
		a.malformed("token with "+name, token, source)
	}
}

func (a *area) goodEncodings() {
	const source = "RFC 7515 §5.2, RFC 8259 §2"
	for i := range 3 {
		a.good(fmt.Sprintf("payload of %d octets modulo 3", i), a.texts(a.goodHeader(), rest(a.goodPayload(), i)), source)
		a.good(fmt.Sprintf("header of %d octets modulo 3", i), a.texts(rest(a.goodHeader(), i), a.goodPayload()), source)
	}
	spaced := strings.NewReplacer(":", " :\t", ",", "\r\n, ")
	a.good("white space between members of the header", a.texts(" "+spaced.Replace(a.goodHeader())+"\n", a.goodPayload()), source)
	a.good("white space between members of the payload", a.texts(a.goodHeader(), "\r\n{ \"x\" :\t1 ,\n"+a.goodPayload()[1:]+"\t"), source)
	a.good("slashes with escapes", a.texts(a.goodHeader(), strings.ReplaceAll(a.goodPayload(), "/", `\/`)), "RFC 8259 §7, RFC 7519 §4.1.1")
	a.good("claims beyond ASCII", a.token(claims{"name": "Zoë 東京 😀"}), "RFC 7519 §7.2, RFC 8259 §8.1")
}
