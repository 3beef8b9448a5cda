package authtest_test

import (
	"encoding/json"
	"io"
	"maps"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/authtest"
)

// ask returns the answer about a new token while a fault is on, and what it
// should have been.
func ask(t *testing.T, issuer *authtest.Issuer, f authtest.Fault, change func(*http.Request)) (r *http.Response, body, good string, err error) {
	t.Helper()
	form := url.Values{"token": {issuer.Opaque()}}
	_, good = post(t, issuer, "/introspect", form, change)
	issuer.Replace(authtest.EndpointIntrospection, f)
	defer issuer.Restore(authtest.EndpointIntrospection)
	request, err := http.NewRequestWithContext(t.Context(), "POST", issuer.URL()+"/introspect", strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(authtest.DefaultClientID, authtest.DefaultClientSecret)
	if change != nil {
		change(request)
	}
	client := issuer.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	r, err = client.Do(request)
	if err != nil {
		return nil, "", good, err
	}
	defer r.Body.Close()
	text, err := io.ReadAll(r.Body)
	return r, string(text), good, err
}

// Faults that were made for documents work where a form is posted, too.
func TestFaultsOfIntrospection(t *testing.T) {
	t.Parallel()
	same := func(good, body string) bool { return good == body }
	for name, tt := range map[string]struct {
		fault       authtest.Fault
		status      int
		contentType string
		fails       bool
		body        func(good, body string) bool
	}{
		"Down":        {authtest.Down, 0, "", true, nil},
		"Status 401":  {authtest.Status(401), 401, "application/json", false, same},
		"Status 500":  {authtest.Status(500), 500, "application/json", false, same},
		"HTML":        {authtest.HTML, 200, "text/html; charset=utf-8", false, func(_, body string) bool { return strings.Contains(body, "<title>") }},
		"Redirect":    {authtest.Redirect("https://other.test/"), 302, "", false, func(_, body string) bool { return body == "" }},
		"Truncated":   {authtest.Truncated, 200, "application/json", true, func(good, body string) bool { return body == good[:len(good)/2] }},
		"HalfWritten": {authtest.HalfWritten, 200, "application/json", false, func(good, body string) bool { return body == good[:len(good)/2] }},
		"EmptySet":    {authtest.EmptySet, 200, "application/json", false, same},
		"WrongIssuer": {authtest.WrongIssuer("https://other.test"), 200, "application/json", false, same},
		"SlowBytes":   {authtest.SlowBytes(time.Second), 200, "application/json", false, same},
		"ContentType": {authtest.ContentType("text/plain"), 200, "text/plain", false, same},
		"Oversized": {authtest.Oversized(8 << 20), 200, "application/json", false,
			func(good, body string) bool {
				return strings.TrimRight(body, " ") == good && len(body) == len(good)+8<<20
			}},
		"Unsigned": {authtest.Unsigned, 200, "application/json", false, same},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				issuer := authtest.Config{Algorithms: []string{"EdDSA"}}.New()
				r, body, good, err := ask(t, issuer, tt.fault, nil)
				if (err != nil) != tt.fails || (r == nil) != (tt.status == 0) {
					t.Fatalf("%v %v", r, err)
				}
				if r != nil && (r.StatusCode != tt.status || r.Header.Get("Content-Type") != tt.contentType || !tt.body(good, body)) {
					t.Errorf("%v %.100q", r, body)
				}
				if r != nil && name == "Oversized" && r.ContentLength != int64(len(body)) {
					t.Errorf("%d bytes declared, %d sent", r.ContentLength, len(body))
				}
				if n := issuer.Fetches(authtest.EndpointIntrospection); n != 2 {
					t.Errorf("%d fetches", n)
				}
			})
		})
	}
}

