package introspect_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/introspect"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// For how long an answer is used again. Each case asks at once and again just
// before and at the end.
func TestCache(t *testing.T) {
	t.Parallel()
	none := func(*introspect.Config) {}
	ttl := func(d time.Duration) func(*introspect.Config) { return func(c *introspect.Config) { c.TTL = d } }
	refusalTTL := func(d time.Duration) func(*introspect.Config) {
		return func(c *introspect.Config) { c.RefusalTTL = d }
	}
	exp := func(in time.Duration) func() reply {
		return func() reply { return active(fmt.Sprintf(`"exp":%d`, time.Now().Add(in).Unix())) }
	}
	always := func(body string) func() reply { return func() reply { return reply{body: body} } }
	tests := map[string]struct {
		change func(*introspect.Config)
		answer func() reply
		want   verdict
		lasts  time.Duration // 0: not cached
	}{
		"good, by default":                 {none, always(`{"active":true}`), good, time.Minute},
		"good, TTL 5 s":                    {ttl(5 * time.Second), always(`{"active":true}`), good, 5 * time.Second},
		"good, TTL 1 h":                    {ttl(time.Hour), always(`{"active":true}`), good, time.Hour},
		"R7662-8 exp first":                {none, exp(5 * time.Second), good, 5 * time.Second},
		"R7662-8 exp passed in the leeway": {none, exp(-5 * time.Second), good, 0},
		"R7662-13 no cache":                {ttl(-1), always(`{"active":true}`), good, 0},
		"inactive":                         {none, always(`{"active":false}`), inactive, 10 * time.Second},
		"inactive, RefusalTTL 2 s":         {refusalTTL(2 * time.Second), always(`{"active":false}`), inactive, 2 * time.Second},
		"inactive, never cached":           {refusalTTL(-1), always(`{"active":false}`), inactive, 0},
		"R7662-13 inactive, no cache":      {ttl(-1), always(`{"active":false}`), inactive, 0},
		"inactive, a shorter TTL":          {ttl(3 * time.Second), always(`{"active":false}`), inactive, 3 * time.Second},
		"another audience":                 {none, always(`{"active":true,"aud":"x"}`), refused(middleware.ReasonAudience), 10 * time.Second},
		"another issuer":                   {none, always(`{"active":true,"iss":"x"}`), refused(middleware.ReasonIssuer), 10 * time.Second},
		"expired":                          {none, exp(-time.Minute), refused(middleware.ReasonExpired), 10 * time.Second},
		"an answer over 64 KiB":            {none, always(`{"active":true,"a":"` + strings.Repeat("a", 64<<10) + `"}`), good, 0},
		"L-8 an error":                     {none, func() reply { return reply{status: 500} }, unavailable, 0},
		"L-8 an unclear answer":            {none, always(`{}`), unavailable, 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				first := test.answer() // exp is of the token, not of the call
				s := says(first)
				c := config(s)
				test.change(&c)
				v := newValidator(t, c)
				expect(t, v, token, test.want)
				if test.lasts > 0 {
					time.Sleep(test.lasts - 1)
				}
				expect(t, v, token, test.want)
				if test.lasts == 0 {
					s.expectCalls(t, 2)
					if h := v.Health(); h.Good+h.Refused > 0 {
						t.Errorf("%d tokens and %d refusals are remembered for nothing", h.Good, h.Refused)
					}
					return
				}
				s.expectCalls(t, 1)
				time.Sleep(time.Nanosecond)
				_, _ = v.Validate(t.Context(), token)
				s.expectCalls(t, 2)
			})
		})
	}
}

// MaxLife ends a decision wherever it waits, also where a longer TTL was asked for.
func TestCachedNoLongerThanMaxLife(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := says(active(""))
		c := config(s)
		c.TTL, c.MaxLife = 2*time.Hour, 10*time.Minute
		v := newValidator(t, c)
		expect(t, v, token, good)
		time.Sleep(10*time.Minute - 1)
		expect(t, v, token, good)
		s.expectCalls(t, 1)
		time.Sleep(time.Nanosecond)
		if until := expect(t, v, token, good).Until(); !until.After(time.Now()) {
			t.Errorf("good until %v, which has passed", until)
		}
		s.expectCalls(t, 2)
	})
}

// Whoever observes is told which answers came from here.
func TestCachedIsObserved(t *testing.T) {
	t.Parallel()
	s := &server{answer: func(call seen) reply { return reply{body: `{"active":` + call.form.Get("token") + `}`} }}
	var cached bool
	g, err := middleware.New(middleware.Config{
		Validator: newValidator(t, config(s)),
		Observe:   func(_ context.Context, e middleware.Event) { cached = e.Cached },
	})
	if err != nil {
		t.Fatal(err)
	}
	for _, raw := range []string{"true", "false"} {
		for _, want := range []bool{false, true} {
			_, _ = g.Check(t.Context(), middleware.Request{Header: http.Header{"Authorization": {"Bearer " + raw}}}, scopes.Authenticated())
			if cached != want {
				t.Errorf("active %s: cached = %v, want %v", raw, cached, want)
			}
		}
	}
}

