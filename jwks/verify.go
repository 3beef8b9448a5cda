package jwks

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"github.com/bearerguard/bearerguard/internal/jose"
)

// Verify checks a JWS in compact serialization that is not an access token, such
// as a signed introspection answer (RFC 9701), and returns its payload. Its typ
// must be one of types, its alg one of algorithms (nil: the default of
// [Issuer].Algorithms), and its signature must hold under a key of the issuer.
//
// Nothing of the payload is checked, not even that it is JSON: iss, aud, exp and
// the rest are the caller's business. So is the size of the text. An error that
// is an Unavailable [middleware.Error] means that the keys are out of reach.
// Like [Validator.Validate] it waits for keys only where none that fits is at
// hand, and no longer than ctx allows.
func (k *Keys) Verify(ctx context.Context, text string, algorithms []string, types ...string) (payload string, err error) {
	jws, err := jose.Decode(text)
	if err != nil {
		return "", fmt.Errorf("jwks: %w", err)
	}
	if err := jws.Header.Check(types...); err != nil {
		return "", fmt.Errorf("jwks: %w", err)
	}
	if algorithms == nil {
		algorithms = jose.DefaultAlgorithms()
	}
	if !slices.Contains(algorithms, jws.Header.Algorithm) {
		return "", errors.New("jwks: alg is not allowed")
	}
	if _, err := k.verify(ctx, jws, nil); err != nil {
		return "", err
	}
	return jws.Payload, nil
}
