package main

import (
	"github.com/zitadel/oidc/v3/pkg/client/rp"
	"github.com/zitadel/oidc/v3/pkg/oidc"
)

// zitadel is used by its verifier of ID tokens: that of access tokens does not check the audience.
var zitadel = contender{
	name: "zitadel/oidc", modules: []string{"github.com/zitadel/oidc/v3"},
	note: "by its verifier of ID tokens, since that of access tokens does not check the audience; neither checks nbf",
	setUp: func(w *world, alg string) (validate, error) {
		keys := rp.NewRemoteKeySet(w.Client(), w.URL()+"/jwks")
		verifier := rp.NewIDTokenVerifier(w.URL(), w.Audience(), keys, rp.WithSupportedSigningAlgorithms(alg))
		return func(raw string) error {
			_, err := rp.VerifyIDToken[*oidc.TokenClaims](w.ctx, raw, verifier)
			return err
		}, nil
	},
}