func TestMember(t *testing.T) {
	t.Parallel()
	issuer := authtest.Config{Algorithms: []string{"ES256"}}.New()
	for name, tt := range map[string]struct {
		member string
		value  any
		want   any // nil: absent
	}{
		"active a string":  {"active", "true", "true"},
		"active a number":  {"active", 1, 1.0},
		"active absent":    {"active", authtest.Absent, nil},
		"another audience": {"aud", "https://other.test", "https://other.test"},
		"one more":         {"vendor", true, true},
		"a time":           {"exp", time.Unix(17, 5), 17.0},
	} {
		_, body, good, err := ask(t, issuer, authtest.Member(tt.member, tt.value), nil)
		if err != nil {
			t.Fatal(err)
		}
		got, want := members(t, body), members(t, good)
		if want[tt.member] = tt.want; tt.want == nil {
			delete(want, tt.member)
		}
		if !maps.Equal(got, want) {
			t.Errorf("%s: %v, want %v", name, got, want)
		}
	}
	_, body, _, _ := ask(t, issuer, authtest.Member("active", nil), nil)
	if !strings.Contains(body, `"active":null`) {
		t.Errorf("null: %s", body)
	}
	// Members of what is no object there are none.
	for _, text := range []string{"null", "[]", "{", "", "1"} {
		h := authtest.Member("a", 1)(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, text) }))
		if _, body, _, err := ask(t, issuer, func(http.Handler) http.Handler { return h }, nil); err != nil || body != text {
			t.Errorf("%q: %q %v", text, body, err)
		}
	}
	mustPanic(t, "a value that is no JSON", func() { authtest.Member("a", func() {}) })
}

// R9701-8: what a server does that would have to sign and does not.
func TestUnsigned(t *testing.T) {
	t.Parallel()
	issuer := authtest.Config{Algorithms: []string{"ES256"}}.New()
	r, body, good, err := ask(t, issuer, authtest.Unsigned, accepting(signed))
	if err != nil || r.Header.Get("Content-Type") != "application/json" || members(t, body)["active"] != true || json.Valid([]byte(good)) {
		t.Errorf("%v %s %v", r, body, err)
	}
	if issuer.LastCall(authtest.EndpointIntrospection).Header.Get("Accept") != "" {
		t.Error("the right handler has seen Accept")
	}
}

func TestResigned(t *testing.T) {
	t.Parallel()
	issuer := authtest.Config{Algorithms: []string{"ES256"}}.New()
	stranger := authtest.NewKey(issuer.KeyID(), "ES256")
	for name, tt := range map[string]struct {
		mint  authtest.Mint
		fails bool // the signature
		wrong func(got, good token) bool
	}{
		"nothing else":    {authtest.Mint{}, false, func(got, good token) bool { return string(got.input) != string(good.input) }},
		"another typ":     {authtest.Mint{Header: map[string]any{"typ": "JWT"}}, false, func(got, _ token) bool { return got.header["typ"] != "JWT" }},
		"another aud":     {authtest.Mint{Claims: authtest.Claims{"aud": "x"}}, false, func(got, _ token) bool { return got.claims["aud"] != "x" }},
		"no iat":          {authtest.Mint{Claims: authtest.Claims{"iat": authtest.Absent}}, false, func(got, _ token) bool { return got.claims["iat"] != nil }},
		"its key":         {authtest.Mint{Key: stranger}, true, func(got, good token) bool { return string(got.input) != string(good.input) }},
		"its raw payload": {authtest.Mint{RawPayload: []byte("{}")}, false, func(got, _ token) bool { return len(got.claims) != 0 }},
		"nested, R9701-4": {authtest.Mint{Claims: authtest.Claims{"active": true, "token_introspection": inactive}}, false,
			func(got, _ token) bool {
				return got.claims["active"] != true || !maps.Equal(got.claims["token_introspection"].(map[string]any), inactive)
			}},
	} {
		t.Run(name, func(t *testing.T) {
			r, body, good, err := ask(t, issuer, issuer.Resigned(tt.mint), accepting(signed))
			if err != nil || r.StatusCode != 200 || r.Header.Get("Content-Type") != signed {
				t.Fatalf("%v %v", r, err)
			}
			if got := parse(t, body); (verify(t, body, issuer.JWKS()) != nil) != tt.fails || tt.wrong(got, parse(t, good)) {
				t.Errorf("%v %v", got.header, got.claims)
			}
		})
	}
	if _, body, good, err := ask(t, issuer, issuer.Resigned(authtest.Mint{Claims: authtest.Claims{"aud": "x"}}), nil); err != nil || body != good {
		t.Errorf("plain answers: %s %v", body, err)
	}
}
