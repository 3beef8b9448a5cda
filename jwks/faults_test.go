package jwks_test

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net/http"
	"net/url"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
)

// What requests see while an issuer fails: one row a fault, and two lives for
// each, from a cold start and with good keys at hand. Every life runs in a
// bubble, so its hours pass in no time, and a goroutine that it left behind
// would make synctest.Test fail (L-9).

const (
	timeout  = 5 * time.Second
	retryMax = 30 * time.Second
	bound    = 70 * time.Minute // 10 min fresh, and an outage of 1 h

	elsewhere = "https://other.test"
)

// outcome is what one request sees, and after which wait.
type outcome struct {
	verdict verdict
	wait    time.Duration
}

func (o outcome) String() string {
	said := map[verdict]string{good: "good", unavailable: "503", refused("unknown_key"): "401"}[o.verdict]
	switch {
	case o.wait == 0 && o.verdict == unavailable:
		return said + " at once"
	case o.wait > 0:
		return fmt.Sprintf("%s after %v", said, o.wait)
	}
	return cmp.Or(said, string(o.verdict))
}

var (
	works      = outcome{good, 0}
	fails      = outcome{unavailable, 0}
	failsLate  = outcome{unavailable, timeout}
	unknownKey = outcome{refused("unknown_key"), 0}
)

// fault is a row of the table.
type fault struct {
	name string
	at   authtest.Endpoint // "": all
	with authtest.Fault

	cold     outcome // a request before there are any keys
	requests int     // that the first fetch from cold makes, discovery included
	says     string  // Health.LastError at a cold start

	// A request with a known key sees works, until the bound. These are what one
	// with an unknown key sees meanwhile, and whether the keys stay fresh in
	// spite of the fault, so that there is no bound.
	unknown outcome
	fresh   bool

	client transport // of the user; nil: a right one
}

// whole puts the faults around each other, the first one outermost.
func whole(faults ...authtest.Fault) authtest.Fault {
	return func(h http.Handler) http.Handler {
		for _, f := range slices.Backward(faults) {
			h = f(h)
		}
		return h
	}
}

// keysAt publishes metadata that names another place for the keys.
func keysAt(uri string) authtest.Fault {
	return answer(200, fmt.Sprintf(`{"issuer":%q,"jwks_uri":%q}`, authtest.DefaultURL, uri))
}

const keySetOnly = authtest.EndpointJWKS

