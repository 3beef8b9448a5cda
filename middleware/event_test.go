package middleware_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// One event for each check, that tells how it ended.
func TestEvents(t *testing.T) {
	t.Parallel()
	const issuer = "https://as.example"
	good := accepts(middleware.Claims{Issuer: issuer, Scope: "read"})
	bound := accepts(middleware.Claims{Issuer: issuer, Confirmation: jkt})
	read := scopes.All("read")
	for _, tc := range []struct {
		name      string
		validator middleware.Validator
		request   middleware.Request
		rule      scopes.Rule
		want      middleware.Event
	}{
		{"allowed", good, bearer("t"), read, middleware.Event{Outcome: middleware.Allowed, Issuer: issuer}},
		{"anonymous", good, authorization(), scopes.Optional(read), middleware.Event{Outcome: middleware.Anonymous}},
		{"public", good, bearer("t"), scopes.Public(), middleware.Event{Outcome: middleware.Open}},
		{"no token", good, authorization(), read, middleware.Event{Outcome: "no_token", Reason: middleware.ReasonNoToken}},
		{"an empty field", good, authorization(""), read, middleware.Event{Outcome: "no_token", Reason: middleware.ReasonNoToken}},
		{"another scheme", good, authorization("Basic dTpw"), read, middleware.Event{Outcome: "no_token", Reason: middleware.ReasonScheme}},
		{"malformed", good, bearer("a b"), read, middleware.Event{Outcome: "invalid_request", Reason: middleware.ReasonMalformed}},
		{"repeated", good, authorization("Bearer t", "Bearer t"), read, middleware.Event{Outcome: "invalid_request", Reason: middleware.ReasonRepeated}},
		{"expired", fixed(middleware.NewToken(middleware.Claims{Issuer: "unverified"}), middleware.Invalid(middleware.ReasonExpired, "", nil)),
			bearer("t"), read, middleware.Event{Outcome: "invalid_token", Reason: middleware.ReasonExpired}},
		{"unrecognized", fixed(nil, middleware.ErrNotMine), bearer("t"), read, middleware.Event{Outcome: "invalid_token", Reason: middleware.ReasonUnrecognized}},
		{"unavailable", fixed(nil, errors.New("x")), bearer("t"), read, middleware.Event{Outcome: "unavailable", Reason: middleware.ReasonValidator}},
		{"possession", bound, bearer("t"), read, middleware.Event{Outcome: "invalid_token", Reason: middleware.ReasonConfirmation, Issuer: issuer}},
		{"proof", bound, authorization("DPoP t"), read, middleware.Event{Outcome: "invalid_proof", Reason: middleware.ReasonProof, Issuer: issuer}},
		{"scope", good, bearer("t"), scopes.All("write"), middleware.Event{Outcome: "insufficient_scope", Reason: middleware.ReasonScope, Issuer: issuer}},
		{"no rule", good, bearer("t"), scopes.Rule{}, middleware.Event{Outcome: "no_rule", Reason: middleware.ReasonNoRule, Issuer: issuer}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				type key struct{}
				ctx := context.WithValue(t.Context(), key{}, "request")
				slow := middleware.ValidatorFunc(func(ctx context.Context, raw string) (*middleware.Token, error) {
					time.Sleep(time.Second)
					return tc.validator.Validate(ctx, raw)
				})
				var events []middleware.Event
				g := newGuard(t, middleware.Config{Validator: slow, Bindings: []middleware.Binding{fakeDPoP{}},
					Observe: func(got context.Context, e middleware.Event) {
						if got.Value(key{}) != "request" {
							t.Error("Observe has another context")
						}
						events = append(events, e)
					}})
				start := time.Now()
				_, err := g.Check(ctx, tc.request, tc.rule)
				took := time.Since(start)
				_, again := g.Recheck(ctx, tc.request, tc.rule)
				if len(events) != 2 {
					t.Fatalf("%d events, want one for each check", len(events))
				}
				if !errors.Is(events[0].Err, err) || !errors.Is(events[1].Err, again) {
					t.Errorf("Err %v and %v, want %v and %v", events[0].Err, events[1].Err, err, again)
				}
				got := events[0]
				tc.want.Route, tc.want.Duration, tc.want.Err = "GET /read", took, got.Err
				if got != tc.want {
					t.Errorf("%+v, want %+v", got, tc.want)
				}
			})
		})
	}
}

