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
// (RFC 8725 §3.10). jws is opened and its header was not read.
func (is *issuer) authentic(ctx context.Context, jws *jose.Compact, m *claims.Members) (*signer, error) {
	var scratch [longestHeader]byte
	header, err := jws.AppendHeader(scratch[:0])
	if err != nil {
		return nil, unreadable(err)
	}
	var before *key
	if known := is.signers.find(header); known != nil {
		if _, err := is.keys.usable(ctx); err != nil {
			return nil, err
		}
		jws.Header = known.header
		if !known.key.retired.Load() && known.key.Verify(jws.Header.Algorithm, jws) == nil {
			return known.signer, nil
		}
		before = known.key // another one may have the same kid
	} else if err := is.acceptable(jws, m); err != nil {
		return nil, err
	}
	by, err := is.keys.verify(ctx, jws, before)
	if err != nil {
		return nil, err
	}
	return is.signers.add(header, jws.Header, is, by), nil
}

// acceptable reads the header and checks what it says.
func (is *issuer) acceptable(jws *jose.Compact, m *claims.Members) error {
	if err := jws.ReadHeader(); err != nil {
		return unreadable(err)
	}
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
	return nil
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
	if early(c.NotBefore, now, leeway) {
		return middleware.Invalid(middleware.ReasonNotYetValid, "The access token is not valid yet", nil)
	}
	return nil
}

func early(notBefore, now time.Time, leeway time.Duration) bool {
	return now.Add(leeway).Before(notBefore)
}
