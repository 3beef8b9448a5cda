package jwks_test

import (
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/jwks"
)

// platform serves many tenants, each an issuer with keys of its own.
type platform struct {
	mu      sync.Mutex
	tenants map[string]*authtest.Issuer
	asked   map[string]int // requests a host
}

func newPlatform() *platform {
	return &platform{tenants: make(map[string]*authtest.Issuer), asked: make(map[string]int)}
}

func (p *platform) tenant(name string) *authtest.Issuer {
	as := authtest.Config{URL: "https://" + name + ".test", Algorithms: []string{"ES256"}}.New()
	p.mu.Lock()
	defer p.mu.Unlock()
	p.tenants[name+".test"] = as
	return as
}

func (p *platform) RoundTrip(r *http.Request) (*http.Response, error) {
	p.mu.Lock()
	as := p.tenants[r.URL.Host]
	p.asked[r.URL.Host]++
	p.mu.Unlock()
	if as == nil {
		return nil, fmt.Errorf("no such host")
	}
	return as.Client().Transport.RoundTrip(r)
}

func (p *platform) requests(host string) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.asked[host]
}

// validator accepts the tenants whose host is of this platform.
func (p *platform) validator(t *testing.T, change func(*jwks.Tenants)) *jwks.Validator {
	t.Helper()
	tenants := &jwks.Tenants{
		Allow:  func(iss string) bool { return strings.HasPrefix(iss, "https://") && strings.HasSuffix(iss, ".test") },
		Issuer: jwks.Issuer{Audience: []string{authtest.DefaultAudience}},
		Keys:   jwks.KeysConfig{Client: &http.Client{Transport: p}, Logger: new(journal).logger()},

		InsecureTransport: true, // it has no connections
	}
	if change != nil {
		change(tenants)
	}
	return newValidator(t, jwks.Config{Tenants: tenants})
}

// expectVerdict is expect without its demand of silence: the address of an
// allowed tenant is what an operator needs to read.
func expectVerdict(t *testing.T, v *jwks.Validator, raw string, want verdict) {
	t.Helper()
	if got := judge(v.Validate(t.Context(), raw)); got != want {
		t.Errorf("verdict = %q, want %q", got, want)
	}
}

func TestTenants(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPlatform()
		a, b := p.tenant("a"), p.tenant("b")
		v := p.validator(t, nil)
		expectVerdict(t, v, a.Token(), good)
		expectVerdict(t, v, b.Token(), good)
		if len(v.Health()) != 2 {
			t.Errorf("health = %+v, want both tenants", v.Health())
		}
		// R8725-10: a key only verifies tokens of its own issuer, same kid or not.
		expectVerdict(t, v, b.Mint(authtest.Mint{Claims: authtest.Claims{"iss": a.URL()}}), refused("signature"))
		// Nobody else's issuers, and nothing is asked of them.
		expectVerdict(t, v, es256().Token(authtest.Claims{"iss": "https://evil.example"}), notMine)
		expectVerdict(t, v, es256().Token(authtest.Claims{"iss": "http://a.test"}), notMine)
		expectVerdict(t, v, es256().Token(authtest.Claims{"iss": authtest.Absent}), notMine)
		expectVerdict(t, v, es256().Token(authtest.Claims{"iss": "https://" + strings.Repeat("a", 600) + ".test"}), notMine)
		if p.requests("evil.example") != 0 {
			t.Error("an issuer that is not allowed was asked")
		}
	})
}

// R8725-3: audiences, algorithms and profile are each issuer's own, and the
// template's hold for every tenant beside a listed issuer.
func TestTenantsBesideListed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPlatform()
		a := p.tenant("a")
		listed := es256()
		v := newValidator(t, jwks.Config{Tenants: &jwks.Tenants{
			Allow:  func(iss string) bool { return iss == a.URL() || iss == listed.URL() },
			Issuer: jwks.Issuer{Audience: []string{a.Audience()}, Algorithms: []string{"RS256"}},
			Keys:   jwks.KeysConfig{Client: &http.Client{Transport: p}},

			InsecureTransport: true,
		}}, offline(t, listed))
		expectVerdict(t, v, listed.Token(), good) // by its own entry, not the template
		expectVerdict(t, v, a.Token(), refused("algorithm"))
	})
}

