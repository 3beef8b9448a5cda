package grpcguard

import (
	"context"
	"errors"
	"math"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
)

// longestRecheck bounds how long a check of an open stream may take.
const longestRecheck = 10 * time.Second

// shortestRecheck is how long an answer has to hold that is given when the last
// one is over. With shorter ones a stream would ask without pause.
const shortestRecheck = time.Second

// errNoAnswer is the refusal where a check panicked or did not come back.
var errNoAnswer error = &middleware.Error{Code: middleware.Unavailable, Reason: middleware.ReasonValidator,
	Err: errors.New("grpcguard: the check of an open stream panicked or did not come back")}

// forever is a wait without an end.
const forever time.Duration = math.MaxInt64

// next returns how long a stream whose decision holds until then may go on
// before it is looked at again.
func (in *interceptor) next(until time.Time) time.Duration {
	wait := forever
	if !until.IsZero() {
		wait = time.Until(until)
	}
	if in.every > 0 {
		wait = min(wait, in.every)
	}
	return wait
}

// reach does what is to be done with a stream whose wait has passed. token is the
// last one that was found good.
func (in *interceptor) reach(l *lifetime, c *call, token *middleware.Token) {
	outlived := func(t *middleware.Token) error { return in.guard.Outlived(c.ctx, in.request(c), c.entry.rule, t) }
	if !in.recheck {
		in.stop(l, c, outlived(token))
		return
	}
	// A check that does not keep to its context, or ends its goroutine, would leave
	// the stream without an end; one that keeps to it answers within the second.
	l.after(longestRecheck+time.Second, func() { in.stop(l, c, errNoAnswer) })

	found, err := in.again(l.ctx, c)
	due := reached(token.Until(), time.Now())
	switch {
	case err == errNoAnswer: // what it found out is lost: perhaps that the token was revoked
		in.stop(l, c, err)
		return
	case err == nil && due && reached(found.Until(), time.Now().Add(shortestRecheck)):
		in.stop(l, c, outlived(found))
		return
	case err == nil:
		token = found
	case in.guard.Refusal(err).Code != middleware.Unavailable || due || token.Until().IsZero():
		l.end(word(in.guard.Refusal(err))) // Observe was told of the check
		return
	}
	l.after(in.next(token.Until()), func() { in.reach(l, c, token) })
}

// reached tells whether a decision that holds until then is over at now.
func reached(until, now time.Time) bool { return !until.IsZero() && !now.Before(until) }

// again checks the call anew. Its error is errNoAnswer where the check panics,
// which on a timer's goroutine would be the end of the process.
func (in *interceptor) again(ctx context.Context, c *call) (token *middleware.Token, err error) {
	defer func() {
		if recover() != nil {
			err = errNoAnswer
		}
	}()
	ctx, cancel := context.WithTimeout(ctx, longestRecheck)
	defer cancel()
	return in.guard.Recheck(ctx, in.request(c), c.entry.rule)
}

// stop ends a stream with a refusal that no check made, and then tells Observe,
// whose faults and delays are none of the stream's.
func (in *interceptor) stop(l *lifetime, c *call, err error) {
	if why := word(in.guard.Refusal(err)); l.end(why) == why {
		defer func() { _ = recover() }()
		in.guard.ObserveEnd(c.ctx, c.route, err)
	}
}
