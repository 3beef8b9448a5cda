package jwks

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/cenkalti/backoff/v5"
	"golang.org/x/time/rate"

	"github.com/bearerguard/bearerguard/internal/jose"
	"github.com/bearerguard/bearerguard/middleware"
)

const (
	// A key set is fetched again ahead of the end of its life, in the
	// background; past its end it still serves while the issuer is down.
	life      = 10 * time.Minute
	staleness = time.Hour

	// A token whose key is unknown may start a fetch out of turn: two at once,
	// then one in this time.
	unknownKeyEvery = 15 * time.Second
	unknownKeyBurst = 2

	// Where no fetch is allowed, a key set this young shows that the key does
	// not exist; an older one leaves the question open.
	conclusive = 30 * time.Second

	// After failures, fetches start this far apart at first and at last.
	retryFirst = time.Second
	retryLast  = 30 * time.Second
)

// KeysConfig says where the keys of one issuer come from. Exactly one of Issuer
// and URL is required.
type KeysConfig struct {
	_ struct{} // keyed literals only: fields will come

	// Issuer is an issuer identifier whose metadata names the keys: an https URL
	// without query and fragment. The OpenID Connect location is tried first,
	// then that of RFC 8414; the document must name exactly this issuer.
	Issuer string

	// URL is the place of the JWK Set itself, for issuers without metadata.
	URL string

	// Client does the requests: proxies, roots, client certificates. Default: a
	// client of our own. These limits hold on top of it: 5 s for a fetch, 512
	// KiB of body, status 200 only, no redirects, no cookies.
	Client *http.Client

	// Now is the clock. Default: time.Now.
	Now func() time.Time

	// InsecureLoopback allows plain http to this machine, for development.
	InsecureLoopback bool
}

// Keys are the published keys of one issuer, kept in memory. They are fetched
// when first needed and again before they age, by one fetch at a time which
// every waiting request shares and no request's end cancels. Safe for
// concurrent use; reading never locks.
type Keys struct {
	issuer  string // that the keys were discovered for, or ""
	source  source
	now     func() time.Time
	current atomic.Pointer[snapshot]

	mu        sync.Mutex // guards what follows
	flight    *flight    // the fetch under way, or nil
	unknown   *rate.Limiter
	retry     *backoff.ExponentialBackOff
	notBefore time.Time // after failures: when the next fetch in turn may start
	failure   error     // why the last fetch failed, or nil
}

// A source fetches a key set. It is called by one goroutine at a time.
type source interface {
	fetch(context.Context) (*jose.Set, error)
}

// flight is one fetch that any number of requests wait for.
type flight struct {
	done chan struct{}
	err  error // set before done is closed
}

// NewKeys returns a key source, or every fault of the config joined into one
// error. It does no I/O.
func NewKeys(c KeysConfig) (*Keys, error) {
	get := newGetter(c.Client, c.InsecureLoopback)
	k := newKeys(c.Now)
	switch {
	case (c.Issuer == "") == (c.URL == ""):
		return nil, errors.New("jwks: KeysConfig needs an Issuer to discover the keys of, or the URL of a JWK Set, and not both")
	case c.URL != "":
		if err := get.allowed(c.URL); err != nil {
			return nil, fmt.Errorf("jwks: KeysConfig.URL %q: %w", c.URL, err)
		}
		k.source = fixed{get, c.URL}
	default:
		if err := checkIssuer(get, c.Issuer); err != nil {
			return nil, fmt.Errorf("jwks: issuer %q: %w", c.Issuer, err)
		}
		k.issuer = c.Issuer
		k.source = &discovered{get: get, issuer: c.Issuer}
	}
	return k, nil
}

// StaticKeys are the keys of this JWK Set for ever, for offline use and tests.
// Every key of the set has to be usable.
func StaticKeys(document []byte) (*Keys, error) {
	set, err := parseKeys(string(document))
	if err == nil && len(set.Refused) > 0 {
		err = errors.Join(set.Refused...)
	}
	if err != nil {
		return nil, fmt.Errorf("jwks: StaticKeys: %w", err)
	}
	k := newKeys(nil)
	k.current.Store(newSnapshot(set, nil, k.now()))
	return k, nil
}

func newKeys(now func() time.Time) *Keys {
	if now == nil {
		now = time.Now
	}
	retry := backoff.NewExponentialBackOff()
	retry.InitialInterval, retry.MaxInterval = retryFirst, retryLast
	return &Keys{now: now, retry: retry, unknown: rate.NewLimiter(rate.Every(unknownKeyEvery), unknownKeyBurst)}
}

