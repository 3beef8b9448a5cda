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

// reach does what is to be done with a stream whose wait has passed. token is the
// last one that was found good.
func (in *interceptor) reach(l *lifetime, c *call, token *middleware.Token) {
	if !in.recheck {
		l.end(in.outlived(c, token))
		return
	}
	found, err := in.again(l.ctx, c)
	if err == nil {
		token = found
		if passed(token.Until()) {
			l.end(in.outlived(c, token)) // good, but only until now: asking again and again would not help
			return
		}
	} else if r := in.guard.Refusal(err); r.Code != middleware.Unavailable || !time.Now().Before(token.Until()) {
		l.end(word(r))
		return
	}
	if wait, ends := in.next(token.Until()); ends {
		l.after(wait, func() { in.reach(l, c, token) })
	}
}

func passed(until time.Time) bool { return !until.IsZero() && !time.Now().Before(until) }

// again checks the call anew.
func (in *interceptor) again(ctx context.Context, c *call) (token *middleware.Token, err error) {
	defer recovered(&err)
	ctx, cancel := context.WithTimeout(ctx, longestRecheck)
	defer cancel()
	return in.guard.Recheck(ctx, in.request(c), c.entry.rule)
}

// outlived is the refusal of a stream that came to the end of its token.
func (in *interceptor) outlived(c *call, token *middleware.Token) *refusal {
	return word(in.guard.Refusal(in.end(c, token)))
}

func (in *interceptor) end(c *call, token *middleware.Token) (err error) {
	defer recovered(&err)
	return in.guard.Outlived(c.ctx, in.request(c), c.entry.rule, token)
}

// recovered makes an error of a panic, and so no decision. A panic of a Validator
// or of Observe would be the end of the process on a timer's goroutine.
func recovered(err *error) {
	if recover() != nil {
		*err = errors.New("a panic of the validator or of Observe")
	}
}
