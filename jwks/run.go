package jwks

import (
	"context"
	"time"
)

// longestNap bounds how long Run sleeps, so that a clock that was set, or a
// machine that was suspended, is noticed.
const longestNap = time.Minute

// Run keeps the keys warm without traffic until ctx ends. It is optional:
// requests do the same on the way. Run it once for each key source, on a
// goroutine of its own; it only returns when ctx ends.
func (k *Keys) Run(ctx context.Context) {
	if k.source == nil {
		<-ctx.Done()
		return
	}
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-timer.C:
		}
		f, nap := k.turn()
		if f != nil {
			select {
			case <-ctx.Done():
				return
			case <-f.done:
			}
		}
		timer.Reset(nap)
	}
}

// turn starts the fetch that is due, if one is, and says when to look again.
func (k *Keys) turn() (*flight, time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.config.Now()
	s := k.current.Load()
	state := s.state(now)
	k.note(state)
	if state == Fresh {
		return nil, min(max(s.life.ageing-ageOf(s.fetched, now), 0), longestNap)
	}
	if f := k.startInTurn(); f != nil {
		return f, 0 // and then see what it brought
	}
	return nil, min(k.retry.left(k.clock.at), longestNap)
}
