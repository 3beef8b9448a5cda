package introspect

import (
	"context"
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
// sign of life, and where that cannot be told (a page of a firewall, a 500, a
// connection that breaks) the control question decides: see believed. A
// Retry-After makes the pause no longer: who floods the server through us until it
// answers 429 would keep everybody's tokens out for as long as it asks, while
// probes cost it no more than three questions in a pause.
func newBreaker() *gobreaker.TwoStepCircuitBreaker[decision] {
	return gobreaker.NewTwoStepCircuitBreaker[decision](gobreaker.Settings{
		MaxRequests: 1,
		Timeout:     pauseFor,
		ReadyToTrip: func(c gobreaker.Counts) bool { return c.ConsecutiveFailures >= tripAfter },
		// An answer that a client provoked shows that the server is alive. It must
		// count: in a probe's place it would otherwise keep the next probe out.
		IsSuccessful: alive,
	})
}

// alive tells calls that the server answered, be it that it refused the token.
func alive(err error) bool { return err == nil || asFailure(err).provoked() || asFailure(err).single }

// inquire asks the server about a token and judges the answer. ours is a token
// that no client chose; it has a turn of its own, since clients can fill the queue.
func (v *Validator) inquire(f *flight, raw string, ours bool, asked time.Time) (d decision, err error) {
	if v.breaker.State() == gobreaker.StateOpen { // before waiting for a turn
		return decision{}, v.suspended()
	}
	turns := &v.turns
	if ours {
		turns = &v.ready
	}
	turn, err := turns.take(f.left)
	if err != nil {
		return decision{}, err
	}
	defer turn.leave()
	if !f.begin() {
		return decision{}, &failure{problem: gaveUp}
	}
	done, err := v.breaker.Allow()
	if err != nil {
		return decision{}, v.suspended()
	}
	// A probe that is never done would keep all others out, for ever: it is done
	// even where the user's clock, which note reads, panics or ends this goroutine.
	err = &failure{problem: ownCode, err: errExit}
	defer func() { done(err) }()
	d, err = v.question(turn, raw, asked)
	if !ours {
		err = v.believed(err, turn, asked)
	}
	v.note(err)
	return d, err
}

// question makes one call in a turn, and judges the answer.
func (v *Validator) question(t *turn, raw string, asked time.Time) (decision, error) {
	end := t.begin()
	return detached(v.config.Timeout, func(ctx context.Context) (decision, error) {
		defer end() // only when the user's code really ended
		text, err := v.call(ctx, raw)
		if err != nil {
			return decision{}, err
		}
		return v.judge.decide(text, asked)
	})
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