var everyFault = []fault{
	{"connection broken", "", authtest.Down, fails, 1, "broken off", fails, false, nil},
	{"connection broken, key set only", keySetOnly, authtest.Down, fails, 2, "broken off", fails, false, nil},
	{"no answer for an hour", "", authtest.Delay(time.Hour), failsLate, 1, "deadline exceeded", failsLate, false, nil},
	{"no answer for an hour, key set only", keySetOnly, authtest.Delay(time.Hour), failsLate, 2, "deadline exceeded", failsLate, false, nil},
	{"no answer for an hour, OpenID metadata only", authtest.EndpointOIDC, authtest.Delay(time.Hour), failsLate, 1, "deadline exceeded", unknownKey, true, nil},
	{"late by 2 s, key set only", keySetOnly, authtest.Delay(2 * time.Second), outcome{good, 2 * time.Second}, 2, "", outcome{refused("unknown_key"), 2 * time.Second}, true, nil},
	{"slow, byte by byte", "", authtest.SlowBytes(time.Second), failsLate, 1, "deadline exceeded", failsLate, false, nil},
	{"slow, byte by byte, key set only", keySetOnly, authtest.SlowBytes(time.Second), failsLate, 2, "deadline exceeded", failsLate, false, nil},
	{"500 with a valid body", "", authtest.Status(500), fails, 2, "status 500", fails, false, nil},
	{"500 with a valid body, key set only", keySetOnly, authtest.Status(500), fails, 2, "status 500", fails, false, nil},
	{"204", "", authtest.Status(204), fails, 2, "status 204", fails, false, nil},
	{"404 with a valid body", "", authtest.Status(404), fails, 2, "status 404", fails, false, nil},
	{"429", "", authtest.Status(429), fails, 2, "status 429", fails, false, nil},
	{"HTML", "", authtest.HTML, fails, 2, "not a metadata document", fails, false, nil},
	{"HTML, key set only", keySetOnly, authtest.HTML, fails, 2, "not a usable JWK Set", fails, false, nil},
	{"HTML, OpenID metadata only", authtest.EndpointOIDC, authtest.HTML, works, 3, "", unknownKey, true, nil},
	{"empty key set", "", authtest.EmptySet, fails, 2, "no usable key", fails, false, nil},
	{"truncated", "", authtest.Truncated, fails, 1, "unexpected EOF", fails, false, nil},
	{"truncated, key set only", keySetOnly, authtest.Truncated, fails, 2, "unexpected EOF", fails, false, nil},
	{"half written", "", authtest.HalfWritten, fails, 2, "not a metadata document", fails, false, nil},
	{"half written, key set only", keySetOnly, authtest.HalfWritten, fails, 2, "not a usable JWK Set", fails, false, nil},
	{"10 000 keys", "", authtest.ManyKeys(10_000), fails, 2, "longer than", fails, false, nil},
	{"100 keys too many", "", authtest.ManyKeys(100), fails, 2, "too many keys", fails, false, nil},
	{"gzip that nobody asked for", keySetOnly, authtest.GzipBomb(1 << 20), fails, 2, "not a usable JWK Set", fails, false, nil},
	{"endless body, OpenID metadata only", authtest.EndpointOIDC, authtest.Endless, works, 3, "", unknownKey, true, nil},
	{"endless body, key set only", keySetOnly, authtest.Endless, fails, 2, "longer than", fails, false, nil},
	{"endless body, slowly", keySetOnly, whole(authtest.SlowBytes(time.Second), authtest.Endless), failsLate, 2, "deadline exceeded", failsLate, false, nil},
	{"redirect to another host", "", authtest.Redirect(elsewhere + "/jwks"), fails, 2, "status 302", fails, false, nil},
	{"redirect to another host, key set only", keySetOnly, authtest.Redirect(elsewhere + "/jwks"), fails, 2, "status 302", fails, false, nil},
	{"redirect to itself", keySetOnly, authtest.Redirect("/jwks"), fails, 2, "status 302", fails, false, nil},
	{"wrong issuer in metadata", "", authtest.WrongIssuer(elsewhere), fails, 2, "names another issuer", unknownKey, true, nil},
	{"issuer in metadata with a slash more", "", authtest.WrongIssuer(authtest.DefaultURL + "/"), fails, 2, "names another issuer", unknownKey, true, nil},
	{"keys over plain http", authtest.EndpointOIDC, whole(keysAt("http://issuer.test/jwks")), works, 3, "", unknownKey, true, nil},
	{"keys over plain http, in all metadata", "", metadataOnly(keysAt("http://issuer.test/jwks")), fails, 2, "must be an https URL", unknownKey, true, nil},
}

// metadataOnly leaves the key set good.
func metadataOnly(f authtest.Fault) authtest.Fault {
	return func(h http.Handler) http.Handler {
		bad := f(h)
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if strings.Contains(r.URL.Path, "/.well-known/") {
				bad.ServeHTTP(w, r)
				return
			}
			h.ServeHTTP(w, r)
		})
	}
}

