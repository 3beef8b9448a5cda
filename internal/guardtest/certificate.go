package guardtest

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/tls"
	"crypto/x509"
	"encoding/base64"
	"fmt"
	"math/big"
	"net"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"
)

// Certificate makes a self-signed one for 127.0.0.1.
func Certificate(t testing.TB) tls.Certificate {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: big.NewInt(1),
		NotBefore:    time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC),
		NotAfter:     time.Date(2100, 1, 1, 0, 0, 0, 0, time.UTC),
		IPAddresses:  []net.IP{net.IPv4(127, 0, 0, 1)},
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	leaf, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	return tls.Certificate{Certificate: [][]byte{der}, PrivateKey: key, Leaf: leaf}
}

// Chain is a certificate that is sent with another one behind it, as that of a CA
// is (RFC 8446 §4.4.2).
func Chain(leaf, ca tls.Certificate) tls.Certificate {
	leaf.Certificate = [][]byte{leaf.Certificate[0], ca.Certificate[0]}
	return leaf
}

// Thumbprint is the x5t#S256 of a certificate (RFC 8705 §3.1).
func Thumbprint(c *x509.Certificate) string {
	sum := sha256.Sum256(c.Raw)
	return base64.RawURLEncoding.EncodeToString(sum[:])
}

// PostOverTLS posts to /a/x%2Fy?q=1 of a server with these certificates, as
// api.example.com, and tells in every field that proxies write (R9700-5, R8705-6)
// that it came otherwise and with own: from a peer that is no proxy. The answer's
// body is closed.
func PostOverTLS(t *testing.T, server *httptest.Server, sent []tls.Certificate, own tls.Certificate) *http.Response {
	t.Helper()
	transport := server.Client().Transport.(*http.Transport).Clone()
	defer transport.CloseIdleConnections()
	transport.TLSClientConfig.Certificates = sent
	r, err := http.NewRequestWithContext(t.Context(), "POST", server.URL+"/a/x%2Fy?q=1", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Host = "api.example.com"
	r.Header.Set("Authorization", "Bearer t")
	r.Header.Set("X-Forwarded-Host", "evil.example")
	r.Header.Set("X-Forwarded-Proto", "http")
	r.Header.Set("Client-Cert", ":"+base64.StdEncoding.EncodeToString(own.Leaf.Raw)+":") // RFC 9440 §2.1
	r.Header.Set("X-Forwarded-Client-Cert", fmt.Sprintf("Hash=%x", sha256.Sum256(own.Leaf.Raw)))
	answer, err := (&http.Client{Transport: transport}).Do(r)
	if err != nil {
		t.Fatal(err)
	}
	_ = answer.Body.Close()
	return answer
}
