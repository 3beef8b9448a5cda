package main

import (
	"context"
	"math"
	"math/rand/v2"
	"time"
)

// Instants are durations since the soak began; never is the end of what has none yet.
const never = time.Duration(math.MaxInt64)

// span is the time between two instants.
type span struct{ begin, end time.Duration }

// after is d later than at, which may be never.
func after(at, d time.Duration) time.Duration {
	if at > never-d {
		return never
	}
	return at + d
}

// clock tells the instants of one soak.
type clock struct{ start time.Time }

func (c clock) now() time.Duration { return time.Since(c.start) }

// pause waits for d or until ctx ends, and tells whether to go on.
func pause(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}

// between chooses a time from a to b.
func between(r *rand.Rand, a, b time.Duration) time.Duration {
	return a + time.Duration(r.Int64N(int64(b-a)))
}
