package middleware

import "strings"

// A SyntaxChecker is a [Validator] that may spare the [Guard] a look at the
// characters of a token, because it has a look itself: it refuses every text that
// is no b64token (RFC 6750 §2.1), with any error. The validators of the packages
// jwks and introspect do so, as do [First] and [Every] where all of theirs do.
//
// Such a validator is given what follows the scheme in the Authorization field as
// it came: any bytes, or none. What it accepts passes. Of what it refuses the
// Guard looks at the characters afterwards, and answers 400 (invalid_request),
// whatever the error was, where it is no b64token. Other validators are given
// nothing but b64tokens.
//
// To look at every character of a JWT takes about as long as all else that a
// Guard does where the token is remembered.
type SyntaxChecker interface {
	Validator

	// ChecksSyntax tells whether asked keeps that promise. It is false where asked
	// is not the receiver: a type that embeds the receiver has its method too, and
	// perhaps a Validate of its own that never promised anything. Implement it on a
	// pointer: not all other values can be compared. New alone calls it, with its
	// Validator, and First and Every, which it calls, with each of theirs.
	ChecksSyntax(asked Validator) bool
}

// checksSyntax tells whether all of the validators do.
func checksSyntax(list ...Validator) bool {
	for _, v := range list {
		if c, ok := v.(SyntaxChecker); !ok || !c.ChecksSyntax(v) {
			return false
		}
	}
	return true
}

// wellFormed returns what it was given if the token is one by its characters.
func (g *Guard) wellFormed(cred credentials) (credentials, error) {
	if IsB64Token(cred.token) {
		return cred, nil
	}
	if strings.Contains(cred.token, ",") {
		// Two fields that something joined (RFC 9110 §5.3): the fault is that of no
		// scheme in particular (RFC 9449 §7.2).
		return credentials{}, malformed("")
	}
	return credentials{}, malformed(g.schemes[cred.scheme].name)
}

// IsB64Token tells whether s is one of the texts that an access token can be sent
// as: 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"=" (RFC 6750 §2.1).
// Its length is not checked. A [SyntaxChecker] may call it.
func IsB64Token(s string) bool {
	body := strings.TrimRight(s, "=")
	return body != "" && consistsOf(body, &b64Alphabet)
}
