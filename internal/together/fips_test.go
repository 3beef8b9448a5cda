package together_test

import (
	"crypto/fips140"
	"errors"
	"os"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
)

// TestApprovedAlgorithms: tokens are checked, remembered and refused alike where only algorithms that FIPS 140 approves of
// are allowed. CI runs it with GODEBUG=fips140=on and =only besides.
func TestApprovedAlgorithms(t *testing.T) {
	t.Parallel()
	if asked := strings.Contains(os.Getenv("GODEBUG"), "fips140=on"); asked != fips140.Enabled() {
		t.Fatalf("asked for FIPS 140: %t, and enabled: %t", asked, fips140.Enabled())
	}
	for _, alg := range []string{"RS256", "PS256", "ES256", "EdDSA"} {
		t.Run(alg, func(t *testing.T) {
			t.Parallel()
			as := authtest.Config{Algorithms: []string{alg}}.New()
			keys, err := jwks.StaticKeys(as.JWKS())
			if err != nil {
				t.Fatal(err)
			}
			v, err := jwks.New(jwks.Issuer{URL: as.URL(), Audience: []string{as.Audience()}, Keys: keys})
			if err != nil {
				t.Fatal(err)
			}
			good := as.Token()
			end := strings.LastIndexByte(good, '.')
			forged := good[:end+1] + strings.Repeat("A", len(good)-end-1)
			for range 3 { // the second and the third time it is remembered
				if _, err := v.Validate(t.Context(), good); err != nil {
					t.Errorf("a good token: %v", err)
				}
				var refusal *middleware.Error
				if _, err := v.Validate(t.Context(), forged); !errors.As(err, &refusal) || refusal.Reason != middleware.ReasonSignature {
					t.Errorf("a forged token: %v", err)
				}
			}
		})
	}
}
