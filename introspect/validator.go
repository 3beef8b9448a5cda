package introspect

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

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

	flights singleflight.Group
	single  atomic.Uint64 // flights that nobody shares
	forgets atomic.Uint64 // calls of Forget
	slots   chan struct{} // one for each call in flight
	breaker *gobreaker.CircuitBreaker[decision]

	mu      sync.Mutex // guards history
	history history
}

var _ middleware.Validator = (*Validator)(nil)

// New returns a Validator, or every fault of the config joined into one error.
// It does no I/O: a service can start while the authorization server is down.
func New(c Config) (*Validator, error) {
	if err := c.complete(); err != nil {
		return nil, err
	}
	c.isolate()
	v := &Validator{
		config: c,
		client: fetch.Harden(c.Client),
		hasher: expiring.NewHasher(),
		// The server may answer each of its clients differently (RFC 7662 §2.2).
		domain: expiring.NewDomain(c.Issuer, c.Endpoint, c.Authentication.identity(), c.Parameters.Encode()),
		slots:  make(chan struct{}, c.MaxCalls),
	}
	v.judge = newJudge(&v.config)
	v.endpoint.init(&c, v.client)
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
// token. It waits no longer than ctx allows; the call goes on without it.
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

// Forget drops what is remembered of a token, for example where a logout tells
// that it was revoked. Requests that already wait for an answer still get it;
// later ones ask anew.
func (v *Validator) Forget(raw string) {
	key := v.hasher.Sum(&v.domain, raw)
	v.forgets.Add(1) // before the rest: see remember
	v.flights.Forget(string(key[:]))
	v.good.Remove(key)
	v.refused.Remove(key)
}

// remember keeps a decision for as long as it may be used again. A call that
// was under way while something was forgotten may know less than who forgot it;
// so its answer is not kept. The count is compared after the answer was put
// where Forget would find it, so that one of the two always notices the other.
func (v *Validator) remember(key expiring.Key, d decision, asked time.Time, forgets uint64) {
	life := v.config.TTL
	if d.token == nil {
		life = min(life, v.config.RefusalTTL)
	}
	if !d.end.IsZero() {
		life = min(life, d.end.Sub(asked))
	}
	switch until := asked.Add(life); { // with a monotonic reading, which d.end has not
	case life <= 0, d.size > longestRemembered:
		return
	case d.token != nil:
		v.good.Put(key, newKept(d.token), until)
	default:
		v.refused.Put(key, d.refusal, until)
	}
	if v.forgets.Load() != forgets {
		v.good.Remove(key)
		v.refused.Remove(key)
	}
}

// longestRemembered bounds the memory that MaxEntries can take up.
const longestRemembered = 64 << 10
