package jwks_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
)

// TestForm: what is no JWS of three parts is not judged here, so that another
// validator can be asked.
func TestForm(t *testing.T) {
	t.Parallel()
	as := es256()
	v := newValidator(t, jwks.Config{}, offline(t, as))
	token := as.Token()
	part := strings.Split(token, ".")
	jwe := b64(`{"alg":"RSA-OAEP-256","enc":"A256GCM"}`) + ".a2V5.aXY." + part[1] + ".dGFn"
	bomb := b64(`{"alg":"PBES2-HS256+A128KW","enc":"A128CBC-HS256","p2c":1000000000,"p2s":"c2FsdA","zip":"DEF"}`) + "....."

	tests := map[string]string{
		"empty":                             "",
		"opaque":                            "2YotnFZFEjr1zCsicMWpAA",
		"opaque with one period":            "ory_at_abc.def",
		"R7515-1 no period":                 part[0] + part[1] + part[2],
		"R7515-1 one period":                part[0] + "." + part[1],
		"R7515-1 three periods":             token + "." + part[2],
		"R7515-1 leading period":            "." + token,
		"R7515-1 trailing period":           token + ".",
		"R7515-1 periods alone":             "..",
		"R8725-18 percent escape":           strings.Replace(token, ".", "%2E", 1),
		"R7519-1 flattened JSON":            fmt.Sprintf(`{"protected":%q,"payload":%q,"signature":%q}`, part[0], part[1], part[2]),
		"R7519-1 general JSON":              fmt.Sprintf(`{"payload":%q,"signatures":[{"protected":%q,"signature":%q}]}`, part[1], part[0], part[2]),
		"R8725-6 JWE of five parts":         jwe,
		"R8725-6 dir JWE":                   b64(`{"alg":"dir","enc":"A256GCM"}`) + "..aXY." + part[1] + ".dGFn",
		"R8725-19 JWE with a huge p2c, zip": bomb,
	}
	for name, raw := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expect(t, v, raw, notMine)
		})
	}
}

// TestFormOfOurs: what breaks the form of a JWS and still has three parts, of
// which the second names an issuer of ours, is a bad token of that issuer.
func TestFormOfOurs(t *testing.T) {
	t.Parallel()
	as := es256()
	v := newValidator(t, jwks.Config{}, offline(t, as))
	token := as.Token()
	part := strings.Split(token, ".")

	tests := map[string]string{
		"R7515-2 padding":                    token + "=",
		"R7515-2 slash":                      part[0] + "./" + part[1][1:] + "." + part[2],
		"R7515-2 slash in the signature":     part[0] + "." + part[1] + "./" + part[2][1:],
		"R7515-2 plus":                       "+" + token[1:],
		"R7515-2 CR LF":                      part[0] + "." + part[1] + "\r\n." + part[2],
		"R7515-2 space":                      " " + token,
		"R7515-2 unused bits":                part[0] + "." + part[1] + "." + part[2][:85] + "B",
		"R8725-18 brace":                     "{" + token,
		"R8725-18 quotes":                    `"` + token + `"`,
		"R7515-3 header an array":            b64(`[{"alg":"ES256"}]`) + "." + part[1] + "." + part[2],
		"R7515-3 header a string":            b64(`"ES256"`) + "." + part[1] + "." + part[2],
		"R7515-3 header a number":            b64(`256`) + "." + part[1] + "." + part[2],
		"R7515-3 header null":                b64(`null`) + "." + part[1] + "." + part[2],
		"R7515-3 header truncated":           b64(`{"alg":"ES256"`) + "." + part[1] + "." + part[2],
		"R7515-3 header with a BOM":          b64("\ufeff"+`{"alg":"ES256"}`) + "." + part[1] + "." + part[2],
		"R7515-3 header in UTF-16":           b64("{\x00\"\x00a\x00l\x00g\x00\"\x00:\x00\"\x00x\x00\"\x00}\x00") + "." + part[1] + "." + part[2],
		"R7515-3 header in invalid UTF-8":    b64("{\"alg\":\"ES256\",\"x\":\"\xff\"}") + "." + part[1] + "." + part[2],
		"R7515-3 header, lone surrogate":     b64(`{"alg":"ES256","x":"\ud800"}`) + "." + part[1] + "." + part[2],
		"R7515-4 header with trailing data":  b64(`{"alg":"RS256"}ABCD`) + "." + part[1] + "." + part[2],
		"R7515-4 payload with trailing data": as.Mint(authtest.Mint{RawPayload: []byte(`{"iss":"` + as.URL() + `"}ABCD`)}),
		"R7515-5 alg none, then ES256":       as.Mint(authtest.Mint{RawHeader: []byte(`{"alg":"none","alg":"ES256"}`)}),
		"R7515-5 alg ES256, then none":       as.Mint(authtest.Mint{RawHeader: []byte(`{"alg":"ES256","alg":"none"}`)}),
		"R7515-6 alg missing":                as.Mint(authtest.Mint{Header: map[string]any{"alg": authtest.Absent}}),
		"R7515-6 alg null":                   as.Mint(authtest.Mint{Header: map[string]any{"alg": nil}}),
		"R7515-6 alg a number":               as.Mint(authtest.Mint{Header: map[string]any{"alg": 256}}),
		"R7515-6 alg an array":               as.Mint(authtest.Mint{Header: map[string]any{"alg": []string{"ES256"}}}),
	}
	for name, raw := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expect(t, v, raw, malformed)
		})
	}
}

