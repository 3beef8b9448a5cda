package jwks_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"math"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/jwks"
)

// The tests below run in bubbles: their hours pass in no time.

// journal is a log that tests can read.
type journal struct {
	mu    sync.Mutex
	lines []string
}

func (j *journal) Write(p []byte) (int, error) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, string(p))
	return len(p), nil
}

func (j *journal) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(j, &slog.HandlerOptions{ReplaceAttr: func(_ []string, a slog.Attr) slog.Attr {
		if a.Key == slog.TimeKey {
			return slog.Attr{}
		}
		return a
	}}))
}

// take returns the levels and messages since the last call, without the rest.
func (j *journal) take() []string {
	synctest.Wait()
	j.mu.Lock()
	defer j.mu.Unlock()
	var list []string
	for _, line := range j.lines {
		level, rest, _ := strings.Cut(line, ` msg="bearerguard: `)
		text, _, _ := strings.Cut(rest, `"`)
		list = append(list, strings.TrimPrefix(level, "level=")+" "+text)
	}
	j.lines = nil
	return list
}

// rig is an issuer, its keys and a validator, all in one bubble.
type rig struct {
	as   *authtest.Issuer
	keys *jwks.Keys
	v    *jwks.Validator
	log  *journal
}

func newRig(t *testing.T, change func(*jwks.KeysConfig)) *rig {
	t.Helper()
	r := &rig{as: es256(), log: new(journal)}
	c := jwks.KeysConfig{Issuer: r.as.URL(), Client: r.as.Client(), Logger: r.log.logger()}
	if change != nil {
		change(&c)
	}
	var err error
	if r.keys, err = jwks.NewKeys(c); err != nil {
		t.Fatal(err)
	}
	r.v = newValidator(t, jwks.Config{}, jwks.Issuer{URL: r.as.URL(), Audience: []string{r.as.Audience()}, Keys: r.keys})
	return r
}

func (r *rig) fetches() int { return r.as.Fetches(authtest.EndpointJWKS) }

func (r *rig) down() {
	for _, e := range []authtest.Endpoint{authtest.EndpointOIDC, authtest.EndpointRFC8414, authtest.EndpointJWKS} {
		r.as.Replace(e, answer(http.StatusServiceUnavailable, ""))
	}
}

func (r *rig) up() {
	for _, e := range []authtest.Endpoint{authtest.EndpointOIDC, authtest.EndpointRFC8414, authtest.EndpointJWKS} {
		r.as.Restore(e)
	}
}

// expectAtOnce expects a verdict without any wait.
func (r *rig) expectAtOnce(t *testing.T, raw string, want verdict) {
	t.Helper()
	start := time.Now()
	expect(t, r.v, raw, want)
	if waited := time.Since(start); waited != 0 {
		t.Errorf("the request waited %v, want no wait", waited)
	}
}

// L-4: a refresh is never on the way of a request while a usable key is cached.
func TestRefreshAhead(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		expect(t, r.v, r.as.Token(), good)
		r.as.Replace(authtest.EndpointJWKS, func(good http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
				time.Sleep(3 * time.Second)
				good.ServeHTTP(w, q)
			})
		})
		time.Sleep(7 * time.Minute)
		r.expectAtOnce(t, r.as.Token(), good)
		if r.fetches() != 1 {
			t.Fatalf("%d fetches at 7 min, want 1: the keys are fresh", r.fetches())
		}
		time.Sleep(2 * time.Minute) // past the jitter, before the end
		for range 100 {
			r.expectAtOnce(t, r.as.Token(), good)
		}
		synctest.Wait()
		if r.fetches() != 2 {
			t.Fatalf("%d fetches at 9 min, want 2: one shared refresh ahead", r.fetches())
		}
		time.Sleep(3 * time.Second)
		synctest.Wait()
		if h := r.keys.Health(); h.State != jwks.Fresh || h.Age > time.Second {
			t.Errorf("health = %+v, want fresh keys", h)
		}
	})
}

