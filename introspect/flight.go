package introspect

import (
	"context"
	"encoding/binary"
	"errors"
	"time"

	"github.com/bearerguard/bearerguard/internal/expiring"
	"github.com/bearerguard/bearerguard/middleware"
)

// ask makes a call about a token, or joins the one under way, and waits for it
// no longer than ctx allows. The call belongs to nobody: it has a time of its
// own, and whoever gives up only stops waiting.
func (v *Validator) ask(ctx context.Context, key expiring.Key, raw string) (*middleware.Token, error) {
	if ctx.Err() != nil {
		return nil, unavailable(&failure{problem: gaveUp, err: context.Cause(ctx)})
	}
	name := string(key[:])
	if v.good == nil { // nothing is shared, not even a call
		name = string(binary.BigEndian.AppendUint64(nil, v.single.Add(1)))
	}
	flight := v.flights.DoChan(name, func() (any, error) { return v.fly(key, raw) })
	select {
	case landed := <-flight:
		t, _ := landed.Val.(*middleware.Token)
		return t, landed.Err
	case <-ctx.Done():
		return nil, unavailable(&failure{problem: gaveUp, err: context.Cause(ctx)})
	}
}

// fly makes a call and remembers what came of it. Only decisions are
// remembered, never failures.
func (v *Validator) fly(key expiring.Key, raw string) (*middleware.Token, error) {
	forgets := v.forgets.Load()
	asked := v.config.Now() // the answer may be as old as the question
	d, err := v.inquire(raw, asked)
	if err != nil {
		return nil, unavailable(err)
	}
	v.remember(key, d, asked, forgets)
	if d.refusal != nil {
		return nil, d.refusal
	}
	return d.token, nil
}

var (
	errPanic = errors.New("the HTTP client, or a function of the configuration, panicked")
	errExit  = errors.New("the HTTP client, or a function of the configuration, ended its goroutine")
)

// detached runs f on a goroutine and for a time of its own. f calls the user's
// code, which may panic, end its goroutine (runtime.Goexit, as a test's client
// that calls FailNow does) or never return: nobody waits for it beyond that time.
func detached[T any](limit time.Duration, f func(ctx context.Context) (T, error)) (T, error) {
	type outcome struct {
		value T
		err   error
	}
	ctx, cancel := context.WithTimeout(context.Background(), limit)
	done := make(chan outcome, 1)
	go func() {
		o := outcome{err: &failure{problem: ownCode, err: errExit}}
		defer func() {
			if recover() != nil {
				// The value may hold anything, a request with credentials included.
				o = outcome{err: &failure{problem: ownCode, err: errPanic}}
			}
			done <- o
			cancel()
		}()
		value, err := f(ctx)
		o = outcome{value, err}
	}()
	select {
	case o := <-done:
		return o.value, o.err
	case <-ctx.Done():
	}
	select {
	case o := <-done: // it was just in time
		return o.value, o.err
	default:
		var none T
		return none, &failure{problem: timedOut, err: ctx.Err()}
	}
}
