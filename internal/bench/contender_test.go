package main

import (
	"context"
	"errors"
	"strings"
	"testing"
)

var errNo = errors.New("no")

// fake is a contender that does what it is told.
func fake(v validate, err error) contender {
	return contender{name: "fake", setUp: func(*world, string) (validate, error) { return v, err }}
}

// except accepts everything but one token.
func except(refused string) validate {
	return func(raw string) error {
		if raw == refused {
			return errNo
		}
		return nil
	}
}

func TestContenderReady(t *testing.T) {
	t.Parallel()
	w := newWorld(t.Context())
	honest, err := uncached.setUp(w, "ES256")
	if err != nil {
		t.Fatal(err)
	}
	// careless checks everything but what a fault breaks.
	careless := func(check string) validate {
		return func(raw string) error {
			err := honest(raw)
			if err != nil && strings.Contains(err.Error(), check) {
				return nil
			}
			return err
		}
	}
	for name, test := range map[string]struct {
		contender contender
		fault     string // a part of the error; "": none
	}{
		"honest":              {uncached, ""},
		"cannot be set up":    {fake(nil, errNo), "no"},
		"refuses everything":  {fake(func(string) error { return errNo }, nil), "refuses a good"},
		"accepts everything":  {fake(func(string) error { return nil }, nil), "accepts an ES256 token"},
		"checks no signature": {fake(careless("signature"), nil), "a bad signature"},
		"checks no expiry":    {fake(careless("expired"), nil), "an expiry passed"},
		"checks no audience":  {fake(careless("audience"), nil), "another audience"},
	} {
		_, err := test.contender.ready(w, "ES256")
		if (err == nil) != (test.fault == "") || err != nil && !strings.Contains(err.Error(), test.fault) {
			t.Errorf("%s: %v, want %q", name, err, test.fault)
		}
	}
}

// Every contender takes every algorithm, and tells good from bad under each.
func TestContenders(t *testing.T) {
	t.Parallel()
	w := newWorld(t.Context())
	for _, c := range append(contenders(), cached, inserting, throughHandler(echoguardCached), throughHandler(echoguardUncached)) {
		for _, alg := range algorithms {
			if _, err := c.ready(w, alg); err != nil {
				t.Error(err)
			}
		}
	}
}

func TestAccepting(t *testing.T) {
	t.Parallel()
	var seen []string
	f := accepting(func(raw string) error {
		seen = append(seen, raw)
		return nil
	}, "a", "b")
	for range 3 {
		f()
	}
	if got := strings.Join(seen, ""); got != "aba" {
		t.Errorf("tokens in turn: %s, want aba", got)
	}
	if !panicsWhen(accepting(except("a"), "a")) {
		t.Error("a refused token went unnoticed")
	}
}

func TestRefusing(t *testing.T) {
	t.Parallel()
	if panicsWhen(refusing(except("a"), "a")) {
		t.Error("panics although the token is refused")
	}
	if !panicsWhen(refusing(except("a"), "b")) {
		t.Error("an accepted token went unnoticed")
	}
}

func panicsWhen(f func()) bool {
	return verdictOf(func(string) error { f(); return errNo }, "") == panics
}

func TestVerdictOf(t *testing.T) {
	t.Parallel()
	for want, v := range map[verdict]validate{
		refuses: func(string) error { return errNo },
		accepts: func(string) error { return nil },
		panics:  func(string) error { panic("at this") },
	} {
		if got := verdictOf(v, "token"); got != want {
			t.Errorf("%d, want %d", got, want)
		}
	}
}

func TestToken(t *testing.T) {
	t.Parallel()
	w := newWorld(context.Background())
	raw := w.token("RS256")
	if len(raw) != tokenSize {
		t.Errorf("%d bytes, want %d", len(raw), tokenSize)
	}
	if raw == w.token("RS256") {
		t.Error("two tokens are one")
	}
	// {"aud":…} in the order that encoding/json gives to a map.
	if n := claimsSize(raw); n != 275 {
		t.Errorf("%d bytes of claims, want 275", n)
	}
}

func TestBareCheck(t *testing.T) {
	t.Parallel()
	w := newWorld(context.Background())
	for _, alg := range algorithms {
		good, err := bareCheck(w, alg, w.token(alg))
		if err != nil {
			t.Fatal(err)
		}
		if err := good(); err != nil {
			t.Errorf("%s: a good signature: %v", alg, err)
		}
		forged, err := bareCheck(w, alg, w.forged(alg, "kid")[0])
		if err != nil {
			t.Fatal(err)
		}
		if forged() == nil {
			t.Errorf("%s: a bad signature holds", alg)
		}
	}
	if _, err := bareCheck(w, "RS256", "a.b.!"); err == nil {
		t.Error("a signature that is no base64url was decoded")
	}
}
