package grpcguard

import (
	"context"
	"errors"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
)

// longestRecheck bounds how long a stream goes on while it is not known whether
// it may.
const longestRecheck = 10 * time.Second

// next returns how long a stream whose decision holds until then may go on
// before it is looked at again. ends is false where that is for ever.
func (in *interceptor) next(until time.Time) (wait time.Duration, ends bool) {
	if until.IsZero() {
		return in.every, in.every > 0
	}
	wait = time.Until(until)
	if in.every > 0 {
		wait = min(wait, in.every)
	}
	return wait, true
}

// reach does what is to be done with a stream whose wait has passed.
func (in *interceptor) reach(l *lifetime, c *call, until time.Time) {
	if !in.recheck {
		l.end(in.outlived())
		return
	}
	token, err := in.again(l.ctx, c)
	if err == nil {
		until = token.Until()
		if !until.IsZero() && !time.Now().Before(until) {
			l.end(in.outlived()) // good, but only until now: asking again and again would not help
			return
		}
	} else if r := in.guard.Refusal(err); r.Code != middleware.Unavailable || !time.Now().Before(until) {
		l.end(word(r))
		return
	}
	if wait, ends := in.next(until); ends {
		l.after(wait, func() { in.reach(l, c, until) })
	}
}

// again checks the call anew. It has the timer's goroutine, where a panic of a
// Validator would be the end of the process.
func (in *interceptor) again(ctx context.Context, c *call) (token *middleware.Token, err error) {
	defer func() {
		if recover() != nil {
			err = errors.New("a panic of the validator") // no decision
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, longestRecheck)
	defer cancel()
	return in.guard.Recheck(ctx, c.request(), c.entry.rule)
}

// outlived is the refusal of a stream that came to the end of its token.
func (in *interceptor) outlived() *refusal {
	return word(in.guard.Refusal(middleware.Invalid(middleware.ReasonExpired, "The stream ended with its access token", nil)))
}
