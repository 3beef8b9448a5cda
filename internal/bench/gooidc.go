package main

import "github.com/coreos/go-oidc/v3/oidc"

// goOIDC is a verifier of ID tokens that is widely used for access tokens.
var goOIDC = contender{
	name: "coreos/go-oidc", modules: []string{"github.com/coreos/go-oidc/v3"},
	note: "is made for ID tokens; what an access token has besides is not read",
	setUp: func(w *world, alg string) (validate, error) {
		provider, err := oidc.NewProvider(oidc.ClientContext(w.ctx, w.Client()), w.URL())
		if err != nil {
			return nil, err
		}
		verifier := provider.Verifier(&oidc.Config{ClientID: w.Audience(), SupportedSigningAlgs: []string{alg}})
		return func(raw string) error {
			_, err := verifier.Verify(w.ctx, raw)
			return err
		}, nil
	},
}
