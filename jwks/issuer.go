package jwks

import (
	"errors"
	"fmt"
	"slices"
	"sync/atomic"
	"time"

	"github.com/bearerguard/bearerguard/internal/claims"
	"github.com/bearerguard/bearerguard/internal/jose"
)

// Issuer is one authorization server and what is asked of its tokens. URL and
// Audience are required.
type Issuer struct {
	_ struct{} // keyed literals only: fields will come

	// URL is the issuer identifier, compared with iss exactly: no trailing
	// slash added or removed, no change of case (RFC 9068 §4). Unless Keys is
	// set it must be an https URL without query and fragment (RFC 8414 §2), and
	// the keys are found from it.
	URL string

	// Audience is who we are: a token passes when its aud holds any one of these,
	// compared exactly (RFC 9068 §4, RFC 8707 §2). At least one is required.
	Audience []string

	// AudienceClaim is the claim read instead of aud, for servers whose access
	// tokens have no aud: "client_id" for Amazon Cognito. A token that has an aud
	// as well must name us there too (RFC 7519 §4.1.3). Default: "aud", the only
	// one that Profile RFC9068 knows.
	AudienceClaim string

	// ScopeClaims are the claims that name scopes: a claim's name or, for claims
	// inside objects, a path with dots such as "realm_access.roles". In "scope" and
	// "scp" a string is a list delimited by spaces; in other claims it is a single
	// name, and a name with a space grants nothing. Default: "scope" and "scp",
	// and with Profile RFC9068 "scope" alone.
	ScopeClaims []string

	// Algorithms are the values of alg that are accepted (RFC 8725 §3.1), out of
	// RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519.
	// Default: RS256 PS256 ES256 EdDSA Ed25519. There is no "none" and no HMAC.
	Algorithms []string

	// Profile is how strictly the form of tokens is judged. Default: Common.
	Profile Profile

	// Keys are the issuer's keys, of this issuer alone. Default: discovered from
	// URL. Where one server goes by two names, give each name Keys of its own.
	Keys *Keys

	// InsecureLoopback allows plain http for an issuer on this machine
	// (localhost, 127.0.0.0/8, ::1), for development.
	InsecureLoopback bool
}

// Profile is how strictly the form of an issuer's tokens is judged.
type Profile uint8

const (
	// Common asks for what every server sends: iss, aud and exp. typ may be
	// absent, JWT or at+jwt; scope may be an array. What tells an ID, refresh or
	// logout token from an access token is refused.
	Common Profile = iota

	// RFC9068 asks for all of RFC 9068: typ at+jwt, the claims iss, exp, aud, sub,
	// client_id, iat and jti, and scope, where there is one, as a string.
	RFC9068
)

// issuer is an Issuer made ready for use.
type issuer struct {
	url        string
	audience   []string
	algorithms []string
	types      []string
	mapping    claims.Mapping
	strict     bool
	keys       *Keys
	ownClock   bool // keys have another clock than the validator
	signers    signers

	// Of tenants only: whether a token of this issuer was good, what to do when
	// the first one is, and what to ask before a decision is used again, which was
	// done last in the second used.
	proven atomic.Bool
	prove  func()
	allow  func(now time.Time) bool
	used   atomic.Int64
}

// keysAtHand tells whether there are keys that may be used now, and begins a
// fetch where one is due. now is of the validator's clock.
func (is *issuer) keysAtHand(now time.Time) bool {
	if is.keys.source == nil {
		return true
	}
	if is.ownClock {
		now = is.keys.config.Now()
	}
	return is.keys.atHand(now) != nil
}

// stillAllowed tells whether this is still an issuer whose tokens are accepted.
func (is *issuer) stillAllowed(now time.Time) bool { return is.allow == nil || is.allow(now) }

// compile checks the whole Issuer and returns every fault, joined.
func (i *Issuer) compile(c *Config) (*issuer, error) {
	var faults []error
	add := func(format string, args ...any) {
		faults = append(faults, fmt.Errorf("jwks: issuer %q: "+format, append([]any{withoutUser(i.URL)}, args...)...))
	}
	if i.URL == "" {
		add("URL is required: the iss of the tokens")
	}
	if len(i.Audience) == 0 || slices.Contains(i.Audience, "") {
		add("Audience is required, without empty entries: a token for somebody else must not pass here")
	}
	for _, alg := range i.Algorithms {
		if !jose.Known(alg) {
			add("algorithm %q is not supported; there is no none and no HMAC", alg)
		}
	}
	if i.Profile > RFC9068 {
		add("unknown Profile %d", i.Profile)
	}
	if i.Profile == RFC9068 && i.AudienceClaim != "" && i.AudienceClaim != "aud" {
		add("AudienceClaim %q contradicts Profile RFC9068", i.AudienceClaim)
	}
	if slices.Contains(i.ScopeClaims, "") {
		add("ScopeClaims has an empty entry")
	}
	keys, err := i.keySource(c)
	if err != nil {
		faults = append(faults, err)
	}
	r := i.ready(keys)
	if i.Keys != nil {
		r.ownClock = c.Now != nil || i.Keys.config.ownClock // whether two functions are one cannot be told
	}
	return r, errors.Join(faults...)
}

// keySource returns the given keys or those to be discovered.
func (i *Issuer) keySource(c *Config) (*Keys, error) {
	if i.Keys == nil {
		if i.URL == "" {
			return nil, nil // said already
		}
		return NewKeys(KeysConfig{Issuer: i.URL, Client: c.Client, Logger: c.Logger, Now: c.Now, InsecureLoopback: i.InsecureLoopback})
	}
	if i.Keys.config.Now == nil {
		return nil, fmt.Errorf("jwks: issuer %q: Keys must come from NewKeys or StaticKeys", withoutUser(i.URL))
	}
	if of := i.Keys.config.Issuer; of != "" && of != i.URL {
		return nil, fmt.Errorf("jwks: issuer %q: Keys were made for issuer %q; a key only verifies tokens of its own issuer (RFC 8725 §3.8)", withoutUser(i.URL), of)
	}
	return i.Keys, nil
}

func (i *Issuer) ready(keys *Keys) *issuer {
	r := &issuer{
		url:        i.URL,
		audience:   slices.Clone(i.Audience),
		algorithms: slices.Clone(i.Algorithms),
		types:      []string{"", "JWT", "at+jwt"},
		mapping: claims.Mapping{
			Scopes:     slices.Clone(i.ScopeClaims),
			ScopeArray: true,
			Audience:   i.AudienceClaim,
		},
		keys: keys,
	}
	if len(r.mapping.Scopes) == 0 {
		r.mapping.Scopes = nil // the default
	}
	if len(r.algorithms) == 0 {
		r.algorithms = jose.DefaultAlgorithms()
	}
	if i.Profile == RFC9068 {
		r.strict, r.types, r.mapping.ScopeArray = true, []string{"at+jwt"}, false
		if r.mapping.Scopes == nil {
			r.mapping.Scopes = []string{"scope"}
		}
	}
	return r
}
