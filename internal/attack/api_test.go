package main

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/introspect"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

var quiet = slog.New(slog.DiscardHandler)

// api is a protected resource under a configuration, before an adapter serves it.
type api struct {
	guard   *middleware.Guard
	cached  bool // decisions are kept
	servers *authServers
	forget  func(token string)
	start   time.Time
	passed  atomic.Int64 // seconds since start

	mu    sync.Mutex       // guards what follows
	ran   []string         // the routes whose handlers ran
	event middleware.Event // of the newest check
}

func (a *api) now() time.Time { return a.start.Add(time.Duration(a.passed.Load()) * time.Second) }

// newAPI builds what the file describes. Without cached, no decision is kept.
func newAPI(t testing.TB, f *File, c *Case, cached bool) *api {
	t.Helper()
	a := &api{cached: cached, servers: newAuthServers(f.Issuers), start: f.Now, forget: func(string) {}}
	build := builder{t, f, a, &http.Client{Transport: a.servers}}
	config := f.Configurations[c.Configuration]
	policy := (*scopes.Policy)(nil)
	if config.Policy != nil {
		var err error
		if policy, err = scopes.NewPolicy(*config.Policy); err != nil {
			t.Fatal(err)
		}
	}
	var err error
	a.guard, err = middleware.New(middleware.Config{Validator: build.validator(config), Scopes: policy, Logger: quiet, Observe: a.observe})
	if err != nil {
		t.Fatal(err)
	}
	return a
}

func (a *api) observe(_ context.Context, e middleware.Event) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.event = e
}

// run is what the handler of a route does.
func (a *api) run(route string) {
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ran = append(a.ran, route)
}

// prepare is what a step does before its request.
func (a *api) prepare(step *Step) {
	a.passed.Add(int64(step.After))
	a.servers.prepare(step)
	if step.Forget != "" {
		a.forget(string(step.Forget))
	}
	a.mu.Lock()
	defer a.mu.Unlock()
	a.ran, a.event = nil, middleware.Event{}
}

// builder builds validators.
type builder struct {
	t      testing.TB
	file   *File
	api    *api
	client *http.Client
}

func (b *builder) validator(c *Configuration) middleware.Validator {
	var all []middleware.Validator
	if c.JWT != nil || c.Tenants != nil {
		all = append(all, b.jwt(c))
	}
	if c.Introspection != nil {
		all = append(all, b.introspection(c.Introspection))
	}
	switch c.Compose {
	case "first":
		return middleware.First(all...)
	case "every":
		return middleware.Every(all...)
	}
	if len(all) != 1 {
		b.t.Fatal("a configuration needs one validator, or to compose them")
	}
	return all[0]
}

func (b *builder) jwt(c *Configuration) middleware.Validator {
	config := jwks.Config{Client: b.client, Logger: quiet, Now: b.api.now}
	if !b.api.cached {
		config.MaxEntries = -1
	}
	var issuers []jwks.Issuer
	for _, i := range c.JWT {
		issuer := jwks.Issuer{
			URL: b.file.Issuers[i.Issuer].URL, Audience: i.Audience, AudienceClaim: i.AudienceClaim,
			ScopeClaims: i.ScopeClaims, Algorithms: i.Algorithms,
		}
		if i.Strict {
			issuer.Profile = jwks.RFC9068
		}
		issuers = append(issuers, issuer)
	}
	if t := c.Tenants; t != nil {
		config.Tenants = &jwks.Tenants{
			Allow:             jwks.Template(t.Pattern, func(tenant string) bool { return slices.Contains(t.Allowed, tenant) }),
			Issuer:            jwks.Issuer{Audience: t.Audience},
			InsecureTransport: true, // it is no http.Transport
		}
	}
	v, err := config.New(issuers...)
	if err != nil {
		b.t.Fatal(err)
	}
	return v
}

func (b *builder) introspection(c *Introspection) middleware.Validator {
	issuer := b.file.Issuers[c.Issuer].URL
	config := introspect.Config{
		Issuer: issuer, Authentication: introspect.ClientSecretBasic(c.Client, "secret"), Audience: c.Audience,
		RequireAudience: c.Required, RequireIssuer: c.Required, RequireExpiry: c.Required, ScopeArrays: c.ScopeArrays,
		Client: b.client, Logger: quiet, Now: b.api.now,
	}
	if !b.api.cached {
		config.TTL = -1
	}
	if c.Signed {
		keys, err := jwks.NewKeys(jwks.KeysConfig{Issuer: issuer, Client: b.client, Logger: quiet, Now: b.api.now})
		if err != nil {
			b.t.Fatal(err)
		}
		config.Signed = &introspect.Signed{Keys: keys, Audience: c.Client}
	}
	v, err := introspect.New(config)
	if err != nil {
		b.t.Fatal(err)
	}
	b.api.forget = v.Forget
	return v
}

// rules is a table of rules for the routes that have one, under the key that an adapter knows them by.
func rules(t testing.TB, f *File, key func(Route) string) scopes.Routes {
	t.Helper()
	table := scopes.Routes{}
	for _, r := range f.Routes {
		if r.Rule == "" {
			continue
		}
		rule, err := scopes.Parse(r.Rule)
		if err != nil {
			t.Fatal(err)
		}
		table[key(r)] = rule
	}
	return table
}
