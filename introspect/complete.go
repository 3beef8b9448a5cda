package introspect

import (
	"cmp"
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/bearerguard/bearerguard/internal/discovery"
	"github.com/bearerguard/bearerguard/internal/expiring"
	"github.com/bearerguard/bearerguard/internal/fetch"
	"github.com/bearerguard/bearerguard/internal/jose"
)

const (
	minTokenSize = 8 << 10
	mostLeeway   = 5 * time.Minute
	mostRefusal  = 10 * time.Second
)

// complete fills in the defaults and returns every fault, joined.
func (c *Config) complete() error {
	faults := &faults{}
	c.identities(faults)
	c.places(faults)
	c.policy(faults)
	c.numbers(faults)
	if c.Logger == nil {
		c.Logger = slog.Default()
	}
	if c.Now == nil {
		c.Now = new(expiring.Clock).Now // on the way of every request
	}
	return errors.Join(faults.list...)
}

// faults gathers what is wrong, one sentence each.
type faults struct{ list []error }

func (f *faults) add(format string, args ...any) {
	f.list = append(f.list, fmt.Errorf("introspect: Config."+format, args...))
}

// identities checks who asks whom.
func (c *Config) identities(faults *faults) {
	switch u, err := url.Parse(c.Issuer); {
	case c.Issuer == "":
		faults.add("Issuer is required: the authorization server's identifier")
	case err == nil && u.User != nil:
		faults.add("Issuer %w: it is public", fetch.ErrUserinfo)
	case c.Endpoint == "":
		if err := discovery.CheckIssuer(c.urls(), c.Issuer); err != nil {
			faults.add("Issuer %s: %w", fetch.Redact(c.Issuer), err)
		}
	}
	if c.Authentication.apply == nil {
		faults.add("Authentication is required: see ClientSecretBasic and the other methods")
	}
	if c.Authentication.fault != nil {
		faults.add("Authentication: %w", c.Authentication.fault)
	}
	if c.Signed != nil {
		c.Signed.check(c.Issuer, faults)
	}
}

func (s *Signed) check(issuer string, faults *faults) {
	if s.Audience == "" {
		faults.add("Signed.Audience is required: an answer for somebody else must not pass here")
	}
	if s.Keys == nil {
		faults.add("Signed.Keys is required: the keys of the issuer")
	} else if of := s.Keys.Health().Issuer; of != "" && of != issuer {
		faults.add("Signed.Keys were made for issuer %q; a key only verifies what its own issuer signed (RFC 8725 §3.8)", of)
	}
	for _, alg := range s.Algorithms {
		if !jose.Known(alg) {
			faults.add("Signed.Algorithms: %q is not supported; there is no none and no HMAC", alg)
		}
	}
}

// places checks where questions go and what they carry.
func (c *Config) places(faults *faults) {
	if c.Endpoint != "" {
		err := c.urls().Check(c.Endpoint)
		if err == nil && strings.Contains(c.Endpoint, "#") {
			err = errors.New("must not have a fragment")
		}
		switch {
		case errors.Is(err, fetch.ErrUserinfo):
			faults.add("Endpoint %w: use Authentication, for example ClientSecretBasic", err)
		case err != nil:
			faults.add("Endpoint %s: %w", fetch.Redact(c.Endpoint), err)
		}
	}
	for name := range c.Parameters {
		if name == "token" || name == "token_type_hint" || strings.HasPrefix(name, "client_") {
			faults.add("Parameters must not set %q", name)
		}
	}
}

func (c *Config) urls() fetch.Policy { return fetch.Policy{Loopback: c.InsecureLoopback} }

// isolate copies what the caller could change later.
func (c *Config) isolate() {
	c.Audience, c.ScopeClaims = slices.Clone(c.Audience), slices.Clone(c.ScopeClaims)
	parameters := make(url.Values, len(c.Parameters))
	for name, values := range c.Parameters {
		parameters[name] = slices.Clone(values)
	}
	c.Parameters = parameters
	if c.Signed != nil {
		signed := *c.Signed
		signed.Algorithms = slices.Clone(signed.Algorithms)
		c.Signed = &signed
	}
}

// policy checks what is asked of the answers.
func (c *Config) policy(faults *faults) {
	switch {
	case !c.InsecureAnyAudience && len(c.Audience) == 0, slices.Contains(c.Audience, ""):
		faults.add("Audience is required, without empty entries: a token for somebody else must not pass here")
	case c.InsecureAnyAudience && (len(c.Audience) > 0 || c.RequireAudience):
		faults.add("InsecureAnyAudience contradicts Audience and RequireAudience")
	}
	if slices.Contains(c.ScopeClaims, "") {
		faults.add("ScopeClaims has an empty entry")
	}
}

// numbers fills in what was left out and checks what was given.
func (c *Config) numbers(faults *faults) {
	for _, number := range []struct {
		name     string
		negative bool
	}{
		{"MaxTokenSize", c.MaxTokenSize < 0}, {"Timeout", c.Timeout < 0}, {"MaxCalls", c.MaxCalls < 0},
		{"MaxSize", c.MaxSize < 0}, {"MaxEntries", c.MaxEntries < 0}, {"MaxLife", c.MaxLife < 0},
	} {
		if number.negative {
			faults.add("%s must not be negative", number.name)
		}
	}
	if 0 < c.MaxTokenSize && c.MaxTokenSize < minTokenSize {
		faults.add("MaxTokenSize %d is under %d: real tokens would be refused", c.MaxTokenSize, minTokenSize)
	}
	if c.Leeway > mostLeeway {
		faults.add("Leeway %v is over %v: more would keep expired tokens alive", c.Leeway, mostLeeway)
	}
	if c.RefusalTTL > mostRefusal {
		faults.add("RefusalTTL %v is over %v: a token may become good", c.RefusalTTL, mostRefusal)
	}
	c.MaxTokenSize = cmp.Or(c.MaxTokenSize, 16<<10)
	c.Timeout = cmp.Or(c.Timeout, 5*time.Second)
	c.MaxCalls = cmp.Or(c.MaxCalls, 64)
	c.MaxSize = cmp.Or(c.MaxSize, 1<<20)
	c.MaxEntries = cmp.Or(c.MaxEntries, 10_000)
	c.MaxLife = cmp.Or(c.MaxLife, time.Hour)
	c.TTL = cmp.Or(c.TTL, time.Minute)
	c.RefusalTTL = cmp.Or(c.RefusalTTL, mostRefusal)
	c.Leeway = max(cmp.Or(c.Leeway, 30*time.Second), 0)
}
