package keys

import (
	"fmt"
	"sync"
	"testing"
	"time"
)

// slowDelay is what the key set takes to arrive: a hair under 30 s, because 30 s is also a contender's timeout, and
// which of the two comes first should not be left to chance.
const slowDelay = 30*time.Second - 100*time.Millisecond

// slowJWKS: the key set takes 30 s to arrive. Fake time; requests come every 100 ms, whether or not the ones before were
// answered.
func slowJWKS(t *testing.T, e *experiment) {
	var rows [][]string
	add := func(c contender, what string, o outcome, after string) {
		if o.Frozen {
			rows = append(rows, []string{c.name(), what, "freezes the bubble: it fetches under a mutex that requests want", "", "", "", ""})
			return
		}
		if o.SetUp >= noticeable {
			after += fmt.Sprintf(" (the set-up took %s)", long(o.SetUp))
		}
		rows = append(rows, []string{
			c.name(), what, number(o.Good), wrongAnswers(c, o), waits(o), number(o.Fetches), after,
		})
	}
	for _, c := range e.contenders {
		known, fresh, cold := e.inBubble(t, slowKnown, c), e.inBubble(t, slowNew, c), e.inBubble(t, slowCold, c)
		add(c, "known key, 66 min", known, "")
		add(c, "new key, 2 min", fresh, long(fresh.After))
		add(c, "service starts, 2 min", cold, long(cold.After))
		if cold.Frozen {
			s := newStage(t, c)
			o := s.coldStart(slowDelay/10, e.size.tick, 12*time.Second)
			s.stop()
			add(c, "service starts, 12 s, **real time**, key set takes 3 s", o, long(o.After))
		}
		expect(t, c, known.wrong() == 0 && known.LongestWait == 0, "known keys are never waited for", known)
		expect(t, c, fresh.Refused == 0 && fresh.LongestWait <= 5*time.Second, "a new key is waited for 5 s, then unavailable", fresh)
		expect(t, c, cold.Refused == 0 && cold.LongestWait <= 5*time.Second, "first keys are waited for 5 s, then unavailable", cold)
	}
	table(fmt.Sprintf("Key set that takes 30 s (fake time, a good token every %v)", e.size.tick), []string{
		"", "requests with a", "requests", "wrong answers", "waited", "fetches", "first accepted after",
	}, rows)
}

// slowKnown: only tokens of a key at hand, over the time in which every cache with a life of up to an hour is renewed.
var slowKnown = phase{"slow, known key", func(t testing.TB, c contender, size size) outcome {
	s := warmStage(t, c)
	defer s.end()
	s.slow(slowDelay)
	raw := s.token()
	s.traffic(size.tick, 66*time.Minute, func() { s.good(raw) })
	return s.outcome()
}}

// slowNew: five quiet minutes after the keys were fetched, the issuer begins to sign with a new one.
var slowNew = phase{"slow, new key", func(t testing.TB, c contender, size size) outcome {
	s := warmStage(t, c)
	defer s.end()
	time.Sleep(5 * time.Minute)
	s.slow(slowDelay)
	s.as.Rotate()
	return s.firstAccepted(size.tick, 2*time.Minute)
}}

// slowCold: the service starts.
var slowCold = phase{"slow, cold start", func(t testing.TB, c contender, size size) outcome {
	s := newStage(t, c)
	defer s.end()
	return s.coldStart(slowDelay, size.tick, 2*time.Minute)
}}

func (s *stage) coldStart(delay, every, span time.Duration) outcome {
	s.slow(delay)
	start := time.Now()
	s.setUp()
	ready := time.Since(start)
	o := s.firstAccepted(every, span)
	o.SetUp = ready
	if o.After != never {
		o.After += ready
	}
	return o
}

// firstAccepted sends good tokens and says when the first answer was that they are good.
func (s *stage) firstAccepted(every, span time.Duration) outcome {
	raw, start := s.token(), time.Now()
	var once sync.Once
	after := never
	s.traffic(every, span, func() {
		if s.good(raw) {
			once.Do(func() { after = time.Since(start) })
		}
	})
	o := s.outcome()
	o.After = after
	return o
}
