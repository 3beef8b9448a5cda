package jwks

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"time"

	"github.com/bearerguard/bearerguard/internal/jose"
	"github.com/bearerguard/bearerguard/middleware"
)

// Keys are the published keys of one issuer, kept in memory. They are fetched
// when first needed and again ahead of their end, by one fetch at a time which
// every waiting request shares and no request's end cancels. Safe for
// concurrent use; a request whose key is at hand never waits and never locks.
//
// A key set passes through the states [Fresh], [Ageing], [Stale] and [Unusable].
// Traffic or [Keys.Run] moves it back to Fresh. Only a good document takes the
// place of another: one that is empty, unreadable or too large changes nothing
// but [Health]. A key that a good document no longer has is refused at once.
type Keys struct {
	config  KeysConfig            // completed
	source  source                // nil: static keys
	admit   func() (leave func()) // nil: any fetch may begin
	current atomic.Pointer[snapshot]

	newcomer func() bool  // whether the issuer's name is all there is to it; nil: no
	strays   atomic.Int32 // goroutines that are in the user's HTTP client

	mu      sync.Mutex // guards what follows
	flight  *flight    // the fetch under way, or nil
	clock   steady
	retry   pause
	unknown unknown
	history history
}

// NewKeys returns a key source, or every fault of the config joined into one
// error. It does no I/O.
func NewKeys(c KeysConfig) (*Keys, error) {
	incomplete := c.complete()
	source, err := c.source(newGetter(&c))
	if err := errors.Join(incomplete, err); err != nil {
		return nil, err
	}
	return newKeys(c, source), nil
}

// StaticKeys are the keys of this JWK Set for ever, for offline use and tests.
// Every key of the set has to be usable.
func StaticKeys(document []byte) (*Keys, error) {
	c := KeysConfig{}
	if err := c.complete(); err != nil {
		return nil, err
	}
	set, err := parseKeys(string(document), c.MaxKeys)
	if err == nil && len(set.Refused) > 0 {
		err = errors.Join(set.Refused...)
	}
	if err != nil {
		return nil, fmt.Errorf("jwks: StaticKeys: %w", err)
	}
	return staticKeys(c, set), nil
}

func staticKeys(c KeysConfig, set *jose.Set) *Keys {
	k := newKeys(c, nil)
	const forever = time.Duration(1<<63 - 1)
	k.current.Store(newSnapshot(&document{set: set}, nil, c.Now(), lifetime{forever, forever, forever}))
	return k
}

func newKeys(c KeysConfig, s source) *Keys {
	now := c.Now()
	return &Keys{config: c, source: s, clock: steady{now, now}, retry: newPause(c), unknown: newUnknown(c)}
}

// verify checks the signature of jws with the issuer's keys and returns the one
// that holds; the one that was tried before is not tried again. A key that is not
// there is looked for once more, within the limits on such fetches; a signature
// that a known key refutes is refused without a fetch.
func (k *Keys) verify(ctx context.Context, jws *jose.Compact, before *key) (*key, error) {
	s, err := k.usable(ctx)
	asked := k.source == nil // whether a fetch began after the token came
	for err == nil {
		by, refusal := s.verify(jws, before)
		if !errors.Is(refusal, errUnknownKey) {
			return by, refusal
		}
		if asked {
			return nil, k.missing(jws)
		}
		s, asked, err = k.newerThan(ctx, s, jws)
	}
	return nil, err
}

// usable returns a key set that may be used now. It waits for a fetch only
// where there is none; one that ages is refreshed behind the request's back.
func (k *Keys) usable(ctx context.Context) (*snapshot, error) {
	if k.source == nil {
		return k.current.Load(), nil
	}
	if s := k.atHand(k.config.Now()); s != nil {
		return s, nil
	}
	return k.await(ctx)
}

// atHand returns the key set if it may be used now, else nil, and begins a fetch
// where one is due. It never waits. now is of the clock of k.
func (k *Keys) atHand(now time.Time) *snapshot {
	s := k.current.Load()
	switch s.state(now) {
	case Empty, Unusable:
		return nil
	case Ageing, Stale:
		// Whoever holds the lock is about to start the fetch, or just did.
		if k.mu.TryLock() {
			k.startInTurn()
			k.mu.Unlock()
		}
	}
	return s
}

// await waits for a key set where there is none that may be used.
func (k *Keys) await(ctx context.Context) (*snapshot, error) {
	k.mu.Lock()
	if s := k.current.Load(); s != nil && s.state(k.config.Now()) != Unusable {
		k.mu.Unlock()
		return s, nil // it just came
	}
	k.note(k.current.Load().state(k.config.Now()))
	f := k.startInTurn()
	wait, failure := k.retry.left(k.clock.at), k.history.failure
	k.mu.Unlock()
	if f == nil {
		return nil, k.outOfReach(failure, wait)
	}
	return k.join(ctx, f)
}

// newerThan returns a key set other than seen, in which the key of jws was
// missing. It joins the fetch under way or starts one out of turn, which it
// reports: a fetch that was under way may have been answered before the key was
// published.
func (k *Keys) newerThan(ctx context.Context, seen *snapshot, jws *jose.Compact) (s *snapshot, started bool, err error) {
	k.mu.Lock()
	now := k.config.Now()
	if s := k.current.Load(); s != seen {
		k.mu.Unlock()
		return s, false, nil
	}
	f := k.flight
	if f == nil {
		if err := k.unknown.admit(jws, k.clock.advance(now), ageOf(seen.fetched, now)); err != nil {
			k.mu.Unlock()
			return nil, false, err
		}
		f, started = k.start(), true
	}
	k.mu.Unlock()
	s, err = k.join(ctx, f)
	return s, started, err
}

// missing remembers what was looked for in vain.
func (k *Keys) missing(jws *jose.Compact) error {
	if k.source != nil {
		k.mu.Lock()
		k.unknown.remember(jws, k.clock.advance(k.config.Now()))
		k.mu.Unlock()
	}
	return unknownKey()
}

// join waits for a fetch, but no longer than the caller's ctx.
func (k *Keys) join(ctx context.Context, f *flight) (*snapshot, error) {
	select {
	case <-f.done:
	case <-ctx.Done():
		return nil, unavailable(context.Cause(ctx), 0)
	}
	if f.err != nil {
		return nil, k.outOfReach(f.err, f.retryAfter)
	}
	return k.current.Load(), nil
}

func unknownKey() error {
	return middleware.Invalid(middleware.ReasonUnknownKey, "The key that signed the access token is not known", errUnknownKey)
}

// outOfReach is unavailable, without a cause where that would tell a name that
// whoever sent the token made up.
func (k *Keys) outOfReach(cause error, after time.Duration) error {
	if k.newcomer != nil && k.newcomer() {
		cause = errors.New("the keys of an issuer that never had a good token are out of reach; the log tells more at level Debug")
	}
	return unavailable(cause, after)
}

func unavailable(cause error, after time.Duration) error {
	return &middleware.Error{Code: middleware.Unavailable, Reason: middleware.ReasonKeys, Err: cause, RetryAfter: after}
}
