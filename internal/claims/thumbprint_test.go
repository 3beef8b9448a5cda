package claims_test

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"testing"
)

// TestCertificateThumbprint: R8705-3 the thumbprint of a certificate is SHA-256 of its DER in base64url without padding,
// and the same octets in another notation are none.
func TestCertificateThumbprint(t *testing.T) {
	t.Parallel()
	sum := sha256.Sum256([]byte("a certificate's DER"))
	right := base64.RawURLEncoding.EncodeToString(sum[:])
	if got := mapped(t, `{"cnf":{"x5t#S256":"`+right+`"}}`, strict).Confirmation.X5TS256; got != right {
		t.Errorf("%q, want %q", got, right)
	}
	for name, wrong := range map[string]string{
		"R8705-3 padded":       base64.URLEncoding.EncodeToString(sum[:]),
		"R8705-3 hexadecimal":  hex.EncodeToString(sum[:]),
		"R8705-3 the DER":      base64.RawURLEncoding.EncodeToString([]byte("a certificate's DER")),
		"R8705-3 hex, encoded": base64.RawURLEncoding.EncodeToString([]byte(hex.EncodeToString(sum[:]))),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			refused(t, `{"cnf":{"x5t#S256":"`+wrong+`"}}`, strict, "cnf.x5t#S256")
		})
	}
}
