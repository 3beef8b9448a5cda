package jwks_test

import (
	"context"
	"crypto/x509"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// The tests of this file are about what is remembered, so they ask for it
// whatever the environment says.
const remembers = 1000

// gate is a Guard that tells which answers came from memory.
type gate struct {
	guard  *middleware.Guard
	cached bool
}

func newGate(t testing.TB, v middleware.Validator, bindings ...middleware.Binding) *gate {
	t.Helper()
	g := new(gate)
	guard, err := middleware.New(middleware.Config{
		Validator: v,
		Bindings:  bindings,
		Logger:    new(journal).logger(),
		Observe:   func(_ context.Context, e middleware.Event) { g.cached = e.Cached },
	})
	if err != nil {
		t.Fatal(err)
	}
	g.guard = guard
	return g
}

// expect sends a request and compares the verdict, and whether it was remembered.
func (g *gate) expect(t *testing.T, r middleware.Request, want verdict, cached bool) {
	t.Helper()
	r.Method, r.Route = "GET", "GET /"
	if got := judge(g.guard.Check(t.Context(), r, scopes.Authenticated())); got != want {
		t.Errorf("verdict = %q, want %q", got, want)
	}
	if g.cached != cached {
		t.Errorf("cached = %v, want %v", g.cached, cached)
	}
}

func bearer(token string) middleware.Request {
	return middleware.Request{Header: http.Header{"Authorization": {"Bearer " + token}}}
}

// clock is one that tests set.
type clock struct{ at atomic.Pointer[time.Time] }

func newClock(t time.Time) *clock {
	c := new(clock)
	c.set(t)
	return c
}

func (c *clock) set(t time.Time) { c.at.Store(&t) }
func (c *clock) now() time.Time  { return *c.at.Load() }

// TestRemembered: a good token is checked once, and what it says is the same.
func TestRemembered(t *testing.T) {
	t.Parallel()
	as := es256()
	g := newGate(t, newValidator(t, jwks.Config{MaxEntries: remembers}, offline(t, as)))
	one, other := as.Token(), as.Token(authtest.Claims{"jti": "other"})
	g.expect(t, bearer(one), good, false)
	g.expect(t, bearer(one), good, true)
	g.expect(t, bearer(other), good, false)
	g.expect(t, bearer(one), good, true)

	none := newGate(t, newValidator(t, jwks.Config{MaxEntries: -1}, offline(t, as)))
	none.expect(t, bearer(one), good, false)
	none.expect(t, bearer(one), good, false)
}

// Another text is another token, however little it differs.
func TestRememberedExactly(t *testing.T) {
	t.Parallel()
	as := es256()
	v := newValidator(t, jwks.Config{MaxEntries: remembers}, offline(t, as))
	token := as.Token()
	expect(t, v, token, good)
	for i := range token {
		last := byte('A')
		if token[i] == last {
			last = 'B'
		}
		expect(t, v, token[:i]+string(last)+token[i+1:], anyRefusal)
	}
	for _, raw := range []string{token + "=", token + "A", token[:len(token)-1], " " + token, token + "\n", "Bearer " + token} {
		expect(t, v, raw, anyRefusal)
	}
}

// Time passes for remembered tokens as for others, forwards and backwards.
func TestRememberedInTime(t *testing.T) {
	t.Parallel()
	as := fixed()
	token := as.Token(authtest.Claims{"nbf": mintedAt, "exp": mintedAt.Add(time.Hour)})
	expired, early := refused(middleware.ReasonExpired), refused(middleware.ReasonNotYetValid)
	tests := map[string]struct {
		leeway time.Duration
		at     time.Duration // after nbf
		want   verdict
		cached bool
	}{
		"at once":                          {0, time.Minute, good, true},
		"R7519-5 at exp":                   {0, time.Hour, good, true},
		"R7519-5 just before the leeway":   {0, time.Hour + 30*time.Second - 1000, good, true},
		"R7519-5 at the end of the leeway": {0, time.Hour + 30*time.Second, expired, false},
		"R7519-5 long after":               {0, 1000 * time.Hour, expired, false},
		"no leeway, just before exp":       {-1, time.Hour - 1000, good, true},
		"no leeway, at exp":                {-1, time.Hour, expired, false},
		"set back to nbf":                  {0, 0, good, true},
		"set back within the leeway":       {0, -30 * time.Second, good, true},
		"set back before the leeway":       {0, -31 * time.Second, early, false},
		"no leeway, set back before nbf":   {-1, -time.Second, early, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := newClock(mintedAt.Add(30 * time.Minute))
			g := newGate(t, newValidator(t, jwks.Config{MaxEntries: remembers, Leeway: test.leeway, Now: c.now}, offline(t, as)))
			g.expect(t, bearer(token), good, false)
			c.set(mintedAt.Add(test.at))
			g.expect(t, bearer(token), test.want, test.cached)
			c.set(mintedAt.Add(30 * time.Minute))
			g.expect(t, bearer(token), good, test.want != expired) // what ended is gone, and judged anew
		})
	}
}

