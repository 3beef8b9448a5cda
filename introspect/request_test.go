package introspect_test

import (
	"context"
	"crypto/tls"
	"encoding/base64"
	"errors"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/introspect"
)

func TestRequest(t *testing.T) {
	t.Parallel()
	s := says(active(""))
	c := config(s)
	c.Parameters = url.Values{"resource": {"https://a.test", "https://b.test"}}
	expect(t, newValidator(t, c), token, good)
	got := s.last(t)

	// R7662-1: POST, form-encoded, the token in the body and never in the URL.
	if got.method != "POST" || got.url != place || got.header.Get("Content-Type") != "application/x-www-form-urlencoded" {
		t.Errorf("%s %s, %v", got.method, got.url, got.header)
	}
	// R7662-2: no other hint.
	if got.form.Get("token") != token || len(got.form["token"]) != 1 || got.form.Get("token_type_hint") != "access_token" {
		t.Errorf("form = %v", got.form)
	}
	if got.header.Get("Accept") != "application/json" || len(got.form["resource"]) != 2 {
		t.Errorf("header = %v, form = %v", got.header, got.form)
	}
}

// What the caller changes after New changes nothing.
func TestConfigIsCopied(t *testing.T) {
	t.Parallel()
	s := says(active(`"aud":"` + audience + `"`))
	c := config(s)
	c.Parameters = url.Values{"resource": {"a"}}
	v := newValidator(t, c)
	c.Parameters["resource"][0], c.Parameters["token"], c.Audience[0] = "b", []string{"x"}, "c"
	expect(t, v, token, good)
	if f := s.last(t).form; f.Get("resource") != "a" || len(f["token"]) != 1 {
		t.Errorf("form = %v", f)
	}
}

// R7662-3, INTEROP.md 11: each way to show who asks.
func TestAuthentication(t *testing.T) {
	t.Parallel()
	bearer := func(text string, err error) introspect.Authentication {
		return introspect.BearerToken(func(context.Context) (string, error) { return text, err })
	}
	basic := func(plain string) string { return "Basic " + base64.StdEncoding.EncodeToString([]byte(plain)) }
	const odd, oddSecret = "a:p i/ü", "s%2D&+ecret é"
	tests := map[string]struct {
		method        introspect.Authentication
		authorization string
		form          url.Values
		want          verdict
	}{
		"client_secret_basic":               {introspect.ClientSecretBasic("api", secret), basic("api:" + secret), nil, good},
		"RFC 6749 §2.3.1 encoded halves":    {introspect.ClientSecretBasic(odd, oddSecret), basic("a%3Ap+i%2F%C3%BC:s%252D%26%2Becret+%C3%A9"), nil, good},
		"halves as they are":                {introspect.ClientSecretBasicRaw("a p", oddSecret), basic("a p:" + oddSecret), nil, good},
		"client_secret_post":                {introspect.ClientSecretPost(odd, oddSecret), "", url.Values{"client_id": {odd}, "client_secret": {oddSecret}}, good},
		"tls_client_auth":                   {introspect.MutualTLS("api"), "", url.Values{"client_id": {"api"}}, good},
		"bearer":                            {bearer("own-token", nil), "Bearer own-token", nil, good},
		"none, by name":                     {introspect.InsecureNone(), "", nil, good},
		"bearer, no token":                  {bearer("", nil), "", nil, unavailable},
		"bearer, a token of other headers":  {bearer("own\r\nX-Evil: 1", nil), "", nil, unavailable},
		"bearer, an error that tells a lot": {bearer("", errors.New("401, body: "+secret)), "", nil, unavailable},
	}
	for name, test := range tests {
		t.Run("R7662-3 "+name, func(t *testing.T) {
			t.Parallel()
			s := says(active(""))
			c := config(s)
			c.Authentication = test.method
			expect(t, newValidator(t, c), token, test.want)
			if test.want != good {
				s.expectCalls(t, 0)
				return
			}
			got := s.last(t)
			if got.header.Get("Authorization") != test.authorization {
				t.Errorf("Authorization = %q, want %q", got.header.Get("Authorization"), test.authorization)
			}
			for name := range got.form {
				if strings.HasPrefix(name, "client_") && got.form.Get(name) != test.form.Get(name) {
					t.Errorf("%s = %q", name, got.form[name])
				}
			}
			for name := range test.form {
				if got.form.Get(name) != test.form.Get(name) {
					t.Errorf("%s = %q, want %q", name, got.form[name], test.form[name])
				}
			}
		})
	}
}

