package jwks

import (
	"testing"
	"time"
)

// L-3, L-11: what a key set is good for depends on its age alone, and no clock
// that is set makes it younger.
func TestLifetime(t *testing.T) {
	t.Parallel()
	l := lifetime{ageing: 8 * time.Minute, stale: 10 * time.Minute, unusable: 70 * time.Minute}
	wall := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC) // has no monotonic reading
	for age, want := range map[time.Duration]State{
		0:                                Fresh,
		8*time.Minute - time.Nanosecond:  Fresh,
		8 * time.Minute:                  Ageing,
		10*time.Minute - time.Nanosecond: Ageing,
		10 * time.Minute:                 Stale,
		70*time.Minute - time.Nanosecond: Stale,
		70 * time.Minute:                 Unusable,
		24 * time.Hour:                   Unusable, // the clock was set forth, or the machine slept
		-time.Nanosecond:                 Ageing,   // set back a little
		-setBack:                         Ageing,
		-setBack - time.Nanosecond:       Unusable, // set back so far that nothing is known
		-24 * time.Hour:                  Unusable,
	} {
		if got := l.at(wall, wall.Add(age)); got != want {
			t.Errorf("at the age %v: %s, want %s", age, got, want)
		}
	}
	if got := (*snapshot)(nil).state(wall); got != Empty {
		t.Errorf("no snapshot: %s, want %s", got, Empty)
	}
}

// L-11: with a monotonic reading, setting the wall clock back changes nothing,
// and the time a machine slept, which only the wall clock knows, counts.
func TestLifetimeMonotonic(t *testing.T) {
	t.Parallel()
	l := lifetime{ageing: 8 * time.Minute, stale: 10 * time.Minute, unusable: 70 * time.Minute}
	now := time.Now()
	later := now.Add(9 * time.Minute) // both clocks
	if got := l.at(now, later); got != Ageing {
		t.Errorf("both clocks 9 min later: %s, want %s", got, Ageing)
	}
	if got := l.at(now.Round(0).Add(-time.Hour), now.Round(0)); got != Stale {
		t.Errorf("wall clock 1 h later: %s, want %s", got, Stale)
	}
}

// L-11: a pause that began before the clock was set back still ends.
func TestSteady(t *testing.T) {
	t.Parallel()
	start := time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)
	s := steady{start, start}
	for i, step := range []struct {
		now  time.Duration // of the clock, from start
		want time.Duration // of the steady one
	}{
		{time.Second, time.Second},
		{-time.Hour, time.Second}, // set back
		{-time.Hour + 5*time.Second, 6 * time.Second},
		{24 * time.Hour, 25*time.Hour + time.Second}, // set forth
		{24 * time.Hour, 25*time.Hour + time.Second},
		{0, 25*time.Hour + time.Second},
	} {
		if got := s.advance(start.Add(step.now)).Sub(start); got != step.want {
			t.Errorf("step %d: %v, want %v", i, got, step.want)
		}
	}
}
