package middleware_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// Everything that a Validator may return, its contract kept or broken.
func TestValidatorContract(t *testing.T) {
	t.Parallel()
	good := middleware.NewToken(middleware.Claims{Scope: "read"})
	var none *middleware.Error
	invalid := middleware.Invalid(middleware.ReasonSignature, "", nil)
	for _, tc := range []struct {
		name   string
		token  *middleware.Token
		err    error
		want   string
		reason middleware.Reason
	}{
		{"a token", good, nil, "allowed", ""},
		{"neither token nor error", nil, nil, "unavailable", middleware.ReasonValidator},
		{"invalid", nil, invalid, "invalid_token", middleware.ReasonSignature},
		{"invalid, with a token", good, invalid, "invalid_token", middleware.ReasonSignature},
		{"invalid, wrapped", nil, fmt.Errorf("x: %w", invalid), "invalid_token", middleware.ReasonSignature},
		{"invalid, joined", nil, errors.Join(errors.New("x"), invalid), "invalid_token", middleware.ReasonSignature},
		{"invalid and not mine", nil, errors.Join(middleware.ErrNotMine, invalid), "invalid_token", middleware.ReasonSignature},
		{"invalid because of not mine", nil, middleware.Invalid(middleware.ReasonType, "", middleware.ErrNotMine), "invalid_token", middleware.ReasonType},
		{"invalid because of a deadline", nil, middleware.Invalid(middleware.ReasonType, "", context.DeadlineExceeded), "invalid_token", middleware.ReasonType},
		{"not mine", nil, middleware.ErrNotMine, "invalid_token", middleware.ReasonUnrecognized},
		{"not mine, with a token", good, middleware.ErrNotMine, "invalid_token", middleware.ReasonUnrecognized},
		{"not mine, wrapped", nil, fmt.Errorf("x: %w", middleware.ErrNotMine), "invalid_token", middleware.ReasonUnrecognized},
		{"unavailable", nil, &middleware.Error{Code: middleware.Unavailable, Reason: middleware.ReasonKeys}, "unavailable", middleware.ReasonKeys},
		{"unavailable because of an invalid token", nil, &middleware.Error{Code: middleware.Unavailable, Reason: middleware.ReasonKeys, Err: invalid}, "unavailable", middleware.ReasonKeys},
		{"any error", nil, errors.New("x"), "unavailable", middleware.ReasonValidator},
		{"any error, with a token", good, errors.New("x"), "unavailable", middleware.ReasonValidator},
		{"cancelled", nil, context.Canceled, "unavailable", middleware.ReasonValidator},
		{"deadline", nil, context.DeadlineExceeded, "unavailable", middleware.ReasonValidator},
		{"a nil *Error", nil, none, "unavailable", middleware.ReasonValidator},
		{"a nil *Error, with a token", good, none, "unavailable", middleware.ReasonValidator},
		{"a nil *Error, wrapped", nil, fmt.Errorf("x: %w", none), "unavailable", middleware.ReasonValidator},
		{"the zero Error", nil, &middleware.Error{}, "unavailable", middleware.ReasonValidator},
		{"an odd code", nil, &middleware.Error{Code: "odd"}, "unavailable", middleware.ReasonValidator},
		{"no token", nil, &middleware.Error{Code: middleware.NoToken}, "unavailable", middleware.ReasonValidator},
		{"bad request", nil, &middleware.Error{Code: middleware.InvalidRequest}, "unavailable", middleware.ReasonValidator},
		{"bad proof", nil, &middleware.Error{Code: middleware.InvalidProof}, "unavailable", middleware.ReasonValidator},
		{"scope", nil, &middleware.Error{Code: middleware.InsufficientScope}, "unavailable", middleware.ReasonValidator},
		{"no rule", nil, &middleware.Error{Code: middleware.NoRule}, "unavailable", middleware.ReasonValidator},
		{"allowed", nil, &middleware.Error{Code: middleware.Code(middleware.Allowed)}, "unavailable", middleware.ReasonValidator},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			v := fixed(tc.token, tc.err)
			for name, v := range map[string]middleware.Validator{"alone": v, "First": middleware.First(v), "Every": middleware.Every(v)} {
				g := newGuard(t, middleware.Config{Validator: v})
				for _, rule := range []scopes.Rule{scopes.All("read"), scopes.Optional(scopes.All("read"))} {
					token, err := g.Check(t.Context(), bearer("t"), rule)
					refusal := middleware.Refusal{}
					if err != nil {
						refusal = g.Refusal(err)
						_ = err.Error() // must not panic either
						checkConsistent(t, refusal)
					}
					if got := outcome(refusal); got != tc.want || refusal.Reason != tc.reason || (token != nil) != (tc.want == "allowed") {
						t.Errorf("%s, %v: %s (%s) with %v, want %s (%s)", name, rule, got, refusal.Reason, token, tc.want, tc.reason)
					}
				}
			}
		})
	}
}