// L-3: known keys work for the stated bound, and then it is 503, not 401.
// L-15: after an outage of any length, refresh resumes by itself.
func TestOutage(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		start := time.Now()
		expect(t, r.v, r.as.Token(), good)
		r.down()
		const end = 70 * time.Minute // 10 min fresh, 1 h of outage
		for time.Since(start) < end-time.Second {
			r.expectAtOnce(t, r.as.Token(), good)
			time.Sleep(10 * time.Second)
		}
		before := r.fetches()
		if before > 1+62*60/15 {
			t.Errorf("%d fetches in an outage of an hour, want at most one in half of RetryMax", before)
		}
		time.Sleep(time.Until(start.Add(end)))
		expect(t, r.v, r.as.Token(), unavailable)
		if got := r.keys.Health().State; got != jwks.Unusable {
			t.Errorf("state = %s, want %s", got, jwks.Unusable)
		}
		time.Sleep(24 * time.Hour)
		expect(t, r.v, r.as.Token(), unavailable)

		r.up()
		recovered := time.Now()
		for {
			token, err := r.v.Validate(t.Context(), r.as.Token())
			if got := judge(token, err); got == good {
				break
			} else if got != unavailable {
				t.Fatalf("verdict = %q, want %q until the keys are back", got, unavailable)
			}
			time.Sleep(time.Second)
		}
		if took := time.Since(recovered); took > 31*time.Second {
			t.Errorf("recovery took %v, want at most RetryMax", took)
		}
	})
}

// The log tells an operator what happens, each thing once.
func TestOutageLog(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		traffic := func(d time.Duration) {
			for end := time.Now().Add(d); time.Now().Before(end); time.Sleep(10 * time.Second) {
				_, _ = r.v.Validate(t.Context(), r.as.Token())
			}
		}
		expectLog := func(want ...string) {
			t.Helper()
			if got := r.log.take(); !slices.Equal(got, want) {
				t.Errorf("log = %q, want %q", got, want)
			}
		}
		r.down()
		traffic(time.Minute)
		expectLog("ERROR no keys yet; answering 503")
		r.up()
		traffic(time.Minute)
		expectLog("INFO keys recovered")
		r.down()
		traffic(9 * time.Minute)
		expectLog("WARN fetching keys failed; those at hand are used")
		traffic(2 * time.Minute)
		expectLog("WARN keys are stale and still used")
		traffic(time.Hour)
		expectLog("ERROR keys are too old to be used; answering 503")
		r.up()
		traffic(time.Minute)
		expectLog("INFO keys recovered")
	})
}

// L-6: a key that was removed is refused within the stated bound.
func TestRemovedKey(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		live := authtest.Claims{"exp": time.Now().Add(24 * time.Hour)}
		old := r.as.Token(live)
		expect(t, r.v, old, good)
		r.as.RotateWithoutOverlap()
		expect(t, r.v, old, good) // known, and nobody told us otherwise yet
		time.Sleep(9 * time.Minute)
		// This one starts the refresh, and another at once might come after it.
		if got := judge(r.v.Validate(t.Context(), old)); got != good {
			t.Errorf("while the keys are refreshed: %q, want good", got)
		}
		synctest.Wait()
		expect(t, r.v, old, refused("unknown_key"))
		expect(t, r.v, r.as.Token(live), good)
	})
}

// L-6: the new document takes effect at once, also when an unknown key brought it.
func TestRemovedKeyByRotation(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		old := r.as.Token()
		expect(t, r.v, old, good)
		r.as.RotateWithoutOverlap()
		expect(t, r.v, r.as.Token(), good) // ROIDC-2: within its first request
		expect(t, r.v, old, refused("unknown_key"))
	})
}

// Keys that nobody asked for in a long while are no alarm.
func TestIdling(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		for _, pause := range []time.Duration{0, 65 * time.Minute, 24 * time.Hour} {
			time.Sleep(pause)
			expect(t, r.v, r.as.Token(), good)
			synctest.Wait()
		}
		if got := r.log.take(); len(got) != 0 {
			t.Errorf("log = %q, want nothing", got)
		}
	})
}

// For ever is not never: numbers that overflow when added still mean a long time.
func TestForEver(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(*jwks.KeysConfig){
		"Outage":  func(c *jwks.KeysConfig) { c.Outage = math.MaxInt64 },
		"Fresh":   func(c *jwks.KeysConfig) { c.Fresh = math.MaxInt64 },
		"MaxSize": func(c *jwks.KeysConfig) { c.MaxSize = math.MaxInt },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, change)
				for range 3 {
					expect(t, r.v, r.as.Token(), good)
				}
				if r.fetches() != 1 || r.keys.Health().State != jwks.Fresh {
					t.Errorf("%d fetches, %s, want one and fresh keys", r.fetches(), r.keys.Health().State)
				}
			})
		})
	}
}

