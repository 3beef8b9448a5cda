package interop

import (
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
)

// checkDPoP: the server's answer and the token say that a proof is needed: R9449-15.
func checkDPoP(t *testing.T, s *server) {
	bound := func(c middleware.Confirmation) bool { return c.JKT != "" }
	checkBound(t, s, "app", bound, proving(t))
}

// checkCertificateBound: the same for the certificate: R8705-7.
func checkCertificateBound(t *testing.T, s *server) {
	checkBound(t, s, "app-tls", func(c middleware.Confirmation) bool { return c.X5TS256 != "" })
}

// checkBound sends bound tokens to a resource server that checks no proofs.
func checkBound(t *testing.T, s *server, clientID string, bound func(middleware.Confirmation) bool, wraps ...wrapping) {
	t.Helper()
	for api, v := range map[resource]middleware.Validator{
		jwtAPI("ES256"): s.reading(t, jwtAPI("ES256")),
		opaqueAPI:       s.asking(t, opaqueAPI, s.byPost()),
	} {
		raw := s.token(t, clientID, api, wraps...)
		token, err := v.Validate(t.Context(), raw)
		if err != nil {
			t.Fatalf("%s: %v", api, err)
		}
		if !bound(token.Confirmation()) {
			t.Errorf("%s: the token is not bound", api)
		}
		expect(t, v, raw, refused(middleware.ReasonConfirmation))
	}
}
