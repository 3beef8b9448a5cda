package introspect_test

import (
	"context"
	"fmt"
	"io"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/introspect"
)

// provoked makes a server that fails the tokens of one client, and answers as control says about any other.
func provoked(failing, control reply) *server {
	return &server{answer: func(call seen) reply {
		if strings.HasPrefix(call.form.Get("token"), "provoking-") {
			return failing
		}
		return control
	}}
}

// flood has fifty goroutines ask about such tokens until ctx ends, and returns a function that waits for them.
func flood(ctx context.Context, v *introspect.Validator) (wait func()) {
	var wg sync.WaitGroup
	for i := range 50 {
		wg.Go(func() {
			for n := 0; ctx.Err() == nil; n++ {
				_, _ = v.Validate(ctx, fmt.Sprintf("provoking-%d-%d", i, n))
				time.Sleep(10 * time.Millisecond)
			}
		})
	}
	return wg.Wait
}

// The control question stands in no queue: a client that fills it with tokens that fail would otherwise have its
// failures believed, and stop everybody's calls.
func TestControlQuestionInAFlood(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := provoked(reply{status: 500, after: 100 * time.Millisecond}, active(""))
		c := config(s)
		c.MaxCalls = 2
		v := newValidator(t, c)
		ctx, stop := context.WithTimeout(t.Context(), 2*time.Second)
		defer stop()
		wait := flood(ctx, v)
		full := 0
		for ctx.Err() == nil {
			time.Sleep(10 * time.Millisecond)
			h := v.Health()
			if h.State == introspect.Suspended {
				t.Errorf("calls are stopped: %+v", h)
				stop()
			}
			if h.Waiting == 2*16 {
				full++
			}
		}
		wait()
		time.Sleep(10 * time.Second) // the calls that were under way end
		expect(t, v, token, good)
		if full < 100 {
			t.Errorf("the queue was full at %d of 200 times: this shows nothing", full)
		}
		if s.most > c.MaxCalls {
			t.Errorf("%d calls in flight at one time, want at most %d", s.most, c.MaxCalls)
		}
	})
}

// While the control question waits for its answer, calls that failed keep their turns: neither the server nor our
// memory gets more of them than of calls in flight.
func TestControlQuestionHoldsCallsUp(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const inFlight = 4
		s := provoked(reply{status: 500}, reply{after: time.Hour})
		c := config(s)
		c.MaxCalls = inFlight
		v := newValidator(t, c)
		ctx, leave := context.WithCancel(t.Context())
		var wg sync.WaitGroup
		for i := range 1000 {
			wg.Go(func() {
				if _, err := v.Validate(ctx, fmt.Sprintf("provoking-%d", i)); judge(nil, err) != unavailable {
					t.Errorf("error = %v", err)
				}
			})
			synctest.Wait()
		}
		s.expectCalls(t, 4+inFlight+1) // four that are simply believed, those that wait, the control question
		if h := v.Health(); h.InFlight != inFlight || h.Waiting != inFlight*16 {
			t.Errorf("health = %+v", h)
		}
		leave()
		wg.Wait()
		time.Sleep(5 * time.Second)
		synctest.Wait()
		if h := v.Health(); h.InFlight != 0 || h.Waiting != 0 || h.State != introspect.Suspended {
			t.Errorf("health = %+v", h)
		}
	})
}

// A client whose tokens fail one after the other costs the server one question more with each of them, at most.
func TestControlQuestionsAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const tokens = 1000
		s := provoked(reply{status: 500, after: 100 * time.Millisecond}, active(""))
		v := newValidator(t, config(s))
		var wg sync.WaitGroup
		for i := range tokens {
			wg.Go(func() { expect(t, v, fmt.Sprintf("provoking-%d", i), unavailable) })
			time.Sleep(10 * time.Millisecond) // ten at a time, and no two end together
		}
		wg.Wait()
		if n := s.count(); n > 2*tokens {
			t.Errorf("%d calls about %d tokens", n, tokens)
		}
		expect(t, v, token, good)
	})
}

// A server that fails now and then, or a connection that breaks, is not taken for an outage because a client has the
// control question asked all the time.
func TestControlQuestionIsAskedAgain(t *testing.T) {
	t.Parallel()
	for name, hiccup := range map[string]reply{"500": {status: 500}, "429": {status: 429}, "a page": {kind: "text/html"}, "a reset": {err: io.EOF}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := provoked(reply{status: 500}, active(""))
				answer, controls := s.answer, 0
				s.answer = func(call seen) reply {
					raw := call.form.Get("token")
					if strings.HasPrefix(raw, "provoking-") || raw == token {
						return answer(call)
					}
					controls++
					if controls <= 2 && hiccup.err != nil || controls == 1 { // a reset is tried twice
						return hiccup
					}
					return active("")
				}
				v := newValidator(t, config(s))
				for i := range 5 {
					expect(t, v, fmt.Sprintf("provoking-%d", i), unavailable)
				}
				expect(t, v, token, good)
				if h := v.Health(); h.State != introspect.Working || controls < 2 {
					t.Errorf("health = %+v after %d control questions", h, controls)
				}
			})
		})
	}
}
