package introspect_test

import (
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/introspect"
)

type badHandler struct{ slog.Handler }

func (badHandler) Enabled(context.Context, slog.Level) bool { return true }
func (badHandler) Handle(context.Context, slog.Record) error {
	time.Sleep(time.Hour)
	panic("a log handler")
}

func newBadLogger() *slog.Logger { return slog.New(badHandler{slog.DiscardHandler}) }

// Ready asks about a token that nobody issued, and only where it has to.
func TestReady(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := says(reply{body: `{"active":false}`})
		v := newValidator(t, config(s))
		if h := v.Health(); h.State != introspect.Untried || h.Calls != 0 {
			t.Errorf("health = %+v", h)
		}
		for range 2 {
			if err := v.Ready(t.Context()); err != nil {
				t.Errorf("Ready = %v", err)
			}
		}
		s.expectCalls(t, 1)
		if asked := s.last(t).form.Get("token"); len(asked) < 20 {
			t.Errorf("asked about %q, which somebody could have issued", asked)
		}
		if h := v.Health(); h.State != introspect.Working || h.Calls != 1 || h.Answered.IsZero() || h.Endpoint != place || h.Issuer != issuer {
			t.Errorf("health = %+v", h)
		}

		s.answer = func(seen) reply { return reply{status: 401} }
		expect(t, v, token, unavailable)
		if err := v.Ready(t.Context()); err == nil || !strings.Contains(err.Error(), "client credentials were refused") {
			t.Errorf("Ready = %v", err)
		}
		s.expectCalls(t, 3)
		h := v.Health()
		if h.State != introspect.Failing || h.Failures != 2 || h.Calls != 3 || h.LastErrorAt.IsZero() {
			t.Errorf("health = %+v", h)
		}
		text, err := json.Marshal(h)
		if err != nil || strings.Contains(string(text), secret) {
			t.Errorf("%s, %v", text, err)
		}
		s.answer = func(seen) reply { return reply{body: `{"active":false}`} }
		if err := v.Ready(t.Context()); err != nil {
			t.Errorf("Ready = %v", err)
		}
	})
}

// Probes share a call, wait no longer than they want to, and respect a pause.
func TestReadyWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := says(reply{body: `{"active":false}`, after: 3 * time.Second})
		v := newValidator(t, config(s))
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		var wg sync.WaitGroup
		for range 10 {
			wg.Go(func() {
				if err := v.Ready(ctx); !errors.Is(err, context.DeadlineExceeded) {
					t.Errorf("Ready = %v", err)
				}
			})
		}
		wg.Wait()
		if n := v.Health().InFlight; n != 1 {
			t.Errorf("%d calls are in flight, want 1", n)
		}
		time.Sleep(2 * time.Second)
		synctest.Wait()
		s.expectCalls(t, 1)

		s.answer = func(seen) reply { return reply{status: 500} }
		for i := range 5 {
			expect(t, v, token+strings.Repeat("x", i), unavailable)
		}
		if err := v.Ready(t.Context()); err == nil || !strings.Contains(err.Error(), "status 500") {
			t.Errorf("Ready = %v", err)
		}
		s.expectCalls(t, 8) // with the control question, asked two times
		if h := v.Health(); h.State != introspect.Suspended {
			t.Errorf("health = %+v", h)
		}
	})
}

// A client whose tokens fail, and fill the queue, makes no service unready that works; an endpoint that is wrong is
// found out all the same.
func TestReadyInAFlood(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		failing, control reply
		want             string // in the error; "": ready
	}{
		"500":                     {reply{status: 500, after: 100 * time.Millisecond}, active(""), ""},
		"400":                     {reply{status: 400, after: 100 * time.Millisecond}, active(""), ""},
		"no answer":               {reply{after: time.Hour}, active(""), ""},
		"a wrong endpoint":        {reply{status: 500, after: 100 * time.Millisecond}, reply{status: 404}, "status 404"},
		"our access is forbidden": {reply{status: 500, after: 100 * time.Millisecond}, reply{status: 403}, "status 403"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				c := config(provoked(test.failing, test.control))
				c.MaxCalls = 2
				v := newValidator(t, c)
				ctx, stop := context.WithTimeout(t.Context(), time.Minute)
				defer stop()
				wait := flood(ctx, v)
				for range 50 {
					time.Sleep(time.Second + 7*time.Millisecond)
					err := v.Ready(ctx)
					if err == nil && test.want == "" || err != nil && test.want != "" && strings.Contains(err.Error(), test.want) {
						continue
					}
					t.Errorf("Ready = %v, health = %+v", err, v.Health())
					stop()
					break
				}
				wait()
				time.Sleep(10 * time.Second)
				if h := v.Health(); h.InFlight != 0 || h.Waiting != 0 {
					t.Errorf("health = %+v", h)
				}
			})
		})
	}
}
