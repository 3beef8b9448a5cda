package main

import (
	"context"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
)

func TestResult(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		wrong, excused, verdicts int
		stalled                  float64 // seconds of 20
		want                     result
		exit                     int
	}{
		"nothing":                           {0, 0, 1000, 0, clean, 0},
		"stalls that excuse nothing":        {0, 0, 1000, 15, clean, 0},
		"few excuses for short stalls":      {0, 10, 1000, 2, clean, 0},
		"too many excuses":                  {0, 11, 1000, 0.3, inconclusive, 3},
		"excuses, and none was asked":       {0, 1, 0, 0.3, inconclusive, 3},
		"one excuse, but stalled too long":  {0, 1, 1000, 2.1, inconclusive, 3},
		"a violation without an excuse":     {1, 0, 1000, 0, wrong, 1},
		"such a one, and too many with one": {1, 500, 1000, 15, wrong, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			r := &report{soak: &soak{plan: plan{length: 20 * time.Second}}, wrong: test.wrong, excused: test.excused, stalled: sec(test.stalled)}
			r.tallies = []*tally{{requests: test.verdicts}}
			if got := r.result(); got != test.want || got.exit() != test.exit || (r.doubt() == "") != (test.want == clean) && test.wrong == 0 {
				t.Errorf("%s, exit %d, doubt %q; want %s, exit %d", got, got.exit(), r.doubt(), test.want, test.exit)
			}
		})
	}
}

// TestExcusesEnd: a library that is wrong for 5 % of its answers is not let go because of a stall, which it may have
// caused itself.
func TestExcusesEnd(t *testing.T) {
	var n atomic.Int64
	wrongNow := func(v middleware.Validator) middleware.Validator {
		return middleware.ValidatorFunc(func(ctx context.Context, raw string) (*middleware.Token, error) {
			if n.Add(1)%20 == 0 {
				return nil, context.DeadlineExceeded
			}
			return v.Validate(ctx, raw)
		})
	}
	var again *report
	var text strings.Builder
	for _, length := range []time.Duration{700 * time.Millisecond, 3 * time.Second, 10 * time.Second} { // longer where the machine stands still
		r, err := run(plan{length: length, seed: 1, spoil: wrongNow})
		if err != nil {
			t.Fatal(err)
		}
		r.canary.heard(window(0, length.Seconds()+0.3), nil) // of all of it
		again = r.report(r.goroutines[0])
		if again.excused > 0 {
			break
		}
	}
	again.write(&text)
	if again.excused == 0 || again.result() == clean || !strings.Contains(text.String(), "soak result="+string(again.result())) {
		t.Errorf("%d wrong, %d excused\n%s", again.wrong, again.excused, &text)
	}
}

// TestLimits: what is remembered beyond its bound is a violation, and a bound that only stalls keep from being broken
// counts as an excuse.
func TestLimits(t *testing.T) {
	for name, test := range map[string]struct {
		spoil          func(*soak)
		wrong, excused int
	}{
		"as promised": {func(s *soak) {
			s.contents = contents{maxEntries, maxEntries, mostKeys}
		}, 0, 0},
		"too many good answers": {func(s *soak) { s.contents.good = maxEntries + 1 }, 1, 0},
		"too many refusals":     {func(s *soak) { s.contents.refused = maxEntries + 1 }, 1, 0},
		"too many keys":         {func(s *soak) { s.contents.keys = mostKeys + 1 }, 1, 0},
		"too many fetches":      {func(s *soak) { s.wellKeys.keys.Store(1000) }, 1, 0},
		"fetches that stalls allow": {func(s *soak) {
			s.canary.heard(window(0, 10), nil)
			s.wellKeys.keys.Store(int64(keyLimit(s.now(), 0, 0) + 3))
		}, 0, 1},
	} {
		t.Run(name, func(t *testing.T) {
			c := clock{time.Now()}
			s := &soak{plan: plan{length: 20 * time.Second}, clock: c, sick: &authority{history: newHistory(numbers)}, canary: &canary{clock: c}}
			s.wellKeys, s.sickKeys, s.askers = newMeter(c, nil), newMeter(c, nil), newMeter(c, nil)
			test.spoil(s)
			if r := s.report(0); r.wrong != test.wrong || r.excused != test.excused {
				t.Errorf("%d wrong %q, %d excused; want %d and %d", r.wrong, r.texts, r.excused, test.wrong, test.excused)
			}
		})
	}
}

func TestMost(t *testing.T) {
	t.Parallel()
	if got, want := (contents{1, 5, 3}).most(contents{4, 2, 6}), (contents{4, 5, 6}); got != want {
		t.Errorf("%v, want %v", got, want)
	}
}
