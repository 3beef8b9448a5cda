package middleware

import "strings"

// A SyntaxChecker is a [Validator] that tells whether it refuses, in any way,
// every text that is no b64token (RFC 6750 §2.1), as those of this module do. A
// Guard asks once, in [New]. From one that does it takes an acceptance as it is,
// and looks at the characters itself only to tell a malformed request from a bad
// token; so Validate is called with texts of any bytes, the empty one included.
// To all others nothing but a b64token is given.
//
// To look at every character of a JWT takes about as long as all else that a
// Guard does, where the validator remembers the token.
type SyntaxChecker interface {
	Validator

	// ChecksSyntax is constant. A type that embeds a SyntaxChecker and has a
	// Validate of its own inherits the promise, and has to keep it.
	ChecksSyntax() bool
}

// checksSyntax tells whether all of the validators do.
func checksSyntax(list ...Validator) bool {
	for _, v := range list {
		if c, ok := v.(SyntaxChecker); !ok || !c.ChecksSyntax() {
			return false
		}
	}
	return true
}

// wellFormed returns what it was given if the token is one by its characters.
func (g *Guard) wellFormed(cred credentials) (credentials, error) {
	if isB64Token(cred.token) {
		return cred, nil
	}
	if strings.Contains(cred.token, ",") {
		// Two fields that something joined (RFC 9110 §5.3): the fault is that of no
		// scheme in particular (RFC 9449 §7.2).
		return credentials{}, malformed("")
	}
	return credentials{}, malformed(g.schemes[cred.scheme].name)
}

// isB64Token checks 1*( ALPHA / DIGIT / "-" / "." / "_" / "~" / "+" / "/" ) *"="
// (RFC 6750 §2.1).
func isB64Token(s string) bool {
	body := strings.TrimRight(s, "=")
	return body != "" && consistsOf(body, &b64Alphabet)
}
