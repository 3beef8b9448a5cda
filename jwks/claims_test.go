package jwks_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
)

// mintedAt is when the tokens of fixed clocks are minted.
var mintedAt = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// fixed is an issuer whose clock stands still.
func fixed() *authtest.Issuer {
	return authtest.Config{Algorithms: []string{"ES256"}, Now: func() time.Time { return mintedAt }}.New()
}

// TestTime: exp and nbf to the nanosecond, under every kind of leeway.
func TestTime(t *testing.T) {
	t.Parallel()
	as := fixed()
	exp, nbf := mintedAt.Add(time.Hour), mintedAt.Add(time.Minute)
	token := as.Token(authtest.Claims{"exp": exp, "nbf": nbf})
	expired, early := refused(middleware.ReasonExpired), refused(middleware.ReasonNotYetValid)
	const none = -1

	for name, test := range map[string]struct {
		leeway time.Duration
		now    time.Time
		want   verdict
	}{
		"R7519-5 no leeway, just before exp":        {none, exp.Add(-1), good},
		"R7519-5 no leeway, at exp":                 {none, exp, expired},
		"R9068-7 no leeway, at exp":                 {none, exp, expired},
		"R7519-5 no leeway, after exp":              {none, exp.Add(1), expired},
		"R7519-7 no leeway, just before nbf":        {none, nbf.Add(-1), early},
		"R7519-7 no leeway, at nbf":                 {none, nbf, good},
		"R7519-6 default leeway, exp + 30 s - 1 ns": {0, exp.Add(30*time.Second - 1), good},
		"R7519-6 default leeway, exp + 30 s":        {0, exp.Add(30 * time.Second), expired},
		"R7519-6 default leeway, nbf - 30 s":        {0, nbf.Add(-30 * time.Second), good},
		"R7519-6 default leeway, nbf - 30 s - 1 ns": {0, nbf.Add(-30*time.Second - 1), early},
		"R7519-6 longest leeway, exp + 5 min - 1":   {5 * time.Minute, exp.Add(5*time.Minute - 1), good},
		"R7519-6 longest leeway, exp + 5 min":       {5 * time.Minute, exp.Add(5 * time.Minute), expired},
		"R7519-6 any negative leeway is none":       {-time.Hour, exp, expired},
		"R7519-6 and does not shorten a life":       {-time.Hour, exp.Add(-1), good},
		"L-11 a clock in 1970":                      {0, time.Unix(0, 0), early},
		"L-11 a clock in the year 9999":             {0, time.Date(9999, 12, 31, 0, 0, 0, 0, time.UTC), expired},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newValidator(t, jwks.Config{Leeway: test.leeway, Now: func() time.Time { return test.now }}, offline(t, as))
			expect(t, v, token, test.want)
		})
	}
}

// TestClockJumps: L-11 an expired token stays expired when the clock returns.
func TestClockJumps(t *testing.T) {
	t.Parallel()
	as, now := fixed(), mintedAt
	v := newValidator(t, jwks.Config{Now: func() time.Time { return now }}, offline(t, as))
	token := as.Token()
	for _, step := range []struct {
		jump time.Duration
		want verdict
	}{
		{0, good}, {24 * time.Hour, refused(middleware.ReasonExpired)}, {-24 * time.Hour, good},
		{-time.Hour, good}, {time.Hour + 5*time.Minute + 30*time.Second, refused(middleware.ReasonExpired)},
	} {
		now = now.Add(step.jump)
		expect(t, v, token, step.want)
	}
}

// TestUntil: a decision ends with the leeway, not with exp.
func TestUntil(t *testing.T) {
	t.Parallel()
	as := fixed()
	exp := mintedAt.Add(time.Hour)
	for leeway, want := range map[time.Duration]time.Time{0: exp.Add(30 * time.Second), -1: exp, time.Minute: exp.Add(time.Minute)} {
		v := newValidator(t, jwks.Config{Leeway: leeway, Now: func() time.Time { return mintedAt }}, offline(t, as))
		token := expect(t, v, as.Token(authtest.Claims{"exp": exp}), good)
		if !token.Until().Equal(want) {
			t.Errorf("leeway %v: Until = %v, want %v", leeway, token.Until(), want)
		}
	}
}

