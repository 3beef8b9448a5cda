package main

import (
	"fmt"
	"sync"
	"time"
)

// A truth is what really holds of a token, whatever the API thinks. Both methods return verdicts that are right for a
// request which was sent and answered at the ends of w.
type truth interface {
	allowed(w span) verdict
	// strained is what may come of it where this machine stalls: timeouts that no server caused, changes noticed late.
	// Whatever happens, a good token is never refused, and a forged or expired one never passes.
	strained(w span) verdict
	// reach is how long after a stall that may be.
	reach() time.Duration
}

// always is the truth of what never changes.
type always verdict

func (v always) allowed(span) verdict  { return verdict(v) }
func (v always) strained(span) verdict { return verdict(v) }
func (v always) reach() time.Duration  { return 0 }

// signed is the truth of a JWT whose signature and claims are right.
type signed struct {
	server  *history
	kid     string
	expires time.Duration
}

func (t *signed) allowed(w span) (v verdict) {
	key := t.server.published(t.kid)
	withdrawn := t.server.noticed(key.end, w)
	if key.begin <= w.end && !withdrawn && !t.server.ended(w) && w.begin < after(t.expires, clockStep) {
		v |= pass
	}
	if key.end <= w.end || w.end >= t.expires-clockStep {
		v |= refuse
	}
	if !t.server.known(key, w) && !(t.server.conclusive && t.server.calm(w)) {
		v |= open
	}
	return v
}

func (t *signed) strained(w span) verdict {
	v := t.allowed(w) | open
	if t.server.published(t.kid).begin <= w.end && w.begin < after(t.expires, clockStep) {
		v |= pass
	}
	return v
}

func (t *signed) reach() time.Duration { return t.server.reach() }

// forged is the truth of a JWT of this issuer that no published key signed.
type forged struct{ server *history }

func (t forged) allowed(w span) verdict {
	if t.server.conclusive && t.server.calm(w) {
		return refuse
	}
	return refuse | open
}

func (t forged) strained(span) verdict { return refuse | open }
func (t forged) reach() time.Duration  { return t.server.reach() }

// unissued is the truth of a token that nobody issued and that a server has to be asked about.
type unissued struct{ server *history }

func (t unissued) allowed(w span) verdict {
	if t.server.calm(w) {
		return refuse
	}
	return refuse | open
}

func (t unissued) strained(span) verdict { return refuse | open }
func (t unissued) reach() time.Duration  { return t.server.reach() }

// opaque is the truth of an opaque token. Safe for concurrent use.
type opaque struct {
	server  *history
	expires time.Duration

	mu      sync.Mutex
	revoked time.Duration
	answer  span          // the newest call that said it is good
	first   time.Duration // when the first such call began
	calls   int           // of them
}

func newOpaque(server *history, expires time.Duration) *opaque {
	return &opaque{server: server, expires: expires, revoked: never, answer: span{-never, -never}}
}

func (t *opaque) allowed(w span) (v verdict) {
	t.mu.Lock()
	defer t.mu.Unlock()
	// A call that began before the revocation may bring an answer that is then used for its whole life.
	if w.begin < min(after(t.revoked, timeout+ttl+slack), after(t.expires, clockStep)) && !t.server.ended(w) {
		v |= pass
	}
	if w.end >= min(t.revoked, t.expires-clockStep) {
		v |= refuse
	}
	if !t.server.calm(w) && !t.remembered(w) {
		v |= open
	}
	return v
}

func (t *opaque) strained(w span) verdict {
	v := t.allowed(w) | open
	if w.begin < after(t.expires, clockStep) {
		v |= pass
	}
	return v
}

func (t *opaque) reach() time.Duration { return t.server.reach() }

// remembered tells whether a cached answer must be at hand during all of w. The call began a little before we saw it,
// and its answer takes a moment to arrive.
func (t *opaque) remembered(w span) bool {
	return t.answer.end+slack/3 <= w.begin && w.end < min(t.answer.begin+ttl-slack, t.expires-clockStep)
}

// revoke writes the revocation down, once.
func (t *opaque) revoke(at time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.revoked = min(t.revoked, at)
}

// asked writes down a call that was answered. It complains where that is one too many: everybody shares one call, and
// its answer serves for the whole ttl. One more is granted to requests that looked into the cache just before an answer
// came and asked just after.
func (t *opaque) asked(w span) (complaint string) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if w.end >= min(t.revoked, t.expires-clockStep) || !t.server.answered(w) {
		return ""
	}
	if t.calls == 0 {
		t.first = w.begin
	}
	t.calls++
	t.answer = w
	if t.calls <= 2+int((w.begin-t.first+slack/3)/ttl) {
		return ""
	}
	return fmt.Sprintf("asked about %d times from %v to %v, though an answer serves for %v", t.calls, t.first, w.begin, ttl)
}
