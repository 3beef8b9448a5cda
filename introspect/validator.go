package introspect

import (
	"context"
	"net/http"
	"sync"

	"github.com/sony/gobreaker/v2"
	"golang.org/x/sync/singleflight"

	"github.com/bearerguard/bearerguard/internal/expiring"
	"github.com/bearerguard/bearerguard/internal/fetch"
	"github.com/bearerguard/bearerguard/middleware"
)

// Validator asks one authorization server about access tokens. Safe for
// concurrent use. Nothing of it runs while nobody waits for an answer.
type Validator struct {
	config   Config // completed
	client   *http.Client
	endpoint endpoint
	judge    judge

	hasher  *expiring.Hasher
	domain  expiring.Domain
	good    *expiring.Map[kept]
	refused *expiring.Map[*middleware.Error]

	flights flights
	turns   turns
	ready   turns // the one of Ready
	breaker *gobreaker.TwoStepCircuitBreaker[decision]
	control singleflight.Group // the question that decides what a failure was about

	mu      sync.Mutex // guards history
	history history
}

var _ middleware.SyntaxChecker = (*Validator)(nil)

// New returns a Validator, or every fault of the config joined into one error.
// It does no I/O: a service can start while the authorization server is down.
func New(c Config) (*Validator, error) {
	if err := c.complete(); err != nil {
		return nil, err
	}
	c.isolate()
	if c.Client == nil {
		c.Client = newClient(c.MaxCalls)
	}
	v := &Validator{
		config: c,
		client: fetch.Harden(c.Client),
		hasher: expiring.NewHasher(),
		// The server may answer each of its clients differently (RFC 7662 §2.2).
		domain: expiring.NewDomain(c.Issuer, c.Endpoint, c.Authentication.identity(), c.Parameters.Encode()),
	}
	v.judge = newJudge(&v.config)
	v.endpoint.init(&c, v.client)
	v.turns.init(c.MaxCalls, c.Timeout)
	v.ready.init(1, c.Timeout)
	v.breaker = newBreaker()
	if c.TTL > 0 {
		v.good = expiring.New[kept](c.MaxEntries)
		if c.RefusalTTL > 0 {
			v.refused = expiring.New[*middleware.Error](c.MaxEntries)
		}
	}
	return v, nil
}

// Validate returns what the authorization server says of an access token: from
// a recent answer or by asking, together with everybody else who asks about this
// token. It waits no longer than ctx allows; a call that was begun goes on without
// it.
//
// A token that the server calls inactive or that is not for us is InvalidToken.
// Where the server cannot be asked, refuses to answer or answers anything but
// what RFC 7662 (or RFC 9701) says, the error is Unavailable.
func (v *Validator) Validate(ctx context.Context, raw string) (*middleware.Token, error) {
	if len(raw) > v.config.MaxTokenSize {
		return nil, middleware.Invalid(middleware.ReasonTooLarge, "The access token is too long", nil)
	}
	key := v.hasher.Sum(&v.domain, raw)
	now := v.config.Now()
	if k, found := v.good.Get(key, now); found {
		middleware.MarkCached(ctx)
		return k.use(now, &v.judge)
	}
	// What is cached went through the filter when it came.
	if refusal, found := v.refused.Get(key, now); found {
		middleware.MarkCached(ctx)
		return nil, refusal
	}
	if err := v.filter(raw); err != nil {
		return nil, err
	}
	return v.ask(ctx, key, raw)
}

// ChecksSyntax tells whether asked is v, which refuses what is no b64token before
// anybody is asked about it. See [middleware.SyntaxChecker].
func (v *Validator) ChecksSyntax(asked middleware.Validator) bool { return asked == v }

// Forget drops what is remembered of a token, for example where a logout tells
// that it was revoked. Requests that already wait for an answer still get it;
// later ones ask anew.
func (v *Validator) Forget(raw string) {
	key := v.hasher.Sum(&v.domain, raw)
	v.flights.forget(key, func() {
		v.good.Remove(key)
		v.refused.Remove(key)
	})
}