// L-11: a clock that is set back to before nbf while a token is being checked, at
// whichever of its readings, does not make the token one that was good then.
func TestRememberedWhileClockIsSetBack(t *testing.T) {
	t.Parallel()
	as := fixed()
	token := as.Token(authtest.Claims{"nbf": mintedAt, "exp": mintedAt.Add(time.Hour)})
	for after := range 5 { // more readings than one check takes
		read := 0
		clock := func() time.Time {
			if read++; read > after {
				return mintedAt.Add(-time.Hour)
			}
			return mintedAt.Add(30 * time.Minute)
		}
		v := newValidator(t, jwks.Config{MaxEntries: remembers, Now: clock}, offline(t, as))
		_, _ = v.Validate(t.Context(), token) // good or early, as the clock has it
		read = after                          // and from here on it is set back
		if got := judge(v.Validate(t.Context(), token)); got != refused(middleware.ReasonNotYetValid) {
			t.Errorf("set back after reading %d: %q", after, got)
		}
	}
}

// rememberingRig is a rig whose validator remembers, and its gate.
func rememberingRig(t *testing.T, change func(*jwks.KeysConfig)) (*rig, *gate) {
	t.Helper()
	r := newRig(t, change)
	r.v = newValidator(t, jwks.Config{MaxEntries: remembers}, jwks.Issuer{URL: r.as.URL(), Audience: []string{r.as.Audience()}, Keys: r.keys})
	return r, newGate(t, r.v)
}

// lasting makes a token outlive the test.
func lasting() authtest.Claims { return authtest.Claims{"exp": time.Now().Add(1000 * time.Hour)} }

// L-6: a key that is not published any more ends the decisions that rest on it,
// within the bound on freshness though every request is answered from memory,
// and no others.
func TestRememberedKeyRemoved(t *testing.T) {
	t.Parallel()
	tests := map[string]func(*authtest.Issuer){
		"L-6 no longer published": func(as *authtest.Issuer) { as.Retire("es256-1") },
		"L-6 another key under the same kid": func(as *authtest.Issuer) {
			keys := []map[string]any{with(as.Key("ES256").JWK(), "kid", "es256-1"), as.Key("ES256").JWK()}
			as.Replace(authtest.EndpointJWKS, answer(http.StatusOK, string(keySet(keys...))))
		},
		"L-6 the same key for another alg": func(as *authtest.Issuer) {
			as.Replace(authtest.EndpointJWKS, answer(http.StatusOK, strings.Replace(string(as.JWKS()), `"alg":"ES256","crv":"P-256","kid":"es256-1"`, `"crv":"P-256","kid":"es256-1"`, 1)))
		},
	}
	for name, remove := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r, g := rememberingRig(t, nil)
				leaked := r.as.Token(lasting())
				r.as.Rotate()
				other := r.as.Token(lasting())
				g.expect(t, bearer(leaked), good, false)
				g.expect(t, bearer(other), good, false)
				remove(r.as)
				start := time.Now()
				for g.cached = true; g.cached && time.Since(start) < time.Hour; time.Sleep(time.Second) {
					g.expect(t, bearer(other), good, true)
					_, _ = g.guard.Check(t.Context(), bearer(leaked), scopes.Authenticated())
				}
				if took := time.Since(start); took > 10*time.Minute {
					t.Errorf("the decision was still used %v after its key was gone, want at most 10m", took)
				}
				g.expect(t, bearer(other), good, true)
			})
		})
	}
}

