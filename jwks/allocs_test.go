//go:build !race

// The race detector makes sync.Pool forget at random.

package jwks_test

import (
	"testing"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/jwks"
)

// What a token costs in allocations, above those of the bare signature check, is
// a promise.
func TestAllocations(t *testing.T) {
	const runs = 100
	for _, alg := range promised {
		t.Run(alg, func(t *testing.T) {
			as := authtest.Config{Algorithms: []string{alg}}.New()
			tokens := usual(as, runs+2)
			holds := floor(as, alg, tokens[0])
			bare := testing.AllocsPerRun(runs, func() { holds() })

			forgetful := newValidator(t, jwks.Config{MaxEntries: -1}, offline(t, as))
			accept(t, forgetful, tokens[0]) // what is known of the issuer's header is known from here on
			if n := testing.AllocsPerRun(runs, func() { accept(t, forgetful, tokens[0]) }) - bare; n > 4 {
				t.Errorf("a check costs %v allocations above the bare one, want 4 at most", n)
			}

			v, next := newValidator(t, jwks.Config{MaxEntries: 10_000}, offline(t, as)), 1
			accept(t, v, tokens[0])
			remember := func() { accept(t, v, tokens[next]); next++ }
			if n := testing.AllocsPerRun(runs, remember) - bare; n > 6 {
				t.Errorf("a check that is remembered costs %v allocations above the bare one, want 6 at most", n)
			}
			if n := testing.AllocsPerRun(10*runs, func() { accept(t, v, tokens[0]) }); n != 0 {
				t.Errorf("a remembered token costs %v allocations, want none", n)
			}
		})
	}
}