// clientFaults are those of the user's own HTTP client: the same is seen.
var clientFaults = []fault{
	{"client that panics", "", nil, fails, 1, "client panicked", fails, false,
		func(*http.Request) (*http.Response, error) { panic("secret-of-the-client") }},
	{"client that ends its goroutine", "", nil, fails, 1, "ended its goroutine", fails, false,
		func(*http.Request) (*http.Response, error) { runtime.Goexit(); return nil, nil }},
	{"client without answer and error", "", nil, fails, 1, "nil *Response with a nil error", fails, false,
		func(*http.Request) (*http.Response, error) { return nil, nil }},
	{"client with a nil body", "", nil, fails, 2, "not a metadata document", fails, false,
		func(*http.Request) (*http.Response, error) { return &http.Response{StatusCode: 200}, nil }},
	{"client with a nil body that is said to be long", "", nil, fails, 1, "nil Body", fails, false,
		func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, ContentLength: 9}, nil
		}},
	{"client whose body panics", "", nil, fails, 1, "client panicked", fails, false,
		func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: panickingBody{}}, nil
		}},
	{"client whose body panics when closed", "", nil, fails, 1, "client panicked", fails, false,
		func(*http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 500, Body: panickingBody{}}, nil
		}},
	{"client that waits for its context", "", nil, failsLate, 1, "deadline exceeded", failsLate, false,
		func(r *http.Request) (*http.Response, error) { <-r.Context().Done(); return nil, r.Context().Err() }},
}

type panickingBody struct{}

func (panickingBody) Read([]byte) (int, error) { panic("secret-of-the-client") }
func (panickingBody) Close() error             { panic("secret-of-the-client") }

// L-2, L-3, L-4, L-5, L-9, L-15, R7517-1, R7517-3, R8414-1, R8414-3, R8414-4
//
// With -v, the test prints what it saw, as a table.
func TestFaults(t *testing.T) {
	t.Parallel()
	every := slices.Concat(everyFault, clientFaults)
	rows := make([][]string, len(every))
	t.Run("each", func(t *testing.T) {
		for i, f := range every {
			t.Run(f.name, func(t *testing.T) {
				t.Parallel()
				rows[i] = []string{f.name}
				t.Run("cold", func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) { rows[i] = append(rows[i], f.lifeFromCold(t)...) })
				})
				t.Run("cached", func(t *testing.T) {
					synctest.Test(t, func(t *testing.T) { rows[i] = append(rows[i], f.lifeWithKeys(t)...) })
				})
				rows[i] = append(rows[i], cmp.Or(f.says, "nothing"))
			})
		}
	})
	table := []string{
		"| fault | cold start | the same, within the pause | known key | known key, 70 min later | unknown key | cold, health says |",
		"|---|---|---|---|---|---|---|",
	}
	for _, row := range rows {
		table = append(table, "| "+strings.Join(row, " | ")+" |")
	}
	t.Log("\n" + strings.Join(table, "\n"))
}

// life is a rig whose issuer can be broken, and that knows every request that
// leaves it.
type life struct {
	*rig
	fault  fault
	broken atomic.Bool

	mu   sync.Mutex
	sent map[string]int // requests, by host; guarded by mu
}

func newLife(t *testing.T, f fault) *life {
	l := &life{fault: f, sent: make(map[string]int)}
	l.rig = newRig(t, func(c *jwks.KeysConfig) {
		right := c.Client.Transport
		c.Client.Transport = transport(func(r *http.Request) (*http.Response, error) {
			l.count(r)
			if l.broken.Load() && f.client != nil {
				return f.client(r)
			}
			return right.RoundTrip(r)
		})
		// Ours win over whatever the user's client would do.
		c.Client.CheckRedirect = func(_ *http.Request, via []*http.Request) error {
			if len(via) > 3 {
				return errors.New("redirects were followed")
			}
			return nil
		}
		c.Client.Jar = noJar{t}
	})
	return l
}

// noJar fails the test when it is asked for cookies or given some.
type noJar struct{ t *testing.T }

func (j noJar) SetCookies(*url.URL, []*http.Cookie) { j.t.Error("cookies were kept") }
func (j noJar) Cookies(*url.URL) []*http.Cookie     { j.t.Error("cookies were looked up"); return nil }

func (l *life) count(r *http.Request) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.sent[r.URL.Scheme+"://"+r.URL.Host]++
}

