package introspect

import (
	"math"
	"sync/atomic"
	"time"
)

// waitingPerCall times Config.MaxCalls tokens may wait for a call. A longer
// queue would only hold requests that end before their turn.
const waitingPerCall = 16

// turns bounds the calls in flight, and in number and time who waits for one.
type turns struct {
	slots   chan struct{} // one for each call in flight
	most    int64         // that may wait
	limit   time.Duration
	waiting atomic.Int64
}

func (t *turns) init(calls int, limit time.Duration) {
	t.slots, t.limit = make(chan struct{}, calls), limit
	t.most = int64(min(calls, math.MaxInt/waitingPerCall) * waitingPerCall)
}

// take waits for a turn, which the flight has to leave, unless left is closed.
// Turns come in the order of asking.
func (t *turns) take(left <-chan struct{}) (*turn, error) {
	select {
	case t.slots <- struct{}{}:
		return newTurn(t), nil
	default:
	}
	defer t.waiting.Add(-1)
	if t.waiting.Add(1) > t.most {
		return nil, &failure{problem: crowded}
	}
	timer := time.NewTimer(t.limit)
	defer timer.Stop()
	select {
	case t.slots <- struct{}{}:
		return newTurn(t), nil
	case <-left:
		return nil, &failure{problem: gaveUp}
	case <-timer.C:
		return nil, &failure{problem: busy}
	}
}

// turn is the right of a flight to have one call in flight. It ends when the
// flight has left it and the user's code, which may outlast the flight, has too.
type turn struct {
	of    *turns
	users atomic.Int32  // the flight, and the user's code while it runs
	ended chan struct{} // closed when the code of the newest call has ended; only the flight looks at it
}

func newTurn(of *turns) *turn {
	t := &turn{of: of}
	t.users.Store(1)
	return t
}

// begin notes that the user's code runs in this turn, until end is called.
func (t *turn) begin() (end func()) {
	ended := make(chan struct{})
	t.ended = ended
	t.users.Add(1)
	return func() {
		close(ended)
		t.leave()
	}
}

// rest waits until nothing runs in this turn, so that it may serve a second call.
func (t *turn) rest() error {
	timer := time.NewTimer(t.of.limit)
	defer timer.Stop()
	select {
	case <-t.ended:
		return nil
	case <-timer.C:
		return &failure{problem: busy}
	}
}

func (t *turn) leave() {
	if t.users.Add(-1) == 0 {
		<-t.of.slots
	}
}
