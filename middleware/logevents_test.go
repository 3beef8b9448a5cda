package middleware_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// logged runs events through LogEvents and returns the records, without time.
func logged(t *testing.T, every int, events ...middleware.Event) []map[string]any {
	t.Helper()
	var out bytes.Buffer
	observe := middleware.LogEvents(slog.New(slog.NewJSONHandler(&out, nil)), every)
	for _, e := range events {
		observe(t.Context(), e)
	}
	var records []map[string]any
	for line := range strings.Lines(out.String()) {
		var record map[string]any
		if err := json.Unmarshal([]byte(line), &record); err != nil {
			t.Fatal(err)
		}
		delete(record, "time")
		records = append(records, record)
	}
	return records
}

func TestLogEvents(t *testing.T) {
	t.Parallel()
	const text = "access token checked"
	for _, tc := range []struct {
		name  string
		event middleware.Event
		want  map[string]any
	}{
		{"allowed", middleware.Event{Route: "GET /a", Outcome: middleware.Allowed, Issuer: "https://as.example", Cached: true, Duration: time.Millisecond},
			map[string]any{"level": "INFO", "msg": text, "bearerguard.route": "GET /a", "bearerguard.outcome": "allowed",
				"bearerguard.issuer": "https://as.example", "bearerguard.cached": true, "bearerguard.duration": 1e6}},
		{"anonymous", middleware.Event{Outcome: middleware.Anonymous},
			map[string]any{"level": "INFO", "msg": text, "bearerguard.route": "", "bearerguard.outcome": "anonymous",
				"bearerguard.cached": false, "bearerguard.duration": 0.0}},
		{"public", middleware.Event{Route: "/", Outcome: middleware.Open},
			map[string]any{"level": "INFO", "msg": text, "bearerguard.route": "/", "bearerguard.outcome": "public",
				"bearerguard.cached": false, "bearerguard.duration": 0.0}},
		{"refused", middleware.Event{Route: "GET /a", Outcome: "invalid_token", Reason: middleware.ReasonExpired, Err: errors.New("cause")},
			map[string]any{"level": "WARN", "msg": text, "bearerguard.route": "GET /a", "bearerguard.outcome": "invalid_token",
				"bearerguard.reason": "expired", "bearerguard.cached": false, "bearerguard.duration": 0.0, "bearerguard.error": "cause"}},
		{"no decision", middleware.Event{Route: "GET /a", Outcome: "unavailable", Reason: middleware.ReasonKeys, Err: errors.New("cause")},
			map[string]any{"level": "ERROR", "msg": text, "bearerguard.route": "GET /a", "bearerguard.outcome": "unavailable",
				"bearerguard.reason": "keys_unavailable", "bearerguard.cached": false, "bearerguard.duration": 0.0, "bearerguard.error": "cause"}},
		{"an outcome of tomorrow", middleware.Event{Outcome: "new"},
			map[string]any{"level": "WARN", "msg": text, "bearerguard.route": "", "bearerguard.outcome": "new",
				"bearerguard.cached": false, "bearerguard.duration": 0.0}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got := logged(t, 1, tc.event); len(got) != 1 || !maps.Equal(got[0], tc.want) {
				t.Errorf("%v, want %v", got, tc.want)
			}
		})
	}
}

func TestLogEventsSamples(t *testing.T) {
	t.Parallel()
	allowed, refused := middleware.Event{Outcome: middleware.Allowed}, middleware.Event{Outcome: "invalid_token"}
	var events []middleware.Event
	for range 20 {
		events = append(events, allowed, refused)
	}
	for every, passed := range map[int]int{1: 20, 2: 10, 3: 7, 20: 1, 21: 1, 1000: 1, 0: 0, -1: 0} {
		got := logged(t, every, events...)
		outcomes := map[any]int{}
		for _, record := range got {
			outcomes[record["bearerguard.outcome"]]++
		}
		if outcomes["invalid_token"] != 20 || outcomes["allowed"] != passed {
			t.Errorf("one in %d: %v, want %d allowed and 20 refused", every, outcomes, passed)
		}
		if passed > 0 && got[0]["bearerguard.outcome"] != "allowed" {
			t.Errorf("one in %d: the first is left out", every)
		}
	}
}

// R6750-20: what is logged of a check holds nothing of the token; and a guard
// and LogEvents fit together.
func TestLogEventsOfAGuard(t *testing.T) {
	t.Parallel()
	var out bytes.Buffer
	var file challengeCases
	readCases(t, "challenges.json", &file)
	for _, tc := range file.Cases {
		c := file.config(tc.Guard)
		c.Observe = middleware.LogEvents(slog.New(slog.NewJSONHandler(&out, nil)), 1)
		rule, err := scopes.Parse(tc.Rule)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = newGuard(t, c).Check(t.Context(), authorization(tc.Authorization...), rule)
	}
	if n := strings.Count(out.String(), "\n"); n != len(file.Cases) {
		t.Errorf("%d records for %d checks", n, len(file.Cases))
	}
	const secret = "c2VjcmV0UGF5bG9hZA"
	for _, v := range []middleware.Validator{accepts(middleware.Claims{}), fixed(nil, middleware.ErrNotMine), fixed(nil, errors.New("x"))} {
		g := newGuard(t, middleware.Config{Validator: v, Observe: middleware.LogEvents(slog.New(slog.NewJSONHandler(&out, nil)), 1)})
		for _, field := range []string{"Bearer " + secret, "Bearer " + secret + "," + secret, secret, "Basic " + secret} {
			_, _ = g.Check(t.Context(), authorization(field), scopes.All("read"))
		}
	}
	if strings.Contains(out.String(), secret) {
		t.Errorf("the token leaks: %s", &out)
	}
}

// A log that is switched off costs no attributes.
func TestLogEventsDisabled(t *testing.T) {
	observe := middleware.LogEvents(slog.New(slog.DiscardHandler), 1)
	event := middleware.Event{Outcome: "invalid_token", Err: errors.New("cause")}
	if n := testing.AllocsPerRun(100, func() { observe(context.Background(), event) }); n != 0 {
		t.Errorf("%v allocations", n)
	}
}

// The names are a contract with dashboards.
func TestAttributeNames(t *testing.T) {
	t.Parallel()
	got := []string{middleware.AttrRoute, middleware.AttrOutcome, middleware.AttrReason, middleware.AttrIssuer, middleware.AttrCached, middleware.AttrDuration, middleware.AttrError}
	want := []string{"bearerguard.route", "bearerguard.outcome", "bearerguard.reason", "bearerguard.issuer", "bearerguard.cached", "bearerguard.duration", "bearerguard.error"}
	if !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
