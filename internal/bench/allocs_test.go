//go:build !race

// Not under the race detector: there a sync.Pool loses a part of what it is given, and what is pooled is allocated anew.

package main

import (
	"context"
	"testing"

	"github.com/bearerguard/bearerguard/internal/guardtest"
)

// The allocations that are promised, above what nobody can do without. They are exact on every machine.
const (
	coldAllocs      = 4 // above the bare signature check, without the token cache
	insertionAllocs = 6 // and where the token is put into it
	hitAllocs       = 0
	httpguardAllocs = 2 // above the bare handler
	echoguardAllocs = 3 // above the bare handler behind Echo's router
)

const runs = 300

func TestColdAllocations(t *testing.T) {
	w := newWorld(context.Background())
	for _, alg := range algorithms {
		b := bench{world: w}
		functions, err := b.checksOf(alg, w.token(alg), []contender{uncached, inserting})
		if err != nil {
			t.Fatal(err)
		}
		floor := guardtest.Allocs(runs, functions[0])
		for i, most := range []float64{coldAllocs, insertionAllocs} {
			n := guardtest.Allocs(runs, functions[i+1]) - floor
			if n < 0 {
				t.Errorf("%s: cheaper than the bare signature check: the tokens were cached", alg)
			}
			if n > most {
				t.Errorf("%s, %s: %v allocations above the bare signature check, promised: %v at most",
					alg, []string{"cache off", "with insertion"}[i], n, most)
			}
		}
	}
}

func TestHitAllocations(t *testing.T) {
	w := newWorld(context.Background())
	v, err := cached.ready(w, "RS256")
	if err != nil {
		t.Fatal(err)
	}
	for _, inTurn := range []int{1, 1000} {
		use := accepting(v, w.tokens("RS256", inTurn)...)
		for range 2 * inTurn {
			use()
		}
		if n := guardtest.Allocs(2*inTurn+runs, use); n > hitAllocs {
			t.Errorf("%d cached tokens in turn: %v allocations for each, promised: %d", inTurn, n, hitAllocs)
		}
	}
}

func TestAdapterAllocations(t *testing.T) {
	w := newWorld(context.Background())
	raw := w.token("RS256")
	all, err := guardedHandlers(raw)
	if err != nil {
		t.Fatal(err)
	}
	most := map[string]float64{
		"bearerguard httpguard, fixed token": httpguardAllocs, httpguardCached.name: httpguardAllocs,
		"bearerguard echoguard, fixed token": echoguardAllocs, echoguardCached.name: echoguardAllocs,
	}
	for _, g := range all {
		promised, isPromised := most[g.name]
		if !isPromised {
			continue
		}
		delete(most, g.name)
		h, err := g.setUp(w, "RS256")
		if err != nil {
			t.Fatal(err)
		}
		bare, whole := accepting(asking(g.bare()), raw), accepting(asking(h), raw)
		whole() // the token is cached
		if n := guardtest.Allocs(runs, whole) - guardtest.Allocs(runs, bare); n > promised {
			t.Errorf("%s: %v allocations above the bare handler, promised: %v at most", g.name, n, promised)
		}
	}
	for name := range most {
		t.Errorf("not measured: %s", name)
	}
}
