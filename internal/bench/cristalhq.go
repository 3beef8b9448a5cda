package main

import (
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/rsa"
	"errors"
	"time"

	"github.com/cristalhq/jwt/v5"
)

var cristalhq = contender{
	name: "cristalhq/jwt", modules: []string{"github.com/cristalhq/jwt/v5"},
	note:  "knows one fixed key, no key set and no kid; issuer, audience and times are checked by hand, with its helpers",
	setUp: setUpCristalhq,
}

var errClaims = errors.New("the claims do not hold")

func setUpCristalhq(w *world, alg string) (validate, error) {
	verifier, err := cristalhqVerifier(w, alg)
	return func(raw string) error {
		var claims struct {
			jwt.RegisteredClaims
			ClientID string `json:"client_id"`
			Scope    string `json:"scope"`
		}
		if err := jwt.ParseClaims([]byte(raw), verifier, &claims); err != nil {
			return err
		}
		if !claims.IsIssuer(w.URL()) || !claims.IsForAudience(w.Audience()) || claims.ExpiresAt == nil || !claims.IsValidAt(time.Now()) {
			return errClaims
		}
		return nil
	}, err
}

func cristalhqVerifier(w *world, alg string) (jwt.Verifier, error) {
	switch public := w.Key(alg).Public().(type) {
	case *rsa.PublicKey:
		if alg == "PS256" {
			return jwt.NewVerifierPS(jwt.PS256, public)
		}
		return jwt.NewVerifierRS(jwt.RS256, public)
	case *ecdsa.PublicKey:
		return jwt.NewVerifierES(jwt.ES256, public)
	case ed25519.PublicKey:
		return jwt.NewVerifierEdDSA(public)
	}
	return nil, errors.New("it has no verifier for this key")
}
