package jwks

import (
	"cmp"
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

	// MetadataError is why the issuer's metadata could not be read again, where
	// the keys go on coming from the place it named before.
	MetadataError string `json:"metadata_error,omitempty"`
}

// history is what Health tells of the past.
type history struct {
	fetches, failures uint64
	failure           error // of the newest fetch, or nil
	failedAt          time.Time
	noted             condition // what the log knows
}

func (h *history) landed(now time.Time, err error) {
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
	if s.doc.lost != nil {
		h.MetadataError = s.doc.lost.Error()
	}
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

// note logs what changed since the last time. The caller holds mu; the record is
// written on a goroutine of its own, since a slow log handler must not hold up
// requests and a panicking one must not end the process.
func (k *Keys) note(state State) {
	h := &k.history
	if h.failure == nil && (state == Stale || state == Unusable) {
		return // nobody asked for a while: the fetch that is about to begin will tell
	}
	is := condition{state: state, failing: h.failure != nil}
	cause := h.failure
	if cause == nil {
		if cause = k.refused(); cause != nil {
			is.refused = cause.Error()
		}
	}
	was := h.noted
	h.noted = is
	if level, text := was.change(is); text != "" {
		if k.newcomer != nil && k.newcomer() {
			level = slog.LevelDebug // anybody can make up a newcomer
		}
		go k.log(level, text, "state", state, "keys", k.place(), "cause", cause)
	}
}

// refused is why single keys of the document in use are not used, or nil.
func (k *Keys) refused() error {
	if s := k.current.Load(); s != nil {
		return errors.Join(s.doc.set.Refused...)
	}
	return nil
}

// place names the keys in the log.
func (k *Keys) place() string { return cmp.Or(k.config.Issuer, k.config.URL) }

func (k *Keys) log(level slog.Level, text string, args ...any) {
	defer func() { _ = recover() }()
	k.config.Logger.Log(context.Background(), level, text, args...)
}

// condition is what the log knows about the keys.
type condition struct {
	state   State
	failing bool   // the newest fetch failed
	refused string // why single keys are not used
}

// change words the step from one condition to the next; empty text means that
// nobody needs to know. An outage is told once, not once a fetch: Health has the
// newest cause.
func (was condition) change(is condition) (slog.Level, string) {
	switch {
	case is.state == Unusable && was.state != is.state:
		return slog.LevelError, "bearerguard: keys are too old to be used; answering 503"
	case is.state == Stale && was.state != is.state:
		return slog.LevelWarn, "bearerguard: keys are stale and still used"
	case is.state == Empty && is.failing && !was.failing:
		return slog.LevelError, "bearerguard: no keys yet; answering 503"
	case is.failing && !was.failing:
		return slog.LevelWarn, "bearerguard: fetching keys failed; those at hand are used"
	case was.failing && !is.failing:
		return slog.LevelInfo, "bearerguard: keys recovered"
	case is.refused != was.refused && !is.failing:
		return slog.LevelWarn, "bearerguard: some keys of the issuer are not used"
	}
	return slog.LevelInfo, ""
}