// TestClaimValues: the JSON text of one claim, in a token that is good
// otherwise.
func TestClaimValues(t *testing.T) {
	t.Parallel()
	as := fixed()
	v := newValidator(t, jwks.Config{Now: func() time.Time { return mintedAt }}, offline(t, as))
	claims, expired := refused(middleware.ReasonClaims), refused(middleware.ReasonExpired)
	audience, kind := refused(middleware.ReasonAudience), refused(middleware.ReasonType)
	future := fmt.Sprint(mintedAt.Unix() + 60)
	aud := `"` + as.Audience() + `"`

	for name, test := range map[string]struct {
		claim, value string
		want         verdict
	}{
		"R7519-8 exp a whole number":         {"exp", future, good},
		"R7519-8 exp with a fraction":        {"exp", future + ".75", good},
		"R7519-8 exp with an exponent":       {"exp", "1e11", good},
		"R7519-8 exp a string":               {"exp", `"` + future + `"`, claims},
		"R7519-8 exp true":                   {"exp", "true", claims},
		"R7519-8 exp null":                   {"exp", "null", claims},
		"R7519-8 exp an array":               {"exp", "[" + future + "]", claims},
		"R7519-8 exp 1e400":                  {"exp", "1e400", claims},
		"R7519-8 exp 1e308":                  {"exp", "1e308", claims},
		"R7519-8 exp 2^63":                   {"exp", "9223372036854775808", claims},
		"R7519-8 exp 2^63-1":                 {"exp", "9223372036854775807", claims},
		"R7519-8 exp 2^64 and a little":      {"exp", "18446744073709551617", claims},
		"R7519-8 exp of 4000 digits":         {"exp", strings.Repeat("9", 4000), claims},
		"R7519-8 exp past the year 9999":     {"exp", "253402300800", claims},
		"R7519-8 exp in the year 9999":       {"exp", "253402300799", good},
		"R7519-8 exp negative":               {"exp", "-1", claims},
		"R7519-8 exp Go's zero time":         {"exp", "-62135596800", claims},
		"R7519-8 exp 0 is 1970":              {"exp", "0", expired}, // never means "does not end"
		"R7519-8 exp 1.5":                    {"exp", "1.5", expired},
		"R7519-8 exp in milliseconds":        {"exp", future + "000", claims}, // a common mistake of issuers
		"R7519-8 nbf a string":               {"nbf", `"0"`, claims},
		"R7519-8 nbf null":                   {"nbf", "null", claims},
		"R7519-8 nbf 1e400":                  {"nbf", "1e400", claims},
		"R7519-8 iat a string":               {"iat", `"0"`, claims},
		"R7519-8 iat an object":              {"iat", `{}`, claims},
		"R7519-8 auth_time a string":         {"auth_time", `"0"`, claims},
		"R7519-9 sub a number":               {"sub", "7", claims},
		"R7519-9 sub an array":               {"sub", `["user-1"]`, claims},
		"R7519-9 sub true":                   {"sub", "true", claims},
		"R7519-9 client_id an object":        {"client_id", "{}", claims},
		"R7519-9 jti a number":               {"jti", "7", claims},
		"R7519-4 aud the string":             {"aud", aud, good},
		"R7519-4 aud an array with it":       {"aud", `["https://other.test",` + aud + `]`, good},
		"R7519-4 aud in capitals":            {"aud", strings.ToUpper(aud), audience},
		"R7519-4 aud of another":             {"aud", `"https://other.test"`, audience},
		"R7519-4 aud a number":               {"aud", "7", claims},
		"R7519-4 aud an object":              {"aud", "{" + aud + ":1}", claims},
		"R7519-4 aud empty":                  {"aud", "[]", audience},
		"R7519-4 aud the empty string":       {"aud", `""`, audience},
		"R7519-4 aud null":                   {"aud", "null", claims},
		"R7519-4 aud with a number in it":    {"aud", "[" + aud + ",1]", claims},
		"R7519-4 aud nested":                 {"aud", "[[" + aud + "]]", claims},
		"R7519-4 aud longer than ours":       {"aud", `"` + as.Audience() + `.attacker.test"`, audience},
		"R7519-4 aud shorter than ours":      {"aud", `"` + as.Audience()[:9] + `"`, audience},
		"R7519-4 aud several in one string":  {"aud", `"` + as.Audience() + ` https://other.test"`, audience},
		"R8707-2 aud with a slash more":      {"aud", `"` + as.Audience() + `/"`, audience},
		"R8707-2 aud with a port":            {"aud", `"` + as.Audience() + `:443"`, audience},
		"R8707-2 aud a path below ours":      {"aud", `"` + as.Audience() + `/orders"`, audience},
		"R8707-2 aud with escaped slashes":   {"aud", strings.ReplaceAll(aud, "/", `\/`), good}, // the same string
		"R8725-17 typ ID":                    {"typ", `"ID"`, kind},
		"R8725-17 typ Refresh":               {"typ", `"Refresh"`, kind},
		"R8725-17 typ Offline":               {"typ", `"Offline"`, kind},
		"R8725-17 typ Logout":                {"typ", `"Logout"`, kind},
		"R8725-17 typ Bearer":                {"typ", `"Bearer"`, good},
		"R8725-17 token_use id":              {"token_use", `"id"`, kind},
		"R8725-17 token_use refresh_token":   {"token_use", `"refresh_token"`, kind},
		"R8725-17 token_use access":          {"token_use", `"access"`, good},
		"R8725-17 at_hash":                   {"at_hash", `"77QmUPtjPfzWtF2AnpK9RQ"`, kind},
		"R8725-17 c_hash":                    {"c_hash", `"LDktKdoQak3Pk0cnXxCltA"`, kind},
		"R8725-17 events":                    {"events", `{"http://schemas.openid.net/event/backchannel-logout":{}}`, kind},
		"R8725-17 nonce in an access token":  {"nonce", `"n"`, good}, // it has scope and client_id
		"R8725-17 azp in an access token":    {"azp", `"client-1"`, good},
		"INTEROP 2 scope an array":           {"scope", `["read","write"]`, good},
		"INTEROP 2 scope empty":              {"scope", `""`, good},
		"INTEROP 2 scope null":               {"scope", `null`, good},
		"INTEROP 2 scope an empty array":     {"scope", `[]`, good},
		"INTEROP 2 scp a string beside":      {"scp", `"write"`, good},
		"INTEROP 2 scp an array beside":      {"scp", `["write"]`, good},
		"INTEROP 4 sub null":                 {"sub", "null", good},
		"INTEROP 4 client_id null":           {"client_id", "null", good},
		"INTEROP 4 jti null":                 {"jti", "null", good},
		"scope a number":                     {"scope", "7", claims},
		"scope true":                         {"scope", "true", claims},
		"cnf null":                           {"cnf", "null", good}, // and unknown to every Binding, so refused by a Guard
		"cnf.jkt empty":                      {"cnf", `{"jkt":""}`, claims},
		"cnf.jkt a number":                   {"cnf", `{"jkt":7}`, claims},
		"R7519-10 an unknown claim, nested":  {"urn:new", `{"a":[{"b":[null,true,1.5e3,"x"]}]}`, good},
		"R7519-10 a claim in other case":     {"EXP", "1", good},
		"R7519-10 ISS in capitals":           {"ISS", `"https://attacker.test"`, good},
		"L-10 an array nested 63 deep":       {"urn:new", strings.Repeat("[", 63) + strings.Repeat("]", 63), good},
		"L-10 an array nested 64 deep":       {"urn:new", strings.Repeat("[", 64) + strings.Repeat("]", 64), malformed},
		"R7519-3 duplicates inside a claim":  {"urn:new", `{"a":1,"a":2}`, malformed},
		"R7515-3 a lone surrogate somewhere": {"urn:new", `"\udc00"`, malformed},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expect(t, v, as.Mint(authtest.Mint{RawPayload: payload(as, test.claim, test.value)}), test.want)
		})
	}
}

