package authtest_test

import (
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/authtest"
)

func do(t *testing.T, client *http.Client, r *http.Request) (*http.Response, string) {
	t.Helper()
	answer, err := client.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(body)
}

// Both endpoints read their requests in the same way.
func TestRequestsOfClients(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		form   url.Values
		change func(*http.Request)
		status int
		code   string
	}{
		"good":                    {url.Values{"token": {"x"}, "token_type_hint": {"access_token"}}, nil, 200, ""},
		"unknown hint":            {url.Values{"token": {"x"}, "token_type_hint": {"y"}}, nil, 200, ""},
		"parameters more":         {url.Values{"token": {"x"}, "resource": {"a", "b"}}, nil, 200, ""},
		"charset":                 {url.Values{"token": {"x"}}, header("Content-Type", "application/x-www-form-urlencoded; charset=UTF-8"), 200, ""},
		"no token":                {url.Values{}, nil, 400, "invalid_request"},
		"empty token":             {url.Values{"token": {""}}, nil, 400, "invalid_request"},
		"token twice":             {url.Values{"token": {"x", "x"}}, nil, 400, "invalid_request"},
		"hint twice":              {url.Values{"token": {"x"}, "token_type_hint": {"", ""}}, nil, 400, "invalid_request"},
		"R7662-1 GET":             {nil, func(r *http.Request) { r.Method, r.URL.RawQuery = "GET", "token=x" }, 405, "invalid_request"},
		"R7662-1 token in URL":    {nil, func(r *http.Request) { r.URL.RawQuery = "token=x" }, 400, "invalid_request"},
		"R7662-1 in both":         {url.Values{"token": {"x"}}, func(r *http.Request) { r.URL.RawQuery = "token=x" }, 400, "invalid_request"},
		"R7662-1 JSON":            {nil, body("application/json", `{"token":"x"}`), 400, "invalid_request"},
		"no content type":         {url.Values{"token": {"x"}}, func(r *http.Request) { r.Header.Del("Content-Type") }, 400, "invalid_request"},
		"no form":                 {nil, body("application/x-www-form-urlencoded", "token=%zz"), 400, "invalid_request"},
		"semicolons":              {nil, body("application/x-www-form-urlencoded", "token=x;y"), 400, "invalid_request"},
		"body of more than 1 MiB": {url.Values{"token": {strings.Repeat("x", 1<<20)}}, nil, 400, "invalid_request"},
	} {
		for endpoint, path := range map[authtest.Endpoint]string{authtest.EndpointIntrospection: "/introspect", authtest.EndpointRevocation: "/revoke"} {
			t.Run(name+" at "+path, func(t *testing.T) {
				t.Parallel()
				issuer := authtest.Config{Algorithms: []string{"ES256"}}.New()
				r, body := post(t, issuer, path, tt.form, tt.change)
				if r.StatusCode != tt.status || r.Header.Get("Cache-Control") != "no-store" || (r.Header.Get("Allow") == "POST") != (tt.status == 405) {
					t.Errorf("%v", r)
				}
				if tt.code != "" && body != `{"error":"`+tt.code+`"}` {
					t.Error(body)
				}
				if got := issuer.LastCall(endpoint); got.Status != tt.status {
					t.Errorf("recorded %d", got.Status)
				}
			})
		}
	}
}

func header(name string, values ...string) func(*http.Request) {
	return func(r *http.Request) { r.Header[name] = values }
}

func body(contentType, text string) func(*http.Request) {
	return func(r *http.Request) {
		r.Header.Set("Content-Type", contentType)
		r.Body, r.ContentLength = io.NopCloser(strings.NewReader(text)), int64(len(text))
	}
}

func TestLastCall(t *testing.T) {
	t.Parallel()
	issuer := authtest.Config{Algorithms: []string{"ES256"}}.New()
	if got := issuer.LastCall(authtest.EndpointIntrospection); got.Status != 0 || got.Form != nil {
		t.Errorf("before the first call: %v", got)
	}
	for _, token := range []string{"a", "b"} {
		post(t, issuer, "/introspect", url.Values{"token": {token}, "token_type_hint": {"access_token"}}, accepting("x/y"))
	}
	post(t, issuer, "/revoke", url.Values{"token": {"c"}}, nil)
	got := issuer.LastCall(authtest.EndpointIntrospection)
	if got.Authentication != "client_secret_basic" || got.ClientID != authtest.DefaultClientID || got.Status != 200 ||
		got.Form.Encode() != "token=b&token_type_hint=access_token" || got.Header.Get("Accept") != "x/y" {
		t.Errorf("%+v", got)
	}
	if got := issuer.LastCall(authtest.EndpointRevocation); got.Form.Encode() != "token=c" {
		t.Errorf("%+v", got)
	}
	issuer.Replace(authtest.EndpointIntrospection, authtest.HTML)
	post(t, issuer, "/introspect", url.Values{"token": {"d"}}, nil)
	if got := issuer.LastCall(authtest.EndpointIntrospection); got.Form.Get("token") != "b" {
		t.Errorf("what a replaced handler kept for itself is recorded: %+v", got)
	}
	if got := issuer.LastCall(authtest.EndpointJWKS); got.Status != 0 {
		t.Errorf("%+v", got)
	}
	mustPanic(t, "LastCall of no endpoint", func() { issuer.LastCall("x") })
}
