package keys

import (
	"slices"
	"sync"
	"time"
)

// never is the duration of what did not happen while it was watched.
const never time.Duration = -1

// noticeable is the time from which on a request is said to have waited. In fake time those that do not wait take none.
const noticeable = 50 * time.Millisecond

// outcome is what was seen. The fields of single scenarios are zero in the others.
type outcome struct {
	Good        int // good tokens sent
	Refused     int // of them: the answer was that the token is bad, or did not say
	Unavailable int // of them: the answer was that nobody knows
	Accepted    int // bad tokens that were accepted

	Waited      int // requests that took a noticeable time
	LongestWait time.Duration
	P50, P99    time.Duration // of good tokens, in real time
	Max         time.Duration

	Fetches int // of the key set, during the phase
	Tried   int // requests of any kind to the issuer, while it was down

	After    time.Duration // until good tokens of the new key, or after the outage, were accepted
	Outlived time.Duration // how long tokens of a removed key were accepted
	SetUp    time.Duration // how long the set-up took
	Failed   int           // attempts to set up

	Sent              int // bad tokens
	SaidBad, SaidLost int // what was answered to them
	Elapsed           time.Duration

	Frozen bool // the bubble stood still: nothing of the above was seen
}

// wrong is the number of wrong answers.
func (o outcome) wrong() int { return o.Refused + o.Unavailable + o.Accepted }

// tally collects an outcome. It is safe for concurrent use; its lock is never held across a wait, so it does not stop a
// bubble.
type tally struct {
	mu    sync.Mutex // guards what follows
	seen  outcome
	times []time.Duration // of good tokens
}

func (t *tally) note(v verdict, isGood bool, took time.Duration) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.seen.LongestWait = max(t.seen.LongestWait, took)
	if took >= noticeable {
		t.seen.Waited++
	}
	if isGood {
		t.noteGood(v, took)
	} else {
		t.noteBad(v)
	}
}

func (t *tally) noteGood(v verdict, took time.Duration) {
	t.seen.Good++
	t.times = append(t.times, took)
	switch v {
	case refused:
		t.seen.Refused++
	case unavailable:
		t.seen.Unavailable++
	}
}

func (t *tally) noteBad(v verdict) {
	t.seen.Sent++
	switch v {
	case accepted:
		t.seen.Accepted++
	case refused:
		t.seen.SaidBad++
	case unavailable:
		t.seen.SaidLost++
	}
}

func (t *tally) outcome() outcome {
	t.mu.Lock()
	defer t.mu.Unlock()
	o := t.seen
	if len(t.times) > 0 {
		slices.Sort(t.times)
		o.P50, o.P99, o.Max = percentile(t.times, 50), percentile(t.times, 99), percentile(t.times, 100)
	}
	return o
}

// percentile returns the smallest of the sorted times that p percent of them do not exceed.
func percentile(sorted []time.Duration, p int) time.Duration {
	return sorted[max((len(sorted)*p+99)/100-1, 0)]
}
