package jwks

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"time"

	"github.com/bearerguard/bearerguard/internal/discovery"
	"github.com/bearerguard/bearerguard/internal/fetch"
)

// KeysConfig says where the keys of one issuer come from and how they are kept.
// Exactly one of Issuer and URL is required. Zero numbers mean the default;
// negative ones mean none where that is said, and are faults elsewhere.
type KeysConfig struct {
	_ struct{} // keyed literals only: fields will come

	// Issuer is an issuer identifier whose metadata names the keys: an https URL
	// without query and fragment. The OpenID Connect location is tried first,
	// then that of RFC 8414; the document must name exactly this issuer.
	Issuer string

	// URL is the place of the JWK Set itself, for issuers without metadata.
	URL string

	// Client does the requests: proxies, roots, client certificates. Default: a
	// client of our own. These limits hold on top of it: Timeout, MaxSize, status
	// 200 only, no redirects, no cookies.
	Client *http.Client

	// InsecureLoopback allows plain http to this machine, for development.
	InsecureLoopback bool

	Timeout time.Duration // of one fetch, discovery included; default 5 s
	MaxSize int           // of a document, bytes after decompression; default 512 KiB
	MaxKeys int           // in a document, usable or not; default 100

	// Fresh is how long keys are fresh where the issuer does not say. What it
	// says (Cache-Control, Expires) holds between MinFresh and MaxFresh. A new
	// document is fetched ahead of that end, in the background.
	// Defaults: 10 min, 1 min, 1 h.
	Fresh, MinFresh, MaxFresh time.Duration

	// Outage is how long keys go on serving after their freshness ended, while
	// the issuer cannot be reached. Default 1 h; negative: not at all.
	Outage time.Duration

	// RetryMin and RetryMax are the pauses after failed fetches: the first one,
	// and the longest that doubling leads to. Defaults 1 s and 30 s.
	RetryMin, RetryMax time.Duration

	// UnknownEvery and UnknownBurst limit the fetches that tokens with unknown
	// keys may cause: so many at once, and then one in this time. Defaults 15 s
	// and 2; a negative burst: none.
	UnknownEvery time.Duration
	UnknownBurst int

	// Conclusive is how young a key set, or a look for the very key, has to be to
	// show that a key does not exist (401), where no fetch for an unknown key is
	// allowed; an older one leaves the question open (503). Default 30 s; negative:
	// it never shows that.
	Conclusive time.Duration

	// Logger receives what an operator should know: keys that went stale, became
	// unusable or recovered, and documents or single keys that were refused.
	// Default: slog.Default().
	Logger *slog.Logger

	// Now is the clock. Default: time.Now.
	Now func() time.Time

	publicOnly bool // of tenants: no URL may name a special address
	ownClock   bool // Now was given
}

// minLife is the shortest life a key set can be given.
const minLife = time.Second

// complete fills in the defaults and returns every fault, joined.
func (c *KeysConfig) complete() error {
	var faults []error
	fault := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf("jwks: KeysConfig."+format, args...))
	}
	for _, number := range []struct {
		name     string
		negative bool
	}{
		{"Timeout", c.Timeout < 0}, {"MaxSize", c.MaxSize < 0}, {"MaxKeys", c.MaxKeys < 0},
		{"Fresh", c.Fresh < 0}, {"MinFresh", c.MinFresh < 0}, {"MaxFresh", c.MaxFresh < 0},
		{"RetryMin", c.RetryMin < 0}, {"RetryMax", c.RetryMax < 0}, {"UnknownEvery", c.UnknownEvery < 0},
	} {
		if number.negative {
			fault("%s must not be negative", number.name)
		}
	}
	c.presets()
	if c.MinFresh < minLife {
		fault("MinFresh, Fresh and MaxFresh must be at least %v: keys that are never fresh are always being fetched", minLife)
	}
	if c.MinFresh > c.Fresh || c.Fresh > c.MaxFresh {
		fault("MinFresh %v, Fresh %v and MaxFresh %v contradict each other: they must not decrease", c.MinFresh, c.Fresh, c.MaxFresh)
	}
	if c.RetryMin > c.RetryMax {
		fault("RetryMin %v is over RetryMax %v", c.RetryMin, c.RetryMax)
	}
	c.optional()
	return errors.Join(faults...)
}

// presets fills in the numbers that were left out, so that they fit those that
// were given.
func (c *KeysConfig) presets() {
	c.Timeout = cmp.Or(c.Timeout, 5*time.Second)
	c.MaxSize = cmp.Or(c.MaxSize, 512<<10)
	c.MaxKeys = cmp.Or(c.MaxKeys, 100)
	c.MinFresh = cmp.Or(c.MinFresh, min(time.Minute, positive(c.Fresh, time.Minute), positive(c.MaxFresh, time.Minute)))
	c.MaxFresh = cmp.Or(c.MaxFresh, max(time.Hour, c.Fresh, c.MinFresh))
	c.Fresh = cmp.Or(c.Fresh, min(max(10*time.Minute, c.MinFresh), c.MaxFresh))
	c.RetryMin = cmp.Or(c.RetryMin, min(time.Second, positive(c.RetryMax, time.Second)))
	c.RetryMax = cmp.Or(c.RetryMax, max(30*time.Second, c.RetryMin))
	c.UnknownEvery = cmp.Or(c.UnknownEvery, 15*time.Second)
}

// optional fills in what has no wrong value.
func (c *KeysConfig) optional() {
	switch {
	case c.Outage == 0:
		c.Outage = time.Hour
	case c.Outage < 0:
		c.Outage = 0
	}
	switch {
	case c.UnknownBurst == 0:
		c.UnknownBurst = 2
	case c.UnknownBurst < 0:
		c.UnknownBurst = 0
	}
	if c.Conclusive == 0 {
		c.Conclusive = 30 * time.Second
	}
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	c.ownClock = c.Now != nil
	if c.Now == nil {
		c.Now = time.Now
	}
}

// positive is d, or the preset where d does not say.
func positive(d, preset time.Duration) time.Duration {
	if d > 0 {
		return d
	}
	return preset
}

// source builds what the config names.
func (c *KeysConfig) source(get fetch.Getter) (source, error) {
	switch {
	case (c.Issuer == "") == (c.URL == ""):
		return nil, errors.New("jwks: KeysConfig needs an Issuer to discover the keys of, or the URL of a JWK Set, and not both")
	case c.URL != "":
		if err := get.Policy.Check(c.URL); err != nil {
			return nil, fmt.Errorf("jwks: KeysConfig.URL %q: %w", withoutUser(c.URL), err)
		}
		return fixed{get: get, url: c.URL, maxKeys: c.MaxKeys}, nil
	}
	if err := discovery.CheckIssuer(get.Policy, c.Issuer); err != nil {
		return nil, fmt.Errorf("jwks: issuer %q: %w", withoutUser(c.Issuer), err)
	}
	return discovered{get: get, issuer: c.Issuer, maxKeys: c.MaxKeys}, nil
}

// withoutUser is a URL as errors about a configuration may show it: userinfo would
// hold a password, and a query may hold a key.
func withoutUser(raw string) string {
	if before, _, found := strings.Cut(raw, "?"); found {
		raw = before + "?…"
	}
	scheme, rest, found := strings.Cut(raw, "://")
	at := strings.LastIndexByte(rest, '@')
	if !found || at < 0 {
		return raw
	}
	return scheme + "://…" + rest[at:]
}
