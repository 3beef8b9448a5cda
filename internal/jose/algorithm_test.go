package jose

import (
	"slices"
	"testing"
)

func TestKnown(t *testing.T) {
	t.Parallel()
	for _, alg := range []string{
		"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519",
	} {
		if !Known(alg) {
			t.Errorf("%s is not known", alg)
		}
	}
	// R8725-4, R7518-6: none in whatever spelling. R7518-2, R7515-13: without HMAC there is no HMAC key to be too short and
	// no MAC to be compared in variable time.
	for _, alg := range []string{
		"", "none", "None", "NONE", "nOnE", " none", "none ", "none\x00", "HS256", "HS384", "HS512", "hs256",
		"rs256", "Rs256", "RS256 ", "RS1", "RS224", "ES256K", "ES224", "ES521", "Ed448", "eddsa", "ed25519", "EDDSA",
		"RSA1_5", "RSA-OAEP", "dir", "A128KW", "ECDH-ES", "ML-DSA-44", "*",
	} {
		if Known(alg) {
			t.Errorf("%q is known", alg)
		}
	}
}

func TestDefaultAlgorithms(t *testing.T) {
	t.Parallel()
	got := DefaultAlgorithms()
	if want := []string{"RS256", "PS256", "ES256", "EdDSA", "Ed25519"}; !slices.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
	got[0] = "none"
	if DefaultAlgorithms()[0] != "RS256" {
		t.Error("a caller can change the defaults of the others")
	}
}
