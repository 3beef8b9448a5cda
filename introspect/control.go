package introspect

import (
	"crypto/rand"
	"time"

	"github.com/sony/gobreaker/v2"
)

// believed returns err, marked as one of a single token where it is. A client may
// hold tokens that make the server, or what stands in front of it, fail. So a
// failure that would stop everybody's calls, or keep them stopped, is not taken
// at its word: the control question, about a token that nobody chose, shows
// whether it was the token. It is not asked before five calls failed or may be
// failing at once, and never twice at a time.
//
// It is asked in the turn t of the call that failed, so that no queue that a
// client can fill stands before it. Others that fail meanwhile keep their turns
// until its answer comes: no more calls go out than MaxCalls, and no more of them
// wait here. That takes two times Timeout at most, one of them only where the
// user's code does not end with its context.
//
// A client whose tokens make the server hang still holds a call for the whole
// Timeout with each of them; Config.MaxCalls bounds what that costs.
func (v *Validator) believed(err error, t *turn, asked time.Time) error {
	counts := v.breaker.Counts()
	underWay := counts.Requests - counts.TotalSuccesses - counts.TotalFailures // this one too
	if alive(err) || counts.ConsecutiveFailures+underWay < tripAfter && v.breaker.State() != gobreaker.StateHalfOpen {
		return err
	}
	_, failed, _ := v.control.Do("", func() (any, error) {
		if err := t.rest(); err != nil {
			return nil, err
		}
		_, err := v.question(t, rand.Text(), asked)
		return nil, err
	})
	if !alive(failed) {
		return err
	}
	one := *asFailure(err)
	one.single = true
	return &one
}
