package main

import (
	"sync"
	"time"
)

// history is what really happened to one authorization server. Whoever changes the server writes it down on the side
// of caution: what takes something away (an outage, a withdrawal, a revocation) before it is done, what gives
// something back (a repair, a publication) afterwards. Safe for concurrent use.
type history struct {
	promises

	mu   sync.RWMutex
	up   []span          // when it answered, oldest first
	keys map[string]span // when each kid was published

	failures []time.Duration // when calls failed, oldest first; of those in one moment the last
}

// newHistory is that of a server which has been up for long.
func newHistory(p promises) *history {
	return &history{promises: p, up: []span{{-p.settle, never}}, keys: map[string]span{}}
}

func (h *history) out(at time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.up[len(h.up)-1].end = at
}

func (h *history) repaired(at time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.up = append(h.up, span{at, never})
}

// failed writes down a call that failed.
func (h *history) failed(at time.Duration) {
	const moment = 50 * time.Millisecond
	h.mu.Lock()
	defer h.mu.Unlock()
	if n := len(h.failures); n > 0 && at < h.failures[n-1]+moment {
		h.failures[n-1] = max(at, h.failures[n-1])
		return
	}
	h.failures = append(h.failures, at)
}

// resting tells whether at some time in w nothing may be asked because a call failed before. The caller holds mu.
func (h *history) resting(w span) bool {
	for _, at := range h.failures {
		if at <= w.end && w.begin < at+h.pause {
			return true
		}
	}
	return false
}

func (h *history) publish(kid string, at time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.keys[kid] = span{at, never}
}

func (h *history) withdraw(kid string, at time.Duration) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.keys[kid] = span{h.keys[kid].begin, at}
}

// published is when a key was published. One that never was will never be, and was withdrawn before everything.
func (h *history) published(kid string) span {
	h.mu.RLock()
	defer h.mu.RUnlock()
	if key, ok := h.keys[kid]; ok {
		return key
	}
	return span{never, -never}
}

// known tells whether a key must be at hand during all of w: it was published for long enough while the server
// answered, and neither was it withdrawn nor did an outage last too long since.
func (h *history) known(key, w span) bool {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, up := range h.up {
		if h.settled(up, key.begin, w.begin) && w.end < min(after(up.end, h.survives), key.end) {
			return true
		}
	}
	return false
}

// noticed tells whether a change must have been noticed before w.
func (h *history) noticed(change time.Duration, w span) bool {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, up := range h.up {
		if h.settled(up, change, w.begin) {
			return true
		}
	}
	return false
}

// settled tells whether there was time enough within up, after a change and before the instant at.
func (h *history) settled(up span, change, at time.Duration) bool {
	return after(max(up.begin, change), h.settle) <= min(up.end, at)
}

// calm tells whether the server must be in reach during all of w.
func (h *history) calm(w span) bool {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, up := range h.up {
		if after(up.begin, h.settle) <= w.begin && w.end < up.end {
			return !h.resting(w)
		}
	}
	return false
}

// ended tells whether all of w is so late in an outage that nothing known from before may serve any more.
func (h *history) ended(w span) bool {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for i, up := range h.up {
		next := never
		if i+1 < len(h.up) {
			next = h.up[i+1].begin
		}
		if after(up.end, h.ends) <= w.begin && w.end < next {
			return true
		}
	}
	return false
}

// answered tells whether the server answered during all of w.
func (h *history) answered(w span) bool {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for _, up := range h.up {
		if up.begin <= w.begin && w.end < up.end {
			return true
		}
	}
	return false
}

// outages returns how many there were up to the instant now, and how long they lasted in all.
func (h *history) outages(now time.Duration) (count int, total time.Duration) {
	h.mu.RLock()
	defer h.mu.RUnlock()
	for i, up := range h.up {
		if up.end == never {
			continue
		}
		end := now
		if i+1 < len(h.up) {
			end = h.up[i+1].begin
		}
		count++
		total += end - up.end
	}
	return count, total
}