// TestHeader: what the header of a token of ours says.
func TestHeader(t *testing.T) {
	t.Parallel()
	as := es256()
	v := newValidator(t, jwks.Config{}, offline(t, as))
	header, kind, alg := refused(middleware.ReasonHeader), refused(middleware.ReasonType), refused(middleware.ReasonAlgorithm)
	raw := func(text string) authtest.Mint { return authtest.Mint{RawHeader: []byte(text)} }
	set := func(name string, value any) authtest.Mint {
		return authtest.Mint{Header: map[string]any{name: value}}
	}

	tests := map[string]struct {
		mint authtest.Mint
		want verdict
	}{
		"as it comes":                         {authtest.Mint{}, good},
		"R7515-7 alg escaped":                 {raw(`{"alg":"\u0045S256","kid":"es256-1"}`), good},
		"R7515-7 name escaped":                {raw(`{"\u0061lg":"ES256","kid":"es256-1"}`), good},
		"R7515-7 alg in lower case":           {set("alg", "es256"), alg},
		"R7515-7 alg in mixed case":           {set("alg", "Es256"), alg},
		"R7515-7 name in capitals":            {raw(`{"ALG":"ES256","kid":"es256-1"}`), malformed},
		"R7515-10 unknown parameter":          {set("urn:example:new", map[string]any{"a": []int{1}}), good},
		"R7515-8 crit names an extension":     {authtest.Mint{Header: map[string]any{"crit": []string{"http://x"}, "http://x": 1}}, header},
		"R7515-8 crit names exp":              {authtest.Mint{Header: map[string]any{"crit": []string{"exp"}, "exp": 1}}, header},
		"R7515-9 crit empty":                  {set("crit", []string{}), header},
		"R7515-9 crit a string":               {set("crit", "exp"), header},
		"R7515-9 crit with a registered name": {set("crit", []string{"alg"}), header},
		"R7515-9 crit with duplicates":        {authtest.Mint{Header: map[string]any{"crit": []string{"x", "x"}, "x": 1}}, header},
		"R7515-9 crit with an absent name":    {set("crit", []string{"absent"}), header},
		"R7515-9 crit null":                   {set("crit", nil), header},
		"R7797-1 b64 without crit":            {set("b64", false), header},
		"R7797-1 b64 with crit":               {authtest.Mint{Header: map[string]any{"b64": false, "crit": []string{"b64"}}}, header},
		"R7797-1 b64 true":                    {set("b64", true), header},
		"R7519-11 cty JWT":                    {set("cty", "JWT"), header},
		"R8725-6 enc in a JWS":                {set("enc", "A256GCM"), header},
		"kid a number":                        {set("kid", 7), header}, // panics in a peer
		"kid null":                            {set("kid", nil), header},
		"kid an object":                       {set("kid", map[string]any{"$ne": 1}), header},
		"typ a number":                        {set("typ", 7), header}, // panics in a peer
		"typ null":                            {set("typ", nil), header},

		"R7519-12 iss as in the payload":        {set("iss", as.URL()), good},
		"R7519-12 iss of another":               {set("iss", "https://attacker.test"), header},
		"R7519-12 iss a number":                 {set("iss", 1), header},
		"R7519-12 sub of another":               {set("sub", "somebody-else"), header},
		"R7519-12 aud of another":               {set("aud", "https://other.test"), header},
		"R7519-12 aud in the header alone":      {authtest.Mint{Header: map[string]any{"aud": as.Audience()}, Claims: authtest.Claims{"aud": authtest.Absent}}, header},
		"R8725-15 typ at+jwt":                   {set("typ", "at+jwt"), good},
		"R8725-15 typ in mixed case":            {set("typ", "at+JWT"), good},
		"R8725-15 typ as full media type":       {set("typ", "Application/AT+JWT"), good},
		"R8725-15 typ JWT":                      {set("typ", "JWT"), good},
		"R8725-15 typ absent":                   {set("typ", authtest.Absent), good},
		"R8725-15 typ with a parameter":         {set("typ", "at+jwt;v=1"), kind},
		"R8725-15 typ text/at+jwt":              {set("typ", "text/at+jwt"), kind},
		"R8725-15 typ application twice":        {set("typ", "application/application/at+jwt"), kind},
		"R8725-15 typ with a space":             {set("typ", " at+jwt"), kind},
		"R8725-15 typ empty":                    {set("typ", ""), kind},
		"R8725-15 typ jwt with a long s":        {set("typ", "ſecevent+jwt"), kind},
		"R8725-16 typ logout+jwt":               {set("typ", "logout+jwt"), kind},
		"R8725-16 typ secevent+jwt":             {set("typ", "secevent+jwt"), kind},
		"R8725-16 typ dpop+jwt":                 {set("typ", "dpop+jwt"), kind},
		"R8725-16 typ token-introspection+jwt":  {set("typ", "token-introspection+jwt"), kind},
		"R8725-16 typ statuslist+jwt":           {set("typ", "statuslist+jwt"), kind},
		"R8725-16 typ oauth-authz-req+jwt":      {set("typ", "oauth-authz-req+jwt"), kind},
		"R8725-16 typ id_token+jwt":             {set("typ", "id_token+jwt"), kind},
		"R8725-16 typ JOSE":                     {set("typ", "JOSE"), kind},
		"R8725-4 none, no signature":            {authtest.Mint{Header: map[string]any{"alg": "none"}, Sign: func([]byte) []byte { return nil }}, alg},
		"R8725-4 none, garbage signature":       {authtest.Mint{Header: map[string]any{"alg": "none"}, Sign: noise}, alg},
		"R8725-4 none, right signature":         {set("alg", "none"), alg},
		"R8725-4 nOnE":                          {set("alg", "nOnE"), alg},
		"R8725-4 NONE":                          {set("alg", "NONE"), alg},
		"R8725-4 none with a space":             {set("alg", " none"), alg},
		"R8725-4 empty":                         {set("alg", ""), alg},
		"R7518-6 unsecured, kid absent":         {authtest.Mint{Header: map[string]any{"alg": "none", "kid": authtest.Absent}, Sign: func([]byte) []byte { return nil }}, alg},
		"R8725-9 payload in UTF-16":             {authtest.Mint{RawPayload: []byte("{\x00\"\x00i\x00s\x00s\x00\"\x00:\x001\x00}\x00")}, notMine},
		"R7519-2 payload x":                     {authtest.Mint{RawPayload: []byte("x")}, notMine},
		"R7519-2 payload an array":              {authtest.Mint{RawPayload: []byte("[]")}, notMine},
		"R7519-2 payload null":                  {authtest.Mint{RawPayload: []byte("null")}, notMine},
		"R7519-2 payload binary":                {authtest.Mint{RawPayload: []byte{0xff, 0, 1}}, notMine},
		"R7519-2 payload empty":                 {authtest.Mint{RawPayload: []byte{}}, notMine},
		"R7519-11 nested JWS, no cty":           {authtest.Mint{RawPayload: []byte(as.Token())}, notMine},
		"R7519-11 cty JWT, inner token forged":  {authtest.Mint{Header: map[string]any{"cty": "JWT"}, RawPayload: []byte(as.Mint(authtest.Mint{Sign: noise}))}, notMine},
		"R7519-11 cty in lower case":            {set("cty", "jwt"), header},
		"R7515-10 zip in a JWS means nothing":   {set("zip", "DEF"), good},
		"R7515-10 x5t means nothing":            {set("x5t#S256", "AAAA"), good},
		"header with 65 members":                {raw(manyMembers(65)), malformed},
		"header with 64 members":                {raw(manyMembers(64)), good},
		"R8725-13 kid of 1 KiB":                 {set("kid", strings.Repeat("k", 1<<10)), refused(middleware.ReasonUnknownKey)},
		"R8725-13 kid of more than 1 KiB":       {set("kid", strings.Repeat("k", 1<<10+1)), header},
		"R8725-13 kid a path":                   {set("kid", "../../../../etc/passwd"), refused(middleware.ReasonUnknownKey)},
		"R8725-13 kid an absolute path":         {set("kid", "/proc/self/environ"), refused(middleware.ReasonUnknownKey)},
		"R8725-13 kid an SQL fragment":          {set("kid", "x' UNION SELECT 'key' --"), refused(middleware.ReasonUnknownKey)},
		"R8725-13 kid a URL":                    {set("kid", "http://169.254.169.254/latest/meta-data"), refused(middleware.ReasonUnknownKey)},
		"R8725-13 kid a NUL":                    {set("kid", "es256-1\x00"), refused(middleware.ReasonUnknownKey)},
		"R8725-13 kid with line breaks":         {set("kid", "es256-1\r\nX-Injected: 1"), refused(middleware.ReasonUnknownKey)},
		"R8725-13 kid with format verbs":        {set("kid", "%s%s%n%!(EXTRA)"), refused(middleware.ReasonUnknownKey)},
		"R8725-13 kid empty":                    {set("kid", ""), refused(middleware.ReasonUnknownKey)},
		"R7517-7 kid in capitals":               {set("kid", "ES256-1"), refused(middleware.ReasonUnknownKey)},
		"R8725-13 kid of a built-in property":   {set("kid", "__proto__"), refused(middleware.ReasonUnknownKey)},
		"R7515-7 kid escaped":                   {raw(`{"alg":"ES256","kid":"\u0065s256-1"}`), good},
		"R7515-6 alg of no key, kid of another": {authtest.Mint{Header: map[string]any{"alg": "RS256"}, Sign: noise}, alg},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expect(t, v, as.Mint(test.mint), test.want)
		})
	}
}