// L-4: where all requests are answered from memory, keys are refreshed as ever,
// behind their back.
func TestRememberedRefresh(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r, g := rememberingRig(t, nil)
		token := r.as.Token(lasting())
		g.expect(t, bearer(token), good, false)
		for range 60 {
			time.Sleep(time.Minute)
			before := time.Now()
			g.expect(t, bearer(token), good, true)
			if waited := time.Since(before); waited != 0 {
				t.Fatalf("the request waited %v", waited)
			}
		}
		if n := r.fetches(); n < 6 || n > 9 {
			t.Errorf("%d fetches in an hour of keys that live for 10 min", n)
		}
		if s := r.keys.Health().State; s == jwks.Stale || s == jwks.Unusable {
			t.Errorf("the keys are %s", s)
		}
	})
}

// L-6: memory outlives an outage no longer than the keys do.
func TestRememberedOutage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r, g := rememberingRig(t, func(c *jwks.KeysConfig) { c.Fresh, c.Outage = 10*time.Minute, time.Hour })
		token := r.as.Token(lasting())
		g.expect(t, bearer(token), good, false)
		r.down()
		for range 69 {
			time.Sleep(time.Minute)
			g.expect(t, bearer(token), good, true)
		}
		time.Sleep(time.Minute)
		g.expect(t, bearer(token), unavailable, false)
		r.up()
		time.Sleep(time.Minute)
		g.expect(t, bearer(token), good, g.cached)
		g.expect(t, bearer(token), good, true)
	})
}

// The age of keys is told by their own clock, where they have one.
func TestRememberedTwoClocks(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newClock(time.Now())
		r, g := rememberingRig(t, func(k *jwks.KeysConfig) { k.Now = c.now })
		token := r.as.Token(lasting())
		g.expect(t, bearer(token), good, false)
		r.down()
		c.set(c.now().Add(time.Hour))
		g.expect(t, bearer(token), good, true)
		c.set(c.now().Add(time.Hour)) // past the keys' end
		g.expect(t, bearer(token), unavailable, false)
	})
}

// Refusals are not remembered: what was wrong may be set right, and whoever makes
// tokens up displaces nothing.
func TestRefusalsAreNotRemembered(t *testing.T) {
	t.Parallel()
	as := es256()
	g := newGate(t, newValidator(t, jwks.Config{MaxEntries: 1}, offline(t, as)))
	token := as.Token()
	g.expect(t, bearer(token), good, false)
	for _, bad := range as.Bad() {
		if strings.HasPrefix(bad.Name, "bound to ") {
			continue // good, here
		}
		_, _ = g.guard.Check(t.Context(), bearer(bad.Token), scopes.Authenticated())
		if g.cached {
			t.Errorf("%s: answered from memory", bad.Name)
		}
	}
	g.expect(t, bearer(token), good, true)
	g.expect(t, bearer(as.Token(authtest.Claims{"jti": "2"})), good, false)
	g.expect(t, bearer(token), good, false) // MaxEntries is 1
}