// One dead or slow issuer does not touch another.
func TestTenantsAreIsolated(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPlatform()
		healthy, dead, slow := p.tenant("healthy"), p.tenant("dead"), p.tenant("slow")
		dead.Replace(authtest.EndpointOIDC, answer(http.StatusBadGateway, ""))
		dead.Replace(authtest.EndpointRFC8414, answer(http.StatusBadGateway, ""))
		slow.Replace(authtest.EndpointOIDC, func(http.Handler) http.Handler {
			return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
		})
		v := p.validator(t, nil)
		var wg sync.WaitGroup
		for range 50 {
			wg.Go(func() { expectVerdict(t, v, dead.Token(), unavailable) })
			wg.Go(func() { expectVerdict(t, v, slow.Token(), unavailable) })
		}
		for range 50 {
			start := time.Now()
			expectVerdict(t, v, healthy.Token(), good)
			if waited := time.Since(start); waited != 0 {
				t.Errorf("the healthy tenant waited %v", waited)
			}
			time.Sleep(100 * time.Millisecond)
		}
		wg.Wait()
	})
}

// Made-up tenants displace no tenant that had a good token, and only so many of
// them are asked for their keys at a time.
func TestMadeUpTenants(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPlatform()
		real := p.tenant("real")
		v := p.validator(t, func(c *jwks.Tenants) { c.Max = 10 })
		expectVerdict(t, v, real.Token(), good)
		before := p.requests("real.test")
		for i := range 1000 {
			expectVerdict(t, v, real.Token(authtest.Claims{"iss": fmt.Sprintf("https://made-up-%d.test", i)}), unavailable)
		}
		expectVerdict(t, v, real.Token(), good)
		if after := p.requests("real.test"); after != before {
			t.Errorf("the real tenant was asked %d times more: it was displaced", after-before)
		}
	})
}

// L-2: made-up tenants cannot make us ask any number of hosts, nor write the log
// full, nor read there what they wrote (R6750-20).
func TestMadeUpTenantsInTheLongRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p, log := newPlatform(), new(journal)
		v := p.validator(t, func(c *jwks.Tenants) { c.Keys.Logger = log.logger() })
		as := es256()
		const seconds = 60
		for i := range seconds {
			for j := range 50 {
				raw := as.Token(authtest.Claims{"iss": fmt.Sprintf("https://made-up-%d-%d.test", i, j)})
				_, err := v.Validate(t.Context(), raw)
				if said := everything(err); strings.Contains(said, "made-up") {
					t.Fatalf("the error tells the name: %s", said)
				}
			}
			time.Sleep(time.Second)
		}
		asked := 0
		for _, n := range p.asked {
			asked += n
		}
		if limit := 2 * (100 + 5*seconds); asked > limit {
			t.Errorf("%d requests, want at most %d", asked, limit)
		}
		if lines := log.take(); len(lines) != 0 {
			t.Errorf("%d lines in the log, the first %q", len(lines), lines[0])
		}
	})
}

func TestMadeUpTenantsAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPlatform()
		var mu sync.Mutex
		now, most := 0, 0
		hanging := func(http.Handler) http.Handler {
			return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				mu.Lock()
				now++
				most = max(most, now)
				mu.Unlock()
				<-r.Context().Done()
				mu.Lock()
				now--
				mu.Unlock()
			})
		}
		var list []*authtest.Issuer
		for i := range 100 {
			as := p.tenant(fmt.Sprintf("hanging-%d", i))
			as.Replace(authtest.EndpointOIDC, hanging)
			list = append(list, as)
		}
		v := p.validator(t, nil)
		var wg sync.WaitGroup
		for _, as := range list {
			wg.Go(func() { expectVerdict(t, v, as.Token(), unavailable) })
		}
		wg.Wait()
		if most != 16 {
			t.Errorf("%d newcomers were asked at one time, want 16", most)
		}
	})
}

// The least recently used tenant is forgotten, and found again when it returns.
func TestTenantsAreBounded(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPlatform()
		v := p.validator(t, func(c *jwks.Tenants) { c.Max = 2 })
		a, b, c := p.tenant("a"), p.tenant("b"), p.tenant("c")
		for _, as := range []*authtest.Issuer{a, b, c} {
			expectVerdict(t, v, as.Token(), good)
		}
		if got := len(v.Health()); got != 2 {
			t.Errorf("%d tenants are remembered, want 2", got)
		}
		expectVerdict(t, v, a.Token(), good)
		if p.requests("a.test") != 4 {
			t.Errorf("%d requests to a.test, want 4: discovered twice", p.requests("a.test"))
		}
	})
}