// payload writes good claims, with the claim of this name replaced or added as
// raw JSON text, valid or not.
func payload(as *authtest.Issuer, claim, value string) []byte {
	members := []string{}
	for _, m := range [][2]string{
		{"iss", `"` + as.URL() + `"`}, {"aud", `"` + as.Audience() + `"`}, {"sub", `"user-1"`}, {"client_id", `"client-1"`},
		{"scope", `"read"`}, {"jti", `"7f9b"`}, {"iat", fmt.Sprint(mintedAt.Unix())}, {"exp", fmt.Sprint(mintedAt.Unix() + 300)},
	} {
		if m[0] != claim {
			members = append(members, `"`+m[0]+`":`+m[1])
		}
	}
	if value != "" {
		members = append(members, `"`+claim+`":`+value)
	}
	return []byte("{" + strings.Join(members, ",") + "}")
}

// TestClaimsTwice: R7519-3 a claim that is there twice, whichever value is good.
func TestClaimsTwice(t *testing.T) {
	t.Parallel()
	as := fixed()
	v := newValidator(t, jwks.Config{Now: func() time.Time { return mintedAt }}, offline(t, as))
	for claim, value := range map[string]string{
		"exp": "1", "aud": `"https://other.test"`, "scope": `"admin"`, "iss": `"https://attacker.test"`, "sub": `"root"`, "urn:x": "1",
	} {
		bad := `"` + claim + `":` + value
		front := strings.Replace(string(payload(as, "urn:x", "2")), "{", "{"+bad+",", 1)
		back := strings.TrimSuffix(string(payload(as, "urn:x", "2")), "}") + "," + bad + "}"
		escaped := strings.TrimSuffix(string(payload(as, "urn:x", "2")), "}") + `,"\u00` + fmt.Sprintf("%x", claim[0]) + claim[1:] + `":` + value + "}"
		for at, text := range map[string]string{"first": front, "last": back, "last, escaped": escaped} {
			t.Run("R7519-3 "+claim+" twice, the bad one "+at, func(t *testing.T) {
				t.Parallel()
				expect(t, v, as.Mint(authtest.Mint{RawPayload: []byte(text)}), malformed)
			})
		}
	}
}

