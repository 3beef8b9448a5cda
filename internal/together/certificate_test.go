package together_test

import (
	"context"
	"crypto/sha256"
	"crypto/tls"
	"encoding/base64"
	"encoding/hex"
	"encoding/pem"
	"net/http"
	"net/http/httptest"
	"net/url"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/httpguard"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// clientCertificate is a Binding to the certificate that a request comes with, as users write one (RFC 8705 §3).
type clientCertificate struct{}

func (clientCertificate) Covers(c middleware.Confirmation) bool { return c.X5TS256 != "" }

func (clientCertificate) Check(_ context.Context, r middleware.Request, _ string, t *middleware.Token) error {
	if r.Certificate == nil || thumbprint(r.Certificate.Raw) != t.Confirmation().X5TS256 {
		return middleware.Invalid(middleware.ReasonConfirmation, "", nil)
	}
	return nil
}

func thumbprint(der []byte) string {
	sum := sha256.Sum256(der)
	return encode(sum[:])
}

// TestCertificateInAField: R8705-6 the very certificate that a token is bound to proves nothing when it stands in a
// header field, in whatever form a proxy would write it there: everybody can know it.
func TestCertificateInAField(t *testing.T) {
	t.Parallel()
	var bound string
	g := newGuard(t, middleware.Config{
		Validator: middleware.ValidatorFunc(func(context.Context, string) (*middleware.Token, error) {
			return middleware.NewToken(middleware.Claims{Confirmation: middleware.Confirmation{X5TS256: bound}}), nil
		}),
		Bindings: []middleware.Binding{clientCertificate{}},
	})
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusNoContent) })
	server := httptest.NewUnstartedServer(httpguard.Require(g, scopes.Authenticated())(handler))
	server.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
	server.StartTLS()
	t.Cleanup(server.Close)
	der := server.Certificate().Raw
	bound = thumbprint(der)
	sum := sha256.Sum256(der)
	base, escaped := base64.StdEncoding.EncodeToString(der), url.QueryEscape(string(pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})))

	for _, tc := range []struct {
		name, field, value string
		presented          bool // in the handshake too
		status             int
	}{
		{"R8705-6 in the handshake", "X-Other", "x", true, http.StatusNoContent},
		{"R8705-6 nowhere", "X-Other", "x", false, http.StatusUnauthorized},
		{"R8705-6 Client-Cert of RFC 9440", "Client-Cert", ":" + base + ":", false, http.StatusUnauthorized},
		{"R8705-6 Client-Cert, base64 alone", "Client-Cert", base, false, http.StatusUnauthorized},
		{"R8705-6 the hash", "X-Forwarded-Client-Cert", "Hash=" + hex.EncodeToString(sum[:]), false, http.StatusUnauthorized},
		{"R8705-6 hash and PEM", "X-Forwarded-Client-Cert", "Hash=" + hex.EncodeToString(sum[:]) + `;Cert="` + escaped + `"`, false, http.StatusUnauthorized},
		{"R8705-6 escaped PEM", "X-SSL-Client-Cert", escaped, false, http.StatusUnauthorized},
		{"R8705-6 base64", "X-ARR-ClientCert", base, false, http.StatusUnauthorized},
		{"R8705-6 a load balancer's", "X-Amzn-Mtls-Clientcert", escaped, false, http.StatusUnauthorized},
		{"R8705-6 the thumbprint", "X-Client-Cert-Thumbprint", bound, false, http.StatusUnauthorized},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			transport := server.Client().Transport.(*http.Transport).Clone()
			t.Cleanup(transport.CloseIdleConnections)
			if tc.presented {
				transport.TLSClientConfig.Certificates = server.TLS.Certificates
			}
			r, err := http.NewRequestWithContext(t.Context(), "GET", server.URL, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Authorization", "Bearer t")
			r.Header.Set(tc.field, tc.value)
			answer, err := (&http.Client{Transport: transport}).Do(r)
			if err != nil {
				t.Fatal(err)
			}
			_ = answer.Body.Close()
			if answer.StatusCode != tc.status {
				t.Errorf("%d, want %d", answer.StatusCode, tc.status)
			}
		})
	}
}
