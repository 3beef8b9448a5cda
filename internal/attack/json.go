package main

import (
	"fmt"
	"strings"

	"github.com/bearerguard/bearerguard/middleware"
)

func jsonTexts(a *area) {
	a.noObjects()
	a.brokenObjects()
	a.duplicates()
	a.foldedNames()
	a.strangeNumbers()
	a.goodTexts()
}

// noObjects are headers and payloads that are JSON and no object, or an object with something around it.
func (a *area) noObjects() {
	const source = "RFC 7515 §5.2(3), §10.12, RFC 7519 §7.2"
	for name, around := range map[string]func(o string) string{
		"an array":                    func(o string) string { return "[" + o + "]" },
		"null":                        func(string) string { return "null" },
		"a string":                    func(o string) string { return toJSON(o) },
		"a number":                    func(string) string { return "1" },
		"true":                        func(string) string { return "true" },
		"empty":                       func(string) string { return "" },
		"white space":                 func(string) string { return " " },
		"an object without its end":   func(o string) string { return o[:len(o)-1] },
		"an object and letters":       func(o string) string { return o + "ABCD" },
		"an object and a brace":       func(o string) string { return o + "}" },
		"an object twice":             func(o string) string { return o + o },
		"an object and a NUL":         func(o string) string { return o + "\x00" },
		"an object and a comma":       func(o string) string { return o + "," },
		"a byte order mark in front":  func(o string) string { return "\ufeff" + o },
		"a JSON security prefix":      func(o string) string { return ")]}'\n" + o },
		"a record separator in front": func(o string) string { return "\x1e" + o },
	} {
		a.bad("header: "+name, a.texts(around(a.goodHeader()), a.goodPayload()), source).because(middleware.ReasonMalformed)
		c := a.bad("payload: "+name, a.texts(a.goodHeader(), around(a.goodPayload())), source).because(middleware.ReasonMalformed)
		switch name {
		case "null", "a string", "a number", "true", "empty", "white space":
			c.because(middleware.ReasonUnrecognized) // there is no iss to be seen
		}
	}
}

// brokenObjects have a member that is no JSON, which lenient readers read nevertheless.
func (a *area) brokenObjects() {
	const source = "RFC 8259 §2, §7, §8.1, RFC 7515 §5.2(3)"
	for name, member := range map[string]string{
		"a lone high surrogate": `"x":"\ud800"`, "a lone low surrogate": `"x":"\udc00"`, "surrogates the wrong way around": `"x":"\udc00\ud800"`,
		"a lone surrogate in a name": `"\ud800":1`,
		"invalid UTF-8":              "\"x\":\"\xff\"", "overlong UTF-8": "\"x\":\"\xc0\xaf\"", "a surrogate in UTF-8": "\"x\":\"\xed\xa0\x80\"",
		"UTF-8 cut off":                "\"x\":\"\xe2\x82\"",
		"a raw line break in a string": "\"x\":\"\n\"", "a raw NUL in a string": "\"x\":\"\x00\"", "a raw tab in a string": "\"x\":\"\t\"",
		"an unknown escape": `"x":"\x41"`, "half an escape": `"x":"\u00"`, "single quotes": `'x':'y'`, "a name without quotes": `x:1`,
		"a comment": `/* */"x":1`, "a line comment": "//\n\"x\":1",
		"a trailing comma": `"x":1,`, "no value": `"x":`, "no colon": `"x"1`, "True": `"x":True`, "undefined": `"x":undefined`,
		"a no-break space": "\u00a0\"x\":1", "a form feed": "\f\"x\":1",
	} {
		a.bad("header with "+name, a.texts(appendMembers(a.goodHeader(), member), a.goodPayload()), source).because(middleware.ReasonMalformed)
		a.bad("payload with "+name, a.texts(a.goodHeader(), a.more(member)), source).because(middleware.ReasonMalformed)
	}
}

// duplicates: which of two values was meant is nothing to guess.
func (a *area) duplicates() {
	const source = "RFC 7515 §4, §10.12, RFC 7519 §4"
	for name, member := range map[string]string{
		"alg, none last": `"alg":"none"`, "alg, the same": `"alg":"ES256"`, "alg with an escape": `"\u0061lg":"none"`, "typ": `"typ":"JWT"`,
		"kid": `"kid":"other"`, "an unknown name": `"x":1,"x":1`,
		"a name inside": `"x":{"y":1,"y":2}`, "a name inside an array": `"x":[{"y":1,"y":1}]`,
	} {
		a.bad("header twice: "+name, a.texts(appendMembers(a.goodHeader(), member), a.goodPayload()), source).because(middleware.ReasonMalformed)
	}
	a.bad("header twice: alg, none first", a.texts(strings.Replace(a.goodHeader(), "{", `{"alg":"none",`, 1), a.goodPayload()), source).because(middleware.ReasonMalformed)
	for name, member := range map[string]string{
		"exp, past last": `"exp":1`, "exp, the same": fmt.Sprintf(`"exp":%d`, now.Unix()+300), "aud, theirs last": `"aud":"` + theirs + `"`,
		"aud, ours last": `"aud":"` + ours + `"`,
		"iss, evil last": `"iss":"` + evilURL + `"`, "iss, ours last": `"iss":"` + mainURL + `"`, "sub": `"sub":"root"`, "scope": `"scope":"admin"`,
		"scope with an escape": `"scop\u0065":"admin"`,
		"cnf":                  `"cnf":{"jkt":"x"},"cnf":null`, "an unknown name": `"x":1,"x":2`, "a name inside": `"x":{"y":1,"y":2}`, "the empty name": `"":1,"":2`,
		"a name beyond ASCII": `"é":1,"\u00e9":2`,
	} {
		a.bad("payload twice: "+name, a.texts(a.goodHeader(), a.more(member)), source).because(middleware.ReasonMalformed)
	}
	a.bad("payload twice: iss, evil first", a.texts(a.goodHeader(), strings.Replace(a.goodPayload(), "{", `{"iss":"`+evilURL+`",`, 1)), source).because(middleware.ReasonMalformed)
}