// Every error of Check is an *Error of the Guard's own: changing it changes
// nothing for others.
func TestErrorsAreNotShared(t *testing.T) {
	t.Parallel()
	shared := middleware.Invalid(middleware.ReasonSignature, "", nil)
	g := newGuard(t, middleware.Config{Validator: fixed(nil, shared)})
	for name, r := range map[string]middleware.Request{"the validator's": bearer("t"), "no token": authorization()} {
		_, err := g.Check(t.Context(), r, scopes.All("read"))
		var e *middleware.Error
		if !errors.As(err, &e) || e == shared {
			t.Fatalf("%s: %#v", name, err)
		}
		was := e.Code
		e.Code = "changed"
		_, again := g.Check(t.Context(), r, scopes.All("read"))
		if got := g.Refusal(again).Code; got != was || shared.Code != middleware.InvalidToken {
			t.Errorf("%s: %s", name, got)
		}
	}
}

// The order of the checks: what comes first decides the answer.
func TestOrder(t *testing.T) {
	t.Parallel()
	bad := fixed(nil, middleware.Invalid(middleware.ReasonExpired, "", nil))
	good := accepts(middleware.Claims{Scope: "read"})
	bound := accepts(middleware.Claims{Scope: "read", Confirmation: jkt})
	down := fixed(nil, errors.New("x"))
	read, write := scopes.All("read"), scopes.All("write")
	for _, tc := range []struct {
		name      string
		validator middleware.Validator
		request   middleware.Request
		rule      scopes.Rule
		want      string
	}{
		{"public looks at nothing", down, authorization("Bearer t", "Bearer t"), scopes.Public(), "allowed"},
		{"malformed before validation", down, bearer("a b"), write, "invalid_request"},
		{"malformed on a route without a rule", down, bearer("a b"), scopes.Rule{}, "invalid_request"},
		{"no token before the rule", good, authorization(), write, "no_token"},
		{"no token on a route without a rule", good, authorization(), scopes.Rule{}, "no_token"},
		{"RMCP-4 expired before a missing scope", bad, bearer("t"), write, "invalid_token"},
		{"expired on a route without a rule", bad, bearer("t"), scopes.Rule{}, "invalid_token"},
		{"possession before a missing scope", bound, bearer("t"), write, "invalid_token"},
		{"possession on a route without a rule", bound, bearer("t"), scopes.Rule{}, "invalid_token"},
		{"outage before the rule", down, bearer("t"), write, "unavailable"},
		{"R6750-18 a missing scope", good, bearer("t"), write, "insufficient_scope"},
		{"R9700-2 another action", good, bearer("t"), scopes.All("read", "delete"), "insufficient_scope"},
		{"no rule", good, bearer("t"), scopes.Rule{}, "no_rule"},
		{"a rule that stays zero", good, bearer("t"), scopes.Optional(scopes.Rule{}), "no_rule"},
		{"no token where the rule stays zero", good, authorization(), scopes.Optional(scopes.Rule{}), "no_token"},
		{"the scope", good, bearer("t"), read, "allowed"},
		{"any token", good, bearer("t"), scopes.Authenticated(), "allowed"},
		{"L-13 anonymous", down, authorization(), scopes.Optional(read), "allowed"},
		{"L-13 an empty field", good, authorization(""), scopes.Optional(read), "no_token"},
		{"L-13 another scheme", good, authorization("Basic dTpw"), scopes.Optional(read), "no_token"},
		{"L-13 malformed", good, bearer("a b"), scopes.Optional(read), "invalid_request"},
		{"L-13 expired", bad, bearer("t"), scopes.Optional(read), "invalid_token"},
		{"L-13 garbage", fixed(nil, middleware.ErrNotMine), bearer("t"), scopes.Optional(read), "invalid_token"},
		{"L-13 bound", bound, bearer("t"), scopes.Optional(read), "invalid_token"},
		{"L-13 a missing scope", good, bearer("t"), scopes.Optional(write), "insufficient_scope"},
		{"L-13 outage", down, bearer("t"), scopes.Optional(read), "unavailable"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			g := newGuard(t, middleware.Config{Validator: tc.validator, Bindings: []middleware.Binding{fakeDPoP{}}})
			_, refusal := check(t, g, tc.request, tc.rule)
			if got := outcome(refusal); got != tc.want {
				t.Errorf("%s, want %s", got, tc.want)
			}
			checkConsistent(t, refusal)
		})
	}
}