// R7662-4: a certificate that nobody vouches for ends the call; there is no
// second try without TLS or without the check.
func TestServerCertificate(t *testing.T) {
	t.Parallel()
	requests := 0
	as := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		requests++
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"active":true}`))
	}))
	as.Config.ErrorLog = log.New(io.Discard, "", 0)
	as.TLS = &tls.Config{MinVersion: tls.VersionTLS12}
	as.StartTLS()
	defer as.Close()

	trusting := func(change func(*tls.Config)) *http.Client {
		transport := as.Client().Transport.(*http.Transport).Clone()
		change(transport.TLSClientConfig)
		return &http.Client{Transport: transport}
	}
	for _, test := range []struct {
		name   string
		client *http.Client
		want   verdict
	}{
		{"R7662-4 nobody vouches for it", nil, unavailable},
		{"R7662-4 another name", trusting(func(c *tls.Config) { c.ServerName = "other.test" }), unavailable},
		{"R7662-4 expired", trusting(func(c *tls.Config) { c.Time = func() time.Time { return time.Unix(1<<40, 0) } }), unavailable},
		{"trusted", trusting(func(*tls.Config) {}), good},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := config(says(reply{}))
			c.Endpoint, c.Client = as.URL, test.client
			expect(t, newValidator(t, c), token, test.want)
			if test.want != good && requests > 0 {
				t.Errorf("the server got %d requests", requests)
			}
		})
	}
}

// A question that is refused costs no connection of its own.
func TestRefusedQuestionsShareAConnection(t *testing.T) {
	t.Parallel()
	var connections atomic.Int64
	as := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		http.Error(w, "no", http.StatusBadRequest)
	}))
	as.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			connections.Add(1)
		}
	}
	as.StartTLS()
	defer as.Close()
	c := config(says(reply{}))
	c.Endpoint, c.Client, c.TTL = as.URL, as.Client(), -1
	v := newValidator(t, c)
	for range 10 {
		expect(t, v, token, unavailable)
	}
	if n := connections.Load(); n != 1 {
		t.Errorf("%d connections for 10 questions, want 1", n)
	}
}

// A redirect would carry token and credentials elsewhere; cookies have no place.
func TestClientIsHardened(t *testing.T) {
	t.Parallel()
	s := &server{answer: func(c seen) reply {
		if c.url == place {
			return reply{status: 307, header: http.Header{"Location": {"https://issuer.test/elsewhere"}, "Set-Cookie": {"a=b"}}}
		}
		return active("")
	}}
	c := config(s)
	c.Client.Jar = jar{t}
	expect(t, newValidator(t, c), token, unavailable)
	s.expectCalls(t, 1)
}

type jar struct{ t *testing.T }

func (j jar) SetCookies(*url.URL, []*http.Cookie)    { j.t.Error("a cookie is kept") }
func (j jar) Cookies(*url.URL) (list []*http.Cookie) { return nil }

// R7662-3 tls_client_auth: the certificate is the one of the user's client.
func TestClientCertificate(t *testing.T) {
	t.Parallel()
	as := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if len(r.TLS.PeerCertificates) == 0 || r.FormValue("client_id") != "api" {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = w.Write([]byte(`{"active":true}`))
	}))
	as.TLS = &tls.Config{MinVersion: tls.VersionTLS12, ClientAuth: tls.RequestClientCert}
	as.StartTLS()
	defer as.Close()

	c := config(says(reply{}))
	c.Endpoint, c.Client, c.Authentication = as.URL, as.Client(), introspect.MutualTLS("api")
	expect(t, newValidator(t, c), token, unavailable)
	transport := as.Client().Transport.(*http.Transport).Clone()
	transport.TLSClientConfig.Certificates = as.TLS.Certificates
	c.Client = &http.Client{Transport: transport}
	expect(t, newValidator(t, c), token, good)
}
