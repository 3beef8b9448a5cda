package keys

import (
	"context"
	"errors"
	"net/url"
	"time"

	"github.com/auth0/go-jwt-middleware/v3/core"
	"github.com/auth0/go-jwt-middleware/v3/jwks"
	"github.com/auth0/go-jwt-middleware/v3/validator"

	"github.com/bearerguard/bearerguard/authtest"
)

// auth0 is auth0/go-jwt-middleware with the caching provider, which its documentation recommends for production.
type auth0 struct{}

func (auth0) name() string   { return "auth0" }
func (auth0) module() string { return "github.com/auth0/go-jwt-middleware/v3" }

// tells is true of the validator, which is what is measured here. The error handler of its middleware answers 401
// invalid_token to both.
func (auth0) tells() bool { return true }

func (auth0) setUp(_ context.Context, as *authtest.Issuer) (validate, error) {
	issuer, err := url.Parse(as.URL())
	if err != nil {
		return nil, err
	}
	client := as.Client()
	client.Timeout = 30 * time.Second // as the client has that it makes itself
	provider, err := jwks.NewCachingProvider(jwks.WithIssuerURL(issuer), jwks.WithCustomClient(client))
	if err != nil {
		return nil, err
	}
	v, err := validator.New(
		validator.WithKeyFunc(provider.KeyFunc), validator.WithAlgorithm(validator.RS256),
		validator.WithIssuer(as.URL()), validator.WithAudience(as.Audience()))
	if err != nil {
		return nil, err
	}
	return func(ctx context.Context, raw string) error {
		_, err := v.ValidateToken(ctx, raw)
		return err
	}, nil
}

func (auth0) judge(err error) verdict {
	var e *core.ValidationError
	switch {
	case err == nil:
		return accepted
	case errors.As(err, &e) && e.Code == core.ErrorCodeJWKSFetchFailed:
		return unavailable
	}
	return refused
}
