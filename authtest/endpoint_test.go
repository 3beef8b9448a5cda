package authtest_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/authtest"
)

// get returns status, body and the error of either.
func get(t *testing.T, client *http.Client, url string) (*http.Response, string, error) {
	t.Helper()
	r, err := client.Get(url)
	if err != nil {
		return nil, "", err
	}
	defer r.Body.Close()
	body, err := io.ReadAll(r.Body)
	return r, string(body), err
}

func TestEndpointURLs(t *testing.T) {
	t.Parallel()
	tests := []struct{ name, url, oidc, rfc8414, jwks string }{
		{"root", "https://issuer.test",
			"https://issuer.test/.well-known/openid-configuration",
			"https://issuer.test/.well-known/oauth-authorization-server",
			"https://issuer.test/jwks"},
		{"path", "https://issuer.test/tenant",
			"https://issuer.test/tenant/.well-known/openid-configuration",
			"https://issuer.test/.well-known/oauth-authorization-server/tenant",
			"https://issuer.test/tenant/jwks"},
		{"terminating slash", "https://issuer.test/",
			"https://issuer.test/.well-known/openid-configuration",
			"https://issuer.test/.well-known/oauth-authorization-server",
			"https://issuer.test/jwks"},
		{"path with terminating slash", "https://issuer.test:8443/a/b/",
			"https://issuer.test:8443/a/b/.well-known/openid-configuration",
			"https://issuer.test:8443/.well-known/oauth-authorization-server/a/b",
			"https://issuer.test:8443/a/b/jwks"},
		{"escaped path", "http://issuer.test/a%2Fb",
			"http://issuer.test/a%2Fb/.well-known/openid-configuration",
			"http://issuer.test/.well-known/oauth-authorization-server/a%2Fb",
			"http://issuer.test/a%2Fb/jwks"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			issuer := authtest.Config{URL: tt.url, Algorithms: []string{"ES256"}}.New()
			if issuer.URL() != tt.url || parse(t, issuer.Token()).claims["iss"] != tt.url {
				t.Errorf("URL %s", issuer.URL())
			}
			for _, url := range []string{tt.oidc, tt.rfc8414} {
				checkMetadata(t, issuer, url, tt.jwks)
			}
			r, body, err := get(t, issuer.Client(), tt.jwks)
			if err != nil || r.StatusCode != 200 || body != string(issuer.JWKS()) ||
				r.Header.Get("Content-Type") != "application/jwk-set+json" {
				t.Errorf("key set: %v %v %s", err, r, body)
			}
			for _, e := range []authtest.Endpoint{authtest.EndpointOIDC, authtest.EndpointRFC8414, authtest.EndpointJWKS} {
				if n := issuer.Fetches(e); n != 1 {
					t.Errorf("%s: %d fetches", e, n)
				}
			}
		})
	}
}

func checkMetadata(t *testing.T, issuer *authtest.Issuer, url, jwks string) {
	t.Helper()
	r, body, err := get(t, issuer.Client(), url)
	if err != nil || r.StatusCode != 200 || r.Header.Get("Content-Type") != "application/json" {
		t.Fatalf("%s: %v %v", url, err, r)
	}
	var members map[string]any
	if err := json.Unmarshal([]byte(body), &members); err != nil {
		t.Fatal(err)
	}
	if members["issuer"] != issuer.URL() || members["jwks_uri"] != jwks {
		t.Errorf("%s: %v", url, members)
	}
	for _, required := range []string{"authorization_endpoint", "token_endpoint", "response_types_supported",
		"subject_types_supported", "id_token_signing_alg_values_supported"} {
		if members[required] == nil {
			t.Errorf("%s lacks %s", url, required)
		}
	}
}

func TestMetadataThatExists(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name          string
		metadata      authtest.Metadata
		oidc, rfc8414 int
	}{
		{"both", authtest.BothDocuments, 200, 200},
		{"only OIDC", authtest.OnlyOIDC, 200, 404},
		{"only RFC 8414", authtest.OnlyRFC8414, 404, 200},
		{"none", authtest.NoMetadata, 404, 404},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			issuer := authtest.Config{Metadata: tt.metadata}.New()
			oidc, _, err1 := get(t, issuer.Client(), issuer.URL()+"/.well-known/openid-configuration")
			rfc8414, _, err2 := get(t, issuer.Client(), issuer.URL()+"/.well-known/oauth-authorization-server")
			if err1 != nil || err2 != nil {
				t.Fatal(err1, err2)
			}
			if oidc.StatusCode != tt.oidc || rfc8414.StatusCode != tt.rfc8414 {
				t.Errorf("%d %d", oidc.StatusCode, rfc8414.StatusCode)
			}
			if issuer.Fetches(authtest.EndpointOIDC) != 1 || issuer.Fetches(authtest.EndpointRFC8414) != 1 {
				t.Error("a fetch of what is not there does not count")
			}
		})
	}
}

