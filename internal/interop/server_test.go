package interop

import (
	"context"
	"crypto/tls"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"

	"github.com/bearerguard/bearerguard/introspect"
)

// server is a running authorization server, and what has to be known to use it. All servers have the same clients and
// resources.
type server struct {
	issuer, tokenEndpoint, mutualTokenEndpoint, revocationEndpoint string

	clients      clients
	ca           *authority
	refreshToken string

	// basic is the variant of client_secret_basic that the server understands, and wrongBasic the other one.
	basic, wrongBasic func(clientID, secret string) introspect.Authentication

	// rotate has the server sign with new keys. With overlap, it publishes the old ones as well.
	rotate func(t *testing.T, overlap bool)
}

// wrapping stands between a client and its transport.
type wrapping func(http.RoundTripper) http.RoundTripper

// client is an HTTP client that trusts the server and, with a certificate, can show who it is.
func (s *server) client(t *testing.T, certificate *tls.Certificate, wraps ...wrapping) *http.Client {
	config := &tls.Config{RootCAs: s.ca.pool()}
	if certificate != nil {
		// Not Certificates: a self-signed one would not be sent to a server that names the authorities it knows.
		config.GetClientCertificate = func(*tls.CertificateRequestInfo) (*tls.Certificate, error) { return certificate, nil }
	}
	transport := &http.Transport{TLSClientConfig: config}
	t.Cleanup(transport.CloseIdleConnections)
	c := &http.Client{Transport: transport, Timeout: 10 * time.Second}
	for _, wrap := range wraps {
		c.Transport = wrap(c.Transport)
	}
	return c
}

// token asks for an access token with the scope orders:read, as an application does: by the client credentials grant
// of golang.org/x/oauth2, for one resource (RFC 8707 §2).
func (s *server) token(t *testing.T, clientID string, r resource, wraps ...wrapping) string {
	t.Helper()
	c := s.clients[clientID]
	config := &clientcredentials.Config{
		ClientID: c.id, ClientSecret: c.secret, TokenURL: s.tokenEndpoint,
		Scopes: []string{"orders:read"}, EndpointParams: url.Values{"resource": {string(r)}},
	}
	if c.certificate != nil {
		config.TokenURL, config.AuthStyle = s.mutualTokenEndpoint, oauth2.AuthStyleInParams
	}
	ctx := context.WithValue(t.Context(), oauth2.HTTPClient, s.client(t, c.certificate, wraps...))
	token, err := config.Token(ctx)
	if err != nil {
		t.Fatalf("no token for %s: %v", r, err)
	}
	return token.AccessToken
}

// revoke takes a token of the app back, RFC 7009 §2.1.
func (s *server) revoke(t *testing.T, token string) {
	t.Helper()
	form := url.Values{"token": {token}, "token_type_hint": {"access_token"}}
	r, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.revocationEndpoint, strings.NewReader(form.Encode()))
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	r.SetBasicAuth("app", s.clients["app"].secret)
	answer, err := s.client(t, nil).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if answer.StatusCode != http.StatusOK {
		t.Fatalf("revocation: %s", answer.Status)
	}
}
