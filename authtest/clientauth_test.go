package authtest_test

import (
	"encoding/base64"
	"net/http"
	"net/url"
	"testing"

	"github.com/bearerguard/bearerguard/authtest"
)

func basic(pair string) func(*http.Request) {
	return header("Authorization", "Basic "+base64.StdEncoding.EncodeToString([]byte(pair)))
}

func TestClientAuthentication(t *testing.T) {
	t.Parallel()
	issuer := authtest.Config{
		Algorithms: []string{"ES256"},
		Clients:    map[string]string{"rs": "secret", "r:s/ü": "s e+c%3Aret:", "public": ""},
	}.New()
	bearer := func(token string) func(*http.Request) { return header("Authorization", "Bearer "+token) }
	ofClient := authtest.Claims{"client_id": "rs"}
	expired := authtest.Claims{"client_id": "rs", "exp": 1}
	revoked := issuer.Opaque(ofClient)
	issuer.Revoke(revoked)

	none := header("Authorization")
	basicChallenge, bearerChallenge := `Basic realm="authtest"`, `Bearer error="invalid_token"`
	for name, tt := range map[string]struct {
		form      url.Values
		change    func(*http.Request)
		method    string
		client    string
		challenge string // "": let in
		status    int    // 0: 401 with a challenge, 200 without
	}{
		"R7662-3 basic":            {nil, basic("rs:secret"), "client_secret_basic", "rs", "", 0},
		"basic, encoded":           {nil, basic("r%3As%2F%C3%BC:s+e%2Bc%253Aret%3A"), "client_secret_basic", "r:s/ü", "", 0},
		"basic and its client_id":  {url.Values{"client_id": {"rs"}}, basic("rs:secret"), "client_secret_basic", "rs", "", 0},
		"scheme in capitals":       {nil, header("Authorization", "BASIC cnM6c2VjcmV0"), "client_secret_basic", "rs", "", 0},
		"basic, not encoded":       {nil, basic("r:s/ü:s e+c%3Aret:"), "client_secret_basic", "r", basicChallenge, 0},
		"basic, wrong secret":      {nil, basic("rs:secret2"), "client_secret_basic", "rs", basicChallenge, 0},
		"basic, no secret":         {nil, basic("rs:"), "client_secret_basic", "rs", basicChallenge, 0},
		"basic, unknown client":    {nil, basic("sr:secret"), "client_secret_basic", "sr", basicChallenge, 0},
		"basic, nobody":            {nil, basic(":"), "client_secret_basic", "", basicChallenge, 0},
		"basic, no colon":          {nil, basic("rs"), "client_secret_basic", "", basicChallenge, 0},
		"basic, bad escape":        {nil, basic("rs:%zz"), "client_secret_basic", "rs", basicChallenge, 0},
		"basic, no base64":         {nil, header("Authorization", "Basic rs:secret"), "client_secret_basic", "", basicChallenge, 0},
		"basic, other client_id":   {url.Values{"client_id": {"public"}}, basic("rs:secret"), "client_secret_basic", "rs", basicChallenge, 0},
		"R7662-3 post":             {url.Values{"client_id": {"rs"}, "client_secret": {"secret"}}, none, "client_secret_post", "rs", "", 0},
		"post, every character":    {url.Values{"client_id": {"r:s/ü"}, "client_secret": {"s e+c%3Aret:"}}, none, "client_secret_post", "r:s/ü", "", 0},
		"post, wrong secret":       {url.Values{"client_id": {"rs"}, "client_secret": {"Secret"}}, none, "client_secret_post", "rs", basicChallenge, 0},
		"post, empty secret":       {url.Values{"client_id": {"rs"}, "client_secret": {""}}, none, "client_secret_post", "rs", basicChallenge, 0},
		"post, nobody":             {url.Values{"client_secret": {"secret"}}, none, "client_secret_post", "", basicChallenge, 0},
		"post, two secrets":        {url.Values{"client_id": {"rs"}, "client_secret": {"secret", "x"}}, none, "", "", "", 400},
		"R7662-3 bearer":           {nil, bearer(issuer.Opaque(ofClient)), "bearer", "rs", "", 0},
		"bearer, a JWT":            {nil, bearer(issuer.Token(ofClient)), "bearer", "rs", "", 0},
		"bearer, not a client's":   {nil, bearer(issuer.Opaque()), "bearer", "client-1", bearerChallenge, 0},
		"bearer, no client's":      {nil, bearer(issuer.Opaque(authtest.Claims{"client_id": authtest.Absent})), "bearer", "", bearerChallenge, 0},
		"bearer, expired":          {nil, bearer(issuer.Opaque(expired)), "bearer", "", bearerChallenge, 0},
		"bearer, revoked":          {nil, bearer(revoked), "bearer", "", bearerChallenge, 0},
		"bearer, said inactive":    {nil, bearer(issuer.Opaque(ofClient, authtest.Claims{"active": "true"})), "bearer", "", bearerChallenge, 0},
		"bearer, unknown":          {nil, bearer("x"), "bearer", "", bearerChallenge, 0},
		"none, a public client":    {url.Values{"client_id": {"public"}}, none, "none", "public", "", 0},
		"none, another client":     {url.Values{"client_id": {"rs"}}, none, "none", "rs", basicChallenge, 0},
		"none":                     {nil, none, "none", "", basicChallenge, 0},
		"an assertion":             {url.Values{"client_id": {"public"}, "client_assertion": {"x"}}, none, "", "public", basicChallenge, 0},
		"another scheme":           {nil, header("Authorization", "Digest rs"), "", "", basicChallenge, 0},
		"empty field":              {nil, header("Authorization", ""), "", "", basicChallenge, 0},
		"two fields":               {nil, header("Authorization", "Basic cnM6c2VjcmV0", "Basic cnM6c2VjcmV0"), "", "", "", 400},
		"two methods":              {url.Values{"client_secret": {"secret"}}, basic("rs:secret"), "", "", "", 400},
		"the default is no client": {nil, nil, "client_secret_basic", authtest.DefaultClientID, basicChallenge, 0},
	} {
		for endpoint, path := range map[authtest.Endpoint]string{authtest.EndpointIntrospection: "/introspect", authtest.EndpointRevocation: "/revoke"} {
			t.Run(name+" at "+path, func(t *testing.T) { // one after another, for LastCall
				form := url.Values{"token": {"x"}}
				for k, v := range tt.form {
					form[k] = v
				}
				want := tt.status
				if want == 0 {
					want = map[bool]int{true: 200, false: 401}[tt.challenge == ""]
				}
				r, body := post(t, issuer, path, form, tt.change)
				if r.StatusCode != want || r.Header.Get("WWW-Authenticate") != tt.challenge {
					t.Errorf("%v %s", r, body)
				}
				if got := issuer.LastCall(endpoint); got.Authentication != tt.method || got.ClientID != tt.client || got.Status != want {
					t.Errorf("%+v", got)
				}
			})
		}
	}
}

