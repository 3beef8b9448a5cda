package jwks

import (
	"context"
	"sync"
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
	k.note(state, nil)
	if state == Fresh {
		return nil, min(max(s.life.ageing-now.Sub(s.fetched), 0), longestNap)
	}
	if f := k.startInTurn(); f != nil {
		return f, 0 // and then see what it brought
	}
	return nil, min(k.retry.left(k.clock.at), longestNap)
}

// all returns every key source the validator knows at the moment.
func (v *Validator) all() []*Keys {
	var list []*Keys
	for _, is := range v.issuers {
		list = append(list, is.keys)
	}
	return list
}

// Run keeps the keys of all issuers warm without traffic until ctx ends; see
// [Keys.Run]. Keys that issuers share are kept warm once.
func (v *Validator) Run(ctx context.Context) {
	var wg sync.WaitGroup
	running := make(map[*Keys]bool)
	for _, k := range v.all() {
		if !running[k] {
			running[k] = true
			wg.Go(func() { k.Run(ctx) })
		}
	}
	wg.Wait()
}
