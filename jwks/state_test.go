package jwks

import (
	"errors"
	"testing"
	"time"
	"unsafe"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/middleware"
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
func TestLifetimeOfTwoClocks(t *testing.T) {
	t.Parallel()
	l := lifetime{ageing: 8 * time.Minute, stale: 10 * time.Minute, unusable: 70 * time.Minute}
	fetched := time.Now()
	for name, test := range map[string]struct {
		monotonic, wall time.Duration // since the fetch
		want            State
	}{
		"both went on":                         {9 * time.Minute, 9 * time.Minute, Ageing},
		"set back a little":                    {9 * time.Minute, 0, Ageing},
		"set back by an hour":                  {9 * time.Minute, -51 * time.Minute, Ageing},
		"set back by an hour, and keys expire": {70 * time.Minute, 10 * time.Minute, Unusable},
		"slept for a minute":                   {8 * time.Minute, 9 * time.Minute, Ageing},
		"slept for ten minutes":                {0, 10 * time.Minute, Stale},
		"slept for a day":                      {time.Minute, 24 * time.Hour, Unusable},
	} {
		now := shiftWall(fetched.Add(test.monotonic), test.wall-test.monotonic)
		if monotonic, wall := now.Sub(fetched), now.Round(0).Sub(fetched.Round(0)); monotonic != test.monotonic || wall != test.wall {
			t.Fatalf("%s: the clocks show %v and %v: package time works otherwise than shiftWall thinks", name, monotonic, wall)
		}
		if got := l.at(fetched, now); got != test.want {
			t.Errorf("%s: %s, want %s", name, got, test.want)
		}
	}
}

// L-11: a key set from before the machine slept is not one of just now, which
// would prove that a key does not exist.
func TestUnknownKeyAfterSleep(t *testing.T) {
	t.Parallel()
	as := authtest.Config{Algorithms: []string{"ES256"}}.New()
	now := time.Now()
	keys, err := NewKeys(KeysConfig{Issuer: as.URL(), Client: as.Client(), UnknownBurst: -1, Now: func() time.Time { return now }})
	if err != nil {
		t.Fatal(err)
	}
	v, err := New(Issuer{URL: as.URL(), Audience: []string{as.Audience()}, Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := v.Validate(t.Context(), as.Token()); err != nil {
		t.Fatal(err)
	}
	stranger := as.Mint(authtest.Mint{Key: authtest.NewKey("unknown", "ES256")})
	for _, want := range []middleware.Code{middleware.InvalidToken, middleware.Unavailable} {
		var refusal *middleware.Error
		if _, err := v.Validate(t.Context(), stranger); !errors.As(err, &refusal) || refusal.Code != want {
			t.Errorf("error = %v, want %s", err, want)
		}
		now = shiftWall(now, time.Minute)
	}
}

// shiftWall moves what the wall clock shows, by whole seconds, and leaves the
// monotonic reading. Package time has no way to make such a Time, which real
// clocks do make; its first field has the seconds above 30 bits of nanoseconds.
func shiftWall(t time.Time, by time.Duration) time.Time {
	*(*uint64)(unsafe.Pointer(&t)) += uint64(by/time.Second) << 30
	return t
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