// What Cache-Control says holds within the clamps.
func TestCacheControl(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		control string
		fresh   time.Duration
	}{
		"nothing":  {"", 10 * time.Minute},
		"short":    {"max-age=15", time.Minute},
		"no-store": {"no-store", time.Minute},
		"zero":     {"max-age=0", time.Minute},
		"between":  {"max-age=1800", 30 * time.Minute},
		"38 days":  {"max-age=3283200", time.Hour},
		"broken":   {"Cache-Control: public, max-age=1800", 30 * time.Minute},
		"no sense": {"max-age=soon", 10 * time.Minute},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, nil)
				r.as.Replace(authtest.EndpointJWKS, func(good http.Handler) http.Handler {
					return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
						good.ServeHTTP(headed{w, test.control}, q)
					})
				})
				start := time.Now()
				expect(t, r.v, r.as.Token(), good)
				for r.keys.Health().State == jwks.Fresh {
					time.Sleep(time.Second)
				}
				if at := time.Since(start); at < test.fresh*3/4 || at > test.fresh*7/8+time.Second {
					t.Errorf("ageing after %v, want 75 to 87.5 %% of %v", at, test.fresh)
				}
				r.down()
				for r.keys.Health().State != jwks.Stale {
					time.Sleep(time.Second)
				}
				if at := time.Since(start); at != test.fresh {
					t.Errorf("stale after %v, want %v", at, test.fresh)
				}
			})
		})
	}
}

// headed sets Cache-Control over whatever the handler sets.
type headed struct {
	http.ResponseWriter
	control string
}

func (h headed) WriteHeader(status int) {
	h.Header().Del("Cache-Control")
	if h.control != "" {
		h.Header().Set("Cache-Control", h.control)
	}
	h.ResponseWriter.WriteHeader(status)
}

func (h headed) Write(p []byte) (int, error) {
	h.WriteHeader(http.StatusOK)
	return h.ResponseWriter.Write(p)
}

// If-None-Match is sent, a 304 keeps the keys and renews their life, and nobody
// else's 304 is taken for an answer.
func TestETag(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		bodies := 0
		r.as.Replace(authtest.EndpointJWKS, func(good http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
				if q.Header.Get("If-None-Match") == `"v1"` {
					w.WriteHeader(http.StatusNotModified)
					return
				}
				bodies++
				w.Header().Set("ETag", `"v1"`)
				good.ServeHTTP(w, q)
			})
		})
		for range 100 {
			expect(t, r.v, r.as.Token(), good)
			time.Sleep(5 * time.Minute)
		}
		if bodies != 1 || r.fetches() < 40 {
			t.Errorf("%d bodies in %d fetches, want one body and then 304s", bodies, r.fetches())
		}
	})
}

func TestUninvited304(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		r.as.Replace(authtest.EndpointJWKS, answer(http.StatusNotModified, ""))
		expect(t, r.v, r.as.Token(), unavailable)
	})
}

