package middleware

import (
	"context"
	"sync/atomic"
)

// MarkCached is how a [Validator] tells that its answer came from a cache of
// decisions and not from a check or a call; Event.Cached shows it. It takes the
// very context that Validate was called with, and does nothing with any other, one
// derived from it included: looking through the contexts of a request would be a
// good part of what a cached decision costs. It does not allocate.
func MarkCached(ctx context.Context) {
	if o, observed := ctx.(*observedContext); observed {
		o.cached.Store(true)
	}
}

// observedContext carries the mark of one check. The guard makes one only where
// somebody observes: it costs an allocation.
type observedContext struct {
	context.Context
	cached atomic.Bool
}
