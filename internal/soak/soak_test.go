package main

import (
	"context"
	"regexp"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
)

// The tests of this file count goroutines and measure the heap, so none of them is parallel.

func TestShortSoak(t *testing.T) {
	r, err := run(plan{length: 2 * time.Second, seed: 1})
	if err == nil && (r.good == 0 || r.refused == 0 || r.vitals.contents.keys == 0) { // the machine stood still
		r, err = run(plan{length: 15 * time.Second, seed: 1})
	}
	if err != nil {
		t.Fatal(err)
	}
	var text strings.Builder
	r.write(&text)
	if r.wrong > 0 {
		t.Error(text.String())
	}
	if n, strict := r.verdicts(); n == 0 || strict < n/10 {
		t.Errorf("%d verdicts, %d of them without a choice: this shows nothing", n, strict)
	}
	if r.good == 0 || r.refused == 0 || r.vitals.contents.keys == 0 {
		t.Errorf("remembered at most %+v: nothing was looked at", r.contents)
	}
	lines := strings.Split(strings.TrimSpace(text.String()), "\n")
	if last := lines[len(lines)-1]; !regexp.MustCompile(`^soak result=(clean|inconclusive) verdicts=\d+ strict=\d+ wrong=0 excused=\d+ p50=\S+ p99=\S+ .* seed=1$`).MatchString(last) {
		t.Errorf("last line %q", last)
	}
}

// TestSpoiled: a library with any of these faults does not get through a soak.
func TestSpoiled(t *testing.T) {
	tests := map[string]struct {
		spoil func(middleware.Validator) middleware.ValidatorFunc
		says  string
	}{
		"bad tokens pass": {func(v middleware.Validator) middleware.ValidatorFunc {
			return func(ctx context.Context, raw string) (*middleware.Token, error) {
				if t, err := v.Validate(ctx, raw); err == nil {
					return t, nil
				}
				return middleware.NewToken(middleware.Claims{Scope: scope}), nil
			}
		}, "verdict pass"},
		"good tokens are refused now and then": {func(v middleware.Validator) middleware.ValidatorFunc {
			var n atomic.Int64
			return func(ctx context.Context, raw string) (*middleware.Token, error) {
				if n.Add(1)%20 == 0 {
					return nil, middleware.Invalid(middleware.ReasonSignature, "", nil)
				}
				return v.Validate(ctx, raw)
			}
		}, "verdict 401"},
		"good tokens are called undecidable now and then": {func(v middleware.Validator) middleware.ValidatorFunc {
			var n atomic.Int64
			return func(ctx context.Context, raw string) (*middleware.Token, error) {
				if n.Add(1)%20 == 0 {
					return nil, context.DeadlineExceeded
				}
				return v.Validate(ctx, raw)
			}
		}, "verdict 503"},
		"requests get each other's tokens": {func(v middleware.Validator) middleware.ValidatorFunc {
			var last atomic.Pointer[middleware.Token]
			return func(ctx context.Context, raw string) (*middleware.Token, error) {
				t, err := v.Validate(ctx, raw)
				if err == nil {
					if before := last.Swap(t); before != nil {
						return before, nil
					}
				}
				return t, err
			}
		}, "the handler saw"},
		"memory is never freed": {func(v middleware.Validator) middleware.ValidatorFunc {
			var kept [][]byte
			var turn = make(chan struct{}, 1)
			return func(ctx context.Context, raw string) (*middleware.Token, error) {
				turn <- struct{}{}
				kept = append(kept, make([]byte, 256<<10))
				<-turn
				return v.Validate(ctx, raw)
			}
		}, "memory leaks"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			// A machine that stands still meanwhile may come to nothing in so short a time: then a longer one decides.
			for _, length := range []time.Duration{700 * time.Millisecond, 3 * time.Second, 10 * time.Second} {
				r, err := run(plan{length: length, seed: 1, spoil: func(v middleware.Validator) middleware.Validator { return test.spoil(v) }})
				if err != nil {
					t.Fatal(err)
				}
				// Where it stood still the same violations are excused, and say so.
				for _, v := range r.violations {
					if strings.Contains(v.text, test.says) {
						return
					}
				}
			}
			t.Errorf("nothing says %q", test.says)
		})
	}
}

func TestGoroutineLeak(t *testing.T) {
	done := make(chan struct{})
	go func() { <-done }()
	var got string
	for range 50 { // others, of tests before this one, may still be ending
		if got = goroutineLeak(runtime.NumGoroutine()-1, 20*time.Millisecond); got != "" {
			break
		}
	}
	if !strings.Contains(got, "TestGoroutineLeak") {
		t.Errorf("a goroutine that is left: %q", got)
	}
	before := runtime.NumGoroutine() - 1
	time.AfterFunc(20*time.Millisecond, func() { close(done) })
	if got := goroutineLeak(before, patience); got != "" {
		t.Errorf("a goroutine that ends late: %s", got)
	}
}
