package middleware

// Confirmation is the cnf claim of a token (RFC 7800 §3.1): the key whose
// possession the sender has to prove. The zero value means that the token is
// not bound to a key.
type Confirmation struct {
	JKT     string // jkt: thumbprint of a DPoP key, RFC 9449 §6.1
	X5TS256 string // x5t#S256: SHA-256 of a client certificate, RFC 8705 §3.1

	// Unknown says that there is a cnf in which nothing is understood: it is no
	// object, null, empty, or has only members this library does not know. RFC
	// 7800 would let it be ignored; a Guard refuses it, since a token that was
	// bound to something must not pass as a plain bearer token.
	Unknown bool
}

// IsZero tells whether the token is a plain bearer token.
func (c Confirmation) IsZero() bool { return c == Confirmation{} }