// L-5, R7517-1: no bad document takes the place of good keys; what was wrong
// shows in Health and in the log.
func TestBadDocuments(t *testing.T) {
	t.Parallel()
	good200 := func(as *authtest.Issuer) string { return string(as.JWKS()) }
	for name, test := range map[string]struct {
		status int
		body   func(*authtest.Issuer) string
		says   string
	}{
		"empty body":            {200, func(*authtest.Issuer) string { return "" }, "JWK Set"},
		"empty object":          {200, func(*authtest.Issuer) string { return "{}" }, "keys"},
		"empty set":             {200, func(*authtest.Issuer) string { return `{"keys":[]}` }, "no usable key"},
		"keys is an object":     {200, func(*authtest.Issuer) string { return `{"keys":{}}` }, "keys"},
		"HTML":                  {200, func(*authtest.Issuer) string { return "<html>Bad gateway</html>" }, "JWK Set"},
		"truncated":             {200, func(as *authtest.Issuer) string { s := good200(as); return s[:len(s)/2] }, "JWK Set"},
		"something after it":    {200, func(as *authtest.Issuer) string { return good200(as) + "{}" }, "JWK Set"},
		"only unusable keys":    {200, func(*authtest.Issuer) string { return `{"keys":[{"kty":"oct","k":"c2VjcmV0"}]}` }, "no usable key"},
		"500 with a good body":  {500, good200, "status 500"},
		"404 with a good body":  {404, good200, "status 404"},
		"201 with a good body":  {201, good200, "status 201"},
		"204":                   {204, func(*authtest.Issuer) string { return "" }, "status 204"},
		"302":                   {302, good200, "status 302"},
		"over 512 KiB":          {200, func(as *authtest.Issuer) string { return good200(as) + strings.Repeat(" ", 512<<10) }, "longer than"},
		"101 keys, all usable":  {200, many, "too many keys"},
		"UTF-16":                {200, func(*authtest.Issuer) string { return "\xff\xfe{\x00}\x00" }, "JWK Set"},
		"a duplicate name":      {200, func(as *authtest.Issuer) string { return strings.Replace(good200(as), "{", `{"keys":[],`, 1) }, "JWK Set"},
		"deeper than is looked": {200, func(*authtest.Issuer) string { return strings.Repeat("[", 1000) }, "JWK Set"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				r := newRig(t, nil)
				expect(t, r.v, r.as.Token(), good)
				r.as.Replace(authtest.EndpointJWKS, answer(test.status, test.body(r.as)))
				time.Sleep(9 * time.Minute)
				for range 10 {
					r.expectAtOnce(t, r.as.Token(), good)
					time.Sleep(10 * time.Second)
				}
				h := r.keys.Health()
				if h.Failures == 0 || h.Keys != 1 || !strings.Contains(h.LastError, test.says) {
					t.Errorf("health = %+v, want one key and an error that says %q", h, test.says)
				}
				if got := r.log.take(); len(got) == 0 || got[0] != "WARN fetching keys failed; those at hand are used" {
					t.Errorf("log = %q", got)
				}
				r.up()
				time.Sleep(time.Minute)
				expect(t, r.v, r.as.Token(), good)
				synctest.Wait()
				if h := r.keys.Health(); h.LastError != "" || h.State != jwks.Fresh {
					t.Errorf("health = %+v, want recovered", h)
				}
			})
		})
	}
}

func many(as *authtest.Issuer) string {
	list := make([]map[string]any, 0, 101)
	for i := range cap(list) {
		list = append(list, with(as.Key("ES256").JWK(), "kid", fmt.Sprint(i)))
	}
	return string(keySet(list...))
}

// R7517-3: one unusable key never loses the others, and an operator is told once.
func TestRefusedKeysAreTold(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		set := keySet(map[string]any{"kty": "AKP", "alg": "ML-DSA-44"}, r.as.Key("ES256").JWK())
		r.as.Replace(authtest.EndpointJWKS, answer(200, string(set)))
		for range 10 {
			expect(t, r.v, r.as.Token(), good)
			time.Sleep(9 * time.Minute)
		}
		if h := r.keys.Health(); h.Keys != 1 || len(h.Refused) != 1 || !strings.HasPrefix(h.Refused[0], "key 0:") {
			t.Errorf("health = %+v, want one key and one refusal", h)
		}
		if got := r.log.take(); !slices.Equal(got, []string{"WARN some keys of the issuer are not used"}) {
			t.Errorf("log = %q", got)
		}
	})
}

// A client that keeps sending a token of one unknown key does not use up what
// the next rotation needs.
func TestUnknownKeyIsRemembered(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		expect(t, r.v, r.as.Token(), good)
		stray := r.as.Mint(authtest.Mint{Key: authtest.NewKey("retired", "ES256")})
		for range 100 {
			expect(t, r.v, stray, refused("unknown_key"))
		}
		if r.fetches() != 2 {
			t.Errorf("%d fetches, want the first and one for the unknown key", r.fetches())
		}
		r.as.Rotate()
		expect(t, r.v, r.as.Token(), good)
	})
}

