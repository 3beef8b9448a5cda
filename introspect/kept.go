package introspect

import (
	"time"

	"github.com/bearerguard/bearerguard/middleware"
)

// kept is a good token that is remembered, no longer than until its exp.
type kept struct {
	token *middleware.Token
	begin int64 // nbf, seconds since 1970; here too, so that no hit has to read the token
}

func newKept(t *middleware.Token) kept { return kept{t, t.NotBefore().Unix()} }

// use returns the token if it may be used now: exp and nbf bind at every use
// (RFC 7662 §2.2). The map has seen to exp: the entry ends there. nbf is not
// reached again where the clock was set back.
func (k *kept) use(now time.Time, j *judge) (*middleware.Token, error) {
	if now.Unix() < k.begin {
		if err := j.timely(k.token, now); err != nil {
			return nil, err
		}
	}
	return k.token, nil
}
