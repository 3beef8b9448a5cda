package middleware

import (
	"context"
	"log/slog"
	"sync/atomic"
)

// The names under which [LogEvents] logs an [Event]. Observers that make spans
// or metrics of events should use the same ones, so that logs and traces can be
// searched alike. All but the last two have few values and fit metric labels.
const (
	AttrRoute    = "bearerguard.route"    // string
	AttrOutcome  = "bearerguard.outcome"  // string: allowed, anonymous, public, or the code of a refusal
	AttrReason   = "bearerguard.reason"   // string; refusals only
	AttrIssuer   = "bearerguard.issuer"   // string; of tokens that the validator accepted only
	AttrCached   = "bearerguard.cached"   // bool
	AttrDuration = "bearerguard.duration" // a duration; seconds where the format has no durations, as in metrics
	AttrError    = "bearerguard.error"    // string, the cause; refusals only
)

// LogEvents returns a function for [Config.Observe] that logs events: a check
// that let its request pass at level Info, a refusal at Warn, one without a
// decision at Error. Of those that passed it logs the first and then one in
// every, so 1 logs all and 100 one in a hundred; 0 and less log none. Refusals
// are never left out: whoever floods the service with bad tokens floods this
// log too, unless the handler of logger prevents it.
//
// A request that ended while it waited was left without a decision too; the error
// of our validators wraps what [context.Cause] says of its end. Its client may
// have left. But a gRPC deadline that passed and a timeout of HTTP/2 look the
// same to a server, and where all clients leave, what they waited for is too slow.
//
// The attributes are the Attr constants of this package; the token is none of
// them. Nil stands for slog.Default().
func LogEvents(logger *slog.Logger, every int) func(context.Context, Event) {
	if logger == nil {
		logger = slog.Default()
	}
	var passed atomic.Uint64
	return func(ctx context.Context, e Event) {
		level := e.level()
		if level == slog.LevelInfo && (every <= 0 || (passed.Add(1)-1)%uint64(every) != 0) {
			return
		}
		if logger.Enabled(ctx, level) {
			logger.LogAttrs(ctx, level, "access token checked", e.attributes()...)
		}
	}
}

func (e Event) level() slog.Level {
	switch e.Outcome {
	case Allowed, Anonymous, Open:
		return slog.LevelInfo
	case Outcome(Unavailable):
		return slog.LevelError
	}
	return slog.LevelWarn
}

func (e Event) attributes() []slog.Attr {
	list := make([]slog.Attr, 0, 7)
	list = append(list, slog.String(AttrRoute, e.Route), slog.String(AttrOutcome, string(e.Outcome)))
	if e.Reason != "" {
		list = append(list, slog.String(AttrReason, string(e.Reason)))
	}
	if e.Issuer != "" {
		list = append(list, slog.String(AttrIssuer, e.Issuer))
	}
	list = append(list, slog.Bool(AttrCached, e.Cached), slog.Duration(AttrDuration, e.Duration))
	if e.Err != nil {
		list = append(list, slog.String(AttrError, e.Err.Error()))
	}
	return list
}
