package main

import (
	"github.com/lestrrat-go/jwx/v2/jwk"
	"github.com/lestrrat-go/jwx/v2/jwt"
)

var jwx = contender{
	name: "jwx jwt.Parse", modules: []string{"github.com/lestrrat-go/jwx/v2"},
	note: "knows a fixed key set: nothing is ever fetched",
	setUp: func(w *world, _ string) (validate, error) {
		set, err := jwk.Parse(w.JWKS())
		return func(raw string) error {
			_, err := jwt.Parse([]byte(raw), jwt.WithKeySet(set), jwt.WithIssuer(w.URL()), jwt.WithAudience(w.Audience()),
				jwt.WithRequiredClaim("exp"))
			return err
		}, err
	},
}
