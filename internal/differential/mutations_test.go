package differential

import (
	"fmt"
	"strings"
)

// mostMutations bounds the time that an input takes. Tokens with many faults show no more than their first.
const mostMutations = 8

// tokenFrom lets the octets decide: first whose key, then one mutation after the other, to their end.
func tokenFrom(data []byte) string {
	c := &choices{data}
	d := good(pick(c, signers))
	for n := 0; n < mostMutations && c.more(); n++ {
		pick(c, mutations)(d, c)
	}
	return d.token()
}

// signers are weighed by what a signature costs.
var signers = []*key{
	keyOf("EdDSA"), keyOf("ES256"), keyOf("RS256"), keyOf("PS256"), keyOf("ES384"), keyOf("ES512"),
	keyOf("EdDSA"), keyOf("EdDSA"), keyOf("EdDSA"), keyOf("EdDSA"), keyOf("EdDSA"), keyOf("ES256"), keyOf("ES256"), keyOf("ES256"),
}

var mutations = []func(*draft, *choices){
	setHeader, setClaim, repeatHeader, repeatClaim, respellHeader, respellClaim, setDate, rewriteHeader, rewriteClaims,
	nest, crowd, pad, sign, signUnencoded, changeSignature, encodeBefore, encodeAfter, movePeriods,
}

var headerNames = []string{
	"alg", "kid", "typ", "cty", "crit", "b64", "enc", "zip", "jwk", "jku", "x5c", "x5u", "nonce", "iss", "sub", "aud", "exp", "x",
}

var claimNames = []string{
	"iss", "sub", "aud", "exp", "nbf", "iat", "jti", "client_id", "scope", "scp", "cnf", "acr", "auth_time",
	"nonce", "at_hash", "c_hash", "typ", "token_use", "token_type", "events", "x",
}

var thumbprint = strings.Repeat("A", 43)

// values are JSON texts, "" being none at all.
var values = []string{
	"", `null`, `true`, `false`, `0`, `1`, `-1`, `-0`, `1.5`, `1e400`, `1E-400`, `253402300800`, `""`, `"x"`, `{}`, `[]`, `[""]`, `[1]`, `[null]`,
	`"RS256"`, `"PS256"`, `"ES256"`, `"ES384"`, `"ES512"`, `"EdDSA"`, `"Ed25519"`, `"HS256"`, `"none"`, `"rs256"`, `"\u0052S256"`, `"ed"`, `"es"`, `"rs"`, `"ps"`, `"es384"`, `"es512"`,
	`"JWT"`, `"at+jwt"`, `"application/AT+JWT"`, `"logout+jwt"`, `"id_token"`, `"Refresh"`, `"DEF"`, `["b64"]`, `["x"]`, `["exp","exp"]`,
	quote(issuer), `"https:\/\/issuer.test"`, quote(issuer + "/"), quote(audience), `["` + audience + `"]`, `["x","` + audience + `","x"]`, `["x",null]`,
	`["` + audience + `",1]`, `"read"`, `"read  write "`, `["read","a b","","write"]`, `"é\t"`, `"\u0000"`, `"\ud83d\ude00"`, `"\ud800"`, "\"\xff\"",
	`{"jkt":"` + thumbprint + `"}`, `{"x5t#S256":"` + thumbprint + `"}`, `{"jkt":""}`, `{"jwk":{}}`, `{"a":1,"a":2}`, `{"a":[{"b":1,"b":1}]}`,
	`{"http://schemas.openid.net/event/backchannel-logout":{}}`, fmt.Sprintf(`"%d"`, now+300), `{"kty":"OKP","crv":"Ed25519","x":"` + thumbprint + `"}`,
}

func setHeader(d *draft, c *choices) { d.header = set(d.header, pick(c, headerNames), value(c)) }
func setClaim(d *draft, c *choices)  { d.claims = set(d.claims, pick(c, claimNames), value(c)) }

// repeatHeader adds a member without looking whether there is one of that name.
func repeatHeader(d *draft, c *choices) {
	d.header = append(d.header, member{quote(pick(c, headerNames)), value(c)})
}

func repeatClaim(d *draft, c *choices) {
	d.claims = append(d.claims, member{quote(pick(c, claimNames)), value(c)})
}

// value is one of the list or, at its end, text that the engine makes up.
func value(c *choices) string {
	i := c.of(len(values) + 1)
	if i == len(values) {
		return c.text()
	}
	return values[i]
}

func respellHeader(d *draft, c *choices) { respell(d.header, c) }
func respellClaim(d *draft, c *choices)  { respell(d.claims, c) }

// respell writes the name of a member otherwise: as what it is by the rules of JSON, or as what it is not.
func respell(members []member, c *choices) {
	if len(members) == 0 {
		return
	}
	m := &members[c.of(len(members))]
	switch c.of(5) {
	case 0:
		m.name = strings.ToUpper(m.name)
	case 1:
		m.name = strings.Replace(m.name, "s", "ſ", 1) // which folds to s
	case 2:
		m.name = strings.Replace(m.name, "s", `\u0073`, 1)
	case 3:
		m.name = strings.Replace(m.name, "i", `\u0049`, 1) // I
	case 4:
		m.name = strings.TrimSuffix(m.name, `"`) + `\u0000"`
	}
}

// setDate chooses a time near to where verdicts change.
func setDate(d *draft, c *choices) {
	name := pick(c, []string{"exp", "nbf", "iat", "auth_time"})
	at := now + pick(c, []int{-31, -30, -29, -1, 0, 1, 29, 30, 31, 300})
	d.claims = set(d.claims, name, fmt.Sprint(at)+pick(c, []string{"", ".5", ".0", "e0", ".9999999999", "e300", "000000000"}))
}

func rewriteHeader(d *draft, c *choices) { d.headerText = append(d.headerText, rewrite(c)) }
func rewriteClaims(d *draft, c *choices) { d.claimsText = append(d.claimsText, rewrite(c)) }

// rewrite puts text of the engine's into JSON, over some of it or in between.
func rewrite(c *choices) func(string) string {
	at, over, text := c.of(256), c.of(8), c.text()
	return func(s string) string {
		i := at % (len(s) + 1)
		return s[:i] + text + s[min(len(s), i+over):]
	}
}

// nest adds a member of some depth.
func nest(d *draft, c *choices) {
	depth := pick(c, []int{2, 62, 63, 64, 65, 200})
	value := strings.Repeat(`[`, depth) + strings.Repeat(`]`, depth)
	if c.of(2) == 1 {
		value = strings.Repeat(`{"a":`, depth) + "1" + strings.Repeat(`}`, depth)
	}
	d.add(c, member{`"deep"`, value})
}

// crowd adds many members.
func crowd(d *draft, c *choices) {
	var inner []string
	for i := range pick(c, []int{50, 57, 58, 61, 62, 500, 505, 506, 513}) {
		inner = append(inner, fmt.Sprintf(`"m%d":0`, i))
	}
	if c.of(2) == 1 {
		d.add(c, member{`"crowd"`, "{" + strings.Join(inner, ",") + "}"})
		return
	}
	name, value, _ := strings.Cut(strings.Join(inner, ","), ":")
	d.add(c, member{name, value})
}

// pad makes the token long.
func pad(d *draft, c *choices) {
	d.add(c, member{`"pad"`, quote(strings.Repeat("x", pick(c, []int{1, 2, 3, 4000, 11500, 12500})))})
}

// add adds a member to the claims or to the header.
func (d *draft) add(c *choices, m member) {
	if c.of(2) == 0 {
		d.claims = append(d.claims, m)
	} else {
		d.header = append(d.header, m)
	}
}
