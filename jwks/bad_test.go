package jwks_test

import (
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/jwks"
)

// TestBad: no token of authtest's list passes, whatever kind of issuer signs
// it and however lenient the configuration is. Tokens bound to a key are good
// here: possession is the Guard's to check.
func TestBad(t *testing.T) {
	t.Parallel()
	every := []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"}
	kinds := map[string]authtest.Config{
		"RS256 first":      {},
		"ES256 first":      {Algorithms: []string{"ES256", "RS256", "PS256"}},
		"EdDSA alone":      {Algorithms: []string{"EdDSA"}},
		"keys without alg": {KeysWithout: []string{"alg", "use"}},
		"keys without kid": {KeysWithout: []string{"kid"}},
	}
	for name, config := range kinds {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			as := config.New()
			lenient := offline(t, as)
			lenient.Algorithms = every
			v := newValidator(t, jwks.Config{}, lenient)
			expect(t, v, as.Token(), good)
			for _, bad := range as.Bad() {
				t.Run(bad.Name, func(t *testing.T) {
					want := anyRefusal
					if strings.HasPrefix(bad.Name, "bound to ") {
						want = good
					}
					token := expect(t, v, bad.Token, want)
					if want == good && token.Confirmation().IsZero() {
						t.Error("the token is bound, and its Confirmation is empty")
					}
				})
			}
		})
	}
}
