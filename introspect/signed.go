package introspect

import (
	"context"
	"errors"
	"slices"

	"github.com/bearerguard/bearerguard/internal/claims"
	"github.com/bearerguard/bearerguard/internal/strictjson"
	"github.com/bearerguard/bearerguard/middleware"
)

// verified returns the answer that a body holds: the body itself or, where
// signed answers are demanded, what was signed. The type in the header keeps any
// other JWT of the issuer out, an access token first of all.
func (v *Validator) verified(ctx context.Context, body string) (string, error) {
	s := v.config.Signed
	if s == nil {
		return body, nil
	}
	payload, err := s.Keys.Verify(ctx, body, s.Algorithms, "token-introspection+jwt")
	if err != nil {
		return "", &failure{problem: keyProblem(err), err: err}
	}
	text, err := s.content(payload, v.config.Issuer)
	if err != nil {
		return "", &failure{problem: badSignature, err: err}
	}
	return text, nil
}

// keyProblem tells keys that are out of reach from a signature that is wrong.
func keyProblem(err error) problem {
	if e, ok := errors.AsType[*middleware.Error](err); ok && e.Code == middleware.Unavailable {
		return noKeys
	}
	return badSignature
}

// content takes the answer out of the payload of a signed one (RFC 9701 §5): from
// token_introspection only. What stands beside it, exp or active for example,
// says nothing about the token; the three claims that are checked must be there.
func (s *Signed) content(payload, issuer string) (string, error) {
	m, err := claims.Read(payload)
	if err != nil {
		return "", err
	}
	if iss, _ := m.Issuer.Str(); iss != issuer {
		return "", errors.New("iss is not the issuer")
	}
	if audience, _ := claims.Strings(m.Audience); !slices.Contains(audience, s.Audience) {
		return "", errors.New("aud does not name us")
	}
	if _, ok := claims.NumericDate(m.IssuedAt, false); !ok {
		return "", errors.New("iat is absent or no date")
	}
	content := m.All.Member("token_introspection")
	if content.Kind() != strictjson.Object {
		return "", errors.New("token_introspection is absent or no object")
	}
	return content.Text(), nil
}
