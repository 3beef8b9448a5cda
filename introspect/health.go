package introspect

import (
	"context"
	"crypto/rand"
	"log/slog"
	"time"

	"github.com/sony/gobreaker/v2"
)

// State is how good calls are at the moment.
type State string

// The states.
const (
	Untried   State = "untried"   // no call yet
	Working   State = "working"   // the newest call was answered
	Failing   State = "failing"   // the newest call failed; the next one is made
	Suspended State = "suspended" // calls failed in a row: none is made but, after a pause, a probe
)

// Health is what a Validator knows about its calls, for people and metrics.
type Health struct {
	Issuer   string `json:"issuer"`
	Endpoint string `json:"endpoint,omitempty"` // without its query; empty until it was discovered
	State    State  `json:"state"`

	Calls    uint64 `json:"calls"`     // ended
	Failures uint64 `json:"failures"`  // of them
	InFlight int    `json:"in_flight"` // calls under way
	Waiting  int    `json:"waiting"`   // tokens that wait for a call
	Good     int    `json:"good"`      // good tokens that are remembered
	Refused  int    `json:"refused"`   // refusals that are remembered

	Answered    time.Time `json:"answered,omitzero"`    // when the newest answer came
	LastError   string    `json:"last_error,omitempty"` // of the newest call; empty where it was answered
	LastErrorAt time.Time `json:"last_error_at,omitzero"`
}

// history is what Health tells of the past.
type history struct {
	calls, failures uint64
	answered        time.Time
	failure         error // of the newest call, or nil
	failedAt        time.Time
	log             journal
}

// Health reports on the calls. It does no I/O and does not wait for any.
func (v *Validator) Health() Health {
	v.mu.Lock()
	defer v.mu.Unlock()
	r := &v.history
	h := Health{
		Issuer: v.config.Issuer, Endpoint: v.endpoint.shown(), State: v.state(),
		Calls: r.calls, Failures: r.failures, InFlight: len(v.turns.slots) + len(v.ready.slots), Waiting: int(v.turns.waiting.Load()), Good: v.good.Len(), Refused: v.refused.Len(),
		Answered: r.answered,
	}
	if r.failure != nil {
		h.LastError, h.LastErrorAt = r.failure.Error(), r.failedAt
	}
	return h
}

// state needs mu.
func (v *Validator) state() State {
	switch {
	case v.breaker.State() != gobreaker.StateClosed:
		return Suspended
	case v.history.failure != nil:
		return Failing
	case v.history.calls == 0:
		return Untried
	}
	return Working
}

// Ready returns nil when the newest call was answered. Otherwise it makes one,
// about a token that nobody ever issued, and returns what is wrong; it waits no
// longer than ctx allows. That call is beside MaxCalls and stands in no queue, so
// that a client whose tokens fail, or fill the queue, does not make a service that
// works look as if it did not. For readiness probes.
func (v *Validator) Ready(ctx context.Context) error {
	v.mu.Lock()
	state := v.state()
	v.mu.Unlock()
	if state == Working {
		return nil
	}
	none := v.hasher.Sum(&v.domain, "") // passes no filter, so that nobody else asks under it
	_, err := v.flights.join(none, func(f *flight) (decision, error) {
		return v.inquire(f, rand.Text(), true, v.config.Now())
	}).wait(ctx)
	return err
}

// note takes in how a call ended.
func (v *Validator) note(err error) {
	now := v.config.Now() // the user's code: not while others wait for mu
	v.mu.Lock()
	defer v.mu.Unlock()
	r := &v.history
	r.calls++
	if err == nil {
		r.failure, r.answered = nil, now
	} else {
		r.failures++
		r.failure, r.failedAt = err, now
	}
	if line := r.log.line(err, now); line.text != "" {
		// On a goroutine of its own, since a slow log handler must not hold up
		// requests and a panicking one must not end the process.
		go v.log(line)
	}
}

func (v *Validator) log(l line) {
	defer func() { _ = recover() }()
	v.config.Logger.Log(context.Background(), l.level, l.text, "issuer", v.config.Issuer, "cause", l.cause)
}

// line is one for the log; an empty text is none.
type line struct {
	level slog.Level
	text  string
	cause error
}
