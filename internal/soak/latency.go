package main

import (
	"math"
	"sync/atomic"
	"time"
)

// latencies is a histogram of bounded size: each bucket ends 5 % above the one before it. Safe for concurrent use.
type latencies struct {
	buckets [400]atomic.Uint64
	longest atomic.Int64
}

const growth = 1.05

func (l *latencies) add(d time.Duration) {
	at := int(math.Log(max(float64(d)/float64(time.Microsecond), 1)) / math.Log(growth))
	l.buckets[min(at, len(l.buckets)-1)].Add(1)
	for {
		longest := l.longest.Load()
		if int64(d) <= longest || l.longest.CompareAndSwap(longest, int64(d)) {
			return
		}
	}
}

func (l *latencies) count() (n uint64) {
	for i := range l.buckets {
		n += l.buckets[i].Load()
	}
	return n
}

// quantile is the end of the bucket in which the q-quantile is, and never over the maximum.
func (l *latencies) quantile(q float64) time.Duration {
	need, seen := q*float64(l.count()), 0.0
	for i := range l.buckets {
		if seen += float64(l.buckets[i].Load()); seen >= need && seen > 0 {
			return min(time.Duration(math.Pow(growth, float64(i+1))*float64(time.Microsecond)), l.max())
		}
	}
	return 0
}

func (l *latencies) max() time.Duration { return time.Duration(l.longest.Load()) }
