package middleware

import (
	"errors"
	"strings"
)

// credentials is what the Authorization field of a request holds.
type credentials struct {
	scheme int    // index into Guard.schemes
	token  string // a b64token (RFC 6750 §2.1), but see SyntaxChecker
}

// extract reads the Authorization field as RFC 9110 §11.6.2 and RFC 6750 §2.1
// write it. No other place is looked at. Its errors tell apart a request
// without credentials for us, which gets a challenge without an error (RFC 6750
// §3.1), and a malformed one.
func (g *Guard) extract(h Values) (credentials, error) {
	var fields []string
	if h != nil {
		fields = h.Values("Authorization")
	}
	if len(fields) == 0 {
		return credentials{}, errNoAuthorization
	}
	if len(fields) > 1 {
		return credentials{}, &Error{Code: InvalidRequest, Reason: ReasonRepeated,
			Description: "The request has more than one Authorization field"}
	}
	return g.parseAuthorization(fields[0])
}

// errNoAuthorization is the one refusal that an optional rule turns into an
// anonymous request.
var errNoAuthorization error = &Error{Code: NoToken, Reason: ReasonNoToken, Err: errors.New("no Authorization field")}

func (g *Guard) parseAuthorization(field string) (credentials, error) {
	if field == "" {
		return credentials{}, &Error{Code: NoToken, Reason: ReasonNoToken, Err: errors.New("an empty Authorization field")}
	}
	name, rest, _ := strings.Cut(field, " ")
	scheme, offered := g.schemeIndex(name)
	if !offered && !isToken(name) {
		return credentials{}, malformed("")
	}
	if !offered {
		return credentials{}, &Error{Code: NoToken, Reason: ReasonScheme, Err: errors.New("an authentication scheme nobody offers")}
	}
	cred := credentials{scheme: scheme, token: strings.TrimLeft(rest, " ")}
	if g.checksSyntax {
		return cred, nil // judge looks at the characters of what is refused
	}
	return g.wellFormed(cred)
}

func malformed(scheme string) error {
	return &Error{Code: InvalidRequest, Reason: ReasonMalformed, scheme: scheme,
		Description: "The Authorization field is not a scheme, spaces and one token"}
}

// schemeIndex finds a scheme without regard to case (RFC 9110 §11.1). To EqualFold
// the Kelvin sign is a k and ſ an s; both are longer.
func (g *Guard) schemeIndex(name string) (int, bool) {
	for i := range g.schemes {
		if s := g.schemes[i].name; len(s) == len(name) && strings.EqualFold(s, name) {
			return i, true
		}
	}
	return 0, false
}
