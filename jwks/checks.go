package jwks

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/bearerguard/bearerguard/internal/claims"
	"github.com/bearerguard/bearerguard/internal/jose"
	"github.com/bearerguard/bearerguard/internal/strictjson"
	"github.com/bearerguard/bearerguard/middleware"
)

// authentic checks that the issuer signed this: the header says something we
// accept, and a key of the issuer verifies the signature. Everything in the
// header that offers a key of its own (jwk, jku, x5c, x5u) is not even read
// (RFC 8725 §3.10).
func (is *issuer) authentic(ctx context.Context, jws *jose.Compact, m *claims.Members) error {
	h := &jws.Header
	if err := h.Check(is.types...); err != nil {
		if errors.Is(err, jose.ErrType) {
			return middleware.Invalid(middleware.ReasonType, "The token is not an access token", err)
		}
		return middleware.Invalid(middleware.ReasonHeader, "", err)
	}
	if !slices.Contains(is.algorithms, h.Algorithm) {
		return middleware.Invalid(middleware.ReasonAlgorithm, "", errors.New("alg is not allowed for this issuer"))
	}
	if err := replicated(h, m); err != nil {
		return middleware.Invalid(middleware.ReasonHeader, "", err)
	}
	return is.keys.verify(ctx, jws)
}

// replicated compares claims that the header repeats with those of the payload
// (RFC 7519 §5.3). Their JSON texts have to be the same; a producer that writes
// one value in two ways is refused with those that write two values.
func replicated(h *jose.Header, m *claims.Members) error {
	for _, c := range [...]struct {
		name            string
		header, payload strictjson.Value
	}{
		{"iss", h.Issuer, m.Issuer}, {"sub", h.Subject, m.Subject}, {"aud", h.Audience, m.Audience},
	} {
		if c.header.Kind() != strictjson.Absent && c.header.Text() != c.payload.Text() {
			return fmt.Errorf("%s in the header differs from the payload's", c.name)
		}
	}
	return nil
}

// required checks that the claims the profile asks for are there and that the
// token is meant for us.
func (is *issuer) required(c *middleware.Claims, m *claims.Members) error {
	for _, claim := range [...]struct {
		name    string
		missing bool
	}{
		{"exp", c.Expiry.IsZero()},
		{"sub", is.strict && c.Subject == ""},
		{"client_id", is.strict && c.ClientID == ""},
		{"iat", is.strict && c.IssuedAt.IsZero()},
		{"jti", is.strict && c.ID == ""},
	} {
		if claim.missing {
			return middleware.Invalid(middleware.ReasonClaims, "", errors.New("the required claim "+claim.name+" is missing"))
		}
	}
	ours := is.means(c.Audience)
	if is.mapping.Audience != "" { // then aud, where there is one, was not looked at yet
		aud, present := claims.Strings(m.Audience)
		ours = ours && (!present || is.means(aud))
	}
	if !ours {
		return middleware.Invalid(middleware.ReasonAudience, "The access token was not issued for this resource", errors.New("no audience of the token is ours"))
	}
	return nil
}

// means tells whether one of a token's audiences is ours.
func (is *issuer) means(audience []string) bool {
	return slices.ContainsFunc(audience, func(aud string) bool { return slices.Contains(is.audience, aud) })
}

// timely compares exp and nbf with the clock (RFC 7519 §4.1.4 and §4.1.5): at
// exp the token is expired, at nbf it is valid, the leeway aside.
func timely(c *middleware.Claims, now time.Time, leeway time.Duration) error {
	if !now.Before(c.Expiry.Add(leeway)) {
		return middleware.Invalid(middleware.ReasonExpired, "The access token expired", nil)
	}
	if now.Add(leeway).Before(c.NotBefore) {
		return middleware.Invalid(middleware.ReasonNotYetValid, "The access token is not valid yet", nil)
	}
	return nil
}
