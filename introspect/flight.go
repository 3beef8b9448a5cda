package introspect

import (
	"context"
	"sync"

	"github.com/bearerguard/bearerguard/internal/expiring"
)

// flights are the calls that are under way or wait for their turn, one for each
// token however many ask about it. A call belongs to none of them: it has a time
// of its own, and whoever gives up only stops waiting. Those who wait are
// counted (which singleflight does not do), so that a call that nobody waits for
// any more gives its place in the queue up.
type flights struct {
	mu sync.Mutex               // guards what follows, and of each flight what it says there
	of map[expiring.Key]*flight // those that can be joined
}

type flight struct {
	key     expiring.Key
	flights *flights

	waiting   int  // guarded by flights.mu, as the next two
	begun     bool // its turn came: it ends well, be there still somebody or not
	forgotten bool // what it brings is not remembered

	left   chan struct{} // closed where all gave up before its turn
	landed chan struct{} // closed at the end, when what follows is set

	decision decision
	err      error
}

// join returns the flight about a key, which begins with fly where there is none.
// Who joined has to wait.
func (fs *flights) join(key expiring.Key, fly func(*flight) (decision, error)) *flight {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	if f := fs.of[key]; f != nil {
		f.waiting++
		return f
	}
	f := fs.alone(key, fly)
	if fs.of == nil {
		fs.of = make(map[expiring.Key]*flight)
	}
	fs.of[key] = f
	return f
}

// alone begins a flight that nobody else can join. Who began it has to wait.
func (fs *flights) alone(key expiring.Key, fly func(*flight) (decision, error)) *flight {
	f := &flight{key: key, flights: fs, waiting: 1, left: make(chan struct{}), landed: make(chan struct{})}
	go f.run(fly)
	return f
}

// run ends with landing, however fly ends: it calls the user's clock.
func (f *flight) run(fly func(*flight) (decision, error)) {
	f.err = &failure{problem: ownCode, err: errExit}
	defer func() {
		if recover() != nil {
			f.decision, f.err = decision{}, &failure{problem: ownCode, err: errPanic}
		}
		f.flights.mu.Lock()
		f.remove()
		f.flights.mu.Unlock()
		close(f.landed)
	}()
	f.decision, f.err = fly(f)
}

// wait returns what the flight brings, unless ctx ends first.
func (f *flight) wait(ctx context.Context) (decision, error) {
	select {
	case <-f.landed:
		return f.decision, f.err
	case <-ctx.Done():
		f.leave()
		return decision{}, &failure{problem: gaveUp, err: context.Cause(ctx)}
	}
}

func (f *flight) leave() {
	f.flights.mu.Lock()
	defer f.flights.mu.Unlock()
	f.waiting--
	if f.waiting == 0 && !f.begun {
		f.remove()
		close(f.left)
	}
}

// begin tells whether the flight is worth its turn. From then on it ends well,
// so that its answer is there for the next who asks.
func (f *flight) begin() bool {
	f.flights.mu.Lock()
	defer f.flights.mu.Unlock()
	f.begun = f.waiting > 0
	return f.begun
}

// remove keeps others from joining. It needs flights.mu.
func (f *flight) remove() {
	if f.flights.of[f.key] == f {
		delete(f.flights.of, f.key)
	}
}

// forget calls drop, has later requests ask anew about a key, and what is under
// way not remembered. All at once, so that who finds nothing remembered any more
// joins no flight from before.
func (fs *flights) forget(key expiring.Key, drop func()) {
	fs.mu.Lock()
	defer fs.mu.Unlock()
	drop()
	if f := fs.of[key]; f != nil {
		f.forgotten = true
		f.remove()
	}
}

// remember calls keep unless the key was forgotten since the flight began; who
// forgets it later finds what was kept.
func (f *flight) remember(keep func()) {
	f.flights.mu.Lock()
	defer f.flights.mu.Unlock()
	if !f.forgotten {
		keep()
	}
}