// An admin port lets in who shows nothing, and nobody with wrong credentials.
func TestNoClientAuthentication(t *testing.T) {
	t.Parallel()
	issuer := authtest.Config{Algorithms: []string{"ES256"}, Clients: map[string]string{"": ""}}.New()
	form := url.Values{"token": {issuer.Opaque()}}
	nothing := header("Authorization")
	for name, tt := range map[string]struct {
		form   url.Values
		change func(*http.Request)
		status int
	}{
		"nothing":          {form, nothing, 200},
		"an unknown id":    {url.Values{"token": {"x"}, "client_id": {"rs"}}, nothing, 401},
		"credentials":      {form, nil, 401},
		"a signed answer":  {form, func(r *http.Request) { nothing(r); accepting(signed)(r) }, 401}, // it would be for nobody
		"wrong parameters": {url.Values{}, nothing, 400},
	} {
		if r, body := post(t, issuer, "/introspect", tt.form, tt.change); r.StatusCode != tt.status {
			t.Errorf("%s: %d %s", name, r.StatusCode, body)
		}
	}
}

func TestClientsAreCopied(t *testing.T) {
	t.Parallel()
	clients := map[string]string{"rs": "secret"}
	issuer := authtest.Config{Algorithms: []string{"ES256"}, Clients: clients}.New()
	clients["rs"] = "changed"
	if r, _ := post(t, issuer, "/introspect", url.Values{"token": {"x"}}, basic("rs:secret")); r.StatusCode != 200 {
		t.Errorf("%d", r.StatusCode)
	}
}

// Whatever an id and a secret are made of, the two ways of RFC 6749 §2.3.1 get
// them across, and no other secret is as good.
func FuzzClientSecrets(f *testing.F) {
	f.Add("rs", "secret", "Secret")
	f.Add("a:b", "c:d ", "c:d")
	f.Add("%3A", "+%2B\x00\xff", "+%2B")
	f.Add("ü", "", " ")
	f.Add("", "", "x")
	f.Fuzz(func(t *testing.T, id, secret, other string) {
		issuer := authtest.Config{Algorithms: []string{"ES256"}, Clients: map[string]string{id: secret}}.New()
		for _, tried := range []string{secret, other} {
			want := map[bool]int{true: 200, false: 401}[tried == secret]
			form := url.Values{"token": {"x"}}
			if r, _ := post(t, issuer, "/introspect", form, basic(url.QueryEscape(id)+":"+url.QueryEscape(tried))); r.StatusCode != want {
				t.Errorf("basic: %d, want %d", r.StatusCode, want)
			}
			form.Set("client_id", id)
			form.Set("client_secret", tried)
			if r, _ := post(t, issuer, "/introspect", form, header("Authorization")); r.StatusCode != want {
				t.Errorf("post: %d, want %d", r.StatusCode, want)
			}
		}
	})
}
