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
// failing at once and, where the user's code ends with its context, never twice
// at a time.
//
// It is asked in the turn t of the call that failed, so that no queue that a
// client can fill stands before it. Others that fail meanwhile keep their turns
// until its answer comes: no more calls go out than MaxCalls, and no more of them
// wait here. That takes two times Timeout at most, and one more where the user's
// code does not end with its context: then it is waited for first, by this call
// alone, so that one that never ends speaks for no other.
//
// A client whose tokens make the server hang still holds a call for the whole
// Timeout with each of them; Config.MaxCalls bounds what that costs.
func (v *Validator) believed(err error, t *turn, asked time.Time) error {
	counts := v.breaker.Counts()
	underWay := counts.Requests - counts.TotalSuccesses - counts.TotalFailures // this one too
	if alive(err) || counts.ConsecutiveFailures+underWay < tripAfter && v.breaker.State() != gobreaker.StateHalfOpen {
		return err
	}
	if t.rest() != nil {
		return err
	}
	_, failed, _ := v.control.Do("", func() (any, error) { return nil, v.controlled(t, asked) })
	if !alive(failed) {
		return err
	}
	one := *asFailure(err)
	one.single = true
	return &one
}

// controlled asks the control question, a second time where the first one failed:
// a server that fails one question in a hundred, or a connection that breaks once,
// must not stop everybody's calls when a client has it asked all the time. After a
// timeout there is no second one: it took its time, and the user's code may still
// run.
func (v *Validator) controlled(t *turn, asked time.Time) error {
	_, err := v.question(t, rand.Text(), asked)
	if !alive(err) && asFailure(err).problem != timedOut {
		_, err = v.question(t, rand.Text(), asked)
	}
	return err
}
