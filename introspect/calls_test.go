package introspect_test

import (
	"context"
	"crypto/elliptic"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/introspect"
	"github.com/bearerguard/bearerguard/middleware"
)

// L-8: 100 concurrent requests with one new token make one call; the first
// one's cancellation takes nothing from the other 99.
func TestHerd(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := active("")
		r.after = time.Second
		s := says(r)
		v := newValidator(t, config(s))
		first, cancel := context.WithCancel(t.Context())
		gone := make(chan error)
		go func() {
			_, err := v.Validate(first, token)
			gone <- err
		}()
		synctest.Wait()
		var answered atomic.Int32
		var wg sync.WaitGroup
		for range 99 {
			wg.Go(func() {
				if _, err := v.Validate(t.Context(), token); err == nil {
					answered.Add(1)
				}
			})
		}
		synctest.Wait()
		began := time.Now()
		cancel()
		// L-9: who gives up leaves at once.
		if err := <-gone; judge(nil, err) != unavailable || !errors.Is(err, context.Canceled) || time.Since(began) != 0 {
			t.Errorf("the first got %v after %v", err, time.Since(began))
		}
		wg.Wait()
		if answered.Load() != 99 {
			t.Errorf("%d were answered, want 99", answered.Load())
		}
		s.expectCalls(t, 1)
		expect(t, v, token, good)
		s.expectCalls(t, 1)
	})
}

// L-8: who found nothing remembered just before an answer came makes no second
// call, however late it goes on.
func TestLateRequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := says(active(""))
		late := make(chan struct{}, 1)
		late <- struct{}{}
		c := config(s)
		c.Accept = func(string) bool {
			select {
			case <-late:
				time.Sleep(time.Second)
			default:
			}
			return true
		}
		v := newValidator(t, c)
		var wg sync.WaitGroup
		wg.Go(func() { expect(t, v, token, good) })
		synctest.Wait()
		expect(t, v, token, good)
		wg.Wait()
		s.expectCalls(t, 1)
	})
}

// Everybody left: the call still ends, and what it brought is remembered.
func TestEverybodyLeft(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := active("")
		r.after = 2 * time.Second
		s := says(r)
		v := newValidator(t, config(s))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second) // L-9
		defer cancel()
		began := time.Now()
		if _, err := v.Validate(ctx, token); judge(nil, err) != unavailable || time.Since(began) != time.Second {
			t.Errorf("error = %v after %v", err, time.Since(began))
		}
		time.Sleep(time.Second / 2)
		expect(t, v, token, good) // joins the call
		expect(t, v, token, good)
		s.expectCalls(t, 1)

		// A request that ended already makes no call; it may still use an answer.
		if _, err := v.Validate(ctx, token); err != nil {
			t.Errorf("error = %v with an answer at hand", err)
		}
		if _, err := v.Validate(ctx, "another-token"); judge(nil, err) != unavailable {
			t.Errorf("error = %v", err)
		}
		s.expectCalls(t, 1)
	})
}

// R7662-13: without a cache nobody shares anything.
func TestOneCallARequest(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := active("")
		r.after = time.Second
		s := says(r)
		c := config(s)
		c.TTL = -1
		v := newValidator(t, c)
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() { expect(t, v, token, good) })
		}
		wg.Wait()
		s.expectCalls(t, 10)
	})
}

