package introspect_test

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/introspect"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// both returns validators of JWTs and of whatever the same server knows.
func both(t *testing.T, as *authtest.Issuer) (jwt, opaque middleware.Validator) {
	t.Helper()
	j, err := jwks.New(jwks.Issuer{URL: as.URL(), Audience: []string{as.Audience()}, Keys: authKeys(t, as)})
	if err != nil {
		t.Fatal(err)
	}
	c := config(says(reply{}))
	c.Issuer, c.Endpoint, c.Client, c.Audience = as.URL(), "", as.Client(), []string{as.Audience()}
	c.Authentication = introspect.ClientSecretBasic(authtest.DefaultClientID, authtest.DefaultClientSecret)
	return j, newValidator(t, c)
}

// First: what decides is the token's own form and issuer, not the number of
// dots (INTEROP.md 6), and JWTs of a known issuer are never sent out.
func TestFirst(t *testing.T) {
	t.Parallel()
	as := authtest.New()
	jwt, opaque := both(t, as)
	v := middleware.First(jwt, opaque)
	asked := func() int { return as.Fetches(authtest.EndpointIntrospection) }

	expect(t, v, as.Token(nil), good)
	expect(t, v, as.Token(authtest.Claims{"exp": 1}), refused(middleware.ReasonExpired))
	for _, bad := range as.Bad() {
		before := asked()
		_, _ = v.Validate(t.Context(), bad.Token)
		sent := asked() > before
		if _, err := jwt.Validate(t.Context(), bad.Token); sent && judge(nil, err) != notMine {
			t.Errorf("%s: it was sent out, and the validator of JWTs says %v", bad.Name, err)
		}
	}
	before := asked()
	revoked := as.Token(authtest.Claims{"jti": "revoked"})
	as.Revoke(revoked)
	expect(t, v, revoked, good) // who wants to know asks with Every
	if n := asked() - before; n != 0 {
		t.Errorf("%d calls about JWTs of a known issuer, want 0", n)
	}

	if !expect(t, v, as.Opaque(authtest.Claims{"scope": "a"}), good).HasScope("a") {
		t.Error("the scope is missing")
	}
	for name, raw := range map[string]string{
		"one dot": "abc.def", "two dots": "abc.def.ghi", "five parts": "a.b.c.d.e", "none": "abcdef",
	} {
		before := asked()
		expect(t, v, raw, inactive)
		if n := asked() - before; n != 1 {
			t.Errorf("%s: %d calls, want 1", name, n)
		}
	}
	if call := as.LastCall(authtest.EndpointIntrospection); call.Authentication != "client_secret_basic" || call.Status != http.StatusOK {
		t.Errorf("the last call = %+v", call)
	}
}

// Every: JWTs that have to be looked up as well, for revocation.
func TestEvery(t *testing.T) {
	t.Parallel()
	as := authtest.New()
	jwt, opaque := both(t, as)
	v := middleware.Every(jwt, opaque)
	kept, revoked := as.Token(authtest.Claims{"jti": "kept"}), as.Token(authtest.Claims{"jti": "revoked"})
	as.Revoke(revoked)
	expect(t, v, kept, good)
	expect(t, v, revoked, inactive)
	expect(t, v, as.Token(authtest.Claims{"aud": "https://else.test"}), refused(middleware.ReasonAudience))
	expect(t, v, as.Opaque(nil), notMine)
	if n := as.Fetches(authtest.EndpointIntrospection); n != 2 {
		t.Errorf("%d calls, want 2", n)
	}
}

// Every: an answer that names no scopes took them all back; one that is silent
// did not. One about another client is not about this token.
func TestEveryScopes(t *testing.T) {
	t.Parallel()
	as := authtest.New()
	jwt, _ := both(t, as)
	arrays := func(c *introspect.Config) { c.ScopeArrays = true }
	roles := func(c *introspect.Config) { c.ScopeClaims = []string{"realm_access.roles"} }
	tests := map[string]struct {
		members string
		change  func(*introspect.Config)
		want    string
	}{
		"silent":           {``, arrays, "a b"},
		"null":             {`"scope":null`, arrays, "a b"},
		"the same":         {`"scope":"b a"`, arrays, "a b"},
		"fewer":            {`"scope":"b"`, arrays, "b"},
		"more":             {`"scope":"b a c"`, arrays, "a b"},
		"empty":            {`"scope":""`, arrays, ""},
		"an empty array":   {`"scope":[]`, arrays, ""},
		"an empty scp":     {`"scp":[]`, arrays, ""},
		"none of its kind": {`"scope":["a b"]`, arrays, ""},
		"mapped":           {`"realm_access":{"roles":["a"]}`, roles, "a"},
		"mapped and empty": {`"realm_access":{"roles":[]},"scope":"a"`, roles, ""},
		"not mapped":       {`"scope":""`, roles, "a b"},
		"the same client":  {`"client_id":"client-1"`, arrays, "a b"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := config(says(active(test.members)))
			c.Issuer = as.URL()
			test.change(&c)
			got := expect(t, middleware.Every(jwt, newValidator(t, c)), as.Token(authtest.Claims{"scope": "a b"}), good)
			if scopes := strings.Join(slices.Collect(got.Scopes()), " "); scopes != test.want {
				t.Errorf("scopes = %q, want %q", scopes, test.want)
			}
		})
	}
	c := config(says(active(`"client_id":"client-2"`)))
	c.Issuer = as.URL()
	expect(t, middleware.Every(jwt, newValidator(t, c)), as.Token(nil), refused(middleware.ReasonDisagreement))
}

