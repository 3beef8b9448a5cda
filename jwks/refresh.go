package jwks

import (
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"time"

	"github.com/cenkalti/backoff/v5"
)

// flight is one fetch that any number of requests wait for.
type flight struct {
	done       chan struct{}
	err        error         // set before done is closed
	retryAfter time.Duration // with err
}

// pause is the growing, jittered wait after failed fetches.
type pause struct {
	backoff *backoff.ExponentialBackOff
	until   time.Time // of the steady clock
}

func newPause(c KeysConfig) pause {
	b := backoff.NewExponentialBackOff()
	b.InitialInterval, b.MaxInterval, b.Multiplier = c.RetryMin, c.RetryMax, 2
	b.Reset()
	return pause{backoff: b}
}

// left is how long the pause still lasts, or 0.
func (p *pause) left(now time.Time) time.Duration { return max(p.until.Sub(now), 0) }

func (p *pause) begin(now time.Time, longest time.Duration) {
	p.until = now.Add(min(p.backoff.NextBackOff(), longest))
}

func (p *pause) end() {
	p.backoff.Reset()
	p.until = time.Time{}
}

// startInTurn returns the fetch under way or starts one, unless the pause after
// a failure lasts. The caller holds mu.
func (k *Keys) startInTurn() *flight {
	now := k.clock.advance(k.config.Now())
	if k.flight == nil && k.retry.left(now) == 0 {
		return k.start()
	}
	return k.flight
}

// grace is how long a fetch may outlive its time before it is left behind. A
// client that honours its context needs none of it.
const grace = time.Second

// start begins a fetch on its own goroutine and its own time. The caller holds
// mu and has seen that none is under way.
func (k *Keys) start() *flight {
	f := &flight{done: make(chan struct{})}
	k.flight = f
	k.history.fetches++
	var last *document
	if s := k.current.Load(); s != nil {
		last = s.doc
	}
	failed := k.history.failure != nil
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), k.config.Timeout)
		defer cancel()
		doc, err := k.bounded(ctx, last, failed)
		k.land(f, doc, err)
	}()
	return f
}

// maxStrays is how many fetches may be left behind at a time.
const maxStrays = 2

// bounded returns when ctx ends, whatever the user's HTTP client does.
func (k *Keys) bounded(ctx context.Context, last *document, failed bool) (*document, error) {
	if k.strays.Load() >= maxStrays {
		return nil, errors.New("the HTTP client does not honour its context, and earlier fetches have not ended")
	}
	type outcome struct {
		doc *document
		err error
	}
	result := make(chan outcome, 1)
	go func() {
		// Deferred, because a client can end its goroutine (runtime.Goexit), as a
		// test's does that calls FailNow.
		o := outcome{err: errors.New("the HTTP client ended its goroutine")}
		k.strays.Add(1)
		defer func() {
			k.strays.Add(-1)
			result <- o
		}()
		o.doc, o.err = k.guarded(ctx, last, failed)
	}()
	select {
	case o := <-result:
		return o.doc, o.err
	case <-ctx.Done():
	}
	select {
	case o := <-result:
		return o.doc, o.err
	case <-time.After(grace):
		return nil, fmt.Errorf("the HTTP client does not honour its context: %w", context.Cause(ctx))
	}
}

// guarded survives a panic in the user's HTTP client, which on this goroutine
// would end the process.
func (k *Keys) guarded(ctx context.Context, last *document, failed bool) (doc *document, err error) {
	defer func() {
		if recover() != nil {
			// The value may hold anything, a request with credentials included.
			doc, err = nil, errors.New("the HTTP client panicked")
		}
	}()
	if k.admit != nil {
		leave := k.admit()
		if leave == nil {
			return nil, errNoRoom
		}
		defer leave()
	}
	return k.source.fetch(ctx, last, failed)
}

// land takes in what a fetch brought.
func (k *Keys) land(f *flight, doc *document, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.config.Now()
	if err == nil {
		old := k.current.Load()
		s := newSnapshot(doc, old, now, k.lifetime(doc.fresh))
		k.current.Store(s)
		old.retire(s)
		k.retry.end()
	} else {
		at := k.clock.advance(now)
		k.retry.begin(at, k.config.RetryMax)
		f.err, f.retryAfter = err, k.retry.left(at)
	}
	k.flight = nil
	k.history.landed(now, err)
	k.note(k.current.Load().state(now))
	close(f.done)
}

// lifetime is that of a key set whose issuer says that it is fresh for so long.
// The refresh ahead is jittered, so that the replicas of a service do not all
// ask at once.
func (k *Keys) lifetime(said time.Duration) lifetime {
	fresh := k.config.Fresh
	if said != 0 {
		fresh = min(max(said, k.config.MinFresh), k.config.MaxFresh)
	}
	unusable := fresh + k.config.Outage
	if unusable < fresh { // for ever, and more
		unusable = math.MaxInt64
	}
	return lifetime{ageing: fresh/4*3 + rand.N(fresh/8+1), stale: fresh, unusable: unusable}
}
