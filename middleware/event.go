package middleware

import "time"

// Outcome is how a check ended: one of the words below or, where the request
// was refused, the text of its [Code].
type Outcome string

// The outcomes that let a request pass.
const (
	Allowed   Outcome = "allowed"   // a good token that satisfies the rule
	Anonymous Outcome = "anonymous" // no Authorization field, and the rule is optional
	Open      Outcome = "public"    // the rule is public; nothing was looked at
)

// Event tells one check to Config.Observe, or the end of a request that its
// token did not outlast ([Guard.ObserveEnd]). Route, Outcome, Reason, Issuer and
// Cached have few values and fit metric labels. [LogEvents] logs events.
type Event struct {
	Route    string
	Outcome  Outcome
	Reason   Reason        // of a refusal, else empty
	Issuer   string        // of a token that the validator accepted, else empty: an unverified one is never told
	Cached   bool          // a validator answered from its cache; see [MarkCached]
	Duration time.Duration // of the check, the validator's waiting included
	Err      error         // of a refusal, for logs: the cause and never the token
}

// refused is the event of a refusal.
func refused(route string, e *Error) Event {
	return Event{Route: route, Outcome: Outcome(e.Code), Reason: e.Reason, Issuer: e.issuer, Err: e}
}
