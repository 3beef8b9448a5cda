package jwks

import (
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"time"

	lru "github.com/hashicorp/golang-lru/v2"
	"golang.org/x/time/rate"
)

const (
	defaultTenants = 100

	// maxIssuerURL bounds what an unverified iss costs; longer ones are nobody's.
	maxIssuerURL = 512

	// newcomers is how many issuers that never signed a good token may be asked
	// for their keys at one time; all of them together get so many fetches at once,
	// and then one in newcomerEvery.
	newcomers     = 16
	newcomerBurst = 100
	newcomerEvery = 200 * time.Millisecond
)

// Tenants are issuers that are known only at run time, such as the tenants of
// an identity platform. Allow and Issuer.Audience are required.
//
// Each has keys of its own, discovered when its first token comes, and waits
// for nobody else's. The unverified iss of a token decides which issuer is
// asked, so Allow is what stands between anybody and a request of ours to a host
// of their choice. Besides, connections to loopback, link-local, private and other
// special addresses are refused, after name resolution (RFC 8725bis §3.10).
//
// Until an issuer had a good token it is a newcomer: all newcomers together get
// a bounded number of fetches, and what fails there is told in the log at level
// Debug only, since anybody can make up newcomers.
type Tenants struct {
	_ struct{} // keyed literals only: fields will come

	// Allow tells whether iss is an issuer to be trusted. It is asked for every
	// token whose iss is not a listed issuer's, remembered and malformed ones
	// included: keep it quick, and as narrow as you can; see [Template]. It must be
	// safe for concurrent use.
	Allow func(iss string) bool

	// Issuer is what is asked of the tokens. Its URL and Keys stay empty.
	Issuer Issuer

	// Keys says how keys are fetched and kept. Its Issuer and URL stay empty.
	Keys KeysConfig

	// InsecureTransport uses the transport of Keys.Client as it is, where it goes
	// through a proxy or is no http.Transport. That connections only lead to public
	// addresses is then its business; only addresses written in a URL are refused.
	InsecureTransport bool

	// Max is how many tenants are remembered; the ones used least recently are
	// forgotten first and discovered anew when they return. Default 100.
	// Tenants that never had a good token are remembered apart and displace
	// only each other.
	Max int
}

// tenants is a Tenants made ready for use.
type tenants struct {
	config   Tenants
	defaults Config
	fetching atomic.Int32  // newcomers whose keys are being fetched
	limit    *rate.Limiter // of their fetches

	proven    *lru.Cache[string, *issuer]
	newcomers *lru.Cache[string, *issuer]
}

// compile checks the whole Tenants and returns every fault, joined.
func (t *Tenants) compile(c *Config) (*tenants, error) {
	var faults []error
	fault := func(text string) { faults = append(faults, errors.New("jwks: Tenants."+text)) }
	if t.Allow == nil {
		fault("Allow is required: without it, anybody could be an issuer")
	}
	if t.Issuer.URL != "" || t.Issuer.Keys != nil {
		fault("Issuer must not have a URL or Keys: each tenant has its own")
	}
	if t.Keys.Issuer != "" || t.Keys.URL != "" {
		fault("Keys must not have an Issuer or a URL: each tenant has its own")
	}
	if t.Issuer.InsecureLoopback || t.Keys.InsecureLoopback {
		fault("Issuer.InsecureLoopback contradicts what keeps tenants away from this machine")
	}
	if t.Max < 0 {
		fault("Max must not be negative")
	}
	r := &tenants{config: *t, defaults: *c, limit: rate.NewLimiter(rate.Every(newcomerEvery), newcomerBurst)}
	if r.config.Max == 0 {
		r.config.Max = defaultTenants
	}
	if r.config.Keys.Client == nil {
		r.config.Keys.Client = c.Client
	}
	if !t.InsecureTransport {
		guarded, err := guardOutbound(r.config.Keys.Client)
		if err != nil {
			fault("Keys.Client: " + err.Error())
		}
		r.config.Keys.Client = guarded
	}

	// A trial shows what is wrong with the template before the first token comes.
	if _, err := r.build("https://tenant.example"); err != nil {
		faults = append(faults, fmt.Errorf("jwks: Tenants: %w", err))
	}
	size := max(r.config.Max, 1)
	var err1, err2 error
	r.proven, err1 = lru.New[string, *issuer](size)
	r.newcomers, err2 = lru.New[string, *issuer](size)
	return r, errors.Join(append(faults, err1, err2)...)
}