// R6750-19 at the level of a route.
func TestScopeSyntax(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, scope, want string }{
		{"R6750-19 another order", "write read", "allowed"},
		{"R6750-19 more", "a read b write c", "allowed"},
		{"R6750-19 another case", "Read write", "insufficient_scope"},
		{"R6750-19 run together", "readwrite", "insufficient_scope"},
		{"R6750-19 a tab", "read\twrite", "insufficient_scope"},
		{"R6750-19 a line break", "read\nwrite", "insufficient_scope"},
		{"R6750-19 a no-break space", "read\u00a0write", "insufficient_scope"},
		{"R6750-19 a comma", "read,write", "insufficient_scope"},
		{"R6750-19 longer names", "reader writer", "insufficient_scope"},
		{"R6750-19 one of them", "read", "insufficient_scope"},
		{"R6750-19 none", "", "insufficient_scope"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			g := newGuard(t, middleware.Config{Validator: accepts(middleware.Claims{Scope: tc.scope})})
			_, refusal := check(t, g, bearer("t"), scopes.All("read", "write"))
			if got := outcome(refusal); got != tc.want {
				t.Errorf("%s, want %s", got, tc.want)
			}
			if want := "read write"; refusal.Scope != want && tc.want != "allowed" {
				t.Errorf("R6750-18: scope %q, want %q", refusal.Scope, want) // R6750-18
			}
		})
	}
}

// RMCP-9, R9700-1: what one request proved is not there for the next.
func TestNothingIsKept(t *testing.T) {
	t.Parallel()
	asked := &asked{}
	g := newGuard(t, middleware.Config{Validator: asked})
	for range 2 {
		if token, _ := check(t, g, bearer("t"), scopes.Authenticated()); token == nil {
			t.Error("refused")
		}
		if token, _ := check(t, g, authorization(), scopes.Authenticated()); token != nil {
			t.Error("RMCP-9: passed without a token") // RMCP-9
		}
	}
	if len(asked.tokens) != 2 {
		t.Errorf("R9700-1: the validator was asked %d times, want 2", len(asked.tokens)) // R9700-1
	}
}

// The caller's context reaches the validator and the bindings as it is.
func TestContextIsPassedOn(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	waits := middleware.ValidatorFunc(func(ctx context.Context, _ string) (*middleware.Token, error) {
		<-ctx.Done()
		return nil, ctx.Err()
	})
	_, err := newGuard(t, middleware.Config{Validator: waits}).Check(ctx, bearer("t"), scopes.Authenticated())
	if !errors.Is(err, context.Canceled) {
		t.Errorf("%v, want the context's error", err)
	}
}

// A panic of a validator, a binding or an observer is not swallowed, and nobody
// passes by it.
func TestPanicsAreNotSwallowed(t *testing.T) {
	t.Parallel()
	for name, c := range map[string]middleware.Config{
		"validator": {Validator: middleware.ValidatorFunc(func(context.Context, string) (*middleware.Token, error) { panic("x") })},
		"observer":  {Validator: accepts(middleware.Claims{}), Observe: func(context.Context, middleware.Event) { panic("x") }},
		"binding": {Validator: accepts(middleware.Claims{Confirmation: x5t}), Bindings: []middleware.Binding{
			binding{covers: func(middleware.Confirmation) bool { panic("x") }},
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := newGuard(t, c)
			defer func() {
				if recover() == nil {
					t.Error("no panic")
				}
			}()
			_, err := g.Check(t.Context(), bearer("t"), scopes.Authenticated())
			t.Errorf("Check returned %v", err)
		})
	}
}

// Changes to the Config after New change nothing.
func TestConfigIsCopied(t *testing.T) {
	t.Parallel()
	c := middleware.Config{Validator: accepts(middleware.Claims{Confirmation: jkt}), Bindings: []middleware.Binding{fakeDPoP{}}, Logger: quiet}
	g := newGuard(t, c)
	c.Bindings[0] = binding{covers: everything}
	if _, refusal := check(t, g, bearer("t"), scopes.Authenticated()); refusal.Code != middleware.InvalidToken {
		t.Errorf("%q", refusal.Code)
	}
}

// For the race detector: one Guard, many requests of every kind.
func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	var file challengeCases
	readCases(t, "challenges.json", &file)
	c := file.config("full")
	var mu sync.Mutex
	events := 0
	c.Observe = func(context.Context, middleware.Event) {
		mu.Lock()
		defer mu.Unlock()
		events++
	}
	g := newGuard(t, c)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for _, tc := range file.Cases {
				rule, err := scopes.Parse(tc.Rule)
				if err != nil {
					t.Error(err)
					return
				}
				r := authorization(tc.Authorization...)
				r.Header.(http.Header).Set("DPoP", tc.Proof)
				_, _ = check(t, g, r, rule)
			}
		})
	}
	wg.Wait()
	if want := 8 * len(file.Cases); events != want {
		t.Errorf("%d events, want %d", events, want)
	}
}
