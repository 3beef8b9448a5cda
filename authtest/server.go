package authtest

import (
	"net/http/httptest"
	"net/url"
	"testing"
)

// Start returns an issuer that listens on a loopback port with plain HTTP,
// until the test ends. Its URL is the listener's plus the path of c.URL.
func (c Config) Start(t testing.TB) *Issuer {
	t.Helper()
	return c.listen(t, "http", (*httptest.Server).Start)
}

// StartTLS is Start with TLS. Its [Issuer.Client] trusts the certificate.
func (c Config) StartTLS(t testing.TB) *Issuer {
	t.Helper()
	return c.listen(t, "https", (*httptest.Server).StartTLS)
}

func (c Config) listen(t testing.TB, scheme string, start func(*httptest.Server)) *Issuer {
	t.Helper()
	server := httptest.NewUnstartedServer(nil)
	u := &url.URL{Scheme: scheme, Host: server.Listener.Addr().String()}
	if c.URL != "" {
		given := mustIssuerURL(c.URL)
		u.Path, u.RawPath = given.Path, given.RawPath
	}
	i := c.build(u)
	server.Config.Handler = i.Handler()
	start(server)
	t.Cleanup(server.Close)
	i.client = server.Client()
	return i
}
