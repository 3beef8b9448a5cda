package expiring

import (
	"sync/atomic"
	"time"
)

// wallEvery is for how long a reading of the wall clock serves.
const wallEvery = 10 * time.Millisecond

// Clock tells the time for half of the cost of time.Now, which reads two clocks
// and is a good part of a look-up's cost. It reads the monotonic one and adds
// what passed to a reading of both that is at most 10 ms old, so a wall clock
// that was set, or a machine that was suspended, is noticed that much later. The
// zero Clock is ready for use and safe for concurrent use. A reading of both is
// an allocation: a hundred in a second at most.
type Clock struct{ last atomic.Pointer[time.Time] }

// Now returns the time, with a monotonic reading.
func (c *Clock) Now() time.Time {
	if last := c.last.Load(); last != nil {
		if passed := time.Since(*last); passed < wallEvery {
			return last.Add(passed)
		}
	}
	now := time.Now()
	c.last.Store(&now)
	return now
}
