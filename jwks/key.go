package jwks

import (
	"slices"
	"sync/atomic"

	"github.com/bearerguard/bearerguard/internal/jose"
)

// key is a published key. It is the same one from document to document, for as
// long as each has it with the same material, kid and alg.
type key struct {
	*jose.Key

	// retired is set for ever once the newest document does not have the key.
	// Decisions that rest on it end with it, and no others do.
	retired atomic.Bool
}

// retire ends the keys of s that the snapshot after it does not have.
func (s *snapshot) retire(after *snapshot) {
	if s == nil {
		return
	}
	for _, k := range s.keys {
		if !slices.Contains(after.keys, k) {
			k.retired.Store(true)
		}
	}
}