// L-2: whatever is sent, fetches stay within the bucket.
func TestUnknownKeyFlood(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		valid := r.as.Token()
		expect(t, r.v, valid, good)
		key := authtest.NewKey("", "ES256")
		const minutes = 5
		for i := range minutes * 60 {
			for j := range 3 {
				raw := r.as.Mint(authtest.Mint{Key: key, Header: map[string]any{"kid": fmt.Sprintf("random-%d-%d", i, j)}})
				expect(t, r.v, raw, refused("unknown_key"))
			}
			r.expectAtOnce(t, r.as.Token(), good)
			time.Sleep(time.Second)
		}
		if got, limit := r.fetches(), 1+2+minutes*60/15; got > limit {
			t.Errorf("%d fetches in %d min, want at most %d", got, minutes, limit)
		}
	})
}

// Run keeps the keys warm without traffic and ends with its context.
func TestRun(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		ctx, stop := context.WithCancel(t.Context())
		ended := make(chan struct{})
		go func() {
			r.v.Run(ctx)
			close(ended)
		}()
		synctest.Wait()
		for range 600 { // ten hours
			if h := r.keys.Health(); h.State != jwks.Fresh {
				t.Fatalf("health = %+v, want fresh keys at all times", h)
			}
			time.Sleep(time.Minute)
			synctest.Wait()
		}
		if got := r.fetches(); got < 60 || got > 85 {
			t.Errorf("%d fetches in ten hours, want one in 7.5 to 8.75 min", got)
		}
		r.down()
		time.Sleep(2 * time.Hour)
		if h := r.keys.Health(); h.State != jwks.Unusable {
			t.Errorf("health = %+v, want unusable keys", h)
		}
		r.up()
		time.Sleep(31 * time.Second)
		synctest.Wait()
		r.expectAtOnce(t, r.as.Token(), good)
		stop()
		<-ended
	})
}

// Ready tells a readiness probe what is missing, and fetches it.
func TestReady(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		r.down()
		if err := r.v.Ready(t.Context()); err == nil || !strings.Contains(err.Error(), "status 503") {
			t.Errorf("Ready = %v, want what is wrong", err)
		}
		r.up()
		time.Sleep(2 * time.Second)
		if err := r.v.Ready(t.Context()); err != nil {
			t.Errorf("Ready = %v, want nil", err)
		}
		r.expectAtOnce(t, r.as.Token(), good)
	})
}

// L-9: a caller's deadline is honoured; the fetch goes on for the others.
func TestReadyHonoursDeadline(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		r.as.Replace(authtest.EndpointOIDC, func(good http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, q *http.Request) {
				time.Sleep(2 * time.Second)
				good.ServeHTTP(w, q)
			})
		})
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		start := time.Now()
		if err := r.keys.Ready(ctx); !errors.Is(err, context.DeadlineExceeded) || time.Since(start) != time.Second {
			t.Errorf("Ready = %v after %v, want its deadline", err, time.Since(start))
		}
		time.Sleep(time.Second)
		synctest.Wait()
		r.expectAtOnce(t, r.as.Token(), good)
	})
}

// Health can be served as it is.
func TestHealthJSON(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		empty, err := json.Marshal(r.v.Health())
		if want := `[{"issuer":"https://issuer.test","state":"empty","keys":0,"age":0,"fetches":0,"failures":0}]`; err != nil || string(empty) != want {
			t.Errorf("health = %s (%v), want %s", empty, err, want)
		}
		expect(t, r.v, r.as.Token(), good)
		time.Sleep(time.Second)
		h := r.v.Health()[0]
		if h.State != jwks.Fresh || h.Keys != 1 || !slices.Equal(h.KeyIDs, []string{r.as.KeyID()}) || h.Age != time.Second || h.Fetches != 1 {
			t.Errorf("health = %+v", h)
		}
	})
}

// L-11: a clock that is set, back or forth, neither keeps keys alive nor stops
// refreshing.
func TestClockIsSet(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var offset time.Duration
		now := func() time.Time { return time.Now().Round(0).Add(offset) } // a wall clock only
		r := newRig(t, func(c *jwks.KeysConfig) { c.Now = now })
		expect(t, r.v, r.as.Token(), good)
		r.down()
		offset = -time.Hour
		expect(t, r.v, r.as.Token(), unavailable) // of unknown age
		r.up()
		time.Sleep(2 * time.Second)
		expect(t, r.v, r.as.Token(), good) // the pause did not grow by an hour
		before := r.fetches()
		offset = 24 * time.Hour
		expect(t, r.v, r.as.Token(), good)
		if r.fetches() != before+1 {
			t.Errorf("%d fetches after the clock was set forth, want one", r.fetches()-before)
		}
		for range 60 { // and on it goes
			time.Sleep(time.Minute)
			expect(t, r.v, r.as.Token(), good)
		}
		synctest.Wait()
		if got := r.fetches() - before - 1; got < 6 || got > 9 {
			t.Errorf("%d fetches in an hour, want one in 7.5 to 8.75 min", got)
		}
	})
}

