package middleware_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"math"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// headerOf collects what a refusal sets.
func headerOf(r middleware.Refusal) http.Header {
	h := http.Header{}
	for name, value := range r.Header() {
		h.Add(name, value)
	}
	return h
}

// The failure taxonomy, row by row, with the words that go over the wire.
func TestRefusals(t *testing.T) {
	t.Parallel()
	var file challengeCases
	readCases(t, "challenges.json", &file)
	for _, tc := range file.Cases {
		t.Run(tc.Name, func(t *testing.T) {
			t.Parallel()
			rule, err := scopes.Parse(tc.Rule)
			if err != nil {
				t.Fatal(err)
			}
			r := authorization(tc.Authorization...)
			reply := http.Header{}
			r.Reply = reply
			if tc.Proof != "" {
				r.Header.(http.Header).Set("DPoP", tc.Proof)
			}
			token, refusal := check(t, newGuard(t, file.config(tc.Guard)), r, rule)
			if token != nil || refusal.Status != tc.Expect.Status {
				t.Errorf("status %d, want %d", refusal.Status, tc.Expect.Status)
			}
			h := headerOf(refusal)
			if got := h.Values("WWW-Authenticate"); !slices.Equal(got, tc.Expect.Challenges) {
				t.Errorf("WWW-Authenticate:\n%s\nwant\n%s", strings.Join(got, "\n"), strings.Join(tc.Expect.Challenges, "\n"))
			}
			if got := h.Get("Retry-After"); got != tc.Expect.RetryAfter {
				t.Errorf("Retry-After: %q, want %q", got, tc.Expect.RetryAfter)
			}
			if got := h.Get("Cache-Control"); got != "no-store" {
				t.Errorf("Cache-Control: %q", got)
			}
			if got := reply.Get("DPoP-Nonce"); got != tc.Expect.Nonce {
				t.Errorf("DPoP-Nonce: %q, want %q", got, tc.Expect.Nonce)
			}
			checkBody(t, refusal.Body(), tc.Expect.Body)
			checkConsistent(t, refusal)
		})
	}
}

func checkBody(t *testing.T, body []byte, want map[string]string) {
	t.Helper()
	if len(want) == 0 {
		if body != nil {
			t.Errorf("body %s, want none", body)
		}
		return
	}
	var got map[string]string
	if err := json.Unmarshal(body, &got); err != nil || !maps.Equal(got, want) {
		t.Errorf("body %s (%v), want %v", body, err, want)
	}
}

// checkConsistent holds every refusal to what the RFCs say of all of them.
func checkConsistent(t testing.TB, r middleware.Refusal) {
	t.Helper()
	challenges := mustParse(t, r.Challenges) // R6750-10, R6750-13, R6750-14, R6750-15, R9110-1
	if needs := r.Status == 401 || r.Status == 403; needs && len(challenges) == 0 {
		t.Error("R6750-9: no challenge") // R6750-9
	}
	if r.Status == 503 && (len(challenges) > 0 || r.RetryAfter < time.Second) {
		t.Errorf("503 with %d challenges and RetryAfter %v", len(challenges), r.RetryAfter)
	}
	said := false
	for _, c := range challenges {
		said = said || c.params["error"] != ""
	}
	if presented := len(challenges) > 0 && r.Code != middleware.NoToken; presented != said {
		t.Errorf("R6750-11, R6750-12: %s, and an error in the challenge: %v", r.Code, said)
	}
	for scheme, c := range challenges {
		if c.params["error"] == "" && (c.params["error_description"] != "" || c.params["error_uri"] != "") {
			t.Errorf("R6750-11: %s describes an error that is not there", scheme)
		}
		if e := c.params["error"]; e != "" && e != r.Error {
			t.Errorf("%s says %q and the refusal %q", scheme, e, r.Error)
		}
	}
}

// R6750-15: texts of other validators and of the token cannot leave their place.
func TestForeignDescriptions(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct{ name, text, want string }{
		{"R6750-15 quote", `a"b`, "a?b"},
		{"R6750-15 backslash", `a\b`, "a?b"},
		{"R6750-15 header injection", "a\r\nSet-Cookie: b", "a??Set-Cookie: b"},
		{"R6750-15 NUL", "a\x00b", "a?b"},
		{"R6750-15 tab", "a\tb", "a?b"},
		{"R6750-15 delete", "a\x7fb", "a?b"},
		{"R6750-15 UTF-8", "aäb", "a?b"},
		{"R6750-15 bad UTF-8", "a\xffb", "a?b"},
		{"R6750-13 another parameter", `a", error="b`, "a?, error=?b"},
		{"R9110-1 another challenge", `a", Basic realm="b`, "a?, Basic realm=?b"},
		{"R6750-15 long", strings.Repeat("a", 600), strings.Repeat("a", 512)},
		{"R6750-15 cut inside a character", strings.Repeat("a", 511) + "ä", strings.Repeat("a", 511) + "?"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			g := newGuard(t, middleware.Config{Validator: fixed(nil, middleware.Invalid("foreign", tc.text, nil))})
			_, refusal := check(t, g, bearer("abc"), scopes.Authenticated())
			if got := mustParse(t, refusal.Challenges)["Bearer"].params["error_description"]; got != tc.want {
				t.Errorf("%q, want %q", got, tc.want)
			}
			checkBody(t, refusal.Body(), map[string]string{"error": "invalid_token", "error_description": tc.want})
			if refusal.Description != tc.want {
				t.Errorf("Refusal.Description %q, want %q", refusal.Description, tc.want)
			}
		})
	}
}

