package middleware

import (
	"context"
	"errors"

	"github.com/bearerguard/bearerguard/scopes"
)

// ErrTokenEnded is the cause ([context.Cause]) of a context that ended with the
// token of its request. Its error is context.DeadlineExceeded.
var ErrTokenEnded = errors.New("the decision about the access token ended")

// UntilTokenEnds returns a context that ends when the decision about t does, at
// [Token.Until]. Where nothing is known of an end, and for a nil Token, it
// returns ctx itself. The caller has to call the function it returns when the
// request is over: it frees the timer and, where the token ended first, tells
// Observe of the refusal that [Guard.Outlived] makes.
//
// Adapters use it for requests that last longer than a decision: server-sent
// events, WebSockets. What runs in the request has to watch the context.
func (g *Guard) UntilTokenEnds(ctx context.Context, r Request, rule scopes.Rule, t *Token) (context.Context, func()) {
	if t.Until().IsZero() {
		return ctx, func() {}
	}
	until, free := context.WithDeadlineCause(ctx, t.Until(), ErrTokenEnded)
	return until, func() {
		if context.Cause(until) == ErrTokenEnded && context.Cause(ctx) != ErrTokenEnded { // else another guard in front tells it
			g.ObserveEnd(ctx, r.Route, g.Outlived(ctx, r, rule, t))
		}
		free()
	}
}

// Outlived is the refusal of a request that lasted longer than the decision
// about its token t, which [Guard.Check] made under the same rule: an *Error with
// code InvalidToken, so that the client comes back with another token. Nothing is
// checked here: whether the end has come is up to the caller, who also tells
// [Guard.ObserveEnd].
func (g *Guard) Outlived(ctx context.Context, r Request, rule scopes.Rule, t *Token) error {
	cred, _ := g.extract(r.Header) // for its scheme; it was good when the request began
	return g.refuse(ctx, Invalid(ReasonOutlived, "The request lasted longer than its access token", ErrTokenEnded), cred, t, &rule)
}

// ObserveEnd tells Observe that a request which Check had let pass was ended
// with err, an *Error as [Guard.Outlived] makes. It is for adapters, which call
// it when what the token was good for has ended: an Observe that takes its time
// must not lengthen that.
func (g *Guard) ObserveEnd(ctx context.Context, route string, err error) {
	if e, ok := asError(err); ok && g.observe != nil {
		g.observe(ctx, refused(route, e))
	}
}
