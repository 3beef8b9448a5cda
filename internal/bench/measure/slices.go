// Package measure compares things on a machine whose speed changes from second to second: they take turns in short
// slices, and only the ratios of neighbouring slices count. Times are for orientation; allocations are exact.
package measure

import (
	"fmt"
	"slices"
	"time"
)

// A Meter does something n times, one after the other or not, and returns what that took: by the clock, or time on a
// processor.
type Meter func(n int) time.Duration

// Wall meters a function by the clock.
func Wall(f func()) Meter {
	return func(n int) time.Duration {
		start := time.Now()
		for range n {
			f()
		}
		return time.Since(start)
	}
}

// Comparison is what many slices say of one thing.
type Comparison struct {
	Time   time.Duration // of doing it once, the median
	Ratios []float64     // to the floor's slice beside it, sorted
}

// Compare lets each of others take turns with the floor, n times in a slice, so that every ratio is one of two slices that
// touch. Which of the two goes first changes from round to round: a machine that gets slower or faster wrongs nobody. The
// first result is the floor's own.
func Compare(rounds, n int, floor Meter, others ...Meter) []Comparison {
	results := make([]Comparison, 1+len(others))
	var ofFloor []time.Duration
	for i, other := range others {
		results[i+1].Ratios = make([]float64, 0, rounds)
		other(n) // caches and branch predictors
	}
	taken := make([][]time.Duration, len(others))
	for round := range rounds {
		for i, other := range others {
			pair := TakeTurns(round%2 == 1, n, floor, other)
			ofFloor, taken[i] = append(ofFloor, pair[0]), append(taken[i], pair[1])
			results[i+1].Ratios = append(results[i+1].Ratios, float64(pair[1])/float64(pair[0]))
		}
	}
	results[0] = Comparison{Time: Median(ofFloor) / time.Duration(n), Ratios: []float64{1}}
	for i := range others {
		results[i+1].Time = Median(taken[i]) / time.Duration(n)
		slices.Sort(results[i+1].Ratios)
	}
	return results
}

// TakeTurns gives every meter one slice, and returns what each took in the order of the meters, whether or not the last
// one began.
func TakeTurns(backwards bool, n int, meters ...Meter) []time.Duration {
	taken := make([]time.Duration, len(meters))
	for i := range meters {
		if backwards {
			i = len(meters) - 1 - i
		}
		taken[i] = meters[i](n)
	}
	return taken
}

// Ratio is the median of the ratios.
func (c Comparison) Ratio() float64 { return Median(c.Ratios) }

// String is the median of the ratios and, in parentheses, their quartiles.
func (c Comparison) String() string {
	n := len(c.Ratios)
	return fmt.Sprintf("%.2f (%.2f–%.2f)", c.Ratio(), c.Ratios[n/4], c.Ratios[n*3/4])
}

// Median returns the upper one where there are two. It leaves the order of values alone; there has to be one.
func Median[T time.Duration | float64](values []T) T {
	return slices.Sorted(slices.Values(values))[len(values)/2]
}