// R7662-14: 10 000 garbage tokens at once make no more calls than MaxCalls in
// flight for as long as a call takes, 16 times as many wait, the others get 503
// at once, and good traffic goes on.
func TestGarbageFlood(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const latency, inFlight, timeout = 100 * time.Millisecond, 8, 5 * time.Second
		s := &server{answer: func(call seen) reply {
			if strings.HasPrefix(call.form.Get("token"), "good") {
				return active("")
			}
			return reply{body: `{"active":false}`, after: latency}
		}}
		c := config(s)
		c.MaxCalls, c.Timeout = inFlight, timeout
		v := newValidator(t, c)
		expect(t, v, "good", good)

		var turned, judged atomic.Int32
		var wg sync.WaitGroup
		for i := range 10_000 {
			wg.Go(func() {
				switch _, err := v.Validate(t.Context(), fmt.Sprintf("garbage-%d", i)); judge(nil, err) {
				case inactive:
					judged.Add(1)
				case unavailable:
					turned.Add(1)
				default:
					t.Errorf("error = %v", err)
				}
			})
		}
		synctest.Wait()
		if n := turned.Load(); n != 10_000-17*inFlight {
			t.Errorf("%d were turned away at once", n)
		}
		for range 100 {
			expect(t, v, "good", good) // cached: in no time
		}
		began := time.Now()
		expect(t, v, "malformed token", refused(middleware.ReasonMalformed))
		if time.Since(began) != 0 {
			t.Error("cached and malformed tokens had to wait")
		}
		wg.Wait()
		const most = inFlight * int(timeout/latency+1)
		if n := s.count() - 1; n > most {
			t.Errorf("%d calls, want at most %d", n, most)
		}
		if s.most > inFlight {
			t.Errorf("%d calls in flight at one time, want at most %d", s.most, inFlight)
		}
		if turned.Load()+judged.Load() != 10_000 || judged.Load() == 0 {
			t.Errorf("%d judged, %d turned away", judged.Load(), turned.Load())
		}
		expect(t, v, "good-and-new", good) // and after the flood new ones too
		if h := v.Health(); h.State != introspect.Working || h.InFlight != 0 || h.Failures != 0 {
			t.Errorf("health = %+v", h)
		}
	})
}

// The queue is bounded in number, and who finds it full learns what to do.
func TestQueueIsBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const inFlight, most = 2, 2 * 16
		r := active("")
		r.after = time.Second
		s := says(r)
		c := config(s)
		c.MaxCalls, c.Timeout = inFlight, time.Minute
		v := newValidator(t, c)
		var wg sync.WaitGroup
		for i := range inFlight + most {
			wg.Go(func() { expect(t, v, fmt.Sprintf("token-%d", i), good) })
		}
		synctest.Wait()
		began := time.Now()
		for i := range 100 {
			_, err := v.Validate(t.Context(), fmt.Sprintf("late-%d", i))
			if judge(nil, err) != unavailable || !strings.Contains(err.Error(), "Config.MaxCalls") || !strings.Contains(err.Error(), "too many tokens wait") {
				t.Fatalf("error = %v", err)
			}
		}
		for range 100 { // who asks about a token that waits takes no place
			wg.Go(func() { expect(t, v, "token-5", good) })
		}
		synctest.Wait()
		if h := v.Health(); h.InFlight != inFlight || h.Waiting != most || time.Since(began) != 0 {
			t.Errorf("health = %+v after %v", h, time.Since(began))
		}
		wg.Wait()
		expect(t, v, "late-0", good)
		s.expectCalls(t, inFlight+most+1)
		if h := v.Health(); h.InFlight != 0 || h.Waiting != 0 || h.Failures != 0 {
			t.Errorf("health = %+v", h)
		}
	})
}

// L-9: a call that nobody waits for any more gives its place in the queue up and
// is never made; one that somebody still waits for keeps its place.
func TestQueueIsLeft(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := active("")
		r.after = 2 * time.Second
		s := says(r)
		c := config(s)
		c.MaxCalls = 1
		v := newValidator(t, c)
		ctx, leave := context.WithCancel(t.Context())
		var stay, gone sync.WaitGroup
		waits := func(ctx context.Context, wg *sync.WaitGroup, raw string, want verdict) {
			wg.Go(func() {
				if tok, err := v.Validate(ctx, raw); judge(tok, err) != want {
					t.Errorf("%s: verdict %q, want %q", raw, judge(tok, err), want)
				}
			})
			synctest.Wait()
		}
		waits(t.Context(), &stay, "in-flight", good)
		for i := range 15 {
			waits(ctx, &gone, fmt.Sprintf("left-%d", i), unavailable)
			waits(ctx, &gone, fmt.Sprintf("left-%d", i), unavailable)
		}
		waits(ctx, &gone, "kept", unavailable)
		waits(t.Context(), &stay, "kept", good)
		expect(t, v, "too-many", unavailable)
		leave()
		gone.Wait()
		synctest.Wait()
		if n := v.Health().Waiting; n != 1 {
			t.Errorf("%d wait, want 1", n)
		}
		waits(t.Context(), &stay, "left-3", good) // anew
		stay.Wait()
		s.expectCalls(t, 3)
		if h := v.Health(); h.InFlight != 0 || h.Waiting != 0 || h.Good != 3 {
			t.Errorf("health = %+v", h)
		}
	})
}

