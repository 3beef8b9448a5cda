package keys

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/authtest"
)

// stage is one contender, its issuer, and what was seen of them so far.
type stage struct {
	t        testing.TB
	c        contender
	as       *authtest.Issuer
	ctx      context.Context // of the service: ends what the contender does in the background
	stop     context.CancelFunc
	validate validate
	warmUp   int // fetches before the first request that counts
	tally
}

// newStage makes an issuer. The contender is not set up yet.
func newStage(t testing.TB, c contender) *stage {
	s := &stage{t: t, c: c, as: authtest.Config{Algorithms: []string{"RS256"}}.New()}
	s.ctx, s.stop = context.WithCancel(context.Background())
	return s
}

// warmStage is a stage whose contender has validated a token: the keys are at hand.
func warmStage(t testing.TB, c contender) *stage {
	t.Helper()
	s := newStage(t, c)
	s.setUp()
	if err := s.validate(s.ctx, s.token()); err != nil {
		t.Fatalf("%s refuses a good token: %v", c.name(), err)
	}
	s.warmUp = s.fetches()
	return s
}

func (s *stage) setUp() {
	s.t.Helper()
	var err error
	if s.validate, err = s.c.setUp(s.ctx, s.as); err != nil {
		s.t.Fatalf("%s cannot be set up: %v", s.c.name(), err)
	}
}

// token is a good one that outlasts every scenario.
func (s *stage) token() string {
	return s.as.Token(authtest.Claims{"exp": time.Now().Add(6 * time.Hour)})
}

// steps counts requests begun and ended, in the whole process. While a bubble lives, it moves.
var steps atomic.Int64

// good asks for the verdict on a good token, and bad on a bad one. Both return whether it was accepted.
func (s *stage) good(raw string) bool { return s.ask(raw, true) }
func (s *stage) bad(raw string) bool  { return s.ask(raw, false) }

func (s *stage) ask(raw string, isGood bool) bool {
	steps.Add(1)
	start := time.Now()
	v := s.c.judge(s.validate(s.ctx, raw))
	s.note(v, isGood, time.Since(start))
	steps.Add(1)
	return v == accepted
}

// traffic sends requests at a fixed pace, whether or not the ones before were answered, and waits for all of them.
func (s *stage) traffic(every, span time.Duration, send func()) {
	var pending sync.WaitGroup
	for range span / every {
		pending.Go(send)
		time.Sleep(every)
	}
	pending.Wait()
}

// heartbeat is a second, and a bit that keeps requests out of step with the contenders' own timers. In fake time two
// things due at the same moment would meet each time, which no real service sees.
const heartbeat = time.Second + 3*time.Millisecond

// until sends a request each heartbeat until it says yes, and returns when that was. It gives up after limit.
func (s *stage) until(limit time.Duration, yes func() bool) time.Duration {
	for start := time.Now(); time.Since(start) < limit; time.Sleep(heartbeat) {
		if yes() {
			return time.Since(start)
		}
	}
	return never
}

// outcome returns what was seen so far.
func (s *stage) outcome() outcome {
	o := s.tally.outcome()
	o.Fetches = s.fetches() - s.warmUp
	return o
}

// fetches returns how often the issuer was asked for its keys.
func (s *stage) fetches() int { return s.as.Fetches(authtest.EndpointJWKS) }

// slow lets the key set take its time from now on.
func (s *stage) slow(d time.Duration) {
	s.as.Replace(authtest.EndpointJWKS, func(good http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			select {
			case <-time.After(d):
				good.ServeHTTP(w, r)
			case <-r.Context().Done():
			}
		})
	})
}

var endpoints = []authtest.Endpoint{authtest.EndpointOIDC, authtest.EndpointRFC8414, authtest.EndpointJWKS}

// down breaks every connection to the issuer, at once.
func (s *stage) down() {
	for _, e := range endpoints {
		s.as.Replace(e, func(http.Handler) http.Handler {
			return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
		})
	}
}

func (s *stage) up() {
	for _, e := range endpoints {
		s.as.Restore(e)
	}
}
