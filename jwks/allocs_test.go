//go:build !race

// The race detector makes sync.Pool forget at random.

package jwks_test

import (
	"testing"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/jwks"
)

// What a token costs in allocations, above those of the bare signature check, is
// a promise.
func TestAllocations(t *testing.T) {
	const runs = 100
	for _, alg := range promised {
		t.Run(alg, func(t *testing.T) {
			as := authtest.Config{Algorithms: []string{alg}}.New()
			tokens := usual(as, 2*runs+1)
			holds := floor(as, alg, tokens[0])
			bare := guardtest.Allocs(runs, func() { holds() })

			forgetful := newValidator(t, jwks.Config{MaxEntries: -1}, offline(t, as))
			accept(t, forgetful, tokens[0]) // what is known of the issuer's header is known from here on
			if n := guardtest.Allocs(runs, func() { accept(t, forgetful, tokens[0]) }) - bare; n > 4 {
				t.Errorf("a check costs %v allocations above the bare one, want 4 at most", n)
			}

			// A cache that is full: one that fills also grows its table.
			v, next := newValidator(t, jwks.Config{MaxEntries: 16}, offline(t, as)), 1
			for _, token := range tokens[runs:] {
				accept(t, v, token)
			}
			remember := func() { accept(t, v, tokens[next]); next++ }
			if n := guardtest.Allocs(runs, remember) - bare; n > 6 {
				t.Errorf("a check that is remembered costs %v allocations above the bare one, want 6 at most", n)
			}
			accept(t, v, tokens[0])
			if n := guardtest.Allocs(10*runs, func() { accept(t, v, tokens[0]) }); n != 0 {
				t.Errorf("a remembered token costs %v allocations, want none", n)
			}
		})
	}
}
