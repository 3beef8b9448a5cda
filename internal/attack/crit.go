package main

import "github.com/bearerguard/bearerguard/middleware"

func criticals(a *area) {
	a.extensions()
	a.malformedCritical()
	a.unencodedPayload()
	a.contentTypes()
	a.harmlessCritical()
}

func (a *area) headerFault(name string, h header, source string) *Case {
	return a.bad(name, a.headed(h), source).because(middleware.ReasonHeader)
}

func (a *area) extensions() {
	const source = "RFC 7515 §4.1.11, CVE-2025-59420"
	a.headerFault("crit with an unknown extension", header{"crit": []string{"urn:example:ext"}, "urn:example:ext": true}, source)
	a.headerFault("crit with an unknown extension, null", header{"crit": []string{"x"}, "x": nil}, source)
	a.headerFault("crit with a URL", header{"crit": []string{"http://example.com/ext"}, "http://example.com/ext": 1}, source)
	a.headerFault("crit with exp", header{"crit": []string{"exp"}, "exp": in(600)}, source)
	a.headerFault("crit with cnf", header{"crit": []string{"cnf"}, "cnf": header{"jkt": "x"}}, source)
	a.headerFault("crit with b64 and an unknown extension", header{"crit": []string{"b64", "x"}, "b64": true, "x": 1}, source)
	a.bad("crit with an escape in its name", a.texts(appendMembers(a.goodHeader(), `"cr\u0069t":["x"],"x":1`), a.goodPayload()),
		"RFC 7515 §4.1.11, §5.3, CVE-2025-59420").because(middleware.ReasonHeader)
}

func (a *area) malformedCritical() {
	const source = "RFC 7515 §4.1.11"
	for name, crit := range map[string]any{
		"empty": []string{}, "a string": "exp", "null": nil, "a number": 1, "true": true, "false": false, "an object": header{"exp": true},
		"an array with a number": []int{1}, "an array with null": []any{nil},
		"an array in an array": []any{[]string{"x"}}, "with a registered name": []string{"alg"}, "with kid": []string{"kid"},
		"with typ": []string{"typ"}, "with crit itself": []string{"crit"}, "with an absent name": []string{"absent"},
		"with a name twice": []string{"x", "x"}, "with an empty name": []string{""}, "with a NUL": []string{"exp\x00"},
	} {
		a.headerFault("crit "+name, header{"crit": crit, "x": 1}, source)
	}
}

func (a *area) unencodedPayload() {
	const source = "RFC 7797 §7: b64 is not for JWTs"
	a.headerFault("b64 false, named in crit", header{"crit": []string{"b64"}, "b64": false}, source)
	a.headerFault("b64 false, not named in crit", header{"b64": false}, source+", §6")
	a.headerFault("b64 true, named in crit", header{"crit": []string{"b64"}, "b64": true}, source)
	a.headerFault("b64 a string", header{"b64": "false"}, source)
	a.headerFault("b64 null", header{"b64": nil}, source)
	encoded := encode(appendMembers(a.goodHeader(), `"b64":false,"crit":["b64"]`))
	a.bad("b64 false, signed over the payload as it is", func() string {
		signature := encode(a.signer()([]byte(encoded + "." + a.goodPayload())))
		return encoded + "." + encode(a.goodPayload()) + "." + signature
	}(), source).because(middleware.ReasonHeader)
	a.malformed("b64 false, the payload as it is", signed(encoded, `{"iss":"`+mainURL+`"}`, a.signer()), source)
	a.bad("b64 false, a payload of letters", signed(encoded, "payload", a.signer()), source)
}

func (a *area) contentTypes() {
	const source = "RFC 7519 §5.2, §7.2(8)"
	inner := a.main.Token()
	nested := func(cty any, payload string) string {
		return a.main.Mint(mint{Header: header{"cty": cty}, RawPayload: []byte(payload)})
	}
	a.bad("nested: a good token inside a good signature", nested("JWT", inner), source)
	a.bad("nested: an unsecured token inside a good signature",
		nested("JWT", a.main.Mint(mint{Header: header{"alg": "none"}, Sign: func([]byte) []byte { return nil }})), source)
	a.bad("nested: without cty", a.main.Mint(mint{RawPayload: []byte(inner)}), source)
	for _, cty := range []any{"JWT", "jwt", "application/jwt", "JWE", "", "json", nil, 1} {
		a.headerFault("cty "+quoted(toJSON(cty))+" over claims", header{"cty": cty}, source)
	}
}

func (a *area) harmlessCritical() {
	const source = "RFC 7515 §4, §5.3, RFC 7519 §4"
	a.good("crit in the payload", a.token(claims{"crit": []string{"x"}}), source)
	a.good("b64 in the payload", a.token(claims{"b64": false}), source)
	a.good("Crit in the header", a.headed(header{"Crit": []string{"x"}}), source)
	a.good("crit inside another parameter", a.headed(header{"x": header{"crit": []string{"y"}}}), source)
	a.good("critical in the header", a.headed(header{"critical": []string{"x"}}), source)
	a.good("content_type in the header", a.headed(header{"content_type": "JWT"}), source)
}