// A server that is failing is left alone but for a probe in 5 s, requests do not
// wait for it, and it is used again as soon as a probe succeeds.
func TestFailFast(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log logged
		s := says(reply{after: time.Hour})
		c := config(s)
		c.Logger = log.logger()
		v := newValidator(t, c)
		for i := range 5 {
			expect(t, v, fmt.Sprintf("token-%d", i), unavailable)
		}
		if h := v.Health(); h.State != introspect.Suspended {
			t.Errorf("health = %+v", h)
		}
		began := time.Now()
		for i := range 1000 {
			_, err := v.Validate(t.Context(), fmt.Sprintf("token-%d", i))
			var e *middleware.Error
			if !errors.As(err, &e) || e.Code != middleware.Unavailable || e.RetryAfter != 5*time.Second || !strings.Contains(err.Error(), "not asked while it is failing") {
				t.Fatalf("error = %+v", err)
			}
		}
		if time.Since(began) != 0 {
			t.Errorf("requests waited %v", time.Since(began))
		}
		s.expectCalls(t, 6) // the sixth is the control question, once: it timed out

		// A probe that fails: one call and the control question, whoever else asks.
		time.Sleep(5*time.Second + 1)
		var wg sync.WaitGroup
		for i := range 100 {
			wg.Go(func() { expect(t, v, fmt.Sprintf("probe-%d", i), unavailable) })
		}
		wg.Wait()
		s.expectCalls(t, 8)
		synctest.Wait()
		if n := v.Health().InFlight; n != 0 {
			t.Errorf("%d calls are in flight", n)
		}

		s.answer = func(seen) reply { return active("") }
		time.Sleep(5*time.Second + 1)
		expect(t, v, token, good)
		expect(t, v, "another-token", good)
		if h := v.Health(); h.State != introspect.Working || h.LastError != "" {
			t.Errorf("health = %+v", h)
		}
		synctest.Wait()
		if lines := log.lines(); len(lines) != 2 || !strings.Contains(lines[0], "level=ERROR") || !strings.Contains(lines[1], "works again") {
			t.Errorf("log = %q, want one line for the outage and one for its end", lines)
		}
	})
}

// A Retry-After, which a client can provoke by flooding the server, does not make
// the pause longer.
func TestPauseIsOurs(t *testing.T) {
	t.Parallel()
	for _, status := range []int{429, 503} {
		synctest.Test(t, func(t *testing.T) {
			s := says(reply{status: status, header: http.Header{"Retry-After": {"3600"}}})
			v := newValidator(t, config(s))
			for i := range 5 {
				expect(t, v, fmt.Sprintf("token-%d", i), unavailable)
			}
			_, err := v.Validate(t.Context(), token)
			var e *middleware.Error
			if !errors.As(err, &e) || e.RetryAfter != 5*time.Second {
				t.Errorf("error = %+v", err)
			}
			s.expectCalls(t, 7) // the control question is asked two times
			s.answer = func(seen) reply { return active("") }
			time.Sleep(5*time.Second + 1)
			expect(t, v, token, good)
		})
	}
}

// Calls that hang in the user's code keep their places. Requests do not wait for
// one where no call would be made anyway, and no control question is asked beside
// them.
func TestFailFastWithoutPlaces(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		end := make(chan struct{})
		var asked atomic.Int32
		c := config(says(reply{}))
		c.MaxCalls = 5
		c.Client = &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
			asked.Add(1)
			<-end
			return nil, errors.New("at last")
		})}
		v := newValidator(t, c)
		var wg sync.WaitGroup
		for i := range 5 {
			wg.Go(func() { expect(t, v, fmt.Sprintf("token-%d", i), unavailable) })
		}
		wg.Wait()
		began := time.Now()
		expect(t, v, token, unavailable)
		if waited := time.Since(began); waited != 0 || v.Health().InFlight != 5 {
			t.Errorf("waited %v", waited)
		}
		if n := asked.Load(); n != 5 {
			t.Errorf("%d calls where 5 may be in flight", n)
		}
		close(end)
	})
}

