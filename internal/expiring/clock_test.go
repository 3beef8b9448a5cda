package expiring

import (
	"sync"
	"testing"
	"testing/synctest"
	"time"
)

func TestClock(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c Clock
		for _, step := range []time.Duration{0, 1, wallEvery - 1, wallEvery, 1, time.Hour, 0} {
			time.Sleep(step)
			if got, want := c.Now(), time.Now(); !got.Equal(want) || got.UnixNano() != want.UnixNano() {
				t.Errorf("after %v: %v, want %v", step, got, want)
			}
		}
	})
}

// A clock that was set is noticed with the next reading of the wall clock.
func TestClockReadsTheWall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var c Clock
		c.Now()
		read := c.last.Load()
		time.Sleep(wallEvery - 1)
		c.Now()
		if c.last.Load() != read {
			t.Error("the wall clock was read too early")
		}
		time.Sleep(1 * time.Nanosecond)
		c.Now()
		if c.last.Load() == read {
			t.Error("the wall clock was not read again")
		}
	})
}

// Time never goes back for one who asks twice.
func TestClockConcurrently(t *testing.T) {
	t.Parallel()
	var c Clock
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			last := c.Now()
			for range 100_000 {
				now := c.Now()
				if now.Sub(last) < 0 {
					t.Error("time went back")
					return
				}
				last = now
			}
		})
	}
	wg.Wait()
}