// verify checks the signature of jws with the issuer's keys. A key that is not
// there is looked for once more, within the limits on such fetches; a signature
// that a known key refutes is refused without a fetch.
func (k *Keys) verify(ctx context.Context, jws *jose.Compact) error {
	s, err := k.usable(ctx)
	asked := k.source == nil // whether a fetch began after the token came
	for err == nil {
		refusal := s.verify(jws)
		if !errors.Is(refusal, errUnknownKey) {
			return refusal
		}
		if asked {
			return unknownKey()
		}
		s, asked, err = k.newerThan(ctx, s)
	}
	return err
}

// usable returns a key set that may be used now. It waits for a fetch only
// where there is none; one that ages is refreshed behind the request's back.
func (k *Keys) usable(ctx context.Context) (*snapshot, error) {
	s := k.current.Load()
	if k.source == nil {
		return s, nil
	}
	now := k.now()
	if s == nil || s.unusable(now) {
		return k.await(ctx, s)
	}
	if s.ageing(now) {
		k.mu.Lock()
		k.startInTurn(now)
		k.mu.Unlock()
	}
	return s, nil
}

// await waits for a key set other than old, which is unusable.
func (k *Keys) await(ctx context.Context, old *snapshot) (*snapshot, error) {
	k.mu.Lock()
	now := k.now()
	f := k.startInTurn(now)
	wait, failure := k.notBefore.Sub(now), k.failure
	k.mu.Unlock()
	if f == nil {
		if s := k.current.Load(); s != old {
			return s, nil
		}
		return nil, unavailable(failure, wait)
	}
	return k.join(ctx, f)
}

// newerThan returns a key set other than seen, in which a key was missing. It
// joins the fetch under way or starts one out of turn, which it reports: a fetch
// that was under way may have been answered before the key was published.
func (k *Keys) newerThan(ctx context.Context, seen *snapshot) (s *snapshot, started bool, err error) {
	k.mu.Lock()
	now := k.now()
	if s := k.current.Load(); s != seen {
		k.mu.Unlock()
		return s, false, nil
	}
	f := k.flight
	if f == nil {
		if !k.unknown.AllowN(now, 1) {
			k.mu.Unlock()
			return nil, false, exhausted(now.Sub(seen.fetched))
		}
		f, started = k.start(), true
	}
	k.mu.Unlock()
	s, err = k.join(ctx, f)
	return s, started, err
}

// exhausted is the answer where no fetch for an unknown key is allowed: a young
// key set is proof enough, an old one leaves the question open.
func exhausted(age time.Duration) error {
	if 0 <= age && age < conclusive {
		return unknownKey()
	}
	return unavailable(errors.New("the key is unknown and no further fetch for unknown keys is allowed yet"), unknownKeyEvery)
}

// join waits for a fetch, but no longer than the caller's ctx.
func (k *Keys) join(ctx context.Context, f *flight) (*snapshot, error) {
	select {
	case <-f.done:
	case <-ctx.Done():
		return nil, unavailable(context.Cause(ctx), 0)
	}
	if f.err != nil {
		return nil, unavailable(f.err, 0)
	}
	return k.current.Load(), nil
}

// startInTurn returns the fetch under way or starts one, unless one failed just
// now. The caller holds mu.
func (k *Keys) startInTurn(now time.Time) *flight {
	if k.flight == nil && !now.Before(k.notBefore) {
		return k.start()
	}
	return k.flight
}

// start begins a fetch on its own goroutine and its own time. The caller holds
// mu and has seen that none is under way.
func (k *Keys) start() *flight {
	f := &flight{done: make(chan struct{})}
	k.flight = f
	go func() {
		ctx, cancel := context.WithTimeout(context.Background(), fetchTimeout)
		defer cancel()
		set, err := k.guarded(ctx)
		k.land(f, set, err)
	}()
	return f
}

// guarded survives a panic in the user's HTTP client, which on this goroutine
// would end the process.
func (k *Keys) guarded(ctx context.Context) (set *jose.Set, err error) {
	defer func() {
		if recover() != nil {
			// The value may hold anything, a request with credentials included.
			err = errors.New("the HTTP client panicked")
		}
	}()
	return k.source.fetch(ctx)
}

// land takes in what a fetch brought.
func (k *Keys) land(f *flight, set *jose.Set, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	now := k.now()
	if err == nil {
		k.current.Store(newSnapshot(set, k.current.Load(), now))
		k.retry.Reset()
		k.notBefore = time.Time{}
	} else {
		k.notBefore = now.Add(k.retry.NextBackOff())
	}
	k.failure, f.err, k.flight = err, err, nil
	close(f.done)
}

func unknownKey() error {
	return middleware.Invalid(middleware.ReasonUnknownKey, "The key that signed the access token is not known", errUnknownKey)
}

func unavailable(cause error, after time.Duration) error {
	return &middleware.Error{Code: middleware.Unavailable, Reason: middleware.ReasonKeys, Err: cause, RetryAfter: after}
}
