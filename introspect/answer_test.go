package introspect_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/introspect"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// now is the clock of the tables.
const now = 1_700_000_000

func clock() time.Time { return time.Unix(now, 0) }

// What an answer means. Times are relative to now, the leeway is the default 30 s.
func TestAnswer(t *testing.T) {
	t.Parallel()
	const thumb = "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"
	at := func(name string, offset int) string { return fmt.Sprintf(`{"active":true,%q:%d}`, name, now+offset) }
	tests := map[string]struct {
		body string
		want verdict
	}{
		"active alone":                                  {`{"active":true}`, good},
		"R7662-5 false":                                 {`{"active":false}`, inactive},
		"R7662-5 missing":                               {`{"scope":"a"}`, unavailable},
		"R7662-5 the string true":                       {`{"active":"true"}`, unavailable},
		"R7662-5 the number 1":                          {`{"active":1}`, unavailable},
		"R7662-5 null":                                  {`{"active":null}`, unavailable},
		"R7662-5 an empty object":                       {`{}`, unavailable},
		"R7662-5 an object":                             {`{"active":{"active":true}}`, unavailable},
		"R7662-5 an array":                              {`{"active":[true]}`, unavailable},
		"R7662-5 in capitals":                           {`{"Active":true}`, unavailable},
		"R7662-5 TRUE":                                  {`{"active":TRUE}`, unavailable},
		"R7662-5 escaped, which is the same name":       {`{"\u0061ctive":true}`, good},
		"R7662-5 twice":                                 {`{"active":false,"active":true}`, unavailable},
		"R7662-5 twice, escaped":                        {`{"active":false,"\u0061ctive":true}`, unavailable},
		"R7662-5 inside another member":                 {`{"a":{"active":true}}`, unavailable},
		"R7662-10 an empty iss is not ours":             {`{"active":true,"iss":""}`, refused(middleware.ReasonIssuer)},
		"R7662-6 other members beside false":            {`{"active":false,"exp":"x","scope":7,"iss":"https://else.test"}`, inactive},
		"not JSON":                                      {`active=true`, unavailable},
		"nothing":                                       {``, unavailable},
		"an array of answers":                           {`[{"active":true}]`, unavailable},
		"something after the answer":                    {`{"active":true}{"active":false}`, unavailable},
		"not UTF-8":                                     {"{\"active\":true,\"sub\":\"\xff\"}", unavailable},
		"a byte order mark":                             {"\ufeff{\"active\":true}", unavailable},
		"nested too deep":                               {`{"active":true,"a":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `}`, unavailable},
		"R7662-9 exp ahead":                             {at("exp", 1), good},
		"R7662-9 exp now, within the leeway":            {at("exp", 0), good},
		"R7662-9 exp 29 s ago":                          {at("exp", -29), good},
		"R7662-9 exp 30 s ago":                          {at("exp", -30), refused(middleware.ReasonExpired)},
		"R7662-9 exp in 1970":                           {`{"active":true,"exp":1}`, refused(middleware.ReasonExpired)},
		"R7662-9 nbf 30 s ahead":                        {at("nbf", 30), good},
		"R7662-9 nbf 31 s ahead":                        {at("nbf", 31), refused(middleware.ReasonNotYetValid)},
		"INTEROP.md 9 exp 0":                            {`{"active":true,"exp":0}`, good},
		"INTEROP.md 9 exp 0.0":                          {`{"active":true,"exp":0.0}`, good},
		"INTEROP.md 9 exp -0":                           {`{"active":true,"exp":-0}`, good},
		"INTEROP.md 9 exp -0.0e9":                       {`{"active":true,"exp":-0.0e9}`, good},
		"INTEROP.md 9 exp 0E1":                          {`{"active":true,"exp":0E1}`, good},
		"exp 0.1 is 1970":                               {`{"active":true,"exp":0.1}`, refused(middleware.ReasonExpired)},
		"exp that is rounded to 0 is 1970":              {`{"active":true,"exp":1e-400}`, refused(middleware.ReasonExpired)},
		"exp false":                                     {`{"active":true,"exp":false}`, unavailable},
		"exp a string":                                  {`{"active":true,"exp":"0"}`, unavailable},
		"exp null":                                      {`{"active":true,"exp":null}`, unavailable},
		"exp negative":                                  {`{"active":true,"exp":-1}`, unavailable},
		"R7662-10 our issuer":                           {`{"active":true,"iss":"` + issuer + `"}`, good},
		"R7662-10 another issuer":                       {`{"active":true,"iss":"https://else.test"}`, refused(middleware.ReasonIssuer)},
		"R7662-10 our issuer and a slash":               {`{"active":true,"iss":"` + issuer + `/"}`, refused(middleware.ReasonIssuer)},
		"R7662-10 iss of another type":                  {`{"active":true,"iss":["` + issuer + `"]}`, unavailable},
		"R7662-10 iss null":                             {`{"active":true,"iss":null}`, unavailable},
		"R7662-10 our audience":                         {`{"active":true,"aud":"` + audience + `"}`, good},
		"R7662-10 our audience among others":            {`{"active":true,"aud":["x","` + audience + `"]}`, good},
		"R7662-10 another audience":                     {`{"active":true,"aud":"https://else.test"}`, refused(middleware.ReasonAudience)},
		"R7662-10 a longer audience":                    {`{"active":true,"aud":"` + audience + `/"}`, refused(middleware.ReasonAudience)},
		"R7662-10 an audience of nobody":                {`{"active":true,"aud":[]}`, refused(middleware.ReasonAudience)},
		"R7662-10 an empty audience":                    {`{"active":true,"aud":""}`, refused(middleware.ReasonAudience)},
		"R7662-10 aud of another type":                  {`{"active":true,"aud":{"` + audience + `":1}}`, unavailable},
		"R7662-10 aud null":                             {`{"active":true,"aud":null}`, unavailable},
		"R7662-11 scope an array":                       {`{"active":true,"scope":["a"]}`, unavailable},
		"R7662-11 scope a number":                       {`{"active":true,"scope":7}`, unavailable},
		"INTEROP.md 4 sub and client_id null":           {`{"active":true,"sub":null,"client_id":null,"jti":null,"scope":null}`, good},
		"sub a number":                                  {`{"active":true,"sub":7}`, unavailable},
		"INTEROP.md 8 token_use refresh_token":          {`{"active":true,"token_use":"refresh_token"}`, refused(middleware.ReasonType)},
		"INTEROP.md 8 token_type refresh_token":         {`{"active":true,"token_type":"refresh_token"}`, refused(middleware.ReasonType)},
		"INTEROP.md 8 typ Refresh":                      {`{"active":true,"typ":"Refresh"}`, refused(middleware.ReasonType)},
		"token_type ID":                                 {`{"active":true,"token_type":"id_token"}`, refused(middleware.ReasonType)},
		"an ID token by its hash":                       {`{"active":true,"at_hash":"x"}`, refused(middleware.ReasonType)},
		"INTEROP.md 7 Bearer":                           {`{"active":true,"token_type":"Bearer"}`, good},
		"INTEROP.md 7 bearer":                           {`{"active":true,"token_type":"bearer"}`, good},
		"INTEROP.md 7 access_token":                     {`{"active":true,"token_type":"access_token"}`, good},
		"INTEROP.md 7 DPoP with jkt":                    {`{"active":true,"token_type":"DPoP","cnf":{"jkt":"` + thumb + `"}}`, good},
		"INTEROP.md 7 DPoP without cnf":                 {`{"active":true,"token_type":"DPoP"}`, refused(middleware.ReasonConfirmation)},
		"INTEROP.md 7 dpop in another case":             {`{"active":true,"token_type":"dpop"}`, refused(middleware.ReasonConfirmation)},
		"INTEROP.md 7 DPoP with another cnf":            {`{"active":true,"token_type":"DPoP","cnf":{"x5t#S256":"` + thumb + `"}}`, refused(middleware.ReasonConfirmation)},
		"INTEROP.md 7 a URI":                            {`{"active":true,"token_type":"urn:ietf:params:oauth:token-type:access_token"}`, good},
		"INTEROP.md 7 DPoP and a space":                 {`{"active":true,"token_type":"DPoP "}`, unavailable},
		"INTEROP.md 7 DPoP and a space with jkt":        {`{"active":true,"token_type":"DPoP ","cnf":{"jkt":"` + thumb + `"}}`, unavailable},
		"INTEROP.md 7 DPoP and a space no eye sees":     {`{"active":true,"token_type":"DPoP\u200b"}`, unavailable},
		"INTEROP.md 7 DPoP behind a tab":                {`{"active":true,"token_type":"\tDPoP"}`, unavailable},
		"INTEROP.md 7 DPoP escaped":                     {`{"active":true,"token_type":"\u0044PoP"}`, refused(middleware.ReasonConfirmation)},
		"INTEROP.md 7 two types":                        {`{"active":true,"token_type":"Bearer,DPoP"}`, unavailable},
		"INTEROP.md 7 an array":                         {`{"active":true,"token_type":["DPoP"]}`, unavailable},
		"INTEROP.md 7 an object":                        {`{"active":true,"token_type":{"DPoP":true}}`, unavailable},
		"INTEROP.md 7 null":                             {`{"active":true,"token_type":null}`, unavailable},
		"INTEROP.md 7 an empty type":                    {`{"active":true,"token_type":""}`, unavailable},
		"R7662-6 any type beside false":                 {`{"active":false,"token_type":7}`, inactive},
		"R8705-4 x5t#S256":                              {`{"active":true,"cnf":{"x5t#S256":"` + thumb + `"}}`, good},
		"R8705-4 x5t#S256 padded":                       {`{"active":true,"cnf":{"x5t#S256":"` + thumb + `="}}`, unavailable},
		"R8705-4 x5t#S256 in hex":                       {`{"active":true,"cnf":{"x5t#S256":"` + strings.Repeat("a1", 32) + `"}}`, unavailable},
		"R8705-4 x5t#S256 empty":                        {`{"active":true,"cnf":{"x5t#S256":""}}`, unavailable},
		"R8705-4 x5t#S256 null":                         {`{"active":true,"cnf":{"x5t#S256":null}}`, unavailable},
		"a member of 512 more than there may be at all": {`{"active":true,` + manyMembers(600) + `}`, unavailable},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := config(says(reply{body: test.body}))
			c.Now = clock
			expect(t, newValidator(t, c), token, test.want)
		})
	}
}

func manyMembers(n int) string {
	list := make([]string, n)
	for i := range list {
		list[i] = fmt.Sprintf(`"m%d":0`, i)
	}
	return strings.Join(list, ",")
}

// R7662-6: the client is not told why, since the server does not say.
func TestInactiveGivesNoReason(t *testing.T) {
	t.Parallel()
	c := config(says(reply{body: `{"active":false,"exp":1}`}))
	g, err := middleware.New(middleware.Config{Validator: newValidator(t, c)})
	if err != nil {
		t.Fatal(err)
	}
	_, err = g.Check(t.Context(), middleware.Request{Header: http.Header{"Authorization": {"Bearer " + token}}}, scopes.Authenticated())
	answer := g.Refusal(err)
	if answer.Status != http.StatusUnauthorized || !strings.Contains(strings.Join(answer.Challenges, "\n"), `error="invalid_token"`) {
		t.Errorf("refusal = %+v", answer)
	}
	said := strings.ToLower(everything(err) + fmt.Sprint(answer))
	for _, invented := range []string{"expired", "revoked", "unknown"} {
		if strings.Contains(said, invented) {
			t.Errorf("%q is said: %s", invented, said)
		}
	}
}

// What is asked for on request.
func TestAnswerPolicy(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(*introspect.Config)
		body   string
		want   verdict
	}{
		"R7662-10 aud required and missing":  {func(c *introspect.Config) { c.RequireAudience = true }, `{"active":true}`, refused(middleware.ReasonAudience)},
		"R7662-10 aud required and there":    {func(c *introspect.Config) { c.RequireAudience = true }, `{"active":true,"aud":"` + audience + `"}`, good},
		"R7662-10 iss required and missing":  {func(c *introspect.Config) { c.RequireIssuer = true }, `{"active":true}`, refused(middleware.ReasonClaims)},
		"R7662-10 iss required and there":    {func(c *introspect.Config) { c.RequireIssuer = true }, `{"active":true,"iss":"` + issuer + `"}`, good},
		"exp required and missing":           {func(c *introspect.Config) { c.RequireExpiry = true }, `{"active":true}`, refused(middleware.ReasonClaims)},
		"exp required and 0":                 {func(c *introspect.Config) { c.RequireExpiry = true }, `{"active":true,"exp":0}`, refused(middleware.ReasonClaims)},
		"exp required and there":             {func(c *introspect.Config) { c.RequireExpiry = true }, fmt.Sprintf(`{"active":true,"exp":%d}`, now+1), good},
		"any audience":                       {anyAudience, `{"active":true,"aud":"https://else.test"}`, good},
		"any audience, of the wrong type":    {anyAudience, `{"active":true,"aud":7}`, unavailable},
		"R7662-11 arrays on request":         {func(c *introspect.Config) { c.ScopeArrays = true }, `{"active":true,"scope":["a","b"]}`, good},
		"arrays on request, of numbers":      {func(c *introspect.Config) { c.ScopeArrays = true }, `{"active":true,"scope":[7]}`, unavailable},
		"no leeway, exp now":                 {func(c *introspect.Config) { c.Leeway = -1 }, fmt.Sprintf(`{"active":true,"exp":%d}`, now), refused(middleware.ReasonExpired)},
		"no leeway, nbf now":                 {func(c *introspect.Config) { c.Leeway = -1 }, fmt.Sprintf(`{"active":true,"nbf":%d}`, now), good},
		"no leeway, nbf in a second":         {func(c *introspect.Config) { c.Leeway = -1 }, fmt.Sprintf(`{"active":true,"nbf":%d}`, now+1), refused(middleware.ReasonNotYetValid)},
		"no leeway, whatever is negative":    {func(c *introspect.Config) { c.Leeway = -time.Hour }, fmt.Sprintf(`{"active":true,"exp":%d,"nbf":%d}`, now+1, now), good},
		"five minutes leeway, exp in time":   {func(c *introspect.Config) { c.Leeway = 5 * time.Minute }, fmt.Sprintf(`{"active":true,"exp":%d}`, now-299), good},
		"a second audience of ours":          {func(c *introspect.Config) { c.Audience = append(c.Audience, "two") }, `{"active":true,"aud":"two"}`, good},
		"an issuer that is compared exactly": {func(c *introspect.Config) { c.Issuer = "HTTPS://Issuer.test" }, `{"active":true,"iss":"` + issuer + `"}`, refused(middleware.ReasonIssuer)},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := config(says(reply{body: test.body}))
			c.Now = clock
			test.change(&c)
			expect(t, newValidator(t, c), token, test.want)
		})
	}
}

func anyAudience(c *introspect.Config) { c.Audience, c.InsecureAnyAudience = nil, true }

// What a token says afterwards; one mapping with JWTs does the rest.
func TestTokenOfAnswer(t *testing.T) {
	t.Parallel()
	c := config(says(active(`"scope":"a b","scp":["c"],"client_id":"app","sub":"alice","username":"al","jti":"1","aud":["` + audience + `"],"permissions":["d","e f"],"vendor":{"deep":[1]}`)))
	c.Now = clock
	v := newValidator(t, c)
	got := expect(t, v, token, good)
	if !got.HasScope("a") || !got.HasScope("b") || !got.HasScope("c") || got.HasScope("d") {
		t.Errorf("scopes = %v", slices.Collect(got.Scopes()))
	}
	if got.ClientID() != "app" || got.Subject() != "alice" || got.ID() != "1" || !slices.Equal(slices.Collect(got.Audience()), []string{audience}) {
		t.Errorf("%s %s %s", got.ClientID(), got.Subject(), got.ID())
	}
	// No iss: it is our server's.
	if got.Issuer() != issuer || !got.Expiry().IsZero() {
		t.Errorf("issuer %q, expiry %v", got.Issuer(), got.Expiry())
	}
	// R7662-16: members without a meaning to us are there, exactly.
	var vendor struct{ Deep []int }
	if found, err := got.Claim("vendor", &vendor); !found || err != nil || !slices.Equal(vendor.Deep, []int{1}) {
		t.Errorf("R7662-16: vendor = %v, %v, %v", vendor, found, err)
	}
	if found, _ := got.Claim("Vendor", &vendor); found {
		t.Error("R7662-16: found under another name")
	}
	c.ScopeClaims = []string{"permissions"}
	if got := expect(t, newValidator(t, c), token, good); !got.HasScope("d") || got.HasScope("a") || got.HasScope("f") {
		t.Errorf("scopes = %v", slices.Collect(got.Scopes()))
	}
}

// Token.Until: exp with the leeway, and never later than the upper life.
func TestUntil(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		members string
		life    time.Duration
		want    time.Duration // from now
	}{
		"no exp":                    {``, 0, time.Hour},
		"exp 0":                     {`"exp":0`, 0, time.Hour},
		"no exp, life of our own":   {``, time.Minute, time.Minute},
		"exp first":                 {fmt.Sprintf(`"exp":%d`, now+60), 0, 90 * time.Second},
		"life first":                {fmt.Sprintf(`"exp":%d`, now+7200), 0, time.Hour},
		"life first by the leeway":  {fmt.Sprintf(`"exp":%d`, now+3590), 0, time.Hour},
		"exp first, a longer life":  {fmt.Sprintf(`"exp":%d`, now+7200), 3 * time.Hour, 2*time.Hour + 30*time.Second},
		"expired within the leeway": {fmt.Sprintf(`"exp":%d`, now-10), 0, 20 * time.Second},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := config(says(active(test.members)))
			c.Now, c.MaxLife = clock, test.life
			if got := expect(t, newValidator(t, c), token, good).Until().Sub(clock()); got != test.want {
				t.Errorf("until now + %v, want %v", got, test.want)
			}
		})
	}
}

// A negative leeway is none, not less than none.
func TestUntilWithoutLeeway(t *testing.T) {
	t.Parallel()
	c := config(says(active(fmt.Sprintf(`"exp":%d`, now+60))))
	c.Now, c.Leeway = clock, -time.Hour
	if got := expect(t, newValidator(t, c), token, good).Until().Sub(clock()); got != time.Minute {
		t.Errorf("until now + %v, want exp", got)
	}
}

// R7662-9: an answer that was good binds at every later use, when it is cached
// too and the clock was set.
func TestTimeBindsAtEveryUse(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		at := time.Unix(now, 0) // without a monotonic reading
		s := says(active(fmt.Sprintf(`"nbf":%d,"exp":%d`, now, now+3600)))
		c := config(s)
		c.Now = func() time.Time { return at }
		v := newValidator(t, c)
		expect(t, v, token, good)
		at = time.Unix(now-31, 0)
		expect(t, v, token, refused(middleware.ReasonNotYetValid))
		at = time.Unix(now-30, 0)
		expect(t, v, token, good)
		s.expectCalls(t, 1)
	})
}
