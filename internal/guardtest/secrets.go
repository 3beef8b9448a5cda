package guardtest

import (
	"bytes"
	"context"
	"strings"
	"sync"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
)

// Secret is a token that must not appear in anything that is printed.
const Secret = "c2VjcmV0SGVhZGVy.c2VjcmV0UGF5bG9hZA.c2VjcmV0U2lnbmF0dXJl"

// SecretFields are Authorization fields with it, good and bad ones.
var SecretFields = []string{
	"Bearer " + Secret, "DPoP " + Secret, "Basic " + Secret, Secret, "Bearer " + Secret + ", DPoP " + Secret, "Bearer x " + Secret,
}

// SecretValidators answer for it in every way there is.
func SecretValidators() map[string]middleware.ValidatorFunc {
	as := func(raw string) middleware.ValidatorFunc {
		return func(ctx context.Context, _ string) (*middleware.Token, error) { return ByScope(ctx, raw) }
	}
	return map[string]middleware.ValidatorFunc{
		"good": as("read"), "poor": as("write"), "bad": as("bad"), "down": as("down"),
		"bound": func(context.Context, string) (*middleware.Token, error) {
			return middleware.NewToken(middleware.Claims{Confirmation: middleware.Confirmation{JKT: "x"}}), nil
		},
		"foreign": func(context.Context, string) (*middleware.Token, error) { return nil, middleware.ErrNotMine },
		"panic":   func(context.Context, string) (*middleware.Token, error) { panic("a fault of the validator") },
	}
}

// NoSecret fails the test where the text has the secret or a part of it, or
// lacks a sign that everything was looked at (R6750-20).
func NoSecret(t *testing.T, text string, signs ...string) {
	t.Helper()
	for _, secret := range append(strings.Split(Secret, "."), Secret) {
		if at := strings.Index(text, secret); at >= 0 {
			t.Errorf("%s leaks: …%s", secret, text[max(0, at-200):at])
		}
	}
	for _, sign := range signs {
		if !strings.Contains(text, sign) {
			t.Errorf("%q is missing, so something was not looked at", sign)
		}
	}
}

// Sink collects what several goroutines write.
type Sink struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *Sink) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

// String is what was written so far.
func (s *Sink) String() string {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.String()
}
