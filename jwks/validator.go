package jwks

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/bearerguard/bearerguard/internal/claims"
	"github.com/bearerguard/bearerguard/internal/expiring"
	"github.com/bearerguard/bearerguard/internal/jose"
	"github.com/bearerguard/bearerguard/middleware"
)

const (
	defaultLeeway    = 30 * time.Second
	maxLeeway        = 5 * time.Minute
	defaultTokenSize = 16 << 10
	minTokenSize     = 8 << 10
)

// Config is what holds for all issuers of a [Validator]. The zero Config is a
// good one. Zero numbers mean the default, negative ones mean none.
type Config struct {
	_ struct{} // keyed literals only: fields will come

	// Leeway is how far clocks may differ when exp and nbf are judged. Default
	// 30 s, at most 5 min.
	Leeway time.Duration

	// MaxTokenSize is the longest token that is looked at, in bytes. Default 16
	// KiB, at least 8 KiB.
	MaxTokenSize int

	// MaxEntries is how many good tokens are remembered, so that the next request
	// with one of them costs no signature check; those used least recently are
	// forgotten first. It never makes a token good for longer: exp and nbf, the
	// issuer's keys and, of tenants, Tenants.Allow are asked at each use, and proof
	// of possession and scopes are not the validator's business anyway. Refused
	// tokens are not remembered, so no flood of them displaces a good one.
	//
	// A token rests under a keyed hash. A usual one takes about 300 bytes besides its
	// claims, lists and texts with escapes some more; one whose signer wrote it to
	// that end takes five times its text, or 800 MB for 10000 of the longest. Nine
	// tenths of the entries are sure; chance decides whether the last one finds room.
	// Default 10000; negative: none.
	MaxEntries int

	// Client fetches metadata and keys where an Issuer has no Keys of its own.
	// Default: a client of our own. Whatever it says, bodies, time, redirects
	// and cookies stay limited; see [KeysConfig].
	Client *http.Client

	// Tenants are issuers known only at run time, besides the listed ones.
	// Default: none.
	Tenants *Tenants

	// Logger receives what an operator should know about keys; see [KeysConfig].
	// Default: slog.Default().
	Logger *slog.Logger

	// Now is the clock. Default: the machine's, whose being set is noticed within
	// 10 ms.
	Now func() time.Time
}

// Validator checks JWTs. It is immutable but for its keys and what it remembers,
// and safe for concurrent use.
type Validator struct {
	issuers map[string]*issuer
	tenants *tenants // nil: none
	leeway  time.Duration
	size    int
	now     func() time.Time
	memory  *memory // nil: none
}

var _ middleware.SyntaxChecker = (*Validator)(nil)

// New is Config{}.New: a Validator with the defaults.
func New(issuers ...Issuer) (*Validator, error) { return Config{}.New(issuers...) }

// New returns a Validator for these issuers, or every fault of the
// configuration joined into one error. It does no I/O: a service can start
// while an issuer is down.
func (c Config) New(issuers ...Issuer) (*Validator, error) {
	v := &Validator{issuers: make(map[string]*issuer), leeway: defaultLeeway, size: defaultTokenSize, now: c.Now, memory: newMemory(c.MaxEntries)}
	faults := []error{v.limits(c)}
	if v.now == nil {
		v.now = new(expiring.Clock).Now
	}
	if c.Tenants != nil {
		var err error
		v.tenants, err = c.Tenants.compile(&c)
		faults = append(faults, err)
	} else if len(issuers) == 0 {
		faults = append(faults, errors.New("jwks: at least one Issuer is required, or Config.Tenants"))
	}
	for i := range issuers {
		ready, err := issuers[i].compile(&c)
		faults = append(faults, err)
		if _, twice := v.issuers[ready.url]; twice {
			faults = append(faults, fmt.Errorf("jwks: issuer %q is given twice", ready.url))
		}
		for _, other := range v.issuers {
			if other.keys == ready.keys && ready.keys != nil {
				faults = append(faults, fmt.Errorf("jwks: issuers %q and %q share Keys; a key only verifies tokens of its own issuer (RFC 8725 §3.8)", other.url, ready.url))
			}
		}
		v.issuers[ready.url] = ready
	}
	if err := errors.Join(faults...); err != nil {
		return nil, err
	}
	return v, nil
}

