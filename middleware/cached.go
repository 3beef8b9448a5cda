package middleware

import (
	"context"
	"sync/atomic"
)

// MarkCached is how a [Validator] tells that its answer came from a cache of
// decisions and not from a check or a call; Event.Cached shows it. It takes the
// context that Validate was called with, and does nothing with any other. It
// does not allocate.
func MarkCached(ctx context.Context) {
	if o, observed := ctx.Value(observedKey{}).(*observedContext); observed {
		o.cached.Store(true)
	}
}

type observedKey struct{}

// observedContext carries the mark of one check. The guard makes one only where
// somebody observes: it costs an allocation.
type observedContext struct {
	context.Context
	cached atomic.Bool
}

func (o *observedContext) Value(key any) any {
	if key == (observedKey{}) {
		return o
	}
	return o.Context.Value(key)
}
