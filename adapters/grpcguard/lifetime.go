package grpcguard

import (
	"context"
	"sync"
	"time"
)

// A lifetime is the time a stream may last. It ends at most once, and not after
// stop.
type lifetime struct {
	ctx    context.Context // the handler's
	cancel context.CancelCauseFunc
	over   chan struct{} // closed at the end, once why is set

	mu      sync.Mutex // guards what follows
	why     *refusal
	timer   *time.Timer
	stopped bool
}

func newLifetime(parent context.Context) *lifetime {
	l := &lifetime{over: make(chan struct{})}
	l.ctx, l.cancel = context.WithCancelCause(parent)
	return l
}

// after has f called once d has passed, on a goroutine of its own, unless the
// lifetime is over or stopped by then.
func (l *lifetime) after(d time.Duration, f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if !l.stopped && l.why == nil {
		l.timer = time.AfterFunc(d, f)
	}
}

// end ends the lifetime for a reason. The parent's end does not: it may come
// earlier, and messages would pass ever after.
func (l *lifetime) end(why *refusal) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.stopped || l.why != nil {
		return
	}
	l.why = why
	close(l.over)
	l.cancel(why.status)
}

// ended returns why the lifetime ended, or nil.
func (l *lifetime) ended() *refusal {
	select {
	case <-l.over:
		return l.why
	default:
		return nil
	}
}

// stop leaves no timer behind and, since the context ends, no check.
func (l *lifetime) stop() {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.stopped = true
	l.cancel(nil)
	if l.timer != nil {
		l.timer.Stop()
	}
}

// await returns what transfer does, or why the lifetime ended if that comes
// first. gRPC has no means to interrupt one blocked message, so transfer has a
// goroutine of its own; it returns at the latest when gRPC closes the stream,
// right after the interceptor returned.
func (l *lifetime) await(transfer func() error) error {
	if r := l.ended(); r != nil {
		return r.status
	}
	type outcome struct {
		err   error
		panic any
	}
	done := make(chan outcome, 1)
	go func() {
		var o outcome
		defer func() {
			o.panic = recover() // of a codec: it belongs to the handler's goroutine, where others may recover from it
			done <- o
		}()
		o.err = transfer()
	}()
	select {
	case <-l.over:
		return l.why.status
	case o := <-done:
		if o.panic != nil {
			panic(o.panic)
		}
		return o.err
	}
}
