package main

import (
	"context"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// rotations counts key changes.
type rotations struct{ published, withdrawn atomic.Int64 }

// inAdvance rotates as a careful issuer does: a new key is published long enough before it signs that everybody has
// seen it, and the old one goes when the tokens it signed are old. Its good tokens must never be refused, whatever
// floods and outages there are elsewhere. Changes overlap in time.
func (n *rotations) inAdvance(ctx context.Context, a *authority, r *rand.Rand) {
	var wg sync.WaitGroup
	defer wg.Wait()
	for ; ctx.Err() == nil; pause(ctx, between(r, 2*time.Second, 4*time.Second)) {
		old := a.newest()
		a.issuer.Rotate()
		a.announce(a.now())
		n.published.Add(1)
		fresh := a.newest()
		wg.Go(func() {
			if !pause(ctx, a.settle) {
				return
			}
			a.signing.Store(&fresh)
			if pause(ctx, 2*time.Second) {
				a.retire(old)
				n.withdrawn.Add(1)
			}
		})
	}
}

// atOnce rotates as a careless issuer does: a key signs as soon as it is published, and sometimes nothing is left of
// the old one. Where its new keys cannot be fetched, nobody can tell, and that is no reason to refuse.
func (n *rotations) atOnce(ctx context.Context, a *authority, r *rand.Rand) {
	for pause(ctx, between(r, 3*time.Second, 7*time.Second)) {
		old := a.newest()
		overlap := r.IntN(3) > 0
		if overlap {
			a.issuer.Rotate()
		} else {
			for _, key := range old {
				a.withdraw(key.ID(), a.now())
			}
			a.issuer.RotateWithoutOverlap()
		}
		a.announce(a.now())
		a.sign()
		n.published.Add(1)
		if overlap {
			if !pause(ctx, 3*time.Second) {
				return
			}
			a.retire(old)
		}
		n.withdrawn.Add(1)
	}
}