func (l *life) breakIt() {
	l.broken.Store(true)
	switch {
	case l.fault.with == nil:
	case l.fault.at == "":
		l.as.Break(l.fault.with)
	default:
		l.as.Replace(l.fault.at, l.fault.with)
	}
}

func (l *life) mend() {
	l.broken.Store(false)
	l.as.Repair()
}

// requests returns how many requests the issuer got.
func (l *life) requests() int {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.sent[authtest.DefaultURL]
}

// askedOnlyTheIssuer is R8725-14 for redirects and for what metadata names:
// nobody else hears of us.
func (l *life) askedOnlyTheIssuer(t *testing.T) {
	t.Helper()
	l.mu.Lock()
	defer l.mu.Unlock()
	if len(l.sent) != 1 || l.sent[authtest.DefaultURL] == 0 {
		t.Errorf("requests went to %v, want %s only", slices.Collect(maps.Keys(l.sent)), authtest.DefaultURL)
	}
}

// see validates a token and says what its request saw. A refusal for want of
// keys has to say when to come back.
func (l *life) see(t *testing.T, raw string) outcome {
	t.Helper()
	start := time.Now()
	token, err := l.v.Validate(t.Context(), raw)
	seen := outcome{judge(token, err), time.Since(start)}
	checkSilence(t, err, raw)
	var e *middleware.Error
	if seen.verdict == unavailable && (!errors.As(err, &e) || e.RetryAfter <= 0 || e.RetryAfter > retryMax) {
		t.Errorf("Retry-After is %v, want a pause of up to %v", e.RetryAfter, retryMax)
	}
	return seen
}

func (l *life) expect(t *testing.T, raw string, want outcome) outcome {
	t.Helper()
	seen := l.see(t, raw)
	if seen != want {
		t.Errorf("%v since the start: a request saw %v, want %v", time.Since(bubbleStart), seen, want)
	}
	return seen
}

// bubbleStart is when the clock of a bubble starts.
var bubbleStart = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func (l *life) stranger() string {
	return l.as.Mint(authtest.Mint{Key: authtest.NewKey(fmt.Sprint("stranger-", time.Now().UnixNano()), "ES256")})
}

// lifeFromCold starts a service while its issuer is broken.
func (f fault) lifeFromCold(t *testing.T) []string {
	l := newLife(t, f)
	l.breakIt()

	// L-1, L-2: however many come, they share one fetch.
	var wg sync.WaitGroup
	for range 20 {
		wg.Go(func() { l.expect(t, l.as.Token(), f.cold) })
	}
	wg.Wait()
	if h := l.keys.Health(); h.Fetches != 1 || l.requests() != f.requests {
		t.Errorf("%d fetches with %d requests, want 1 with %d", h.Fetches, l.requests(), f.requests)
	}
	if f.cold.verdict == good {
		again := l.expect(t, l.as.Token(), works)
		if h := l.keys.Health(); h.State != jwks.Fresh || h.Failures != 0 {
			t.Errorf("health = %+v, want fresh keys", h)
		}
		l.askedOnlyTheIssuer(t)
		return []string{f.cold.String(), again.String()}
	}

	// The pause after the failure: nobody waits, nothing is fetched.
	again := l.expect(t, l.as.Token(), fails)
	l.expect(t, l.stranger(), fails)
	h := l.keys.Health()
	if h.Fetches != 1 || h.Failures != 1 || h.State != jwks.Empty || h.Keys != 0 || !strings.Contains(h.LastError, f.says) {
		t.Errorf("health = %+v, want one failed fetch and an error that says %q", h, f.says)
	}
	if got := l.log.take(); !slices.Equal(got, []string{"ERROR no keys yet; answering 503"}) {
		t.Errorf("log = %q", got)
	}
	l.callersDeadline(t)

	// Five minutes of traffic: bounded waits, and fetches that become rare.
	before, start := l.keys.Health().Fetches, time.Now()
	for time.Since(start) < 5*time.Minute {
		if seen := l.see(t, l.as.Token()); seen.verdict != unavailable || seen.wait > f.cold.wait {
			t.Errorf("a request saw %v, want %v at the latest", seen, f.cold)
		}
		time.Sleep(2 * time.Second)
	}
	// Pauses of half to one and a half times 1, 2, 4, 8, 16 and then 30 s at most.
	if n := l.keys.Health().Fetches - before; n < 6 || n > 25 {
		t.Errorf("%d fetches in five minutes, want 6 to 25", n)
	}
	l.repair(t)
	l.askedOnlyTheIssuer(t)
	return []string{f.cold.String(), again.String()}
}