// L-7: what one validator decided says nothing to another one, of other issuers,
// audiences, policies, or of the same keys.
func TestRememberedApart(t *testing.T) {
	t.Parallel()
	as := es256()
	keys := staticKeys(t, as.JWKS())
	issuer := func(change func(*jwks.Issuer)) jwks.Issuer {
		i := jwks.Issuer{URL: as.URL(), Audience: []string{as.Audience()}, Keys: keys}
		change(&i)
		return i
	}
	token := as.Token(authtest.Claims{"jti": authtest.Absent})
	first := newGate(t, newValidator(t, jwks.Config{MaxEntries: remembers}, issuer(func(*jwks.Issuer) {})))
	first.expect(t, bearer(token), good, false)
	first.expect(t, bearer(token), good, true)
	tests := map[string]struct {
		issuer jwks.Issuer
		want   verdict
	}{
		"L-7 issuer":     {issuer(func(i *jwks.Issuer) { i.URL = "https://other.test" }), notMine},
		"L-7 audience":   {issuer(func(i *jwks.Issuer) { i.Audience = []string{"https://other.test"} }), refused(middleware.ReasonAudience)},
		"L-7 profile":    {issuer(func(i *jwks.Issuer) { i.Profile = jwks.RFC9068 }), refused(middleware.ReasonClaims)},
		"L-7 algorithms": {issuer(func(i *jwks.Issuer) { i.Algorithms = []string{"RS256"} }), refused(middleware.ReasonAlgorithm)},
		"L-7 the same":   {issuer(func(*jwks.Issuer) {}), good},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			v := newValidator(t, jwks.Config{MaxEntries: remembers}, test.issuer)
			expect(t, v, token, test.want)
		})
	}
}

// certificates is a Binding to the client certificate, as far as it matters here.
type certificates struct{ middleware.Binding }

func (certificates) Covers(c middleware.Confirmation) bool { return c.X5TS256 != "" }

func (certificates) Check(_ context.Context, r middleware.Request, _ string, t *middleware.Token) error {
	if r.Certificate == nil || string(r.Certificate.Raw) != t.Confirmation().X5TS256 {
		return middleware.Invalid(middleware.ReasonConfirmation, "", nil)
	}
	return nil
}

// proofs is a Binding like DPoP's: a proof is good once.
type proofs struct {
	middleware.Binding
	checked int
}

func (*proofs) Covers(c middleware.Confirmation) bool { return c.JKT != "" }

func (p *proofs) Check(_ context.Context, r middleware.Request, _ string, _ *middleware.Token) error {
	p.checked++
	if len(r.Header.Values("DPoP")) != 1 {
		return middleware.Invalid(middleware.ReasonProof, "", nil)
	}
	return nil
}

// What belongs to the request is checked with every request.
func TestRememberedBinding(t *testing.T) {
	t.Parallel()
	as := es256()
	v := newValidator(t, jwks.Config{MaxEntries: remembers}, offline(t, as))
	thumbprint := strings.Repeat("a", 43)
	unproved := refused(middleware.ReasonConfirmation)

	t.Run("R8705-8 another certificate", func(t *testing.T) {
		g := newGate(t, v, certificates{})
		r := bearer(as.Token(authtest.Claims{"cnf": map[string]any{"x5t#S256": thumbprint}}))
		r.Certificate = &x509.Certificate{Raw: []byte(thumbprint)}
		g.expect(t, r, good, false)
		g.expect(t, r, good, true)
		r.Certificate = &x509.Certificate{Raw: []byte("another")}
		g.expect(t, r, unproved, true)
		r.Certificate = nil
		g.expect(t, r, unproved, true)
	})
	t.Run("R9449-27 no proof", func(t *testing.T) {
		p := new(proofs)
		g := newGate(t, v, p)
		raw := as.Token(authtest.Claims{"cnf": map[string]any{"jkt": thumbprint}})
		with := bearer(raw)
		with.Header.(http.Header).Set("DPoP", "proof")
		g.expect(t, with, good, false)
		g.expect(t, bearer(raw), refused(middleware.ReasonProof), true)
		g.expect(t, with, good, true)
		if p.checked != 3 {
			t.Errorf("%d proofs were checked, want 3", p.checked)
		}
	})
	t.Run("R9449-27 no Binding", func(t *testing.T) {
		g := newGate(t, v)
		raw := as.Token(authtest.Claims{"cnf": map[string]any{"jkt": thumbprint}})
		g.expect(t, bearer(raw), unproved, g.cached)
		g.expect(t, bearer(raw), unproved, true)
	})
}

