package main

import (
	"net/http"
	"net/url"

	jwtmiddleware "github.com/auth0/go-jwt-middleware/v3"
	"github.com/auth0/go-jwt-middleware/v3/jwks"
	"github.com/auth0/go-jwt-middleware/v3/validator"
)

const auth0Module = "github.com/auth0/go-jwt-middleware/v3"

var (
	auth0 = contender{
		name: "auth0/go-jwt-middleware validator", modules: []string{auth0Module},
		note: "has no option that demands an expiry: a token without one lives for ever",
		setUp: func(w *world, alg string) (validate, error) {
			v, err := newAuth0(w, alg)
			return func(raw string) error {
				_, err := v.ValidateToken(w.ctx, raw)
				return err
			}, err
		},
	}
	auth0Middleware = guarded{
		name: "auth0/go-jwt-middleware, whole request", note: "checks what its validator checks, and no scope",
		setUp: func(w *world, alg string) (http.Handler, error) {
			v, err := newAuth0(w, alg)
			if err != nil {
				return nil, err
			}
			m, err := jwtmiddleware.New(jwtmiddleware.WithValidator(v))
			if err != nil {
				return nil, err
			}
			return m.CheckJWT(bareHandler), nil
		},
	}
)

// newAuth0 has the caching provider, which the documentation recommends for production.
func newAuth0(w *world, alg string) (*validator.Validator, error) {
	issuer, err := url.Parse(w.URL())
	if err != nil {
		return nil, err
	}
	provider, err := jwks.NewCachingProvider(jwks.WithIssuerURL(issuer), jwks.WithCustomClient(w.Client()))
	if err != nil {
		return nil, err
	}
	return validator.New(validator.WithKeyFunc(provider.KeyFunc), validator.WithAlgorithm(validator.SignatureAlgorithm(alg)),
		validator.WithIssuer(w.URL()), validator.WithAudience(w.Audience()))
}
