package introspect

import (
	"fmt"

	"github.com/bearerguard/bearerguard/middleware"
)

// filter keeps from the server what cannot be a token of its own, so that
// nobody can use us to scan for tokens or to flood it (RFC 7662 §4).
func (v *Validator) filter(raw string) error {
	if !middleware.IsB64Token(raw) {
		return middleware.Invalid(middleware.ReasonMalformed, "The access token has characters that no access token has", nil)
	}
	if v.config.Accept == nil {
		return nil
	}
	accepted, err := v.accepted(raw)
	if err == nil && !accepted {
		err = fmt.Errorf("%w: Config.Accept does not take it", middleware.ErrNotMine)
	}
	return err
}

// accepted survives a panic of the user's function: not every adapter's
// framework does.
func (v *Validator) accepted(raw string) (ok bool, err error) {
	defer func() {
		if recover() != nil {
			ok, err = false, unavailable(&failure{problem: ownCode, err: errPanic})
		}
	}()
	return v.config.Accept(raw), nil
}