// manyMembers writes a good header with n members.
func manyMembers(n int) string {
	text := `{"alg":"ES256","kid":"es256-1"`
	for i := range n - 2 {
		text += fmt.Sprintf(`,"x%d":%d`, i, i)
	}
	return text + "}"
}

// TestGiantKeyID covers the kid of 64 KiB, which no usual
// token size lets in.
func TestGiantKeyID(t *testing.T) {
	t.Parallel()
	as := es256()
	v := newValidator(t, jwks.Config{MaxTokenSize: 1 << 20}, offline(t, as))
	// R8725-13
	expect(t, v, as.Mint(authtest.Mint{Header: map[string]any{"kid": strings.Repeat("k", 64<<10)}}), refused(middleware.ReasonHeader))
}

// TestNothingInAHeaderIsFetched: R8725-14 keys offered by a token are neither
// asked for nor trusted.
func TestNothingInAHeaderIsFetched(t *testing.T) {
	t.Parallel()
	as := es256()
	attacker := authtest.NewKey("es256-1", "ES256") // the kid of the real key
	attackersJWK, err := json.Marshal(attacker.JWK())
	if err != nil {
		t.Fatal(err)
	}
	asked := make(chan string, 100)
	client := as.Client()
	inner := client.Transport
	client.Transport = transport(func(r *http.Request) (*http.Response, error) {
		asked <- r.URL.String()
		return inner.RoundTrip(r)
	})
	v := newValidator(t, jwks.Config{Client: client}, jwks.Issuer{URL: as.URL(), Audience: []string{as.Audience()}})

	offers := map[string]map[string]any{
		"jku":                {"jku": "https://canary.test/jwks"},
		"jku and a new kid":  {"jku": "https://canary.test/jwks", "kid": "canary"},
		"jku of our issuer":  {"jku": as.URL() + "/jwks?canary"},
		"jku to the network": {"jku": "http://169.254.169.254/", "kid": "meta"},
		"x5u":                {"x5u": "https://canary.test/chain.pem"},
		"jwk":                {"jwk": json.RawMessage(attackersJWK)},
		"jwk, no kid":        {"jwk": json.RawMessage(attackersJWK), "kid": authtest.Absent},
		"x5c":                {"x5c": []string{"MIIB"}},
		"kid a URL":          {"kid": "https://canary.test/key"},
		"all of them":        {"jku": "https://canary.test", "x5u": "https://canary.test", "jwk": json.RawMessage(attackersJWK), "x5c": []string{"MIIB"}},
	}
	for name, header := range offers {
		t.Run("R8725-14 "+name, func(t *testing.T) {
			expect(t, v, as.Mint(authtest.Mint{Key: attacker, Header: header}), anyRefusal)
			if header["kid"] == nil {
				expect(t, v, as.Mint(authtest.Mint{Header: header}), good) // ignored, not an offence
			}
		})
	}
	close(asked)
	for url := range asked {
		if url != as.URL()+"/.well-known/openid-configuration" && url != as.URL()+"/jwks" {
			t.Errorf("asked %s", url)
		}
	}
}

// TestBitFlips: R7515-11 any bit of a token that changes makes it bad.
func TestBitFlips(t *testing.T) {
	t.Parallel()
	as := authtest.Config{Algorithms: []string{"EdDSA"}}.New()
	v := newValidator(t, jwks.Config{}, offline(t, as))
	token := as.Token()
	expect(t, v, token, good)
	for i := range len(token) * 8 {
		changed := []byte(token)
		changed[i/8] ^= 1 << (i % 8)
		if _, err := v.Validate(t.Context(), string(changed)); err == nil {
			t.Errorf("R7515-11 passes with bit %d of octet %d flipped", i%8, i/8)
		}
	}
}
