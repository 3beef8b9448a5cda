package jwks

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"time"

	"github.com/bearerguard/bearerguard/internal/claims"
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

	// Now is the clock. Default: time.Now.
	Now func() time.Time
}

// Validator checks JWTs. It is immutable but for its keys, and safe for
// concurrent use.
type Validator struct {
	issuers map[string]*issuer
	tenants *tenants // nil: none
	leeway  time.Duration
	size    int
	now     func() time.Time
}

var _ middleware.Validator = (*Validator)(nil)

// New is Config{}.New: a Validator with the defaults.
func New(issuers ...Issuer) (*Validator, error) { return Config{}.New(issuers...) }

// New returns a Validator for these issuers, or every fault of the
// configuration joined into one error. It does no I/O: a service can start
// while an issuer is down.
func (c Config) New(issuers ...Issuer) (*Validator, error) {
	v := &Validator{issuers: make(map[string]*issuer), leeway: defaultLeeway, size: defaultTokenSize, now: c.Now}
	faults := []error{v.limits(c)}
	if v.now == nil {
		v.now = time.Now
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
// signature and claims, in this order. It is ErrNotMine unless the token has
// the form of a JWS whose payload names a configured issuer; from there its
// answer is final. Keys out of reach are Unavailable, not InvalidToken.
//
// It waits for keys only where none that fits is at hand, and no longer than
// ctx allows.
func (v *Validator) Validate(ctx context.Context, raw string) (*middleware.Token, error) {
	if len(raw) > v.size {
		return nil, middleware.Invalid(middleware.ReasonTooLarge, "The access token is too long", nil)
	}
	jws, err := jose.Decode(raw)
	if errors.Is(err, jose.ErrNotJWS) {
		return nil, fmt.Errorf("%w: %w", middleware.ErrNotMine, err)
	}
	if err != nil {
		return nil, middleware.Invalid(middleware.ReasonHeader, "", err)
	}
	m, err := claims.Read(jws.Payload)
	if err != nil {
		return nil, fmt.Errorf("%w: payload: %w", middleware.ErrNotMine, err)
	}
	iss, _ := m.Issuer.Str()
	is := v.issuer(iss)
	if is == nil {
		return nil, fmt.Errorf("%w: its issuer is not configured", middleware.ErrNotMine)
	}
	if err := is.authentic(ctx, jws, &m); err != nil {
		return nil, err
	}
	return v.accept(is, &m)
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
