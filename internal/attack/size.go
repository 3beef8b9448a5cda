package main

import (
	"fmt"
	"strings"

	"github.com/bearerguard/bearerguard/middleware"
)

const (
	longestToken = 16 << 10
	shortOf      = "a limit of this library"
)

func sizes(a *area) {
	a.longTokens()
	a.noTokens()
	a.manyThings()
	a.deepThings()
	a.longOpaqueTokens()
}

// tokenOf is a good token of exactly so many octets.
func (a *area) tokenOf(size int) string {
	token := a.main.Mint(mint{Header: header{"x": ""}, Claims: claims{"x": ""}})
	for n := (size-len(token))*3/4 - 8; ; n++ {
		// Four characters are three octets, so one in four lengths is out of reach; the header makes up for it.
		for pad := range 4 {
			token = a.main.Mint(mint{Header: header{"x": strings.Repeat("h", pad)}, Claims: claims{"x": strings.Repeat("p", n)}})
			if len(token) == size {
				return token
			}
		}
		if len(token) > size+8 {
			panic("attack: no token has that size")
		}
	}
}

func (a *area) longTokens() {
	const source = shortOf + ", 16 KiB"
	a.good("token of 4 KiB", a.tokenOf(4<<10), source)
	a.good("token of 16 KiB", a.tokenOf(longestToken), source)
	a.bad("token of 16 KiB and an octet", a.tokenOf(longestToken+1), source).because(middleware.ReasonTooLarge)
	a.bad("token of 64 KiB", a.tokenOf(64<<10), source).because(middleware.ReasonTooLarge)
	a.bad("token with a header of 12 KiB", a.headed(header{"x": strings.Repeat("h", 12<<10)}), source)
	a.good("token with a header of 6 KiB", a.headed(header{"x": strings.Repeat("h", 6<<10)}), source)
	a.bad("signature of 12 KB", a.signature("RS256", func(s []byte) []byte { return append(s, make([]byte, 9000)...) }),
		"RFC 8017 §8.2.2").because(middleware.ReasonSignature)
	a.bad("signature of 12 KB, EdDSA", a.signature("EdDSA", func(s []byte) []byte { return append(s, make([]byte, 9000)...) }),
		"RFC 8032 §5.1.7").because(middleware.ReasonSignature)
}

func (a *area) noTokens() {
	const source = "CVE-2025-30204, CVE-2025-22868, RFC 7515 §5.2(1)"
	for name, token := range map[string]string{
		"8 KB of periods": strings.Repeat(".", 8<<10), "16 KB of periods": strings.Repeat(".", longestToken), "8 KB of A": strings.Repeat("A", 8<<10),
		"periods between A": strings.Repeat("A.", 4<<10), "a header and 8 KB of periods": encode(`{"alg":"RS256"}`) + strings.Repeat(".", 8<<10),
		"8 KB of braces in base64url":   encode(strings.Repeat("{", 6<<10)) + ".e30.AA",
		"8 KB of brackets in base64url": encode(strings.Repeat("[", 6<<10)) + ".e30.AA",
		"8 KB of digits in base64url":   encode(strings.Repeat("9", 6<<10)) + ".e30.AA",
	} {
		a.bad(name, token, source)
	}
	a.bad("17 KB of periods", strings.Repeat(".", 17<<10), source).because(middleware.ReasonTooLarge)
	a.bad("512 KB of A", strings.Repeat("A", 512<<10), source).because(middleware.ReasonTooLarge)
	a.malformed("8 KB of equals signs", strings.Repeat("=", 8<<10), source)
	a.malformed("8 KB of equals signs behind a letter, and one more", "a"+strings.Repeat("=", 8<<10)+"a", source)
	a.add("8 KB of spaces", "RFC 6750 §2.1", bearer(strings.Repeat(" ", 8<<10)), refused(middleware.InvalidRequest)).because(middleware.ReasonMalformed)
	a.good("8 KB of spaces in front of a token", strings.Repeat(" ", 8<<10)+a.main.Token(), "RFC 6750 §2.1: 1*SP")
}

// members is so many members of a JSON object, each behind a comma.
func members(n int) string {
	var b strings.Builder
	for i := range n {
		fmt.Fprintf(&b, `,"x%d":0`, i)
	}
	return b.String()
}

func (a *area) manyThings() {
	extra := func(n int) string { return strings.TrimSuffix(a.goodPayload(), "}") + members(n) + "}" }
	a.good("512 claims", a.texts(a.goodHeader(), extra(512-8)), shortOf)
	a.bad("513 claims", a.texts(a.goodHeader(), extra(513-8)), shortOf)
	a.good("512 members inside a claim", a.texts(a.goodHeader(), a.more(`"o":{"y":1`+members(511)+"}")), shortOf)
	a.good("an array of 3000 numbers", a.texts(a.goodHeader(), a.more(`"x":[0`+strings.Repeat(",10", 2999)+"]")), shortOf)
	a.good("1000 scopes, the right one last", a.token(claims{"scope": strings.Repeat("xx ", 1000) + "read"}), "RFC 6749 §3.3")
	a.good("1000 audiences, ours last",
		a.texts(a.goodHeader(), strings.Replace(a.goodPayload(), `"aud":"`+ours+`"`, `"aud":[`+strings.Repeat(`"",`, 1000)+`"`+ours+`"]`, 1)),
		"RFC 7519 §4.1.3")
}

func (a *area) deepThings() {
	nested := func(open, end string, depth int) string {
		return strings.Repeat(open, depth) + "0" + strings.Repeat(end, depth)
	}
	const source = "RFC 8259 §9; " + shortOf + ", depth 64"
	a.good("arrays 63 deep below the claims", a.texts(a.goodHeader(), a.more(`"x":`+nested("[", "]", 63))), source)
	a.bad("arrays 64 deep below the claims", a.texts(a.goodHeader(), a.more(`"x":`+nested("[", "]", 64))), source)
	a.good("objects 63 deep below the claims", a.texts(a.goodHeader(), a.more(`"x":`+nested(`{"x":`, "}", 63))), source)
	a.bad("objects 64 deep below the claims", a.texts(a.goodHeader(), a.more(`"x":`+nested(`{"x":`, "}", 64))), source)
	a.bad("arrays 5000 deep", a.texts(a.goodHeader(), a.more(`"x":`+nested("[", "]", 5000))), source+"")
	a.bad("arrays 5000 deep in the header", a.texts(appendMembers(a.goodHeader(), `"x":`+nested("[", "]", 5000)), a.goodPayload()), source)
	a.bad("brackets that never end", a.texts(a.goodHeader(), a.more(`"x":`+strings.Repeat("[", 9000))), source)
}

func (a *area) longOpaqueTokens() {
	const source = "RFC 7662 §4; " + shortOf + ", 16 KiB"
	a.good("opaque token of 16 KiB", strings.Repeat("o", longestToken), source).with("opaque").answer(active(nil)).asked(1)
	a.bad("opaque token of 16 KiB and an octet", strings.Repeat("o", longestToken+1),
		source).with("opaque").answer(active(nil)).asked(0).because(middleware.ReasonTooLarge)
	a.bad("JWT of 16 KiB and an octet where JWTs and opaque tokens are accepted", a.tokenOf(longestToken+1),
		source).with("first").answer(active(nil)).asked(0).because(middleware.ReasonTooLarge)
}