// What a client can provoke with a token of its choice, 400 at servers that are
// sent a JWT, shuts nobody out, is told in the log and does not fill it.
func TestProvokedFailuresShutNobodyOut(t *testing.T) {
	t.Parallel()
	for name, provoked := range map[string]reply{
		"INTEROP.md 10 400": {status: 400}, "413": {status: 413}, "422": {status: 422},
		"an unclear answer":                   {body: `{"active":true,"exp":"marker-of-a-body"}`},
		"a name that is no UTF-8 when read":   {body: `{"active":true,"name":"\ud800"}`},
		"a member that is there twice":        {body: `{"active":true,"address":{"a":1,"a":2}}`},
		"an answer that is longer than reads": {body: `{"active":true,"x":"` + strings.Repeat("x", 1<<10) + `"}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var log logged
				s := &server{answer: func(call seen) reply {
					if call.form.Get("token") == "good" {
						return active("")
					}
					return provoked
				}}
				c := config(s)
				c.TTL, c.Logger, c.MaxSize = -1, log.logger(), 1<<10
				v := newValidator(t, c)
				for i := range 1000 {
					expect(t, v, fmt.Sprintf("provoking-%d", i), unavailable)
				}
				expect(t, v, "good", good)
				s.expectCalls(t, 1001)
				synctest.Wait()
				if lines := log.lines(); len(lines) != 1 || !strings.Contains(lines[0], "level=WARN") {
					t.Errorf("log = %q, want one line", lines)
				}
				time.Sleep(10 * time.Second)
				expect(t, v, token, unavailable)
				synctest.Wait()
				if lines := log.lines(); len(lines) != 1 {
					t.Errorf("log = %q, want one line in 10 s", lines)
				}
			})
		})
	}
}

// The same where answers are signed: what a user's own claims hold is no fault of
// the server's signatures.
func TestProvokedBySignedClaims(t *testing.T) {
	t.Parallel()
	k := signingKey{ecKey(elliptic.P256())}
	for name, member := range map[string]string{
		"a name that is no UTF-8 when read": `"name":"\ud800"`,
		"a member that is there twice":      `"address":{"a":1,"a":2}`,
		"too deep":                          `"a":` + strings.Repeat("[", 80) + strings.Repeat("]", 80),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			provoked := k.sign(signedHeader, strings.Replace(signedPayload, `"active":true`, `"active":true,`+member, 1))
			s := &server{answer: func(call seen) reply {
				if call.form.Get("token") == "good" {
					return reply{kind: signedType, body: k.sign(signedHeader, signedPayload)}
				}
				return reply{kind: signedType, body: provoked}
			}}
			v := newValidator(t, signedConfig(t, s, k))
			for i := range 20 {
				expect(t, v, fmt.Sprintf("provoking-%d", i), unavailable)
			}
			expect(t, v, "good", good)
			s.expectCalls(t, 21)
		})
	}
}

// Some failures are like those of a server that is down, and still a client can
// bring them about: before they stop everybody's calls, a question about a token
// that nobody chose shows what they are about.
func TestControlQuestion(t *testing.T) {
	t.Parallel()
	for name, provoked := range map[string]reply{
		"a firewall's page": {kind: "text/html", body: "<html>"}, "a redirect": {status: 302}, "204": {status: 204}, "null": {body: "null"},
		"500": {status: 500}, "a reset": {err: io.EOF}, "no answer": {after: time.Hour},
	} {
		for _, atOnce := range []int{1, 4, 20} {
			t.Run(fmt.Sprintf("%s, %d at once", name, atOnce), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					s := &server{answer: func(call seen) reply {
						if strings.HasPrefix(call.form.Get("token"), "provoking-") {
							return provoked
						}
						return active("")
					}}
					c := config(s)
					c.TTL = -1
					v := newValidator(t, c)
					const rounds = 50
					for round := range rounds {
						var wg sync.WaitGroup
						for i := range atOnce {
							wg.Go(func() { expect(t, v, fmt.Sprintf("provoking-%d-%d", round, i), unavailable) })
						}
						wg.Wait()
					}
					if n, most := s.count(), 2*rounds*atOnce+rounds*atOnce/5+rounds; n > most { // a reset is tried twice
						t.Errorf("%d calls, want at most %d", n, most)
					}
					expect(t, v, token, good)
					if h := v.Health(); h.State != introspect.Working {
						t.Errorf("health = %+v", h)
					}
				})
			})
		}
	}
}

// A probe in which a client's token fails shows as little.
func TestControlQuestionOfAProbe(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		down := true
		s := &server{answer: func(call seen) reply {
			if down || call.form.Get("token") == "provoking" {
				return reply{status: 500}
			}
			return active("")
		}}
		v := newValidator(t, config(s))
		for i := range 5 {
			expect(t, v, fmt.Sprintf("token-%d", i), unavailable)
		}
		expect(t, v, token, unavailable)
		s.expectCalls(t, 7) // the control question is asked two times
		down = false
		time.Sleep(5*time.Second + 1)
		expect(t, v, "provoking", unavailable)
		expect(t, v, token, good)
		s.expectCalls(t, 10)
	})
}

// What a firewall in front of the server says of a single token stops nobody
// else's either, though the log takes it for what it mostly is.
func TestRefusalsOfOneToken(t *testing.T) {
	t.Parallel()
	for _, status := range []int{403, 404} {
		synctest.Test(t, func(t *testing.T) {
			s := &server{answer: func(call seen) reply {
				if call.form.Get("token") == "good" {
					return active("")
				}
				return reply{status: status}
			}}
			v := newValidator(t, config(s))
			for range 20 {
				expect(t, v, "refused", unavailable)
			}
			expect(t, v, "good", good)
		})
	}
}

// While the server is being probed, provoked answers count as the sign of life
// that they are: a client that keeps provoking them keeps nobody out.
func TestProvokedProbes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var down atomic.Bool
		down.Store(true)
		s := &server{answer: func(call seen) reply {
			switch {
			case down.Load():
				return reply{status: 500}
			case call.form.Get("token") == "good":
				return active("")
			}
			time.Sleep(50 * time.Millisecond)
			return reply{status: 400}
		}}
		c := config(s)
		c.TTL = -1
		v := newValidator(t, c)
		for i := range 10 {
			expect(t, v, fmt.Sprintf("t%d", i), unavailable)
		}
		down.Store(false)
		time.Sleep(6 * time.Second)
		ctx, stop := context.WithTimeout(t.Context(), 20*time.Second)
		defer stop()
		var wg sync.WaitGroup
		for i := range 20 {
			wg.Go(func() {
				for n := 0; ctx.Err() == nil; n++ {
					_, _ = v.Validate(ctx, fmt.Sprintf("provoking-%d-%d", i, n))
					time.Sleep(time.Millisecond)
				}
			})
		}
		answered := 0
		for range 15 {
			time.Sleep(time.Second)
			if _, err := v.Validate(ctx, "good"); err == nil {
				answered++
			}
		}
		wg.Wait()
		time.Sleep(time.Second) // the calls that were under way end
		if answered < 14 {
			t.Errorf("%d of 15 good tokens were answered", answered)
		}
	})
}

// A server that fails every other call does not fill the log, and the log is
// told in the end how things are.
func TestLogOfAFlappingServer(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log logged
		s := &server{}
		s.answer = func(seen) reply {
			if s.count()%2 == 1 {
				return reply{status: 500}
			}
			return active("")
		}
		c := config(s)
		c.TTL, c.Logger = -1, log.logger()
		v := newValidator(t, c)
		for range 1000 {
			_, _ = v.Validate(t.Context(), token)
		}
		synctest.Wait()
		if lines := log.lines(); len(lines) != 1 {
			t.Errorf("%d lines, want 1", len(lines))
		}
		s.answer = func(seen) reply { return active("") }
		time.Sleep(10 * time.Second)
		expect(t, v, token, good)
		expect(t, v, token, good)
		synctest.Wait()
		if lines := log.lines(); len(lines) != 1 || !strings.Contains(lines[0], "works again") {
			t.Errorf("log = %q", lines)
		}

		// One trouble after another is told too.
		for _, r := range []reply{{status: 401}, {status: 500}} {
			s.answer = func(seen) reply { return r }
			time.Sleep(10 * time.Second)
			expect(t, v, token, unavailable)
			synctest.Wait()
			if lines := log.lines(); len(lines) != 1 || !strings.Contains(lines[0], fmt.Sprint(r.status)) {
				t.Errorf("log = %q, want one line about %d", lines, r.status)
			}
		}
	})
}

// A log handler that hangs or panics holds up nobody.
func TestBadLogHandler(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := config(says(reply{status: 500}))
		c.Logger = newBadLogger()
		began := time.Now()
		expect(t, newValidator(t, c), token, unavailable)
		if time.Since(began) != 0 {
			t.Error("the request waited for the log")
		}
		time.Sleep(2 * time.Hour) // the handler is done: it panicked
	})
}
