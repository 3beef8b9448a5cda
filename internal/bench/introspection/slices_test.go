package introspection

import (
	"fmt"
	"runtime"
	"slices"
	"testing"
	"time"
)

// comparison is what many slices say of a function.
type comparison struct {
	time   time.Duration // of one call, the median
	ratios []float64     // to the floor in the same round, sorted
}

// compare lets functions take turns, calls of each in a slice, and compares all of them with the first one, the floor. Each
// round goes back the way that the round before came, so that a machine getting slower or faster wrongs nobody.
func compare(rounds, calls int, functions ...func()) []comparison {
	for _, f := range functions {
		slice(calls, f) // caches and branch predictors
	}
	taken := make([][]time.Duration, len(functions))
	for round := range rounds {
		for i := range functions {
			if round%2 == 1 {
				i = len(functions) - 1 - i
			}
			taken[i] = append(taken[i], slice(calls, functions[i]))
		}
	}
	results := make([]comparison, len(functions))
	for i := range functions {
		for round, took := range taken[i] {
			results[i].ratios = append(results[i].ratios, float64(took)/float64(taken[0][round]))
		}
		slices.Sort(results[i].ratios)
		results[i].time = median(taken[i]) / time.Duration(calls)
	}
	return results
}

// median leaves the order of times alone.
func median(times []time.Duration) time.Duration {
	return slices.Sorted(slices.Values(times))[len(times)/2]
}

func slice(calls int, f func()) time.Duration {
	start := time.Now()
	for range calls {
		f()
	}
	return time.Since(start)
}

// String is the median of the ratios and, in parentheses, their quartiles.
func (c comparison) String() string {
	n := len(c.ratios)
	return fmt.Sprintf("%.2f (%.2f–%.2f)", c.ratios[n/2], c.ratios[n/4], c.ratios[n*3/4])
}

// memory returns what one call allocates, on all goroutines, rounded to whole allocations.
func memory(calls int, f func()) (allocs, bytes uint64) {
	f() // what is allocated once
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	slice(calls, f)
	runtime.ReadMemStats(&after)
	n := uint64(calls)
	return (after.Mallocs - before.Mallocs + n/2) / n, (after.TotalAlloc - before.TotalAlloc) / n
}

func TestCompare(t *testing.T) {
	sleep := func(d time.Duration) func() { return func() { time.Sleep(d) } }
	c := compare(5, 10, sleep(10*time.Microsecond), sleep(time.Millisecond), sleep(10*time.Microsecond))
	if len(c) != 3 || len(c[1].ratios) != 5 || c[0].ratios[2] != 1 || c[1].ratios[2] <= 1 || c[0].time >= c[1].time || c[2].time >= c[1].time {
		t.Errorf("%+v: the second one sleeps longer", c)
	}
}

func TestMemory(t *testing.T) {
	var sink []byte
	allocs, bytes := memory(100, func() { sink = make([]byte, 1024) })
	if allocs != 1 || bytes < 1024 || bytes > 2048 {
		t.Errorf("%d allocations of %d bytes, want 1 of 1024 (%d)", allocs, bytes, len(sink))
	}
}
