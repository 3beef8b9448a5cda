package introspect

import (
	"fmt"

	"github.com/bearerguard/bearerguard/internal/fetch"
)

// Format prints, with whatever verb, who asks whom and nothing that may be
// secret: neither Parameters nor a query of Endpoint. It has a value receiver so
// that it serves a pointer too. It cannot help where fmt does not ask it: about a
// Config in an unexported field.
func (c Config) Format(s fmt.State, _ rune) {
	place := ""
	if c.Endpoint != "" {
		place = " at " + fetch.Redact(c.Endpoint)
	}
	_, _ = fmt.Fprintf(s, "introspection by %s%s, asked as %s", fetch.Redact(c.Issuer), place, c.Authentication.identity())
}

// Format prints what the Config says of itself.
func (v *Validator) Format(s fmt.State, verb rune) { v.config.Format(s, verb) }