// L-15: a transport that ignores its context, once, does not stop the source for
// good: the fetch is left behind, and the next one is made.
func TestClientThatIgnoresItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var called atomic.Bool
		release := make(chan struct{})
		r := newRig(t, func(c *jwks.KeysConfig) {
			inner := c.Client.Transport
			c.Client = &http.Client{Transport: transport(func(q *http.Request) (*http.Response, error) {
				if !called.Swap(true) {
					<-release
				}
				return inner.RoundTrip(q)
			})}
		})
		start := time.Now()
		expect(t, r.v, r.as.Token(), unavailable)
		if waited := time.Since(start); waited != 6*time.Second {
			t.Errorf("the request waited %v, want Timeout and a second", waited)
		}
		time.Sleep(2 * time.Second)
		expect(t, r.v, r.as.Token(), good)
		close(release)
	})
}

// L-9, L-15: a transport that never honours its context is asked twice. What it
// does not give back cannot grow further, and when it does, keys are fetched again.
func TestClientThatAlwaysIgnoresItsContext(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var calls atomic.Int32
		release := make(chan struct{})
		r := newRig(t, func(c *jwks.KeysConfig) {
			inner := c.Client.Transport
			c.Client = transport(func(q *http.Request) (*http.Response, error) {
				calls.Add(1)
				<-release
				return inner.RoundTrip(q)
			}).client()
		})
		for range 60 {
			expect(t, r.v, r.as.Token(), unavailable)
			time.Sleep(time.Minute)
		}
		if n := calls.Load(); n != 2 {
			t.Errorf("%d calls of a client that returns from none, want 2", n)
		}
		close(release)
		time.Sleep(time.Minute)
		expect(t, r.v, r.as.Token(), good)
	})
}

// Metadata that goes bad costs no keys, and Health tells.
func TestMetadataIsLost(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, nil)
		expect(t, r.v, r.as.Token(), good)
		r.as.Replace(authtest.EndpointOIDC, authtest.WrongIssuer("https://other.test"))
		r.as.Replace(authtest.EndpointRFC8414, authtest.Down)
		for range 15 {
			time.Sleep(9 * time.Minute)
			expect(t, r.v, r.as.Token(), good)
			synctest.Wait()
		}
		if h := r.keys.Health(); h.State != jwks.Fresh || h.LastError != "" || h.MetadataError == "" {
			t.Errorf("health = %+v, want fresh keys and what is wrong with the metadata", h)
		}
	})
}

// Where a young key set shall not count as proof, an unknown key is 503 as soon
// as no fetch is allowed.
func TestNeverConclusive(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(c *jwks.KeysConfig) { c.Conclusive = -1 })
		expect(t, r.v, r.as.Token(), good)
		for _, want := range []verdict{refused("unknown_key"), refused("unknown_key"), unavailable} {
			expect(t, r.v, r.as.Mint(authtest.Mint{Key: authtest.NewKey(string(want)+fmt.Sprint(r.fetches()), "ES256")}), want)
		}
	})
}

// A kid that somebody guessed before the issuer used it does not make the next
// key's tokens bad ones, where a look at the keys shows nothing for later.
func TestGuessedKeyID(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		r := newRig(t, func(c *jwks.KeysConfig) { c.Conclusive = -1 })
		expect(t, r.v, r.as.Token(), good)
		expect(t, r.v, r.as.Mint(authtest.Mint{Key: authtest.NewKey("es256-2", "ES256")}), refused("unknown_key"))
		r.as.Rotate()
		expect(t, r.v, r.as.Token(), unavailable)
		time.Sleep(15 * time.Second)
		expect(t, r.v, r.as.Token(), good)
	})
}