// R6750-15: a cause is for our logs, whatever is in it.
func TestCausesAreNotSent(t *testing.T) {
	t.Parallel()
	const secret = "kid=evil\r\nissuer"
	for _, code := range []middleware.Code{middleware.InvalidToken, middleware.Unavailable, "odd"} {
		e := &middleware.Error{Code: code, Reason: secret, Err: errors.New(secret)}
		g := newGuard(t, middleware.Config{Validator: fixed(nil, e)})
		_, refusal := check(t, g, bearer("abc"), scopes.Authenticated())
		if sent := fmt.Sprint(headerOf(refusal), string(refusal.Body())); strings.Contains(sent, "evil") {
			t.Errorf("%s: %s", code, sent)
		}
	}
}

// R6750-18, RMCP-5: a long list of scopes is sent whole. Cut short, it would name
// a scope that does not exist.
func TestLongScope(t *testing.T) {
	t.Parallel()
	var names []string
	for i := range 64 {
		names = append(names, fmt.Sprintf("https://api.example.com/scopes/orders.%d", i))
	}
	g := newGuard(t, middleware.Config{Validator: accepts(middleware.Claims{})})
	for name, r := range map[string]middleware.Request{"RMCP-6 no token": authorization(), "RMCP-5 no scope": bearer("abc")} {
		_, refusal := check(t, g, r, scopes.All(names...))
		if got := mustParse(t, refusal.Challenges)["Bearer"].params["scope"]; got != strings.Join(names, " ") {
			t.Errorf("%s: %d bytes of scope", name, len(got))
		}
	}
}

func TestLongResource(t *testing.T) {
	t.Parallel()
	path := strings.Repeat("/orders", 100)
	g := newGuard(t, middleware.Config{Validator: accepts(middleware.Claims{}), Resource: "https://h.example" + path})
	_, refusal := check(t, g, authorization(), scopes.Authenticated())
	want := "https://h.example/.well-known/oauth-protected-resource" + path
	if got := mustParse(t, refusal.Challenges)["Bearer"].params["resource_metadata"]; got != want {
		t.Errorf("R9728-6: %d bytes of resource_metadata", len(got))
	}
}

func TestRetryAfter(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name  string
		after time.Duration
		want  string
	}{
		{"default", 0, "5"},
		{"negative", -time.Hour, "5"},
		{"rounded up", time.Millisecond, "1"},
		{"whole", 7 * time.Second, "7"},
		{"rounded up to the next", 7*time.Second + 1, "8"},
		{"an hour", time.Hour, "3600"},
		{"more than an hour", 30 * 24 * time.Hour, "3600"},
		{"the longest there is", math.MaxInt64, "3600"},
		{"the most negative there is", math.MinInt64, "5"},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			e := &middleware.Error{Code: middleware.Unavailable, RetryAfter: tc.after}
			g := newGuard(t, middleware.Config{Validator: fixed(nil, e)})
			_, refusal := check(t, g, bearer("abc"), scopes.Authenticated())
			if got := headerOf(refusal).Get("Retry-After"); got != tc.want {
				t.Errorf("%q, want %q", got, tc.want)
			}
		})
	}
}

// Refusal words errors that no Check returned, too: none of them lets anybody
// pass.
func TestRefusalOfOtherErrors(t *testing.T) {
	t.Parallel()
	g := newGuard(t, middleware.Config{Validator: accepts(middleware.Claims{}), Bindings: []middleware.Binding{fakeDPoP{}}})
	var none *middleware.Error
	for _, tc := range []struct {
		name   string
		err    error
		status int
	}{
		{"nil", nil, 503},
		{"a nil *Error", none, 503},
		{"a wrapped nil *Error", fmt.Errorf("x: %w", none), 503},
		{"any error", errors.New("x"), 503},
		{"the zero Error", &middleware.Error{}, 503},
		{"an odd code", &middleware.Error{Code: "odd"}, 503},
		{"an outcome for a code", &middleware.Error{Code: middleware.Code(middleware.Allowed)}, 503},
		{"not mine", middleware.ErrNotMine, 503},
		{"R6750-11 no token, described", &middleware.Error{Code: middleware.NoToken, Description: "text"}, 401},
		{"invalid", middleware.Invalid("", "", nil), 401},
		{"wrapped", fmt.Errorf("x: %w", middleware.Invalid("", "", nil)), 401},
		{"joined", errors.Join(errors.New("x"), middleware.Invalid("", "", nil)), 401},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			r := g.Refusal(tc.err)
			if r.Status != tc.status {
				t.Errorf("%d, want %d", r.Status, tc.status)
			}
			checkConsistent(t, r)
		})
	}
}

// A reader of the header may stop early.
func TestHeaderStops(t *testing.T) {
	t.Parallel()
	g := newGuard(t, middleware.Config{Validator: accepts(middleware.Claims{}), Bindings: []middleware.Binding{fakeDPoP{}}})
	for _, r := range []middleware.Refusal{g.Refusal(nil), g.Refusal(middleware.Invalid("", "", nil))} {
		all := 0
		for range r.Header() {
			all++
		}
		for stop := 1; stop <= all; stop++ {
			n := 0
			for range r.Header() {
				if n++; n == stop {
					break
				}
			}
			if n != stop {
				t.Errorf("%d fields, want %d", n, stop)
			}
		}
	}
}
