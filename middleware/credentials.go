package middleware

import (
	"errors"
	"strings"
)

// credentials is what the Authorization field of a request holds.
type credentials struct {
	scheme int    // index into Guard.schemes
	token  string // matches b64token, RFC 6750 §2.1
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
	if !isToken(name) {
		return credentials{}, malformed("")
	}
	scheme, offered := g.schemeIndex(name)
	if !offered {
		return credentials{}, &Error{Code: NoToken, Reason: ReasonScheme, Err: errors.New("an authentication scheme nobody offers")}
	}
	token := strings.TrimLeft(rest, " ")
	if !isB64Token(token) {
		if strings.Contains(token, ",") {
			// Two fields that something joined (RFC 9110 §5.3): the fault is that of no
			// scheme in particular (RFC 9449 §7.2).
			return credentials{}, malformed("")
		}
		return credentials{}, malformed(g.schemes[scheme].name)
	}
	return credentials{scheme: scheme, token: token}, nil
}

func malformed(scheme string) error {
	return &Error{Code: InvalidRequest, Reason: ReasonMalformed, scheme: scheme,
		Description: "The Authorization field is not a scheme, spaces and one token"}
}

// schemeIndex finds a scheme without regard to case (RFC 9110 §11.1).
func (g *Guard) schemeIndex(name string) (int, bool) {
	for i := range g.schemes {
		if strings.EqualFold(g.schemes[i].name, name) {
			return i, true
		}
	}
	return 0, false
}

// isB64Token checks 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
// (RFC 6750 §2.1).
func isB64Token(s string) bool {
	body := strings.TrimRight(s, "=")
	return body != "" && consistsOf(body, &b64Alphabet)
}

// isToken checks a token of RFC 9110 §5.6.2, the form of a scheme's name.
func isToken(s string) bool { return s != "" && consistsOf(s, &tokenAlphabet) }

// consistsOf looks at eight bytes before it decides: a token has about a
// thousand, and a decision for each takes nearly twice as long.
func consistsOf(s string, a *alphabet) bool {
	for ; len(s) >= 8; s = s[8:] {
		if a[s[0]]|a[s[1]]|a[s[2]]|a[s[3]]|a[s[4]]|a[s[5]]|a[s[6]]|a[s[7]] != 0 {
			return false
		}
	}
	for i := range len(s) {
		if a[s[i]] != 0 {
			return false
		}
	}
	return true
}

const alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

var (
	b64Alphabet   = newAlphabet(alphanumeric + "-._~+/")
	tokenAlphabet = newAlphabet(alphanumeric + "!#$%&'*+-.^_`|~")
)

// An alphabet has a 0 for every byte that belongs to it.
type alphabet [256]uint8

func newAlphabet(chars string) (a alphabet) {
	for i := range a {
		a[i] = 1
	}
	for i := range len(chars) {
		a[chars[i]] = 0
	}
	return a
}