// A request that ended while it waited is told to Observe as one without a
// decision, with the reason that others have, and is not logged: its client may
// have left. A bad token is bad, whoever waits for that.
func TestEndedRequests(t *testing.T) {
	t.Parallel()
	left, leave := context.WithCancel(t.Context())
	leave()
	late, stop := context.WithDeadline(t.Context(), time.Unix(0, 0))
	defer stop()
	keys := &middleware.Error{Code: middleware.Unavailable, Reason: middleware.ReasonKeys, Err: context.Canceled}
	for _, tc := range []struct {
		name   string
		ctx    context.Context
		err    error
		reason middleware.Reason
		lines  int
	}{
		{"the client left", left, context.Canceled, middleware.ReasonValidator, 0},
		{"the client left, and the cause is another", left, errors.New("dial: refused"), middleware.ReasonValidator, 0},
		{"the client left while keys were fetched", left, keys, middleware.ReasonKeys, 0},
		{"a deadline passed", late, context.DeadlineExceeded, middleware.ReasonValidator, 0},
		{"the validator gave up", t.Context(), context.Canceled, middleware.ReasonValidator, 1},
		{"the validator had no time left", t.Context(), context.DeadlineExceeded, middleware.ReasonValidator, 1},
		{"the client left, and the token is bad", left, middleware.Invalid(middleware.ReasonExpired, "", nil), middleware.ReasonExpired, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var log bytes.Buffer
			var seen middleware.Event
			g := newGuard(t, middleware.Config{Validator: fixed(nil, tc.err), Logger: slog.New(slog.NewTextHandler(&log, nil)),
				Observe: func(_ context.Context, e middleware.Event) { seen = e }})
			_, err := g.Check(tc.ctx, bearer("t"), scopes.Authenticated())
			if seen.Reason != tc.reason || !errors.Is(seen.Err, err) || seen.Outcome != middleware.Outcome(g.Refusal(err).Code) {
				t.Errorf("observed %+v, want reason %s", seen, tc.reason)
			}
			if n := strings.Count(log.String(), "level=ERROR"); n != tc.lines {
				t.Errorf("%d lines, want %d: %s", n, tc.lines, &log)
			}
		})
	}
}

// The log is for what an operator must act on, and no flood.
func TestLog(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		logger := slog.New(slog.NewTextHandler(&log, nil))
		lines := func() int {
			n := strings.Count(log.String(), "\n")
			log.Reset()
			return n
		}
		down := newGuard(t, middleware.Config{Validator: fixed(nil, errors.New("dial: refused")), Logger: logger})
		ask := func(ctx context.Context) { _, _ = down.Check(ctx, bearer("t"), scopes.Authenticated()) }

		cancelled, cancel := context.WithCancel(t.Context())
		cancel()
		ask(cancelled)
		if n := lines(); n != 0 {
			t.Errorf("%d lines about a request that was given up", n)
		}
		ask(t.Context())
		if text := log.String(); !strings.Contains(text, "level=ERROR") || !strings.Contains(text, "dial: refused") || !strings.Contains(text, "validator_failure") {
			t.Errorf("the line tells too little: %s", text)
		}
		lines()
		for range 1000 {
			time.Sleep(9 * time.Millisecond)
			ask(t.Context())
		}
		if n := lines(); n != 0 {
			t.Errorf("%d lines within ten seconds of the first", n)
		}
		time.Sleep(time.Second)
		ask(t.Context())
		ask(t.Context())
		if n := lines(); n != 1 {
			t.Errorf("%d lines ten seconds later, want 1", n)
		}
	})
}

// Refusals that are the client's business are not logged.
func TestLogIsSilent(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	var file challengeCases
	readCases(t, "challenges.json", &file)
	for _, tc := range file.Cases {
		if tc.Expect.Status == 503 {
			continue
		}
		c := file.config(tc.Guard)
		c.Logger = slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug}))
		rule, err := scopes.Parse(tc.Rule)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = check(t, newGuard(t, c), authorization(tc.Authorization...), rule)
	}
	if log.Len() > 0 {
		t.Errorf("logged: %s", &log)
	}
}
