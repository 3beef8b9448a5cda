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

// take waits for a turn, which has to be given back, unless left is closed. Turns
// come in the order of asking.
func (t *turns) take(left <-chan struct{}) error {
	select {
	case t.slots <- struct{}{}:
		return nil
	default:
	}
	defer t.waiting.Add(-1)
	if t.waiting.Add(1) > t.most {
		return &failure{problem: crowded}
	}
	timer := time.NewTimer(t.limit)
	defer timer.Stop()
	select {
	case t.slots <- struct{}{}:
		return nil
	case <-left:
		return &failure{problem: gaveUp}
	case <-timer.C:
		return &failure{problem: busy}
	}
}

func (t *turns) giveBack() { <-t.slots }