// foldedNames: encoding/json and its like take them for the real ones.
func (a *area) foldedNames() {
	const source = "RFC 7515 §5.3, §10.13, RFC 7519 §4: names are compared code point by code point"
	for name, member := range map[string]string{
		"ISS beside iss": `"ISS":"` + evilURL + `"`, "Aud beside aud": `"Aud":"` + theirs + `"`, "EXP beside exp": `"EXP":1`,
		"Nbf": fmt.Sprintf(`"Nbf":%d`, now.Unix()+9999),
		"CNF": `"CNF":{"jkt":"x"}`, "Nonce": `"Nonce":"n"`, "a name with a space": `"exp ":1`, "a name with a NUL": `"exp\u0000":1`,
	} {
		a.good("folded: "+name, a.texts(a.goodHeader(), a.more(member)), source)
	}
	folded := func(name, value string, instead string) string {
		return a.main.Mint(mint{Claims: claims{instead: absent, name: value}})
	}
	a.bad("folded: ISS for iss", folded("ISS", mainURL, "iss"), source).because(middleware.ReasonUnrecognized)
	a.bad("folded: Aud for aud", folded("Aud", ours, "aud"), source).because(middleware.ReasonAudience)
	a.bad("folded: iſſ for iss", folded("iſſ", mainURL, "iss"), source).because(middleware.ReasonUnrecognized)
	a.bad("folded: EXP for exp", a.token(claims{"exp": absent, "EXP": now.Unix() + 300}), source).because(middleware.ReasonClaims)
	for _, name := range []string{"SCOPE", "Scope", "ſcope", "scope ", "sсope"} {
		a.good("folded: "+quoted(name)+" for scope", folded(name, "read", "scope"), source).forbidden()
	}
	a.bad("folded: ALG for alg", a.headed(header{"alg": absent, "ALG": "ES256"}), source).because(middleware.ReasonMalformed)
	a.bad("folded: a Kelvin sign in kid", a.main.Mint(mint{Key: a.stranger, Header: header{"kid": absent, "\u212aid": a.main.KeyID()}}),
		source).because(middleware.ReasonUnknownKey)
	a.good("folded: CRIT", a.headed(header{"CRIT": []string{"x"}, "x": 1}), source)
}

func (a *area) strangeNumbers() {
	const source = "RFC 8259 §6"
	for _, number := range []string{"01", "+1", ".5", "1.", "1e", "0x10", "NaN", "Infinity", "-Infinity", "1_000", "-", "--1", "1e+", "\u0661", "1 2"} {
		a.bad("payload with the number "+number, a.texts(a.goodHeader(), a.more(`"x":`+number)), source).because(middleware.ReasonMalformed)
	}
}

func (a *area) goodTexts() {
	const source = "RFC 8259 §4, §7, RFC 7519 §4"
	for name, member := range map[string]string{
		"a surrogate pair": `"x":"\ud83d\ude00"`, "every escape": `"x":"\"\\\/\b\f\n\r\t\u0041"`,
		"numbers of every form": `"x":[0,-0,1.5,1e5,1E-5,-1.25e+10]`, "a number beyond float64": `"x":1e999`,
		"a very long number": `"x":` + strings.Repeat("9", 100), "null": `"x":null`, "empty things": `"x":[{},[],"",{"":""}]`,
		"names of JavaScript": `"__proto__":{"admin":true},"constructor":1`,
		"names beyond ASCII":  `"é":1,"名":2,"😀":3`, "every JSON type": `"a":null,"b":true,"c":1,"d":"s","e":[1],"f":{"g":1}`,
		"a name that differs by normalization": `"\u00e9":1,"e\u0301":2`, "a URL as name": `"https://example.com/roles":["admin"]`,
		"a NUL with an escape": `"x":"\u0000"`, "JSON as string": `"x":"{\"exp\":1}"`,
	} {
		a.good("payload with "+name, a.texts(a.goodHeader(), a.more(member)), source)
	}
	a.good("names with escapes",
		a.texts(a.goodHeader(), strings.NewReplacer(`"iss"`, `"\u0069ss"`, `"exp"`, `"e\u0078p"`, `"aud"`, `"au\u0064"`, `"scope"`, `"\u0073cope"`).Replace(a.goodPayload())),
		"RFC 7515 §5.3")
	a.good("header names with escapes",
		a.texts(strings.NewReplacer(`"alg"`, `"\u0061lg"`, `"kid"`, `"k\u0069d"`).Replace(a.goodHeader()), a.goodPayload()), "RFC 7515 §5.3")
	a.good("values with escapes", a.texts(a.goodHeader(), strings.Replace(a.goodPayload(), "https", `\u0068ttps`, 2)), "RFC 7515 §5.3")
}
