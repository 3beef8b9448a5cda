package guardtest

import (
	"math"
	"testing"
)

// Allocs counts the allocations of a run, as testing.AllocsPerRun does, which
// rounds down: one in nine runs of ten would be none. Here it is one. What is left
// out is one in ten runs or less: a map that grows, a pool that a garbage
// collection emptied. f runs twice as often.
func Allocs(runs int, f func()) float64 {
	all := testing.AllocsPerRun(1, func() {
		for range runs {
			f()
		}
	})
	return math.Ceil(all/float64(runs) - 0.1)
}
