package jwks

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"time"
)

// Health is what a key source knows about itself, for people and metrics.
type Health struct {
	Issuer string    `json:"issuer,omitempty"` // where the keys were discovered from one
	State  State     `json:"state"`
	Keys   int       `json:"keys"`              // usable ones
	KeyIDs []string  `json:"key_ids,omitempty"` // of those that have a kid, sorted
	Loaded time.Time `json:"loaded,omitzero"`   // when the keys in use were fetched

	Age time.Duration `json:"age"` // since Loaded, nanoseconds

	Fetches  uint64 `json:"fetches"`  // begun
	Failures uint64 `json:"failures"` // of them

	LastError   string    `json:"last_error,omitempty"` // of the newest fetch; empty where it succeeded
	LastErrorAt time.Time `json:"last_error_at,omitzero"`
	Refused     []string  `json:"refused,omitempty"` // why single keys of the document are not used
}

// history is what Health tells of the past.
type history struct {
	fetches, failures uint64
	failure           error // of the newest fetch, or nil
	failedAt          time.Time
	noted             State  // what the log knows
	complaint         string // why the newest document or some of its keys were refused, as logged
}

func (h *history) landed(now time.Time, doc *document, err error) {
	h.failure = err
	if err != nil {
		h.failures++
		h.failedAt = now
	}
}

// Health reports on the keys. It does no I/O and does not wait for any.
func (k *Keys) Health() Health {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.config.Now()
	s := k.current.Load()
	h := Health{Issuer: k.config.Issuer, State: s.state(now), Fetches: k.history.fetches, Failures: k.history.failures}
	if k.history.failure != nil {
		h.LastError, h.LastErrorAt = k.history.failure.Error(), k.history.failedAt
	}
	if s == nil {
		return h
	}
	h.Keys, h.Loaded, h.Age = len(s.keys), s.fetched, now.Sub(s.fetched)
	for id := range s.byID {
		h.KeyIDs = append(h.KeyIDs, id)
	}
	slices.Sort(h.KeyIDs)
	for _, refused := range s.doc.set.Refused {
		h.Refused = append(h.Refused, refused.Error())
	}
	return h
}

// Ready returns nil when keys are at hand that may be used. Otherwise it fetches
// them, or waits for a fetch under way, no longer than ctx allows, and returns
// what is wrong. For readiness probes.
func (k *Keys) Ready(ctx context.Context) error {
	_, err := k.usable(ctx)
	return err
}

// note logs what changed since the last time: the state of the keys, and what is
// wrong with a document. The caller holds mu; the log record is written on a
// goroutine of its own, since a slow log handler must not hold up requests and a
// panicking one must not end the process.
func (k *Keys) note(state State, err error) {
	complaint := k.complaint(err)
	was := k.history.noted
	if was == state && complaint == k.history.complaint {
		return
	}
	level, text := describe(was, state, complaint)
	k.history.noted, k.history.complaint = state, complaint
	if text == "" {
		return
	}
	args := []any{"state", state}
	if k.config.URL != "" {
		args = append(args, "url", k.config.URL)
	}
	if complaint != "" {
		args = append(args, "cause", complaint)
	}
	go k.log(level, text, args)
}

func (k *Keys) log(level slog.Level, text string, args []any) {
	defer func() { _ = recover() }()
	k.logger.Log(context.Background(), level, text, args...)
}

// complaint is what is wrong with the newest fetch, or with single keys of the
// document in use.
func (k *Keys) complaint(err error) string {
	if err != nil {
		return err.Error()
	}
	if k.history.failure != nil {
		return k.history.failure.Error()
	}
	if s := k.current.Load(); s != nil {
		if refused := errors.Join(s.doc.set.Refused...); refused != nil {
			return refused.Error()
		}
	}
	return ""
}

// describe words a change; empty text means that nobody needs to know.
func describe(was, is State, complaint string) (slog.Level, string) {
	bad := func(s State) bool { return s == Stale || s == Unusable }
	switch {
	case is == Unusable && was != is:
		return slog.LevelError, "bearerguard: keys are too old to be used; answering 503"
	case is == Empty && complaint != "":
		return slog.LevelError, "bearerguard: no keys yet; answering 503"
	case is == Stale && was != is:
		return slog.LevelWarn, "bearerguard: keys are stale and still used"
	case !bad(is) && bad(was):
		return slog.LevelInfo, "bearerguard: keys recovered"
	case complaint != "" && is == Fresh:
		return slog.LevelWarn, "bearerguard: some keys of the issuer are not used"
	case complaint != "":
		return slog.LevelWarn, "bearerguard: fetching keys failed; those at hand are used"
	}
	return slog.LevelInfo, ""
}
