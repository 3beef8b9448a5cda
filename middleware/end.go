package middleware

import (
	"context"
	"errors"
)

// ErrTokenEnded is the cause ([context.Cause]) of a context that ended with the
// token of its request. Its error is context.DeadlineExceeded.
var ErrTokenEnded = errors.New("the decision about the access token ended")

// UntilTokenEnds returns a context that ends when the decision about t does, at
// [Token.Until]. Where nothing is known of an end, and for a nil Token, it
// returns ctx itself. The caller has to call the function it returns, which
// frees the timer.
//
// Adapters use it for requests that outlive a decision: streams, server-sent
// events, WebSockets. What runs in the request has to watch the context.
func UntilTokenEnds(ctx context.Context, t *Token) (context.Context, context.CancelFunc) {
	if t.Until().IsZero() {
		return ctx, func() {}
	}
	return context.WithDeadlineCause(ctx, t.Until(), ErrTokenEnded)
}
