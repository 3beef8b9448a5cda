package keys

import (
	"context"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"

	"github.com/bearerguard/bearerguard/authtest"
)

// keyFunc is MicahParks/keyfunc with golang-jwt. NewDefaultOverrideCtx is NewDefaultCtx, which its documentation shows,
// with an HTTP client of our own. It has no discovery.
type keyFunc struct{}

func (keyFunc) name() string   { return "keyfunc" }
func (keyFunc) module() string { return "github.com/MicahParks/keyfunc/v3" }

// tells is false: a failed fetch is logged, and the error is the same ErrKeyNotFound as for a key that does not exist.
func (keyFunc) tells() bool { return false }

func (keyFunc) setUp(ctx context.Context, as *authtest.Issuer) (validate, error) {
	keys, err := keyfunc.NewDefaultOverrideCtx(ctx, []string{as.URL() + "/jwks"}, keyfunc.Override{Client: as.Client()})
	if err != nil {
		return nil, err
	}
	parser := jwt.NewParser(
		jwt.WithIssuer(as.URL()), jwt.WithAudience(as.Audience()), jwt.WithExpirationRequired(),
		jwt.WithValidMethods([]string{"RS256"}))
	return func(ctx context.Context, raw string) error {
		_, err := parser.Parse(raw, keys.KeyfuncCtx(ctx))
		return err
	}, nil
}

func (keyFunc) judge(err error) verdict {
	if err == nil {
		return accepted
	}
	return refused
}
