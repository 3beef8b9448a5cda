package authtest_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/authtest"
)

func TestServers(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, url, prefix, suffix string
		start                     func(authtest.Config, testing.TB) *authtest.Issuer
	}{
		{"plain", "", "http://127.0.0.1:", "", authtest.Config.Start},
		{"TLS", "", "https://127.0.0.1:", "", authtest.Config.StartTLS},
		{"path", "https://issuer.test/tenant", "http://127.0.0.1:", "/tenant", authtest.Config.Start},
		{"escaped path and slash", "https://issuer.test/a%2Fb/", "https://127.0.0.1:", "/a%2Fb/", authtest.Config.StartTLS},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			var url string
			var client *http.Client
			t.Run("running", func(t *testing.T) {
				issuer := tt.start(authtest.Config{URL: tt.url, Algorithms: []string{"ES256"}}, t)
				url, client = issuer.URL(), issuer.Client()
				if !strings.HasPrefix(url, tt.prefix) || !strings.HasSuffix(url, tt.suffix) {
					t.Errorf("URL %s", url)
				}
				base := strings.TrimSuffix(url, "/")
				checkMetadata(t, issuer, base+"/.well-known/openid-configuration", base+"/jwks")
				_, body, err := get(t, client, base+"/jwks")
				if err != nil || verify(t, issuer.Token(), []byte(body)) != nil {
					t.Errorf("%v %s", err, body)
				}
				if parse(t, issuer.Token()).claims["iss"] != url {
					t.Error("iss is not the URL")
				}
			})
			if _, _, err := get(t, client, url); err == nil {
				t.Error("the server outlives its test")
			}
		})
	}
}

func TestTLSIsChecked(t *testing.T) {
	t.Parallel()
	issuer := authtest.Config{}.StartTLS(t)
	if _, _, err := get(t, &http.Client{Transport: &http.Transport{}}, issuer.URL()+"/jwks"); err == nil {
		t.Error("a client that does not know the certificate gets an answer")
	}
	if n := issuer.Fetches(authtest.EndpointJWKS); n != 0 {
		t.Errorf("%d fetches", n)
	}
}
