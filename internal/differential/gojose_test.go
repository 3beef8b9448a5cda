package differential

import (
	"encoding/json"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

var (
	goJOSEAlgorithms = []jose.SignatureAlgorithm{jose.RS256, jose.PS256, jose.ES256, jose.ES384, jose.ES512, jose.EdDSA}

	goJOSEKeys = func() (set jose.JSONWebKeySet) {
		if err := json.Unmarshal(keySet(), &set); err != nil {
			panic(err)
		}
		return set
	}()
)

// goJOSEVerify checks exp itself: go-jose takes a token without one.
func goJOSEVerify(token string) (reading, error) {
	t, err := jwt.ParseSigned(token, goJOSEAlgorithms)
	if err != nil {
		return reading{}, err
	}
	var c jwt.Claims
	var more struct {
		Scope any `json:"scope"`
		SCP   any `json:"scp"`
	}
	if err := t.Claims(goJOSEKeys, &c, &more); err != nil {
		return reading{}, err
	}
	if c.Expiry == nil {
		return reading{}, errExpiry
	}
	expected := jwt.Expected{Issuer: issuer, AnyAudience: jwt.Audience{audience}, Time: clock()}
	if err := c.ValidateWithLeeway(expected, leeway); err != nil {
		return reading{}, err
	}
	return reading{
		Issuer: c.Issuer, Subject: c.Subject, Audience: c.Audience, Expiry: int64(*c.Expiry),
		Scopes: scopesOf(more.Scope, more.SCP),
	}, nil
}