func TestWhatIsNotServed(t *testing.T) {
	t.Parallel()
	issuer := authtest.Config{URL: "https://issuer.test/tenant", Algorithms: []string{"ES256"}}.New()
	for _, path := range []string{"/", "/jwks", "/tenant", "/tenant/jwks/", "/tenant//jwks", "/tenant/./jwks", "/TENANT/jwks",
		"/.well-known/openid-configuration", "/tenant/.well-known/oauth-authorization-server", "/tenant/token"} {
		w := httptest.NewRecorder()
		issuer.Handler().ServeHTTP(w, httptest.NewRequest("GET", path, nil))
		if w.Code != 404 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
	w := httptest.NewRecorder()
	issuer.Handler().ServeHTTP(w, httptest.NewRequest("POST", "/tenant/jwks", nil))
	if w.Code != 405 || w.Header().Get("Allow") != "GET, HEAD" {
		t.Errorf("POST: %d %v", w.Code, w.Header())
	}
	if n := issuer.Fetches(authtest.EndpointJWKS); n != 1 {
		t.Errorf("%d fetches", n)
	}
}

func TestReplace(t *testing.T) {
	t.Parallel()
	issuer := authtest.Config{Algorithms: []string{"ES256"}}.New()
	url := issuer.URL() + "/jwks"
	good := string(issuer.JWKS())
	broken := func(status int, body string) func(http.Handler) http.Handler {
		return func(http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.WriteHeader(status)
				io.WriteString(w, body)
			})
		}
	}
	tests := []struct {
		name   string
		with   func(http.Handler) http.Handler
		status int
		body   string
		fails  bool
	}{
		{"a page", broken(200, "<html>"), 200, "<html>", false},
		{"500 with a valid body", broken(500, good), 500, good, false},
		{"a header before the good answer", func(h http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Cache-Control", "max-age=15")
				h.ServeHTTP(w, r)
			})
		}, 200, good, false},
		{"truncated", func(h http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				answer := httptest.NewRecorder()
				h.ServeHTTP(answer, r)
				w.Header().Set("Content-Length", answer.Header().Get("Content-Length"))
				io.WriteString(w, good[:9])
			})
		}, 200, good[:9], true},
		{"down", func(http.Handler) http.Handler {
			return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
		}, 0, "", true},
		{"down in the middle", func(http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				io.WriteString(w, "{")
				panic(http.ErrAbortHandler)
			})
		}, 200, "{", true},
	}
	for _, tt := range tests {
		issuer.Replace(authtest.EndpointJWKS, tt.with)
		r, body, err := get(t, issuer.Client(), url)
		if (err != nil) != tt.fails || body != tt.body || r != nil && r.StatusCode != tt.status {
			t.Errorf("%s: %v %v %q", tt.name, err, r, body)
		}
	}
	if n := issuer.Fetches(authtest.EndpointJWKS); n != len(tests) {
		t.Errorf("%d fetches, want %d", n, len(tests))
	}
	issuer.Restore(authtest.EndpointJWKS)
	if _, body, err := get(t, issuer.Client(), url); err != nil || body != good {
		t.Errorf("restored: %v %s", err, body)
	}
	mustPanic(t, "Replace of no endpoint", func() { issuer.Replace("x", broken(200, "")) })
	mustPanic(t, "Fetches of no endpoint", func() { issuer.Fetches("x") })
}

func TestRotationIsPublished(t *testing.T) {
	t.Parallel()
	issuer := authtest.Config{Algorithms: []string{"ES256"}}.New()
	_, before, _ := get(t, issuer.Client(), issuer.URL()+"/jwks")
	issuer.RotateWithoutOverlap()
	_, after, err := get(t, issuer.Client(), issuer.URL()+"/jwks")
	if err != nil || before == after || !strings.Contains(after, issuer.KeyID()) {
		t.Errorf("%v %s", err, after)
	}
}

func TestConfigPanics(t *testing.T) {
	t.Parallel()
	for _, url := range []string{"issuer.test", "/tenant", "ftp://issuer.test", "https://", "https://u@issuer.test",
		"https://issuer.test?x", "https://issuer.test#", "https://issuer.test/%zz", "https://issuer.test/ü", "HTTPS://issuer.test"} {
		mustPanic(t, url, func() { authtest.Config{URL: url}.New() })
	}
	for _, algs := range [][]string{{"HS256"}, {"none"}, {""}, {"rs256"}, {"ES256", "ES256"}} {
		mustPanic(t, strings.Join(algs, " "), func() { authtest.Config{Algorithms: algs}.New() })
	}
}

func TestConfigIsCopied(t *testing.T) {
	t.Parallel()
	algs, without := []string{"ES256"}, []string{"alg"}
	issuer := authtest.Config{Algorithms: algs, KeysWithout: without}.New()
	algs[0], without[0] = "RS256", "kid"
	issuer.Token() // panics if the issuer looks for an RS256 key
	if k := parseKeys(t, issuer.JWKS())[0]; k.Alg != "" || k.Kid == "" || k.Kty != "EC" {
		t.Errorf("%+v", k)
	}
}
