package introspect

import (
	"context"
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/bearerguard/bearerguard/internal/claims"
	"github.com/bearerguard/bearerguard/internal/strictjson"
	"github.com/bearerguard/bearerguard/middleware"
)

// verified returns the answer that a body holds: the body itself or, where
// signed answers are demanded, what was signed. The type in the header keeps any
// other JWT of the issuer out, an access token first of all. asked is when the
// question was sent.
func (v *Validator) verified(ctx context.Context, body string, asked time.Time) (string, error) {
	s := v.config.Signed
	if s == nil {
		return body, nil
	}
	payload, err := s.Keys.Verify(ctx, body, s.Algorithms, "token-introspection+jwt")
	if err != nil {
		return "", &failure{problem: keyProblem(err), err: err}
	}
	m, err := claims.Read(payload)
	if err != nil {
		// The server did sign it: what cannot be read is a claim of this token's user.
		return "", &failure{problem: unreadable, err: err}
	}
	text, issued, err := s.content(&m, v.config.Issuer)
	if err == nil {
		err = v.config.fresh(issued, asked)
	}
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

// content takes the answer out of the payload of a signed one (RFC 9701 §5), and
// when it was issued: from token_introspection only. What stands beside it, exp
// or active for example, says nothing about the token; the three claims that are
// read must be there.
func (s *Signed) content(m *claims.Members, issuer string) (text string, issued time.Time, err error) {
	if iss, _ := m.Issuer.Str(); iss != issuer {
		return "", issued, errors.New("iss is not the issuer")
	}
	if audience, _ := claims.Strings(m.Audience); !slices.Contains(audience, s.Audience) {
		return "", issued, errors.New("aud does not name us")
	}
	seconds, ok := claims.NumericDate(m.IssuedAt, false)
	if !ok {
		return "", issued, errors.New("iat is absent or no date")
	}
	content := m.All.Member("token_introspection")
	if content.Kind() != strictjson.Object {
		return "", issued, errors.New("token_introspection is absent or no object")
	}
	return strings.Clone(content.Text()), time.Unix(seconds, 0), nil // the rest of the payload is not kept with it
}

// fresh refuses an answer that was not made for this question, which is all that
// iat can tell: one from before it, sent again, would bring a revoked token back
// to life, and one from the future could be kept for that. An iat is in whole
// seconds, mostly, and the clocks may differ by the leeway.
func (c *Config) fresh(issued, asked time.Time) error {
	switch {
	case issued.Before(asked.Truncate(time.Second).Add(-c.Leeway)):
		return errors.New("iat is before the question, by more than Config.Leeway: an old answer, or clocks that differ")
	case issued.After(c.Now().Add(c.Leeway)):
		return errors.New("iat is ahead, by more than Config.Leeway: clocks that differ")
	}
	return nil
}