// callersDeadline is L-9: a caller's own deadline ends its wait and nobody
// else's.
func (l *life) callersDeadline(t *testing.T) {
	t.Helper()
	time.Sleep(retryMax)
	ctx, cancel := context.WithTimeout(t.Context(), time.Second)
	defer cancel()
	start := time.Now()
	token, err := l.v.Validate(ctx, l.as.Token())
	if got := judge(token, err); got != unavailable {
		t.Errorf("verdict = %s, want %s", got, unavailable)
	}
	if waited := time.Since(start); waited > time.Second {
		t.Errorf("the request waited %v, past the deadline of its caller", waited)
	}
	if l.fault.cold.wait > 0 {
		l.expect(t, l.as.Token(), outcome{unavailable, l.fault.cold.wait - time.Second}) // the same fetch
	}
}

// repair sees that requests are good again in time, by themselves (L-15).
func (l *life) repair(t *testing.T) {
	t.Helper()
	l.mend()
	repaired := time.Now()
	for seen := l.see(t, l.as.Token()); seen.verdict != good; seen = l.see(t, l.as.Token()) {
		if seen.verdict != unavailable {
			t.Fatalf("a request saw %v, want 503 until the keys are back", seen)
		}
		time.Sleep(500 * time.Millisecond)
		if time.Since(repaired) > 2*retryMax {
			break
		}
	}
	// A fetch that was under way still fails, and the pause begins after it.
	if took := time.Since(repaired); took > retryMax+l.fault.cold.wait+time.Second {
		t.Errorf("recovery took %v, want at most %v after the last failure", took, retryMax)
	}
	if h := l.keys.Health(); h.State != jwks.Fresh || h.LastError != "" || h.Keys != 1 {
		t.Errorf("health = %+v, want fresh keys", h)
	}
	if got := l.log.take(); len(got) == 0 || got[len(got)-1] != "INFO keys recovered" {
		t.Errorf("log = %q, want the recovery", got)
	}
}

