package introspect

import (
	"context"
	"crypto"
	"crypto/rand"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// assertionLife is short because an assertion is used once, at once.
const assertionLife = time.Minute

// Assertion is what a client assertion says besides who we are. The zero value
// is a good one.
type Assertion struct {
	_ struct{} // keyed literals only: fields will come

	// Algorithm is alg, one that fits the key: RS256 RS384 RS512 PS256 PS384 PS512
	// ES256 ES384 ES512 EdDSA Ed25519. Default: RS256, the ES of the curve, EdDSA.
	Algorithm string

	// KeyID is kid, by which the server finds our public key. Default: none.
	KeyID string

	// Audience is aud. Default: Config.Issuer (RFC 7523 §3, with the advice of
	// its revision to name the issuer); some servers want the endpoint's URL.
	Audience string
}

// PrivateKeyJWT signs a client assertion (RFC 7523 §2.2, OpenID Connect Core
// §9). Every attempt has one of its own, with a new jti and a life of one
// minute: servers refuse a second use. The key may be in a KMS; its Sign has to
// be safe for concurrent use.
func PrivateKeyJWT(clientID string, key crypto.Signer, o Assertion) Authentication {
	a := named("private_key_jwt", clientID)
	s, err := newSigner(key, o.Algorithm)
	if err != nil {
		a.fault = errors.Join(a.fault, fmt.Errorf("PrivateKeyJWT: %w", err))
	}
	a.apply = func(_ context.Context, a *attempt) error {
		audience := o.Audience
		if audience == "" {
			audience = a.issuer
		}
		jwt, err := assertion(s, clientID, o.KeyID, audience, a.now)
		if err != nil {
			return err
		}
		a.form.Set("client_id", clientID)
		a.form.Set("client_assertion_type", "urn:ietf:params:oauth:client-assertion-type:jwt-bearer")
		a.form.Set("client_assertion", jwt)
		return nil
	}
	return a
}

// assertion writes and signs one JWT.
func assertion(s *signer, clientID, keyID, audience string, now time.Time) (string, error) {
	header := struct {
		Algorithm string `json:"alg"`
		Type      string `json:"typ"`
		KeyID     string `json:"kid,omitempty"`
	}{s.name, "JWT", keyID}
	claims := struct {
		Issuer   string `json:"iss"`
		Subject  string `json:"sub"`
		Audience string `json:"aud"`
		ID       string `json:"jti"`
		IssuedAt int64  `json:"iat"`
		Expiry   int64  `json:"exp"`
	}{clientID, clientID, audience, rand.Text(), now.Unix(), now.Add(assertionLife).Unix()}
	input := part(header) + "." + part(claims)
	signature, err := s.sign([]byte(input))
	if err != nil {
		return "", err
	}
	return input + "." + base64.RawURLEncoding.EncodeToString(signature), nil
}

// part is the base64url of a JSON object of strings and numbers, which always
// marshals.
func part(v any) string {
	text, _ := json.Marshal(v)
	return base64.RawURLEncoding.EncodeToString(text)
}
