package introspect

import (
	"context"
	"errors"
	"time"

	"github.com/sony/gobreaker/v2"
)

const (
	tripAfter = 5               // failures in a row
	pauseFor  = 5 * time.Second // between the last of them, or a failed probe, and the next probe
)

// newBreaker stops calls while the server is failing: each would hold its
// requests for the whole Timeout, and keep the server from getting up again.
// After a pause one call at a time probes. What a client can provoke counts as a
// sign of life. (One that knows a token which makes the server itself fail can cause a
// pause, where nobody else's call is answered in between.)
func newBreaker() *gobreaker.CircuitBreaker[decision] {
	return gobreaker.NewCircuitBreaker[decision](gobreaker.Settings{
		MaxRequests: 1,
		Timeout:     pauseFor,
		ReadyToTrip: func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= tripAfter },
		// An answer that a client provoked shows that the server is alive. It must
		// count: in a probe's place it would otherwise keep the next probe out.
		IsSuccessful: func(err error) bool { return err == nil || asFailure(err).provoked() || asFailure(err).single },
	})
}

// inquire asks the server about a token and judges the answer.
func (v *Validator) inquire(f *flight, raw string, asked time.Time) (decision, error) {
	if v.breaker.State() == gobreaker.StateOpen { // before waiting for a turn
		return decision{}, v.suspended()
	}
	if err := v.turns.take(f.left); err != nil {
		return decision{}, err
	}
	if !f.begin() {
		v.turns.giveBack()
		return decision{}, &failure{problem: gaveUp}
	}
	d, err := v.breaker.Execute(func() (d decision, err error) {
		text, err := detached(v.config.Timeout, func(ctx context.Context) (string, error) {
			defer v.turns.giveBack() // only when the user's code really ended
			return v.call(ctx, raw)
		})
		if err == nil {
			d, err = v.judge.decide(text, asked)
		}
		v.note(err)
		return d, err
	})
	if errors.Is(err, gobreaker.ErrOpenState) || errors.Is(err, gobreaker.ErrTooManyRequests) {
		v.turns.giveBack()
		return decision{}, v.suspended()
	}
	return d, err
}

// suspended says that nothing was asked, and why the calls before failed.
func (v *Validator) suspended() error {
	v.mu.Lock()
	defer v.mu.Unlock()
	return &failure{problem: suspended, err: v.history.failure, retryAfter: pauseFor}
}

// call makes one call: a request and, where the connection failed, a second
// one. Neither a timeout nor an answer, whatever it says, is tried again.
func (v *Validator) call(ctx context.Context, raw string) (text string, err error) {
	place, err := v.endpoint.locate(ctx)
	if err != nil {
		return "", &failure{problem: undiscovered, err: err}
	}
	text, err = v.attempt(ctx, place, raw)
	if err != nil && asFailure(err).problem == unreachable && ctx.Err() == nil {
		text, err = v.attempt(ctx, place, raw)
	}
	if err != nil && !asFailure(err).provoked() {
		v.endpoint.doubt()
	}
	return text, err
}