// TestMissingClaims: what a token needs by default, and under RFC 9068.
func TestMissingClaims(t *testing.T) {
	t.Parallel()
	as := fixed()
	strict := offline(t, as)
	strict.Profile = jwks.RFC9068
	now := func() time.Time { return mintedAt }
	common, profile := newValidator(t, jwks.Config{Now: now}, offline(t, as)), newValidator(t, jwks.Config{Now: now}, strict)
	claims := refused(middleware.ReasonClaims)
	for claim, test := range map[string]struct{ common, profile verdict }{
		"iss":       {notMine, notMine},
		"exp":       {claims, claims}, // required by no peer but ours
		"aud":       {refused(middleware.ReasonAudience), refused(middleware.ReasonAudience)},
		"sub":       {good, claims},
		"client_id": {good, claims},
		"iat":       {good, claims},
		"jti":       {good, claims},
		"scope":     {good, good},
	} {
		t.Run("R9068-5 no "+claim, func(t *testing.T) {
			t.Parallel()
			token := as.Token(authtest.Claims{claim: authtest.Absent})
			expect(t, common, token, test.common) // R8725-12 is aud
			expect(t, profile, token, test.profile)
		})
	}
	for _, claim := range []string{"sub", "client_id", "jti"} {
		t.Run("R9068-5 empty or null "+claim, func(t *testing.T) {
			t.Parallel()
			expect(t, profile, as.Token(authtest.Claims{claim: ""}), claims)
			expect(t, profile, as.Token(authtest.Claims{claim: nil}), claims)
		})
	}
}

// TestManyClaims: R7519-10 claims that nobody understands are ignored.
func TestManyClaims(t *testing.T) {
	t.Parallel()
	as := es256()
	v := newValidator(t, jwks.Config{}, offline(t, as))
	kinds := []any{nil, true, 1, -1.5, "text", []any{}, []any{nil, map[string]any{"a": 1}}, map[string]any{"b": []int{1}}}
	extra := authtest.Claims{}
	for i := range 50 {
		extra[fmt.Sprint("urn:x:", i)] = kinds[i%len(kinds)]
	}
	token := expect(t, v, as.Token(extra), good) // R7519-10
	var got int
	if found, err := token.Claim("urn:x:2", &got); !found || err != nil || got != 1 {
		t.Errorf("Claim(urn:x:2) = %v, %v, value %d; want 1", found, err, got)
	}
	for i := range 600 {
		extra[fmt.Sprint("urn:x:", i)] = i
	}
	expect(t, v, as.Token(extra), malformed) // L-10 more than 512 members
}

// TestToken: what a good token says.
func TestToken(t *testing.T) {
	t.Parallel()
	as := fixed()
	v := newValidator(t, jwks.Config{Now: func() time.Time { return mintedAt }}, offline(t, as))
	token := expect(t, v, as.Token(authtest.Claims{"jti": "7f9b", "scope": "a b", "scp": []string{"c", "d e"}, "acr": "gold", "nbf": mintedAt}), good)
	for what, ok := range map[string]bool{
		"Issuer":       token.Issuer() == as.URL(),
		"Subject":      token.Subject() == "user-1",
		"ClientID":     token.ClientID() == "client-1",
		"ID":           token.ID() == "7f9b",
		"ACR":          token.ACR() == "gold",
		"IssuedAt":     token.IssuedAt().Equal(mintedAt),
		"Expiry":       token.Expiry().Equal(mintedAt.Add(5 * time.Minute)),
		"HasScope":     token.HasScope("a") && token.HasScope("b") && token.HasScope("c"),
		"no scope d":   !token.HasScope("d") && !token.HasScope("e") && !token.HasScope("d e"),
		"Confirmation": token.Confirmation().IsZero(),
	} {
		if !ok {
			t.Errorf("%s is wrong", what)
		}
	}
}
