package jwks

import "time"

// State is how good the keys of an issuer are at the moment.
type State string

// The states, in the order in which keys pass through them while no fetch
// succeeds.
const (
	Empty    State = "empty"    // nothing fetched yet; requests wait for the first fetch
	Fresh    State = "fresh"    // nothing to do
	Ageing   State = "ageing"   // good; a new document is fetched in the background
	Stale    State = "stale"    // past their life and still used: the issuer is out of reach
	Unusable State = "unusable" // too old to be relied on: 503 until a fetch succeeds
)

// lifetime says at which ages a key set changes its state.
type lifetime struct{ ageing, stale, unusable time.Duration }

// setBack is how far a clock may have been set back before nothing is known of
// the age of a key set any more.
const setBack = time.Minute

// at returns the state of a key set fetched at that time.
//
// Where there is only a wall clock, and it was set back for good, the age is
// unknown and the keys are unusable.
func (l lifetime) at(fetched, now time.Time) State {
	age := ageOf(fetched, now)
	switch {
	case age < -setBack, age >= l.unusable:
		return Unusable
	case age >= l.stale:
		return Stale
	case age < 0, age >= l.ageing:
		return Ageing
	}
	return Fresh
}

// ageOf is the larger of what the monotonic and the wall clock tell. The first
// one stands still while a machine is suspended, the second one may be set;
// neither may make keys younger.
func ageOf(fetched, now time.Time) time.Duration {
	// For times of this era that is now.Round(0).Sub(fetched.Round(0)), which would
	// be a tenth of what a remembered token costs.
	wall := time.Duration(now.UnixNano() - fetched.UnixNano())
	return max(now.Sub(fetched), wall)
}

// steady turns a clock that may be set into one that never goes back, so that a
// pause that began before the clock was set back still ends. Not safe for
// concurrent use.
type steady struct{ seen, at time.Time }

func (s *steady) advance(now time.Time) time.Time {
	if step := now.Sub(s.seen); step > 0 {
		s.at = s.at.Add(step)
	}
	s.seen = now
	return s.at
}