// build makes the issuer of one tenant. It does no I/O.
func (t *tenants) build(iss string) (*issuer, error) {
	config := t.config.Issuer
	config.URL = iss
	keys := t.config.Keys
	keys.Issuer, keys.URL, keys.publicOnly = iss, "", true
	if keys.Logger == nil {
		keys.Logger = t.defaults.Logger
	}
	if keys.Now == nil {
		keys.Now = t.defaults.Now
	}
	var faulty error
	config.Keys, faulty = NewKeys(keys)
	is, err := config.compile(&t.defaults)
	if err := errors.Join(faulty, err); err != nil {
		return nil, err
	}
	config.Keys.admit, config.Keys.newcomer = t.admission(is), func() bool { return !is.proven.Load() }
	is.prove = func() { t.prove(is) }
	is.allow = func(now time.Time) bool { return t.allowed(iss) && t.keep(is, now) }
	return is, nil
}

// admission bounds how many newcomers are asked for their keys, at one time and
// in the long run, so that made-up tenants cannot make us ask any number of hosts.
// It returns what ends the fetch, or nil where there is no room.
func (t *tenants) admission(is *issuer) func() (leave func()) {
	return func() func() {
		if is.proven.Load() {
			return func() {}
		}
		if t.fetching.Add(1) > newcomers || !t.limit.Allow() {
			t.fetching.Add(-1)
			return nil
		}
		return func() { t.fetching.Add(-1) }
	}
}

// issuer returns the tenant of that issuer identifier, or nil where it is not
// allowed.
func (t *tenants) issuer(iss string) *issuer {
	if !t.allowed(iss) {
		return nil
	}
	if is, ok := t.proven.Get(iss); ok {
		return is
	}
	if is, ok := t.newcomers.Get(iss); ok {
		return is
	}
	iss = strings.Clone(iss) // a part of the token would keep all of it alive
	is, err := t.build(iss)
	if err != nil {
		return nil // allowed, but no URL of an issuer
	}
	if first, ok, _ := t.newcomers.PeekOrAdd(iss, is); ok {
		return first
	}
	return is
}

func (t *tenants) allowed(iss string) bool { return len(iss) <= maxIssuerURL && t.config.Allow(iss) }

// prove moves a newcomer whose token was good to where newcomers cannot
// displace it.
func (t *tenants) prove(is *issuer) {
	if !is.proven.Swap(true) {
		t.proven.Add(is.url, is)
		t.newcomers.Remove(is.url)
	}
}

// keep counts a decision that is used again as a use of the tenant, and tells
// whether the tenant was not forgotten meanwhile. Both matter to the bound on
// tenants and not to what they may do, so once a second will do.
func (t *tenants) keep(is *issuer, now time.Time) bool {
	second := now.Unix()
	if is.used.Load() == second {
		return true
	}
	remembered, _ := t.proven.Get(is.url)
	if remembered != is {
		return false
	}
	is.used.Store(second)
	return true
}

// Template is an Allow for issuers that differ in one part of their URL, which
// the pattern writes as {tenantid}, as Microsoft Entra ID does:
//
//	jwks.Template("https://login.microsoftonline.com/{tenantid}/v2.0", customers.Has)
//
// What stands in its place must be letters, digits, "-", "_" and "." only and is
// handed to allow, which decides. Template panics where the pattern has no
// {tenantid} or more than one, and where allow is nil.
func Template(pattern string, allow func(tenant string) bool) func(iss string) bool {
	before, after, found := strings.Cut(pattern, "{tenantid}")
	if !found || strings.Contains(after, "{tenantid}") || allow == nil {
		panic("jwks: Template needs a pattern with one {tenantid}, and a function that says which tenants are allowed")
	}
	return func(iss string) bool {
		rest, ok := strings.CutPrefix(iss, before)
		if !ok {
			return false
		}
		tenant, ok := strings.CutSuffix(rest, after)
		return ok && isTenant(tenant) && allow(tenant)
	}
}

// isTenant keeps out everything that could make another host or path of it.
func isTenant(s string) bool {
	const chars = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_."
	return strings.Trim(s, ".") != "" && strings.Trim(s, chars) == ""
}

// errNoRoom is why a newcomer's keys are not fetched now.
var errNoRoom = errors.New("too many issuers that never signed a good token are being asked for their keys")