// A tenant that is not allowed any more ends at once, whatever is remembered.
func TestRememberedTenant(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPlatform()
		a, b := p.tenant("a"), p.tenant("b")
		var banned atomic.Bool
		v := p.validator(t, func(c *jwks.Tenants) {
			all := c.Allow
			c.Allow = func(iss string) bool { return all(iss) && !(banned.Load() && iss == a.URL()) }
		})
		g := newGate(t, v)
		token, other := a.Token(lasting()), b.Token(lasting())
		g.expect(t, bearer(token), good, false)
		g.expect(t, bearer(other), good, false)
		g.expect(t, bearer(token), good, remembering())
		banned.Store(true)
		g.expect(t, bearer(token), refused(middleware.ReasonUnrecognized), false)
		g.expect(t, bearer(other), good, remembering())
		banned.Store(false)
		g.expect(t, bearer(token), good, remembering())
	})
}

// A tenant that is used from memory alone is in use; one that was forgotten is
// discovered anew, whatever is remembered of its tokens.
func TestRememberedTenantForgotten(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		p := newPlatform()
		a, b, c := p.tenant("a"), p.tenant("b"), p.tenant("c")
		g := newGate(t, p.validator(t, func(tenants *jwks.Tenants) { tenants.Max = 2 }))
		ofA, ofB := a.Token(lasting()), b.Token(lasting())
		g.expect(t, bearer(ofA), good, false)
		g.expect(t, bearer(ofB), good, false)
		time.Sleep(time.Second)
		g.expect(t, bearer(ofA), good, remembering()) // so b is used least recently
		g.expect(t, bearer(c.Token()), good, false)   // and takes the place of b
		asked := [2]int{p.requests("a.test"), p.requests("b.test")}
		time.Sleep(time.Second)
		g.expect(t, bearer(ofA), good, remembering())
		g.expect(t, bearer(ofB), good, false)
		if now := [2]int{p.requests("a.test"), p.requests("b.test")}; now[0] != asked[0] || now[1] == asked[1] {
			t.Errorf("requests to a, b: %v, then %v; want more to b alone", asked, now)
		}
	})
}

// Keys that are published in front of a token's own, under its kid, take nothing
// from it: what is remembered and what is checked anew stay of one mind.
func TestKeysInFrontOfASigner(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		as := es256()
		own := as.Key("ES256")
		issuer := jwks.Issuer{URL: as.URL(), Audience: []string{as.Audience()},
			Keys: newKeys(t, jwks.KeysConfig{Issuer: as.URL(), Client: as.Client(), UnknownBurst: -1})}
		v := newValidator(t, jwks.Config{MaxEntries: 100}, issuer)
		token, longer := as.Token(lasting()), as.Token(lasting(), authtest.Claims{"jti": "another"})
		expect(t, v, token, good)
		var set []map[string]any
		for range 5 {
			set = append(set, with(authtest.NewKey(own.ID(), "ES256").JWK(), "kid", own.ID()))
		}
		as.Replace(authtest.EndpointJWKS, answer(http.StatusOK, string(keySet(append(set, own.JWK())...))))
		time.Sleep(9 * time.Minute)
		expect(t, v, token, good) // begins the fetch
		synctest.Wait()
		expect(t, v, token, good)
		expect(t, v, longer, good)
		expect(t, newValidator(t, jwks.Config{MaxEntries: -1}, issuer), token, good)
	})
}