// lifeWithKeys breaks the issuer of a service that has good keys.
func (f fault) lifeWithKeys(t *testing.T) []string {
	l := newLife(t, f)
	l.expect(t, l.as.Token(), works)
	start := time.Now()
	l.breakIt()
	time.Sleep(time.Minute)
	unknown := l.strangers(t)

	// L-3, L-4, L-5: known keys work, at once, whatever the issuer answers.
	var known outcome
	last := bound - time.Second
	if f.fresh {
		last = 3 * time.Hour // more fetches than lead to a new discovery
	}
	for time.Since(start) < last {
		known = l.expect(t, l.as.Token(), works)
		if state := l.keys.Health().State; f.fresh && (state == jwks.Stale || state == jwks.Unusable) {
			t.Fatalf("after %v the keys are %s, want them refreshed", time.Since(start), state)
		}
		time.Sleep(min(30*time.Second, last-time.Since(start)))
	}
	h := l.keys.Health()
	if f.fresh {
		if h.LastError != "" || h.Keys != 1 {
			t.Errorf("health = %+v, want good keys", h)
		}
		l.askedOnlyTheIssuer(t)
		return []string{known.String(), known.String(), unknown.String()}
	}
	if h.State != jwks.Stale || h.Keys != 1 || h.LastError == "" || h.Failures != h.Fetches-1 {
		t.Errorf("health = %+v, want one key that is stale, and a failure", h)
	}
	// One fetch in half of retryMax at most, and those for unknown keys.
	if limit := uint64(62*4 + 10); h.Fetches > limit {
		t.Errorf("%d fetches, want at most %d", h.Fetches, limit)
	}
	want := []string{"WARN fetching keys failed; those at hand are used", "WARN keys are stale and still used"}
	if got := l.log.take(); !slices.Equal(got, want) {
		t.Errorf("log = %q, want %q", got, want)
	}

	// L-3: and then it is 503, not 401.
	time.Sleep(bound - time.Since(start))
	late := l.see(t, l.as.Token())
	if late.verdict != unavailable || late.wait > f.unknown.wait {
		t.Errorf("at the bound a request saw %v, want %v at the latest", late, f.unknown)
	}
	if got := l.keys.Health().State; got != jwks.Unusable {
		t.Errorf("state = %s, want %s", got, jwks.Unusable)
	}
	time.Sleep(24 * time.Hour)
	late = l.expect(t, l.as.Token(), f.unknown) // the first one after a long silence asks
	l.repair(t)
	l.askedOnlyTheIssuer(t)
	return []string{known.String(), late.String(), unknown.String()}
}

// strangers sends tokens with unknown keys. They wait for the issuer, tokens
// with known keys do not; and fetches stay within the bucket, of two (L-2).
func (l *life) strangers(t *testing.T) outcome {
	t.Helper()
	before := l.keys.Health().Fetches
	var first outcome
	var wg sync.WaitGroup
	wg.Go(func() { first = l.expect(t, l.stranger(), l.fault.unknown) })
	synctest.Wait()
	l.expect(t, l.as.Token(), works)
	wg.Wait()
	for range 50 {
		if seen := l.see(t, l.stranger()); seen.verdict != l.fault.unknown.verdict || seen.wait > l.fault.unknown.wait {
			t.Errorf("a request with an unknown key saw %v, want %v at the latest", seen, l.fault.unknown)
		}
		l.expect(t, l.as.Token(), works)
		time.Sleep(time.Nanosecond) // another kid
	}
	if n := l.keys.Health().Fetches - before; n != 2 {
		t.Errorf("%d fetches for unknown keys, want 2", n)
	}
	return first
}

// An issuer whose answers are good now and then is good enough: nobody notices.
func TestFlappingIssuer(t *testing.T) {
	t.Parallel()
	for name, flap := range map[string]authtest.Fault{
		"every other":      authtest.Flapping(authtest.Down, 1, 1),
		"one of ten":       authtest.Flapping(authtest.Status(503), 9, 1),
		"one of ten, slow": authtest.Flapping(authtest.SlowBytes(time.Second), 9, 1),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				l := newLife(t, fault{at: keySetOnly, with: flap, cold: failsLate})
				l.breakIt()
				start := time.Now()
				for l.see(t, l.as.Token()).verdict != good {
					time.Sleep(time.Second)
				}
				if took := time.Since(start); took > 9*(retryMax+timeout) {
					t.Errorf("a cold start took %v", took)
				}
				for range 5 * 60 { // five hours
					l.expect(t, l.as.Token(), works)
					time.Sleep(time.Minute)
				}
				if h := l.keys.Health(); h.Failures < 10 || h.Fetches-h.Failures < 10 {
					t.Errorf("health = %+v, want fetches that failed and others", h)
				}
			})
		})
	}
}

