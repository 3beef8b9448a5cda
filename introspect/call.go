package introspect

import (
	"context"
	"crypto/rand"
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
// sign of life, and where that cannot be told (a page of a firewall, a 500, a
// connection that breaks) the control question decides: see believed.
func newBreaker() *gobreaker.CircuitBreaker[decision] {
	return gobreaker.NewCircuitBreaker[decision](gobreaker.Settings{
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
// that no client chose.
func (v *Validator) inquire(f *flight, raw string, ours bool, asked time.Time) (decision, error) {
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
		if !ours {
			err = v.believed(err)
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

// believed returns err, marked as one of a single token where it is. A client may
// hold tokens that make the server, or what stands in front of it, fail. So a
// failure that would stop everybody's calls, or keep them stopped, is not taken
// at its word: one question about a token that nobody chose shows whether it was
// the token. There is one such question at a time, which needs a turn like any
// other, and none before five calls failed or may be failing at once. Who asked
// about the token waits for it, for no longer than two times Timeout more.
//
// A client whose tokens make the server hang still holds a call for the whole
// Timeout with each of them; Config.MaxCalls bounds what that costs.
func (v *Validator) believed(err error) error {
	counts := v.breaker.Counts()
	underWay := counts.Requests - counts.TotalSuccesses - counts.TotalFailures // this one too
	if alive(err) || counts.ConsecutiveFailures+underWay < tripAfter && v.breaker.State() != gobreaker.StateHalfOpen {
		return err
	}
	_, failed, _ := v.control.Do("", func() (any, error) {
		if err := v.turns.take(nil); err != nil {
			return nil, err
		}
		text, err := detached(v.config.Timeout, func(ctx context.Context) (string, error) {
			defer v.turns.giveBack()
			return v.call(ctx, rand.Text())
		})
		if err == nil {
			_, err = v.judge.decide(text, v.config.Now())
		}
		return nil, err
	})
	if !alive(failed) {
		return err
	}
	one := *asFailure(err)
	one.single = true
	return &one
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
