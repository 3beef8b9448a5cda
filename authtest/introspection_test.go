package authtest_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/authtest"
)

// post sends a form to an endpoint of the issuer, after change has had its way
// with the request.
func post(t *testing.T, issuer *authtest.Issuer, path string, form url.Values, change func(*http.Request)) (*http.Response, string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "POST", issuer.URL()+path, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth(authtest.DefaultClientID, authtest.DefaultClientSecret)
	if change != nil {
		change(r)
	}
	return do(t, issuer.Client(), r)
}

// introspect is what the issuer says about a token.
func introspect(t *testing.T, issuer *authtest.Issuer, token string) map[string]any {
	t.Helper()
	r, body := post(t, issuer, "/introspect", url.Values{"token": {token}}, nil)
	if r.StatusCode != 200 || r.Header.Get("Content-Type") != "application/json" || r.Header.Get("Cache-Control") != "no-store" {
		t.Fatalf("%v %s", r, body)
	}
	return members(t, body)
}

var inactive = map[string]any{"active": false}

func TestOpaqueIsGood(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_700_000_000, 999)
	issuer := authtest.Config{Now: func() time.Time { return now }, Algorithms: []string{"ES256"}}.New()
	token := issuer.Opaque()
	if !regexp.MustCompile(`^[A-Za-z0-9._~+/-]{32,}=*$`).MatchString(token) { // RFC 6750 §2.1
		t.Errorf("no b64token: %q", token)
	}
	for _, mark := range "-._~+/=" {
		if !strings.ContainsRune(token, mark) {
			t.Errorf("%q has no %q", token, mark)
		}
	}
	if token == issuer.Opaque() {
		t.Error("the same token twice")
	}
	got := introspect(t, issuer, token)
	if jti, _ := got["jti"].(string); jti == "" {
		t.Error("no jti")
	}
	delete(got, "jti")
	want := map[string]any{
		"active": true, "token_type": "Bearer",
		"iss": authtest.DefaultURL, "aud": authtest.DefaultAudience, "sub": "user-1",
		"client_id": "client-1", "scope": "read", "iat": 1.7e9, "exp": 1.7e9 + 300,
	}
	if !maps.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
	if n := issuer.Fetches(authtest.EndpointIntrospection); n != 1 {
		t.Errorf("%d fetches", n)
	}
}

func TestOpaqueChanges(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_700_000_000, 0)
	issuer := authtest.Config{Now: func() time.Time { return now }, Algorithms: []string{"ES256"}}.New()
	past, ahead := now.Add(-time.Second), now.Add(time.Second)
	for name, tt := range map[string]struct {
		changes []authtest.Claims
		member  string
		want    any // nil: the member is absent
	}{
		"replaced":                 {[]authtest.Claims{{"scope": "a b"}}, "scope", "a b"},
		"added":                    {[]authtest.Claims{{"acr": "gold"}}, "acr", "gold"},
		"later wins":               {[]authtest.Claims{{"sub": "a"}, {"sub": "b"}}, "sub", "b"},
		"absent":                   {[]authtest.Claims{{"aud": authtest.Absent}}, "aud", nil},
		"another type":             {[]authtest.Claims{{"token_type": "DPoP"}}, "token_type", "DPoP"},
		"expired":                  {[]authtest.Claims{{"exp": past}}, "active", false},
		"expires now":              {[]authtest.Claims{{"exp": now}}, "active", false},
		"expires soon":             {[]authtest.Claims{{"exp": ahead}}, "active", true},
		"not valid yet":            {[]authtest.Claims{{"nbf": ahead}}, "active", false},
		"valid from now on":        {[]authtest.Claims{{"nbf": now}}, "active", true},
		"expired tells nothing":    {[]authtest.Claims{{"exp": past}}, "scope", nil},
		"expired, but said active": {[]authtest.Claims{{"exp": past, "active": true}}, "active", true},
		"its exp":                  {[]authtest.Claims{{"exp": past, "active": true}}, "exp", 1.7e9 - 1},
		"active is a string":       {[]authtest.Claims{{"active": "true"}}, "active", "true"},
		"said inactive, and more":  {[]authtest.Claims{{"active": false}}, "scope", "read"},
		"exp zero":                 {[]authtest.Claims{{"exp": 0}}, "active", true},
		"exp absent":               {[]authtest.Claims{{"exp": authtest.Absent}}, "active", true},
		"exp null":                 {[]authtest.Claims{{"exp": nil}}, "active", true},
		"exp a string":             {[]authtest.Claims{{"exp": "1"}}, "active", true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := introspect(t, issuer, issuer.Opaque(tt.changes...))[tt.member]; got != tt.want {
				t.Errorf("%s is %v, want %v", tt.member, got, tt.want)
			}
		})
	}
	mustPanic(t, "a claim that is no JSON", func() { issuer.Opaque(authtest.Claims{"x": func() {}}) })
}

