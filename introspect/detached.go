package introspect

import (
	"context"
	"errors"
	"time"
)

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
