package grpcguard

import (
	"context"
	"sync"
	"time"

	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"
)

// A lifetime is the time a stream may last: until its token ends or its handler
// returns, whichever comes first.
type lifetime struct {
	ctx    context.Context // the handler's
	cancel context.CancelCauseFunc
	over   chan struct{} // closed at the end, once why is settled

	mu    sync.Mutex // guards what follows; why may be read when over is closed
	why   *refusal   // nil: the handler returned
	timer *time.Timer
}

func newLifetime(parent context.Context) *lifetime {
	l := &lifetime{over: make(chan struct{})}
	l.ctx, l.cancel = context.WithCancelCause(parent)
	return l
}

// after has f called once d has passed, on a goroutine of its own, unless the
// lifetime is over by then. It takes the place of what was to be called before.
func (l *lifetime) after(d time.Duration, f func()) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.isOver() {
		return
	}
	if l.timer != nil {
		l.timer.Stop()
	}
	l.timer = time.AfterFunc(d, f)
}

// end ends the lifetime for a reason, nil when the handler returned, and returns
// the reason that came first. No timer is left then and, since the context ends,
// no check. The parent's end is none of the lifetime: it may come earlier, and
// messages would pass ever after.
func (l *lifetime) end(why *refusal) *refusal {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.isOver() {
		return l.why
	}
	l.why = why
	close(l.over)
	if l.timer != nil {
		l.timer.Stop()
	}
	if why == nil {
		l.cancel(nil)
	} else {
		l.cancel(why.status)
	}
	return why
}

func (l *lifetime) isOver() bool {
	select {
	case <-l.over:
		return true
	default:
		return false
	}
}

// err is what a transfer returns when the lifetime is over.
func (l *lifetime) err() error {
	if l.why == nil {
		return status.Error(codes.Canceled, "the handler of the stream has returned")
	}
	return l.why.status
}