// A token that begins soon is not refused for longer than that.
func TestRefusalEndsWithNotBefore(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := says(active(fmt.Sprintf(`"nbf":%d`, time.Now().Add(33*time.Second).Unix())))
		v := newValidator(t, config(s))
		expect(t, v, token, refused(middleware.ReasonNotYetValid))
		time.Sleep(3*time.Second - 1)
		expect(t, v, token, refused(middleware.ReasonNotYetValid))
		s.expectCalls(t, 1)
		time.Sleep(time.Nanosecond)
		expect(t, v, token, good)
		s.expectCalls(t, 2)
	})
}

// The age of an answer counts from the question: it may be as old as that.
func TestAnswerAgesWithTheCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := active("")
		r.after = 4 * time.Second
		s := says(r)
		c := config(s)
		c.TTL = 5 * time.Second
		v := newValidator(t, c)
		if until := expect(t, v, token, good).Until(); time.Until(until) != time.Hour-4*time.Second {
			t.Errorf("until in %v", time.Until(until))
		}
		time.Sleep(time.Second)
		expect(t, v, token, good)
		s.expectCalls(t, 2)
	})
}

// A token that ends while the server thinks is not good any more.
func TestTokenEndsDuringTheCall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := active(fmt.Sprintf(`"exp":%d`, time.Now().Add(2*time.Second).Unix()))
		r.after = 3 * time.Second
		c := config(says(r))
		c.Leeway = -1
		expect(t, newValidator(t, c), token, refused(middleware.ReasonExpired))
	})
}

// R7662-12, L-7: one token string, two servers, tenants or clients.
func TestNoCrossTalk(t *testing.T) {
	t.Parallel()
	s := &server{answer: func(call seen) reply {
		switch {
		case strings.HasPrefix(call.url, "https://two.test"):
			return reply{body: `{"active":false}`}
		case call.form.Get("client_id") == "other":
			return active(`"sub":"seen by other"`)
		case call.form.Get("tenant") != "":
			return active(`"sub":"seen by tenant"`)
		}
		return active(`"sub":"seen by api"`)
	}}
	one := config(s)
	one.Authentication = introspect.ClientSecretPost("api", secret)
	two, other, tenant := one, one, one
	two.Issuer, two.Endpoint = "https://two.test", "https://two.test/introspect"
	other.Authentication = introspect.ClientSecretPost("other", secret)
	tenant.Parameters = url.Values{"tenant": {"a"}}
	a, b, c, d := newValidator(t, one), newValidator(t, two), newValidator(t, other), newValidator(t, tenant)
	for range 2 {
		for v, want := range map[*introspect.Validator]string{a: "seen by api", c: "seen by other", d: "seen by tenant"} {
			if got := expect(t, v, token, good).Subject(); got != want {
				t.Errorf("subject = %q, want %q", got, want)
			}
		}
		expect(t, b, token, inactive)
	}
	s.expectCalls(t, 4)
}

// A flood of garbage evicts no good answer.
func TestRefusalsHaveACacheOfTheirOwn(t *testing.T) {
	t.Parallel()
	s := &server{answer: func(call seen) reply {
		if call.form.Get("token") == token {
			return active("")
		}
		return reply{body: `{"active":false}`}
	}}
	c := config(s)
	c.MaxEntries = 20
	v := newValidator(t, c)
	expect(t, v, token, good)
	for i := range 1000 {
		expect(t, v, fmt.Sprintf("garbage-%d", i), inactive)
	}
	before := s.count()
	expect(t, v, token, good)
	s.expectCalls(t, before)
	if h := v.Health(); h.Good != 1 || h.Refused != 20 {
		t.Errorf("health = %+v, want 1 good and 20 refused", h)
	}
}

func TestForget(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var revoked atomic.Bool
		s := &server{answer: func(seen) reply {
			if revoked.Load() {
				return reply{body: `{"active":false}`}
			}
			return active("")
		}}
		v := newValidator(t, config(s))
		expect(t, v, token, good)
		expect(t, v, "another-token", good)
		revoked.Store(true)
		expect(t, v, token, good) // not noticed yet
		v.Forget(token)
		expect(t, v, token, inactive)
		expect(t, v, "another-token", good)
		revoked.Store(false)
		expect(t, v, token, inactive)
		v.Forget(token) // refusals too
		expect(t, v, token, good)
	})
}

