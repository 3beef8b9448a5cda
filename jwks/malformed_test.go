package jwks_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
)

// TestMalformed: a text that is no token by our rules, and is one of an issuer of
// ours to a laxer reader, is refused for good: no other validator is to judge it.
// The strict base64url of each part of such a text is in TestFormOfOurs.
func TestMalformed(t *testing.T) {
	t.Parallel()
	as := fixed()
	v := newValidator(t, jwks.Config{Now: func() time.Time { return mintedAt }}, offline(t, as))
	payloadOf := func(text string) string { return as.Mint(authtest.Mint{RawPayload: []byte(text)}) }
	ours := `"iss":"` + as.URL() + `"`
	part := strings.Split(payloadOf("{"+ours+`,"x":">>>???"}`), ".")
	encoded := func(payload string) string { return part[0] + "." + payload + "." + part[2] }
	standard := base64.StdEncoding.EncodeToString([]byte(`{"x":">>>>???? ????>>>>",` + ours + `,"y":">"}`))
	if !strings.Contains(standard, "+") || !strings.Contains(standard, "/") || !strings.HasSuffix(standard, "=") {
		t.Fatal("nothing tells the alphabets apart: " + standard)
	}

	tests := map[string]struct {
		raw  string
		want verdict
	}{
		"iss twice, ours first":              {payloadOf("{" + ours + `,"iss":"x"}`), malformed},
		"iss twice, ours last":               {payloadOf(`{"iss":"x",` + ours + "}"), malformed},
		"iss twice, neither ours":            {payloadOf(`{"iss":"x","iss":"y"}`), notMine},
		"iss twice, ours in capitals":        {payloadOf(`{"iss":"x","iss":"x","ISS":"` + as.URL() + `"}`), malformed},
		"iss more often than is looked at":   {payloadOf(`{"iss":"x"` + strings.Repeat(`,"iss":"x"`, 8) + "}"), malformed},
		"iss as often as is looked at":       {payloadOf(`{"iss":"x"` + strings.Repeat(`,"iss":"x"`, 7) + "}"), notMine},
		"iss escaped, with a lone surrogate": {payloadOf(`{"\u0069ss":"` + strings.ReplaceAll(as.URL(), "/", `\/`) + `","x":"\ud800"}`), malformed},
		"not UTF-8":                          {payloadOf("{" + ours + ",\"x\":\"\xff\"}"), malformed},
		"data after the object":              {payloadOf("{" + ours + "}{}"), malformed},
		"an object that breaks off":          {payloadOf("{" + ours), malformed},
		"an object that breaks off before":   {payloadOf(`{"x":[` + ours), malformed},
		"iss of a nested object":             {payloadOf(`{"x":{` + ours + `,"a":1,"a":2}}`), malformed},
		"iss beside a nested fault":          {payloadOf(`{"x":{"a":1,"a":2},` + ours + "}"), malformed},
		"iss after what is no JSON":          {payloadOf(`{'x':NaN,/**/` + ours + ",}"), malformed},
		"iss as a value":                     {payloadOf(`{"x":"iss","x":"` + as.URL() + `"}`), notMine},
		"iss an array":                       {payloadOf(`{"iss":["` + as.URL() + `"],"x":1,"x":1}`), notMine},
		"an array":                           {payloadOf("[{" + ours + "}]"), malformed},
		"strings that do not end":            {payloadOf(`{"iss":"` + as.URL()), notMine},
		"nested too deep":                    {payloadOf(`{"x":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + "," + ours + "}"), malformed},
		"the other alphabet":                 {encoded(strings.TrimRight(standard, "=")), malformed},
		"the other alphabet, padded":         {encoded(standard), malformed},
		"line breaks":                        {encoded(part[1][:20] + "\r\n" + part[1][20:]), malformed},
		"a character of no alphabet":         {encoded(part[1][:21] + "*" + part[1][21:]), malformed},
		"base64url that breaks off":          {encoded(part[1] + "A"), malformed},
		"the header alone is bad":            {"*." + part[1] + "." + part[2], malformed},
		"the signature alone is bad":         {part[0] + "." + part[1] + ".*", malformed},
		"no header":                          {"." + part[1] + "." + part[2], malformed},
		"kid a number":                       {as.Mint(authtest.Mint{Header: map[string]any{"kid": 7}}), refused(middleware.ReasonHeader)},
		"kid a number, another issuer":       {as.Mint(authtest.Mint{Header: map[string]any{"kid": 7}, Claims: authtest.Claims{"iss": "x"}}), notMine},
		"typ a number, another issuer":       {as.Mint(authtest.Mint{Header: map[string]any{"typ": 7}, Claims: authtest.Claims{"iss": "x"}}), notMine},
		"kid a number, no claims":            {as.Mint(authtest.Mint{Header: map[string]any{"kid": 7}, RawPayload: []byte("x")}), notMine},
		"padded, another issuer":             {as.Token(authtest.Claims{"iss": "x"}) + "=", notMine},
		"another issuer whose name begins":   {payloadOf(`{"iss":"` + as.URL() + `/","x":1,"x":1}`), notMine},
		"two parts":                          {part[0] + "." + part[1], notMine},
		"four parts":                         {part[0] + "." + part[1] + "." + part[2] + ".", notMine},
		"a JWE":                              {part[0] + "." + part[1] + "." + part[2] + "..", notMine},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expect(t, v, test.raw, test.want)
		})
	}
}

// What is malformed makes nobody a tenant and asks nobody for keys.
func TestMalformedTenant(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPlatform()
		a, b := p.tenant("a"), p.tenant("b")
		v := p.validator(t, func(c *jwks.Tenants) { c.Max = 1 })
		token := a.Token()
		expectVerdict(t, v, token, good)
		asked := p.requests("a.test")
		for _, raw := range []string{b.Token() + "=", a.Token() + "=", "*" + b.Token()} {
			expectVerdict(t, v, raw, malformed)
		}
		expectVerdict(t, v, es256().Token(authtest.Claims{"iss": "https://evil.example"})+"=", notMine)
		expectVerdict(t, v, es256().Token(authtest.Claims{"iss": "https://" + strings.Repeat("a", 600) + ".test"})+"=", notMine)
		expectVerdict(t, v, a.Token(authtest.Claims{"jti": "2"}), good)
		if p.requests("b.test") != 0 || p.requests("a.test") != asked {
			t.Errorf("%d requests to b, %d more to a; want none", p.requests("b.test"), p.requests("a.test")-asked)
		}
	})
}

// TestMalformedWork: L-10 the laxer look is bounded too. Times are not judged
// here; what is allocated tells as much.
func TestMalformedWork(t *testing.T) {
	as := fixed()
	v := newValidator(t, jwks.Config{}, offline(t, as))
	const size, room = 16 << 10, 12<<10 - 16
	of := func(payload string) string { return "e30." + b64(payload) + ".AA" }
	fill := func(s string) string { return strings.Repeat(s, room/len(s)) }
	for name, raw := range map[string]string{
		"dots":           strings.Repeat(".", size),
		"escaped names":  of("{" + fill(`"\n":1,`)),
		"names":          of("{" + fill(`"a":1,`)),
		"issuers":        of("{" + fill(`"iss":"",`)),
		"issuers, apart": of("{" + fill(`"iss":1,`)),
		"nested arrays":  of(`{"a":` + fill("[")),
		"nested objects": of(fill(`{"a":`)),
		"one string":     of(`{"a":"` + fill("x")),
		"escapes":        of(`{"a":"` + fill(`\u0041`)),
		"white space":    of(fill(" ")),
		"no base64":      "e30." + fill("*") + ".AA",
	} {
		t.Run("L-10 "+name, func(t *testing.T) {
			if strings.Count(raw, ".") < 2 || len(raw) > size {
				t.Fatal("not what is to be looked at")
			}
			if bytes, limit := allocated(func() { _, _ = v.Validate(t.Context(), raw) }), 32*size; bytes > limit {
				t.Errorf("%d octets allocated for a token of %d, want at most %d", bytes, len(raw), limit)
			}
		})
	}
}

// namesOurs is what encoding/json makes of the second of three parts.
func namesOurs(raw, iss string) bool {
	part := strings.Split(raw, ".")
	if len(part) != 3 {
		return false
	}
	text, err := base64.RawURLEncoding.DecodeString(strings.TrimRight(part[1], "="))
	var exact map[string]any
	if err != nil || json.Unmarshal(text, &exact) != nil {
		return false
	}
	return exact["iss"] == iss
}

// FuzzMalformed: L-10 no text makes the laxer look panic; none that encoding/json
// reads as claims of our issuer is left to other validators, and none is accepted.
func FuzzMalformed(f *testing.F) {
	const iss = "https://issuer.test"
	for _, payload := range []string{
		`{"iss":"https://issuer.test"}`, `{"iss":"x","iss":"https:\/\/issuer.test"}`, `{"iss":"https://issuer.test","a":"\ud800"}`,
		`{"a":[[{}]],"ISS":"x","iss":"https://issuer.test","a":null}`, ` {"\u0069ss" : "https://issuer.test"} `, "{\"iss\":\"https://issuer.test\",\"b\":\"\xff\"}", `[]`, ``,
	} {
		f.Add("e30", []byte(payload), "AA", false)
		f.Add(b64(`{"alg":"EdDSA"}`), []byte(payload), "", true)
	}
	_, jwk := fuzzKey()
	keys, err := jwks.StaticKeys(keySet(jwk))
	if err != nil {
		f.Fatal(err)
	}
	v := newValidator(f, jwks.Config{}, jwks.Issuer{URL: iss, Audience: []string{"https://api.test"}, Keys: keys})
	f.Fuzz(func(t *testing.T, header string, payload []byte, signature string, padded bool) {
		encoding := base64.RawURLEncoding
		if padded {
			encoding = base64.URLEncoding
		}
		raw := header + "." + encoding.EncodeToString(payload) + "." + signature
		_, err := v.Validate(t.Context(), raw)
		if err == nil {
			t.Fatal("accepted")
		}
		if errors.Is(err, middleware.ErrNotMine) && namesOurs(raw, iss) {
			t.Fatal(fmt.Errorf("not mine: %w", err))
		}
	})
}
