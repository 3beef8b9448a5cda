package introspect

import (
	"context"
	"errors"
	"testing"

	"github.com/bearerguard/bearerguard/internal/expiring"
)

// Nobody joins a flight that is given up, though it may not have noticed yet.
func TestFlightGivenUp(t *testing.T) {
	t.Parallel()
	var fs flights
	end := make(chan struct{})
	hangs := func(*flight) (decision, error) { <-end; return decision{}, errors.New("at last") }
	key, gone := expiring.Key{1}, canceled(t)
	f := fs.join(key, hangs)
	if g := fs.join(key, hangs); g != f {
		t.Fatal("two flights about one key")
	}
	if _, err := f.wait(gone); !errors.Is(err, context.Canceled) {
		t.Errorf("wait = %v", err)
	}
	select {
	case <-f.left:
		t.Fatal("the flight is given up, and somebody waits")
	default:
	}
	_, _ = f.wait(gone)
	<-f.left
	g := fs.join(key, hangs)
	if g == f || f.begin() || !g.begin() {
		t.Error("who came later joined a flight that was given up")
	}
	_, _ = g.wait(gone)
	if h := fs.join(key, hangs); h != g {
		t.Error("a flight that began is not joined any more")
	}
	fs.forget(key, func() {})
	if h := fs.join(key, hangs); h == g {
		t.Error("what was forgotten is joined")
	}
	close(end)
	<-f.landed
	<-g.landed
	g.remember(func() { t.Error("what was forgotten is remembered") })
}

// What is over, or forgotten, takes no memory.
func TestFlightsEnd(t *testing.T) {
	t.Parallel()
	var fs flights
	for i := range 1000 {
		key := expiring.Key{byte(i), byte(i >> 8)}
		fs.forget(key, func() {})
		if _, err := fs.join(key, func(*flight) (decision, error) { panic("a fault") }).wait(t.Context()); !errors.Is(err, errPanic) {
			t.Fatalf("wait = %v", err)
		}
	}
	if len(fs.of) != 0 {
		t.Errorf("%d flights are left", len(fs.of))
	}
}

func canceled(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}
