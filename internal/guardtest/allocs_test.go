package guardtest

import (
	"fmt"
	"testing"
)

func TestAllocs(t *testing.T) {
	for _, tc := range []struct {
		of   int // allocations in ten runs
		want float64
	}{{0, 0}, {1, 0}, {2, 1}, {9, 1}, {10, 1}, {11, 1}, {12, 2}, {20, 2}} {
		t.Run(fmt.Sprint(tc.of), func(t *testing.T) {
			i := 0
			if got := Allocs(100, func() {
				for range (tc.of*(i+1))/10 - tc.of*i/10 {
					kept = new([64]byte)
				}
				i++
			}); got != tc.want {
				t.Errorf("%v, want %v", got, tc.want)
			}
		})
	}
}

var kept *[64]byte