// R8725-20: an address inside our network is refused without a request, through
// whatever transport.
func TestTenantsAwayFromHome(t *testing.T) {
	t.Parallel()
	p := newPlatform()
	v := p.validator(t, func(c *jwks.Tenants) { c.Allow = func(string) bool { return true } })
	for _, iss := range []string{
		"https://127.0.0.1", "https://localhost", "https://[::1]", "https://169.254.169.254", "https://10.0.0.1/tenant",
		"https://[::ffff:127.0.0.1]", "http://example.com", "ftp://example.com", "https://user@example.com", "https://example.com?x", "https://", "x",
	} {
		expectVerdict(t, v, es256().Token(authtest.Claims{"iss": iss}), notMine)
	}
	if len(p.asked) != 0 {
		t.Errorf("requests were made: %v", p.asked)
	}
}

// R8725-20: nor may the metadata of an allowed tenant name one.
func TestTenantsMetadataAwayFromHome(t *testing.T) {
	t.Parallel()
	p := newPlatform()
	as := p.tenant("a")
	for _, uri := range []string{"https://169.254.169.254/keys", "https://localhost/keys", "http://a.test/jwks"} {
		as.Replace(authtest.EndpointOIDC, answer(200, fmt.Sprintf(`{"issuer":%q,"jwks_uri":%q}`, as.URL(), uri)))
		as.Replace(authtest.EndpointRFC8414, answer(404, ""))
		expectVerdict(t, p.validator(t, nil), as.Token(), unavailable)
	}
	if p.requests("169.254.169.254")+p.requests("localhost") != 0 {
		t.Errorf("requests were made: %v", p.asked)
	}
}

func TestTenantsFaults(t *testing.T) {
	t.Parallel()
	_, err := jwks.Config{Tenants: &jwks.Tenants{
		Issuer: jwks.Issuer{URL: "https://a.test", InsecureLoopback: true, Algorithms: []string{"none"}},
		Keys:   jwks.KeysConfig{URL: "https://a.test/jwks", Timeout: -1},
		Max:    -1,
	}}.New()
	for _, want := range []string{"Allow is required", "Issuer must not", "Keys must not", "InsecureLoopback", "Max must not", "Audience is required", `"none"`, "Timeout"} {
		if err == nil || !strings.Contains(err.Error(), want) {
			t.Errorf("error = %v, want one that says %q too", err, want)
		}
	}
}

func TestTemplate(t *testing.T) {
	t.Parallel()
	const pattern = "https://login.microsoftonline.com/{tenantid}/v2.0"
	allow := jwks.Template(pattern, func(tenant string) bool { return tenant != "blocked" })
	for iss, want := range map[string]bool{
		"https://login.microsoftonline.com/9188040d-6c67-4c5b-b112-36a304b66dad/v2.0": true,
		"https://login.microsoftonline.com/contoso.onmicrosoft.com/v2.0":              true,
		"https://login.microsoftonline.com/blocked/v2.0":                              false,
		"https://login.microsoftonline.com//v2.0":                                     false,
		"https://login.microsoftonline.com/v2.0":                                      false,
		"https://login.microsoftonline.com/../v2.0":                                   false,
		"https://login.microsoftonline.com/./v2.0":                                    false,
		"https://login.microsoftonline.com/a/b/v2.0":                                  false,
		"https://login.microsoftonline.com/a%2fb/v2.0":                                false,
		"https://login.microsoftonline.com/a?b/v2.0":                                  false,
		"https://login.microsoftonline.com/a#/v2.0":                                   false,
		"https://login.microsoftonline.com/a@evil.example/v2.0":                       false,
		"https://login.microsoftonline.com/a/v2.0/":                                   false,
		"https://login.microsoftonline.com/a/v1.0":                                    false,
		"https://evil.example/a/v2.0":                                                 false,
		"http://login.microsoftonline.com/a/v2.0":                                     false,
		"https://login.microsoftonline.com/é/v2.0":                                    false,
		pattern: false,
		"":      false,
	} {
		if got := allow(iss); got != want {
			t.Errorf("allow(%q) = %v, want %v", iss, got, want)
		}
	}
	for name, call := range map[string]func(){
		"no {tenantid}":  func() { jwks.Template("https://a.test", func(string) bool { return true }) },
		"two {tenantid}": func() { jwks.Template("https://{tenantid}.test/{tenantid}", func(string) bool { return true }) },
		"no function":    func() { jwks.Template(pattern, nil) },
	} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("%s: no panic", name)
				}
			}()
			call()
		}()
	}
}
