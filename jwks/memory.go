package jwks

import (
	"context"
	"sync/atomic"
	"time"

	"github.com/bearerguard/bearerguard/internal/expiring"
	"github.com/bearerguard/bearerguard/middleware"
)

const defaultEntries = 10_000

// memory keeps tokens that passed, under keyed hashes of their texts. Refusals are
// not kept: most are of made-up tokens, and a flood of those would displace the
// good ones.
type memory struct {
	hasher *expiring.Hasher
	domain expiring.Domain
	good   *expiring.Map[decision]
	latest atomic.Int64 // when a decision was made last, microseconds since 1970
}

// decision is a good token and who signed it. What it does not say is checked
// anew for every request: see holds, and middleware.Guard for what belongs to the
// request (proof of possession, scopes).
type decision struct {
	token  *middleware.Token
	signer *signer
}

// newMemory returns nil, which remembers nothing, where entries is negative.
func newMemory(entries int) *memory {
	if entries < 0 {
		return nil
	}
	if entries == 0 {
		entries = defaultEntries
	}
	// The settings of a validator never change, and its hasher is its own: what
	// makes another answer possible is another token or one of the things that
	// holds checks.
	return &memory{hasher: expiring.NewHasher(), domain: expiring.NewDomain(), good: expiring.New[decision](entries)}
}

// recall returns what was decided about the token of this key if that still
// holds, or nil.
func (v *Validator) recall(ctx context.Context, id expiring.Key) *middleware.Token {
	now := v.now()
	d, found := v.memory.good.Get(id, now)
	if !found || !d.holds(now) || v.memory.before(now) && early(d.token.NotBefore(), now, v.leeway) {
		return nil
	}
	middleware.MarkCached(ctx)
	return d.token
}

// holds checks what can change after a token passed, but for the clock. The key
// may be gone; so may all keys, where they could not be fetched for too long; and
// so may the tenant. Like any other request this one begins a fetch of the keys
// that is due, without waiting for it.
func (d *decision) holds(now time.Time) bool {
	s := d.signer
	return !s.key.retired.Load() && s.issuer.keysAtHand(now) && s.issuer.stillAllowed(now)
}

// before tells whether the clock was set back before a decision. Otherwise every
// nbf that was passed still is, and no token has to be read to see it. To exp the
// map sees: an entry ends there.
func (m *memory) before(now time.Time) bool { return now.UnixMicro() < m.latest.Load() }

// remember keeps a token that passed, until it expires.
func (v *Validator) remember(id expiring.Key, t *middleware.Token, by *signer, now time.Time) {
	m := v.memory
	if early(t.NotBefore(), now, v.leeway) {
		return // the clock was set back just now
	}
	for at, last := now.UnixMicro(), m.latest.Load(); at > last && !m.latest.CompareAndSwap(last, at); {
		last = m.latest.Load()
	}
	// Added to now, since exp has no monotonic reading.
	m.good.Put(id, decision{t, by}, now.Add(t.Until().Sub(now)))
}