func TestOpaqueCopiesItsArguments(t *testing.T) {
	t.Parallel()
	issuer := authtest.Config{Algorithms: []string{"ES256"}}.New()
	audiences := []string{"a"}
	claims := authtest.Claims{"aud": audiences, "sub": authtest.Absent}
	token := issuer.Opaque(claims)
	audiences[0] = "b"
	if got := introspect(t, issuer, token)["aud"].([]any)[0]; got != "a" || len(claims) != 2 {
		t.Errorf("aud %v, claims %v", got, claims)
	}
}

func TestIntrospectionOfJWTs(t *testing.T) {
	t.Parallel()
	for _, alg := range []string{"RS256", "PS256", "ES256", "ES512", "EdDSA"} {
		issuer := authtest.Config{Algorithms: []string{alg}}.New()
		token := issuer.Token(authtest.Claims{"scope": "a", "active": false})
		want := parse(t, token).claims
		want["active"], want["token_type"] = true, "Bearer"
		if got := introspect(t, issuer, token); !maps.Equal(got, want) {
			t.Errorf("%s: %v, want %v", alg, got, want)
		}
		signature, another := strings.LastIndexByte(token, '.')+1, issuer.Token()
		for name, other := range map[string]string{
			"no signature":      token[:signature],
			"another signature": token[:signature] + another[strings.LastIndexByte(another, '.')+1:],
			"cut":               token[:len(token)-3],
			"line break":        token + "\n",
			"padding":           token + "=",
			"a part more":       token + ".",
			"its header":        token[:strings.IndexByte(token, '.')],
		} {
			if got := introspect(t, issuer, other); !maps.Equal(got, inactive) {
				t.Errorf("%s, %s: %v", alg, name, got)
			}
		}
	}
}

// What was minted wrong is not the issuer's own, unless it is the claims that
// are wrong: then the answer says so, and the resource server has to see it.
func TestIntrospectionOfBadTokens(t *testing.T) {
	t.Parallel()
	issuer := authtest.Config{Algorithms: []string{"ES256", "RS256"}}.New()
	claims := regexp.MustCompile("^(aud |bound to |sub |nbf a|iat a|payload with )")
	for _, bad := range issuer.Bad() {
		if got := introspect(t, issuer, bad.Token); !maps.Equal(got, inactive) && !claims.MatchString(bad.Name) {
			t.Errorf("%s: %v", bad.Name, got)
		}
	}
	for name, m := range map[string]authtest.Mint{
		"key that is not published": {Key: authtest.NewKey(issuer.KeyID(), "ES256")},
		"ID token":                  {Header: map[string]any{"typ": "JWT"}},
		"no JSON":                   {RawPayload: []byte("{")},
		"null":                      {RawPayload: []byte("null")},
		"expired":                   {Claims: authtest.Claims{"exp": 1}},
	} {
		if got := introspect(t, issuer, issuer.Mint(m)); !maps.Equal(got, inactive) {
			t.Errorf("%s: %v", name, got)
		}
	}
	if got := introspect(t, authtest.New(), issuer.Opaque()); !maps.Equal(got, inactive) {
		t.Errorf("token of another issuer: %v", got)
	}
}

// Bearer is not said of a JWT that is bound to a key (RFC 9449 §6).
func TestIntrospectionOfBoundJWTs(t *testing.T) {
	t.Parallel()
	issuer := authtest.Config{Algorithms: []string{"ES256"}}.New()
	got := introspect(t, issuer, issuer.Token(authtest.Claims{"cnf": map[string]string{"jkt": "x"}}))
	if got["active"] != true || got["token_type"] != nil || got["cnf"] == nil {
		t.Errorf("%v", got)
	}
}

func TestIntrospectionFollowsKeys(t *testing.T) {
	t.Parallel()
	issuer := authtest.Config{Algorithms: []string{"ES256"}, KeysWithout: []string{"kid"}}.New()
	token := issuer.Token()
	issuer.Rotate()
	if got := introspect(t, issuer, token); got["active"] != true {
		t.Errorf("after rotation: %v", got)
	}
	issuer.RotateWithoutOverlap()
	if got := introspect(t, issuer, token); !maps.Equal(got, inactive) {
		t.Errorf("after rotation without overlap: %v", got)
	}
}

// Tokens end by the issuer's clock, a bubble's too.
func TestIntrospectionInABubble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		issuer := authtest.Config{Algorithms: []string{"EdDSA"}}.New()
		for _, mint := range []func(...authtest.Claims) string{issuer.Opaque, issuer.Token} {
			token := mint()
			if got := introspect(t, issuer, token); got["active"] != true {
				t.Errorf("new: %v", got)
			}
			time.Sleep(5 * time.Minute)
			if got := introspect(t, issuer, token); !maps.Equal(got, inactive) {
				t.Errorf("at its end: %v", got)
			}
		}
	})
}

func TestIntrospectionOverTLS(t *testing.T) {
	t.Parallel()
	issuer := authtest.Config{URL: "https://issuer.test/tenant", Algorithms: []string{"ES256"}}.StartTLS(t)
	_, body, err := get(t, issuer.Client(), issuer.URL()+oidc)
	if err != nil {
		t.Fatal(err)
	}
	metadata := members(t, body)
	if metadata["introspection_endpoint"] != issuer.URL()+"/introspect" || metadata["revocation_endpoint"] != issuer.URL()+"/revoke" {
		t.Errorf("metadata %v", metadata)
	}
	token := issuer.Opaque()
	if got := introspect(t, issuer, token); got["active"] != true || got["iss"] != issuer.URL() {
		t.Errorf("%v", got)
	}
}