// A rotation without overlap, while the issuer is reached and while it is not.
// R8725-14: keys only ever come from the issuer.
func TestRotationWithoutOverlap(t *testing.T) {
	t.Parallel()
	t.Run("issuer up", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			l := newLife(t, fault{})
			old := l.as.Token()
			l.expect(t, old, works)
			l.as.RotateWithoutOverlap()
			l.expect(t, old, works) // nobody told us otherwise yet
			l.expect(t, l.as.Token(), works)
			l.expect(t, old, unknownKey)
		})
	})
	t.Run("issuer down", func(t *testing.T) {
		t.Parallel()
		synctest.Test(t, func(t *testing.T) {
			l := newLife(t, fault{with: authtest.Down})
			old := l.as.Token(authtest.Claims{"exp": time.Now().Add(24 * time.Hour)})
			l.expect(t, old, works)
			l.as.RotateWithoutOverlap()
			l.breakIt()
			for range 60 {
				time.Sleep(time.Minute)
				l.expect(t, old, works)
				l.expect(t, l.as.Token(), fails) // not 401: it may be good, and it is
			}
			l.repair(t)
			l.expect(t, old, unknownKey)
			l.askedOnlyTheIssuer(t)
		})
	})
}

// The limit on a document holds for what decompression makes of it, and memory
// with it. Over a real connection, because that is where Go decompresses; so the
// clock is one that the test sets. Not parallel: it counts allocations.
func TestGzipBomb(t *testing.T) {
	const limit, bomb = 512 << 10, 1 << 30
	as := authtest.Config{Algorithms: []string{"ES256"}}.Start(t)
	read := &meter{next: as.Client().Transport}
	var passed time.Duration
	start := time.Now()
	keys, err := jwks.NewKeys(jwks.KeysConfig{
		Issuer: as.URL(), Client: &http.Client{Transport: read}, InsecureLoopback: true,
		Timeout: time.Minute, // the server compresses, and machines are slow; what ends the fetch is the limit
		Logger:  slog.New(slog.DiscardHandler),
		Now:     func() time.Time { return start.Add(passed) },
	})
	if err != nil {
		t.Fatal(err)
	}
	v := newValidator(t, jwks.Config{}, jwks.Issuer{URL: as.URL(), Audience: []string{as.Audience()}, Keys: keys})
	fetchBomb := func(t *testing.T, raw string) {
		as.Replace(authtest.EndpointJWKS, authtest.GzipBomb(bomb))
		defer as.Repair()
		var before, after runtime.MemStats
		read.bytes.Store(0)
		failures := keys.Health().Failures
		runtime.ReadMemStats(&before)
		expect(t, v, raw, unavailable)
		runtime.ReadMemStats(&after)
		if n := read.bytes.Load(); n < limit || n > limit+4<<10 {
			t.Errorf("%d bytes of a document were read, want %d and no more than metadata besides", n, limit+1)
		}
		if n := after.TotalAlloc - before.TotalAlloc; n > 16<<20 {
			t.Errorf("%d bytes were allocated, server included", n)
		}
		if h := keys.Health(); h.Failures != failures+1 || !strings.Contains(h.LastError, "longer than") {
			t.Errorf("health = %+v, want a document that is too long", h)
		}
	}
	t.Run("cold", func(t *testing.T) {
		fetchBomb(t, as.Token())
		passed += retryMax
		expect(t, v, as.Token(), good)
	})
	t.Run("cached", func(t *testing.T) {
		passed += time.Minute
		fetchBomb(t, as.Mint(authtest.Mint{Key: authtest.NewKey("stranger", "ES256")}))
		expect(t, v, as.Token(), good)
	})
	as.Client().CloseIdleConnections()
}

// meter counts the bytes of bodies that are read, after decompression.
type meter struct {
	next  http.RoundTripper
	bytes atomic.Int64
}

func (m *meter) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := m.next.RoundTrip(r)
	if err == nil {
		resp.Body = meteredBody{resp.Body, &m.bytes}
	}
	return resp, err
}

type meteredBody struct {
	io.ReadCloser
	bytes *atomic.Int64
}

func (b meteredBody) Read(p []byte) (int, error) {
	n, err := b.ReadCloser.Read(p)
	b.bytes.Add(int64(n))
	return n, err
}
