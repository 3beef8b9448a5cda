package main

import (
	"context"
	"math/rand/v2"
	"net/http"
	"time"

	"github.com/bearerguard/bearerguard/authtest"
)

// fault is a way in which a server gives no usable answer to anything.
type fault struct {
	name  string
	fault authtest.Fault
}

var everywhere = []fault{
	{"connections broken", authtest.Down},
	{"no answer", authtest.Delay(time.Hour)},
	{"status 500", authtest.Status(http.StatusInternalServerError)},
	{"status 503", authtest.Status(http.StatusServiceUnavailable)},
	{"HTML", authtest.HTML},
	{"truncated", authtest.Truncated},
	{"half written", authtest.HalfWritten},
	{"byte by byte", authtest.SlowBytes(50 * time.Millisecond)},
	{"redirects", authtest.Redirect("/elsewhere")},
}

// Faults of one kind of document, which leave others good.
var (
	ofKeys          = append([]fault{{"empty key set", authtest.EmptySet}, {"endless", authtest.Endless}}, everywhere...)
	ofIntrospection = append([]fault{{"active is a string", authtest.Member("active", "true")}}, everywhere...)
)

// A phase is a time in which a server is well, slow, or broken.
type phase struct {
	kind     string // "well", "slow" or "out"
	min, max time.Duration
}

// keyPhases: long outages, in which keys must not go on for ever, and short ones, which known keys must survive; times
// to recover for good, and times that may be too short for it.
var keyPhases = []phase{
	{"well", 1 * time.Second, 2 * time.Second},
	{"out", 7 * time.Second, 8 * time.Second},
	{"slow", 5 * time.Second, 6 * time.Second},
	{"out", 800 * time.Millisecond, 2500 * time.Millisecond},
	{"well", 5 * time.Second, 7 * time.Second},
	{"out", 1 * time.Second, 3 * time.Second},
	{"well", 500 * time.Millisecond, 2 * time.Second},
	{"out", 500 * time.Millisecond, 2 * time.Second},
	{"well", 4 * time.Second, 6 * time.Second},
}

// introspectionPhases: after failures nothing is asked for probePause, so it takes long to be sure of the recovery.
var introspectionPhases = []phase{
	{"well", 2 * time.Second, 3 * time.Second},
	{"out", 1 * time.Second, 2 * time.Second},
	{"well", 12 * time.Second, 15 * time.Second},
	{"out", 5 * time.Second, 7 * time.Second},
	{"slow", 12 * time.Second, 15 * time.Second},
}

// suffer leads the server through its phases again and again, until ctx ends.
func suffer(ctx context.Context, a *authority, r *rand.Rand, phases []phase, faults []fault, slowness time.Duration) {
	var deck []int // each fault once, then each once more
	for turn := 0; ctx.Err() == nil; turn++ {
		p := phases[turn%len(phases)]
		switch d := between(r, p.min, p.max); p.kind {
		case "well":
			pause(ctx, d)
		case "slow":
			a.slow(ctx, slowness, d)
		case "out":
			if len(deck) == 0 {
				deck = r.Perm(len(faults))
			}
			a.shatter(ctx, faults[deck[0]], d)
			deck = deck[1:]
		}
	}
}