// limits takes the numbers of the config in.
func (v *Validator) limits(c Config) error {
	var faults []error
	switch {
	case c.Leeway > maxLeeway:
		faults = append(faults, fmt.Errorf("jwks: Config.Leeway %v is over %v: more would keep expired tokens alive (RFC 9068 §4)", c.Leeway, maxLeeway))
	case c.Leeway != 0:
		v.leeway = max(c.Leeway, 0)
	}
	switch {
	case c.MaxTokenSize < 0 || c.MaxTokenSize > 0 && c.MaxTokenSize < minTokenSize:
		faults = append(faults, fmt.Errorf("jwks: Config.MaxTokenSize %d is under %d: real tokens would be refused", c.MaxTokenSize, minTokenSize))
	case c.MaxTokenSize != 0:
		v.size = c.MaxTokenSize
	}
	return errors.Join(faults...)
}

// Validate checks a JWT access token: size, form, issuer, header, key,
// signature and claims, in this order; or it remembers that it did, and checks
// what may have changed since (see [Config].MaxEntries). It is ErrNotMine unless
// the token has the form of a JWS whose payload names a configured issuer; from
// there its answer is final. So it is where the token is no JWS or no claims by
// our rules, and what another reader could make of its three parts names one.
// Keys out of reach are Unavailable, not InvalidToken.
//
// It waits for keys only where none that fits is at hand, and no longer than
// ctx allows.
func (v *Validator) Validate(ctx context.Context, raw string) (*middleware.Token, error) {
	if len(raw) > v.size {
		return nil, middleware.Invalid(middleware.ReasonTooLarge, "The access token is too long", nil)
	}
	if v.memory == nil || len(raw) > usualSize && !hasThreeParts(raw) {
		t, _, err := v.check(ctx, raw)
		return t, err
	}
	id := v.memory.hasher.Sum(&v.memory.domain, raw)
	if t := v.recall(ctx, id); t != nil {
		return t, nil
	}
	t, by, err := v.check(ctx, raw)
	if err == nil {
		v.remember(id, t, by, v.now())
	}
	return t, err
}

// ChecksSyntax tells whether asked is v, which accepts nothing but b64tokens: a
// JWS has three parts in base64url and two dots. See [middleware.SyntaxChecker].
func (v *Validator) ChecksSyntax(asked middleware.Validator) bool { return asked == v }

// usualSize is that of most tokens, in bytes. Whether a longer text is a token at
// all is seen sooner than hashed.
const usualSize = 2 << 10

func hasThreeParts(raw string) bool {
	_, _, _, ok := jose.Split(raw)
	return ok
}

// check is Validate without the memory. It also tells who signed a good token.
func (v *Validator) check(ctx context.Context, raw string) (*middleware.Token, *signer, error) {
	var jws jose.Compact
	if err := jws.Open(raw); err != nil {
		return nil, nil, v.malformed(raw, err)
	}
	m, err := claims.Read(jws.Payload)
	if err != nil {
		return nil, nil, v.malformed(raw, fmt.Errorf("payload: %w", err))
	}
	iss, _ := m.Issuer.Str()
	is := v.issuer(iss)
	if is == nil {
		return nil, nil, fmt.Errorf("%w: its issuer is not configured", middleware.ErrNotMine)
	}
	by, err := is.authentic(ctx, &jws, &m)
	if err != nil {
		return nil, nil, err
	}
	t, err := v.accept(is, &m)
	return t, by, err
}

// issuer finds who the unverified iss names, or nil.
func (v *Validator) issuer(iss string) *issuer {
	if is := v.issuers[iss]; is != nil || v.tenants == nil {
		return is
	}
	return v.tenants.issuer(iss)
}

// accept judges the claims of a token whose signature holds.
func (v *Validator) accept(is *issuer, m *claims.Members) (*middleware.Token, error) {
	c, err := m.Map(is.mapping)
	if err != nil {
		return nil, middleware.Invalid(middleware.ReasonClaims, "", err)
	}
	if kind := m.OtherKind(); kind != "" {
		return nil, middleware.Invalid(middleware.ReasonType, "The token is not an access token", errors.New("it is another kind of token: "+kind))
	}
	if err := is.required(&c, m); err != nil {
		return nil, err
	}
	if err := timely(&c, v.now(), v.leeway); err != nil {
		return nil, err
	}
	if is.prove != nil && !is.proven.Load() {
		is.prove()
	}
	c.Until = c.Expiry.Add(v.leeway)
	return middleware.NewToken(c), nil
}