// The issuer of authtest signs its answers where they are asked for.
func TestSignedByAuthtest(t *testing.T) {
	t.Parallel()
	as := authtest.New()
	c := config(says(reply{}))
	c.Issuer, c.Endpoint, c.Client, c.Audience = as.URL(), "", as.Client(), []string{as.Audience()}
	c.Authentication = introspect.ClientSecretPost(authtest.DefaultClientID, authtest.DefaultClientSecret)
	c.Signed = &introspect.Signed{Keys: authKeys(t, as), Audience: authtest.DefaultClientID}
	v := newValidator(t, c)
	expect(t, v, as.Opaque(nil), good)
	expect(t, v, "unknown", inactive)
}

// R8705-4: a binding in an answer is enforced as one in a JWT, cached or not.
func TestBoundToken(t *testing.T) {
	t.Parallel()
	const thumb = "A4DtL2JmUMhAsvJj5tKyn64SqzmuXbMrJa0n761y5v0"
	for cnf, want := range map[string]string{
		`{"x5t#S256":"` + thumb + `"}`:                       "x5t#S256 " + thumb,
		`{"jkt":"` + thumb + `"}`:                            "jkt " + thumb,
		`{"jkt":"` + thumb + `","x5t#S256":"` + thumb + `"}`: "both",
		`{}`: "unknown", `{"kid":"a"}`: "unknown", `null`: "unknown", `"x"`: "unknown",
	} {
		t.Run("R8705-4 "+cnf, func(t *testing.T) {
			t.Parallel()
			v := newValidator(t, config(says(active(`"cnf":`+cnf))))
			got := expect(t, v, token, good).Confirmation()
			read := map[middleware.Confirmation]string{
				{X5TS256: thumb}: "x5t#S256 " + thumb, {JKT: thumb}: "jkt " + thumb,
				{X5TS256: thumb, JKT: thumb}: "both", {Unknown: true}: "unknown",
			}[got]
			if read != want {
				t.Errorf("confirmation = %+v, want %s", got, want)
			}
			// No Binding is configured: never a plain bearer token.
			g, err := middleware.New(middleware.Config{Validator: v})
			if err != nil {
				t.Fatal(err)
			}
			r := middleware.Request{Header: http.Header{"Authorization": {"Bearer " + token}}}
			for range 2 {
				_, err = g.Check(t.Context(), r, scopes.Authenticated())
				if judge(nil, err) != refused(middleware.ReasonConfirmation) {
					t.Errorf("error = %v", err)
				}
			}
		})
	}
}

// The answer of RFC 9449, at the time of its figures.
func TestRFC9449Answer(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join("..", "..", "shared", "vectors", "rfc_vectors.json"))
	if os.IsNotExist(err) {
		t.Skip("no vectors beside the repository")
	}
	if err != nil {
		t.Fatal(err)
	}
	var vectors struct {
		Request struct {
			Now           int64           `json:"now"`
			Authorization string          `json:"authorization"`
			Introspection json.RawMessage `json:"introspection"`
		} `json:"dpop_request"`
	}
	if err := json.Unmarshal(text, &vectors); err != nil {
		t.Fatal(err)
	}
	raw := strings.TrimPrefix(vectors.Request.Authorization, "DPoP ")
	at := time.Unix(vectors.Request.Now, 0)
	c := config(says(reply{body: string(vectors.Request.Introspection)}))
	c.Issuer, c.Now = "https://server.example.com", func() time.Time { return at }
	anyAudience(&c)
	v := newValidator(t, c)
	got := expect(t, v, raw, good)
	if got.Subject() != "someone@example.com" || got.Confirmation() != (middleware.Confirmation{JKT: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}) {
		t.Errorf("subject %q, confirmation %+v", got.Subject(), got.Confirmation())
	}
	at = at.Add(time.Hour + 28*time.Second)
	expect(t, v, raw, refused(middleware.ReasonExpired))
}