// accepting sets the Accept field.
func accepting(values ...string) func(*http.Request) {
	return func(r *http.Request) { r.Header["Accept"] = values }
}

const signed = "application/token-introspection+jwt"

func TestSignedAnswers(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_700_000_000, 0)
	issuer := authtest.Config{Algorithms: []string{"ES256", "RS256"}, Now: func() time.Time { return now }}.New()
	for name, tt := range map[string]struct {
		accept []string
		signed bool
	}{
		"R9701-1 asked":       {[]string{signed}, true},
		"among others":        {[]string{"application/json;q=0.5, Application/Token-Introspection+JWT;q=1"}, true},
		"in a second field":   {[]string{"application/json", signed}, true},
		"not asked":           {nil, false},
		"anything":            {[]string{"*/*"}, false},
		"JSON":                {[]string{"application/json"}, false},
		"the JWT of any kind": {[]string{"application/jwt"}, false},
		"longer":              {[]string{signed + "2"}, false},
		"nonsense":            {[]string{"/,;=, " + signed + ";;="}, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r, body := post(t, issuer, "/introspect", url.Values{"token": {issuer.Opaque()}}, accepting(tt.accept...))
			want := map[bool]string{true: signed, false: "application/json"}[tt.signed]
			if got := r.Header.Get("Content-Type"); r.StatusCode != 200 || got != want {
				t.Errorf("%d %q, want %q", r.StatusCode, got, want)
			}
			if json.Valid([]byte(body)) == tt.signed {
				t.Error(body)
			}
		})
	}
	for name, token := range map[string]string{"active": issuer.Opaque(authtest.Claims{"scope": "a"}), "inactive": "unknown"} {
		_, body := post(t, issuer, "/introspect", url.Values{"token": {token}}, accepting(signed))
		if err := verify(t, body, issuer.JWKS()); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		tok := parse(t, body)
		if want := map[string]any{"alg": "ES256", "kid": issuer.KeyID(), "typ": "token-introspection+jwt"}; !maps.Equal(tok.header, want) {
			t.Errorf("%s: header %v, want %v", name, tok.header, want)
		}
		inner, _ := tok.claims["token_introspection"].(map[string]any)
		if !maps.Equal(inner, introspect(t, issuer, token)) {
			t.Errorf("%s: %v", name, inner)
		}
		delete(tok.claims, "token_introspection")
		if want := map[string]any{"iss": issuer.URL(), "aud": authtest.DefaultClientID, "iat": 1.7e9}; !maps.Equal(tok.claims, want) {
			t.Errorf("%s: claims %v, want %v", name, tok.claims, want)
		}
		// A signed answer is no token of the issuer.
		if got := introspect(t, issuer, body); !maps.Equal(got, inactive) {
			t.Errorf("%s: introspected %v", name, got)
		}
	}
}

// Tokens come and go at once, for the race detector.
func TestConcurrentIntrospection(t *testing.T) {
	t.Parallel()
	issuer := authtest.Config{Algorithms: []string{"ES256"}}.New()
	token := issuer.Opaque()
	var group sync.WaitGroup
	for range 4 {
		group.Go(func() { issuer.Opaque() })
		group.Go(func() { issuer.Revoke(issuer.Token()) })
		group.Go(func() { issuer.LastCall(authtest.EndpointIntrospection) })
		group.Go(func() {
			if got := introspect(t, issuer, token); got["active"] != true {
				t.Errorf("%v", got)
			}
		})
	}
	group.Wait()
}

func ExampleIssuer_Opaque() {
	issuer := authtest.New()
	token := issuer.Opaque(authtest.Claims{"scope": "orders:read"})

	// What the service under test does, as DefaultClientID.
	ask := func() {
		form := url.Values{"token": {token}, "client_id": {authtest.DefaultClientID}, "client_secret": {authtest.DefaultClientSecret}}
		answer, err := issuer.Client().PostForm(issuer.URL()+"/introspect", form)
		if err != nil {
			fmt.Println(err)
			return
		}
		defer answer.Body.Close()
		var said map[string]any
		err = json.NewDecoder(answer.Body).Decode(&said)
		fmt.Printf("%#v %v %v\n", said["active"], said["scope"], err)
	}

	ask()
	issuer.Revoke(token)
	ask()

	issuer.Replace(authtest.EndpointIntrospection, authtest.Member("active", "true")) // a string
	ask()

	fmt.Println(issuer.Fetches(authtest.EndpointIntrospection), "calls, by", issuer.LastCall(authtest.EndpointIntrospection).Authentication)
	// Output:
	// true orders:read <nil>
	// false <nil> <nil>
	// "true" <nil> <nil>
	// 3 calls, by client_secret_post
}
