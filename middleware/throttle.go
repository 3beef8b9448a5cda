package middleware

import (
	"sync/atomic"
	"time"
)

// throttle lets one log record through in a while. It holds no lock while the
// record is written: in an outage with a log that blocks, only one request
// waits for it.
type throttle struct {
	start time.Time    // the steady clock counts from here
	next  atomic.Int64 // nanoseconds after start
}

const logInterval = 10 * time.Second

func (t *throttle) allow() bool {
	now := int64(time.Since(t.start))
	next := t.next.Load()
	return now >= next && t.next.CompareAndSwap(next, now+int64(logInterval))
}