// What was asked before Forget is not remembered after it, and later requests
// do not join it.
func TestForgetDuringACall(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &server{}
		s.answer = func(seen) reply {
			r := active("")
			if s.count() == 1 {
				r.after = time.Second
			} else {
				r = reply{body: `{"active":false}`}
			}
			return r
		}
		v := newValidator(t, config(s))
		done := make(chan error)
		go func() {
			_, err := v.Validate(t.Context(), token)
			done <- err
		}()
		synctest.Wait()
		v.Forget(token)
		expect(t, v, token, inactive)
		if err := <-done; err != nil {
			t.Errorf("who waited already got %v", err)
		}
		expect(t, v, token, inactive)
		if n := v.Health().Good; n != 0 {
			t.Errorf("%d good answers are remembered, want 0", n)
		}
	})
}

// What is forgotten is one token: the answers about others that are under way
// are remembered all the same, and those about it are not, however often it is
// forgotten.
func TestForgetIsOfOneToken(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := active("")
		r.after = 2 * time.Second
		s := says(r)
		c := config(s)
		c.MaxCalls = 3 // some wait for their turn when they are forgotten
		v := newValidator(t, c)
		var wg sync.WaitGroup
		ask := func(raw string) { wg.Go(func() { expect(t, v, raw, good) }); synctest.Wait() }
		for _, raw := range []string{"forgotten", "kept", "another", "forgotten-too", "kept-too"} {
			ask(raw)
		}
		v.Forget("forgotten")
		v.Forget("forgotten-too")
		v.Forget("of which nothing is known")
		ask("forgotten") // a second call about it
		v.Forget("forgotten")
		wg.Wait()
		s.expectCalls(t, 6)
		for range 2 {
			expect(t, v, "kept", good)
			expect(t, v, "kept-too", good)
		}
		s.expectCalls(t, 6)
		expect(t, v, "forgotten", good)
		expect(t, v, "forgotten-too", good)
		s.expectCalls(t, 8)
	})
}

// The cached way of good tokens allocates nothing.
func TestHitAllocates(t *testing.T) {
	v := newValidator(t, config(says(active(`"exp":`+fmt.Sprint(time.Now().Add(time.Hour).Unix())))))
	expect(t, v, token, good)
	ctx := t.Context()
	if n := testing.AllocsPerRun(1000, func() {
		if _, err := v.Validate(ctx, token); err != nil {
			t.Error(err)
		}
	}); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}

// What is too long, is no b64token or is not ours is never asked about.
// R7662-14
func TestFilter(t *testing.T) {
	t.Parallel()
	prefix := func(raw string) bool { return strings.HasPrefix(raw, "ours_") }
	tests := map[string]struct {
		raw    string
		accept func(string) bool
		size   int
		want   verdict
		calls  int
	}{
		"any b64token":                 {"azAZ09-._~+/==", nil, 0, good, 1},
		"R7662-14 empty":               {"", nil, 0, refused(middleware.ReasonMalformed), 0},
		"R7662-14 padding alone":       {"==", nil, 0, refused(middleware.ReasonMalformed), 0},
		"R7662-14 padding inside":      {"a=b", nil, 0, refused(middleware.ReasonMalformed), 0},
		"R7662-14 a space":             {"a b", nil, 0, refused(middleware.ReasonMalformed), 0},
		"R7662-14 a line break":        {"a\n", nil, 0, refused(middleware.ReasonMalformed), 0},
		"R7662-14 a letter with marks": {"é", nil, 0, refused(middleware.ReasonMalformed), 0},
		"R7662-14 a percent sign":      {"a%20", nil, 0, refused(middleware.ReasonMalformed), 0},
		"R7662-14 NUL":                 {"a\x00", nil, 0, refused(middleware.ReasonMalformed), 0},
		"R7662-14 16 KiB":              {strings.Repeat("a", 16<<10), nil, 0, good, 1},
		"R7662-14 over 16 KiB":         {strings.Repeat("a", 16<<10+1), nil, 0, refused(middleware.ReasonTooLarge), 0},
		"R7662-14 over 8 KiB of ours":  {strings.Repeat("a", 8<<10+1), nil, 8 << 10, refused(middleware.ReasonTooLarge), 0},
		"R7662-14 dots":                {strings.Repeat(".", 1<<20), nil, 0, refused(middleware.ReasonTooLarge), 0},
		"a prefix":                     {"ours_1", prefix, 0, good, 1},
		"R7662-14 another prefix":      {"theirs_1", prefix, 0, notMine, 0},
		"R7662-14 malformed, a prefix": {"ours_ 1", prefix, 0, refused(middleware.ReasonMalformed), 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := says(active(""))
			c := config(s)
			c.Accept, c.MaxTokenSize = test.accept, test.size
			v := newValidator(t, c)
			expect(t, v, test.raw, test.want)
			s.expectCalls(t, test.calls)
		})
	}
}

// Errors are not remembered as anything: the next request asks again.
func TestErrorThenGood(t *testing.T) {
	t.Parallel()
	s := &server{}
	s.answer = func(seen) reply {
		if s.count() <= 2 {
			return reply{err: errors.New("reset")}
		}
		return active("")
	}
	v := newValidator(t, config(s))
	expect(t, v, token, unavailable)
	expect(t, v, token, good) // L-8
}
