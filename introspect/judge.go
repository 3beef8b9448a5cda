package introspect

import (
	"errors"
	"slices"
	"strings"
	"time"

	"github.com/bearerguard/bearerguard/internal/claims"
	"github.com/bearerguard/bearerguard/internal/strictjson"
	"github.com/bearerguard/bearerguard/middleware"
)

// judge decides what an introspection answer means here.
type judge struct {
	config  *Config
	mapping claims.Mapping
}

func newJudge(c *Config) judge {
	mapping := claims.Mapping{Scopes: slices.Clone(c.ScopeClaims), ScopeArray: c.ScopeArrays}
	if len(mapping.Scopes) == 0 {
		mapping.Scopes = nil // the default
	}
	return judge{c, mapping}
}

// decision is what an answer comes to: a good token or a refusal.
type decision struct {
	token   *middleware.Token
	refusal *middleware.Error
	end     time.Time // when it ends by itself; zero: never
	size    int       // of the answer, bytes
}

// decide reads an answer (RFC 7662 §2.2). An error means that there is none in
// it, and so no decision. asked is when the call began.
func (j *judge) decide(text string, asked time.Time) (decision, error) {
	m, err := claims.Read(text)
	if err != nil {
		if errors.Is(err, strictjson.ErrNotObject) {
			return decision{}, &failure{problem: noAnswer, err: err} // a page, not an answer about some token
		}
		return decision{}, &failure{problem: unreadable, err: err}
	}
	d := decision{size: len(text)}
	switch active := m.All.Member("active"); {
	case active.Kind() != strictjson.Bool:
		return decision{}, &failure{problem: badAnswer, err: errors.New("active is not true or false")}
	case !active.True():
		// RFC 7662 §2.2: it does not say why, and neither do we. What else is in the
		// answer means nothing.
		d.refusal = middleware.Invalid(middleware.ReasonInactive, "The access token is not active", nil)
		return d, nil
	}
	c, err := j.claims(&m)
	if err != nil {
		return decision{}, &failure{problem: badAnswer, err: err}
	}
	if d.refusal = j.refuse(&c, &m); d.refusal != nil {
		return d, nil
	}
	d.token, d.end = j.token(c, asked), c.Expiry // RFC 7662 §4: not used again past exp, whatever the leeway
	if d.refusal = j.timely(d.token, j.config.Now()); d.refusal != nil {
		d.token, d.end = nil, time.Time{}
		if d.refusal.Reason == middleware.ReasonNotYetValid {
			d.end = c.NotBefore.Add(-j.config.Leeway)
		}
	}
	return d, nil
}

// claims maps the members of an answer, as a JWT's are.
func (j *judge) claims(m *claims.Members) (middleware.Claims, error) {
	c, err := m.Map(j.mapping)
	if err != nil {
		return c, err
	}
	if isZero(m.Expiry) {
		c.Expiry = time.Time{} // what some servers say of a token without an end
	}
	if m.TokenType.Kind() != strictjson.Absent && !isTokenType(m.TokenType) {
		return c, errors.New("token_type is not a token type")
	}
	return c, nil
}

// isZero tells 0, however it is written, from a number that is only rounded to it.
func isZero(v strictjson.Value) bool {
	text := v.Text()
	if e := strings.IndexAny(text, "eE"); e >= 0 {
		text = text[:e]
	}
	return v.Kind() == strictjson.Number && !strings.ContainsAny(text, "123456789")
}

// isTokenType checks the syntax of a token type, a name or a URI (RFC 6749 §8.1,
// appendix A.13): DPoP with a space behind it must not pass for something else.
// Which type it is says little, since servers write there what they like; see
// isDPoP and claims.Members.OtherKind.
func isTokenType(v strictjson.Value) bool {
	s, _ := v.Str()
	for _, c := range []byte(s) {
		switch {
		case 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z', '0' <= c && c <= '9':
		case c == '-', c == '.', c == '_', c == ':', c == '/':
		default:
			return false
		}
	}
	return s != ""
}

// refuse finds what speaks against a token that is active.
func (j *judge) refuse(c *middleware.Claims, m *claims.Members) *middleware.Error {
	switch {
	case m.Issuer.Kind() != strictjson.Absent && c.Issuer != j.config.Issuer:
		return middleware.Invalid(middleware.ReasonIssuer, "The access token was issued by an issuer that is not accepted here", errors.New("iss is not ours"))
	case !j.forUs(c, m):
		return middleware.Invalid(middleware.ReasonAudience, "The access token was not issued for this resource", errors.New("no audience of the token is ours"))
	case j.config.RequireIssuer && c.Issuer == "", j.config.RequireExpiry && c.Expiry.IsZero():
		return middleware.Invalid(middleware.ReasonClaims, "", errors.New("iss or exp is required and missing"))
	case isDPoP(m) && c.Confirmation.JKT == "":
		return middleware.Invalid(middleware.ReasonConfirmation, "", errors.New("token_type is DPoP and there is no cnf.jkt"))
	}
	if kind := m.OtherKind(); kind != "" {
		return middleware.Invalid(middleware.ReasonType, "The token is not an access token", errors.New("it is another kind of token: "+kind))
	}
	return nil
}

// forUs: the server may have decided for us whom a token is for, so aud may be
// absent; where it is there, it is a decision too (RFC 7662 §2.2, §4).
func (j *judge) forUs(c *middleware.Claims, m *claims.Members) bool {
	if m.Audience.Kind() == strictjson.Absent {
		return !j.config.RequireAudience
	}
	return j.config.InsecureAnyAudience ||
		slices.ContainsFunc(c.Audience, func(aud string) bool { return slices.Contains(j.config.Audience, aud) })
}

// isDPoP: RFC 9449 §6.2. The word has no case (RFC 6749 §5.1).
func isDPoP(m *claims.Members) bool {
	s, _ := m.TokenType.Str()
	return strings.EqualFold(s, "DPoP")
}

// token makes the token. It may be asked for its end (Until) by a stream, which
// must not go on for ever where the answer names none.
func (j *judge) token(c middleware.Claims, asked time.Time) *middleware.Token {
	c.Until = asked.Add(j.config.MaxLife)
	if end := c.Expiry.Add(j.config.Leeway); !c.Expiry.IsZero() && end.Before(c.Until) {
		c.Until = end
	}
	if c.Issuer == "" {
		c.Issuer = j.config.Issuer
	}
	return middleware.NewToken(c)
}

// timely compares exp and nbf with the clock, as for JWTs (RFC 7519 §4.1.4,
// §4.1.5): at exp the token is expired, at nbf it is valid, the leeway aside.
func (j *judge) timely(t *middleware.Token, now time.Time) *middleware.Error {
	// The leeway is added where it matters only: this is the way of every request.
	if exp := t.Expiry(); !now.Before(exp) && !exp.IsZero() && !now.Before(exp.Add(j.config.Leeway)) {
		return middleware.Invalid(middleware.ReasonExpired, "The access token expired", nil)
	}
	if nbf := t.NotBefore(); now.Before(nbf) && now.Add(j.config.Leeway).Before(nbf) {
		return middleware.Invalid(middleware.ReasonNotYetValid, "The access token is not valid yet", nil)
	}
	return nil
}
