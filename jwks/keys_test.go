package jwks_test

import (
	"context"
	"errors"
	"fmt"
	"net/http"
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

// Who waits for a fetch, who starts one, and how many there are. All in
// bubbles: their clock only moves when everybody waits.

// slowly delays an endpoint.
func slowly(d time.Duration) func(http.Handler) http.Handler {
	return func(good http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			select {
			case <-time.After(d):
				good.ServeHTTP(w, r)
			case <-r.Context().Done():
			}
		})
	}
}

// hanging never answers.
func hanging(http.Handler) http.Handler {
	return http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
}

// stranger mints a token whose kid nobody knows.
func stranger(as *authtest.Issuer, kid any) string {
	return as.Mint(authtest.Mint{Header: map[string]any{"kid": fmt.Sprint("stranger ", kid)}, Sign: noise})
}

var unknownKid = refused(middleware.ReasonUnknownKey)

// fetched fails the test unless so many requests for keys were made.
func fetched(t *testing.T, as *authtest.Issuer, want int) {
	t.Helper()
	if got := as.Fetches(authtest.EndpointJWKS); got != want {
		t.Errorf("%d JWKS fetches, want %d", got, want)
	}
}

// together runs f n times at once and waits for all.
func together(n int, f func(i int)) {
	var group sync.WaitGroup
	for i := range n {
		group.Go(func() { f(i) })
	}
	group.Wait()
}

// during fails the test unless f takes so long.
func during(t *testing.T, want time.Duration, f func()) {
	t.Helper()
	start := time.Now()
	f()
	if got := time.Since(start); got != want {
		t.Errorf("took %v, want %v", got, want)
	}
}

func TestColdStart(t *testing.T) {
	t.Parallel()
	t.Run("L-1 500 requests share one fetch", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			as := es256()
			as.Replace(authtest.EndpointJWKS, slowly(time.Second))
			v, token := discovering(t, as), as.Token()
			during(t, time.Second, func() { together(500, func(int) { expect(t, v, token, good) }) })
			fetched(t, as, 1)
			if n := as.Fetches(authtest.EndpointOIDC); n != 1 {
				t.Errorf("%d metadata fetches, want 1", n)
			}
		})
	})
	t.Run("500 requests share one failure", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			as := es256()
			as.Replace(authtest.EndpointJWKS, answer(503, ""))
			v, token := discovering(t, as), as.Token()
			together(500, func(int) { expect(t, v, token, unavailable) })
			fetched(t, as, 1)
		})
	})
	t.Run("starts while the server is down, and recovers", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			as := es256()
			as.Replace(authtest.EndpointOIDC, answer(502, ""))
			as.Replace(authtest.EndpointRFC8414, answer(502, ""))
			v := discovering(t, as)
			_, err := v.Validate(t.Context(), as.Token())
			var e *middleware.Error
			if !errors.As(err, &e) || e.Code != middleware.Unavailable || e.RetryAfter <= 0 {
				t.Fatalf("error = %v, want Unavailable with RetryAfter", err)
			}
			for range 10 * 60 * 10 { // ten minutes of ten requests a second
				expect(t, v, as.Token(), unavailable)
				time.Sleep(100 * time.Millisecond)
			}
			if n := as.Fetches(authtest.EndpointOIDC); n < 10 || n > 60 {
				t.Errorf("%d attempts in ten minutes, want about 2 a minute", n)
			}
			as.Restore(authtest.EndpointOIDC)
			time.Sleep(45 * time.Second) // the longest pause
			expect(t, v, as.Token(), good)
			fetched(t, as, 1)
		})
	})
	t.Run("a token that needs no key does not fetch", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			as := es256()
			v := discovering(t, as)
			expect(t, v, "opaque", notMine)
			expect(t, v, as.Token(authtest.Claims{"iss": "https://other.test"}), notMine)
			expect(t, v, as.Mint(authtest.Mint{Header: map[string]any{"alg": "none"}}), refused(middleware.ReasonAlgorithm))
			expect(t, v, as.Mint(authtest.Mint{Header: map[string]any{"typ": "logout+jwt"}}), refused(middleware.ReasonType))
			expect(t, v, as.Mint(authtest.Mint{Header: map[string]any{"crit": []string{"x"}}}), refused(middleware.ReasonHeader))
			if n := as.Fetches(authtest.EndpointOIDC); n != 0 {
				t.Errorf("%d metadata fetches, want none", n)
			}
		})
	})
}

// TestUnknownKeyBucket: L-2 two fetches for unknown keys, then one in 15 s. With
// none left the age of the keys decides between 401 and 503.
func TestUnknownKeyBucket(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		as := es256()
		issuer := offline(t, as)
		issuer.Keys = newKeys(t, jwks.KeysConfig{URL: as.URL() + "/jwks", Client: as.Client()})
		v := newValidator(t, jwks.Config{}, issuer)
		expect(t, v, as.Token(), good)
		fetched(t, as, 1)

		// The server answers: every refusal is proven by a young set.
		for i := range 1000 {
			expect(t, v, stranger(as, i), unknownKid)
		}
		fetched(t, as, 3)
		time.Sleep(15*time.Second - 1)
		expect(t, v, stranger(as, "early"), unknownKid)
		fetched(t, as, 3)
		time.Sleep(time.Nanosecond)
		expect(t, v, stranger(as, "in time"), unknownKid)
		expect(t, v, stranger(as, "too late"), unknownKid)
		fetched(t, as, 4)

		// The server fails: its failures use up the bucket too.
		as.Replace(authtest.EndpointJWKS, answer(500, ""))
		time.Sleep(30 * time.Second) // the bucket is full again, and the set is 30 s old
		for i := range 1000 {
			expect(t, v, stranger(as, fmt.Sprint("failing ", i)), unavailable)
		}
		fetched(t, as, 4+2)
		expect(t, v, as.Token(), good)
	})
}

// TestNoFetchWithoutNeed: a token that a known key refutes starts no fetch.
func TestNoFetchWithoutNeed(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		mint authtest.Mint
		want verdict
	}{
		"a bad signature under a known kid": {authtest.Mint{Sign: noise}, refused(middleware.ReasonSignature)},
		"another key under a known kid":     {authtest.Mint{Key: authtest.NewKey("es256-1", "ES256")}, refused(middleware.ReasonSignature)},
		"a known kid, alg of another key":   {authtest.Mint{Header: map[string]any{"alg": "RS256"}}, refused(middleware.ReasonAlgorithm)},
		"a known kid, alg not allowed":      {authtest.Mint{Header: map[string]any{"alg": "HS256"}}, refused(middleware.ReasonAlgorithm)},
		"an expired token":                  {authtest.Mint{Claims: authtest.Claims{"exp": 1}}, refused(middleware.ReasonExpired)},
		"a good token":                      {authtest.Mint{}, good},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				as := es256()
				v := discovering(t, as)
				expect(t, v, as.Token(), good)
				for range 100 {
					expect(t, v, as.Mint(test.mint), test.want)
				}
				fetched(t, as, 1)
			})
		})
	}
}

// TestNobodyElseWaits: while a fetch hangs, only those wait who need it.
func TestNobodyElseWaits(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		as, other := es256(), authtest.Config{URL: "https://other.test", Algorithms: []string{"ES256"}}.New()
		client := transport(func(r *http.Request) (*http.Response, error) {
			if r.URL.Host == "other.test" {
				return other.Client().Transport.RoundTrip(r)
			}
			return as.Client().Transport.RoundTrip(r)
		}).client()
		v := newValidator(t, jwks.Config{Client: client},
			jwks.Issuer{URL: as.URL(), Audience: []string{as.Audience()}},
			jwks.Issuer{URL: other.URL(), Audience: []string{other.Audience()}})
		expect(t, v, as.Token(), good)
		expect(t, v, other.Token(), good)
		as.Replace(authtest.EndpointJWKS, hanging)

		var waiting sync.WaitGroup
		waiting.Go(func() {
			during(t, 5*time.Second, func() { expect(t, v, stranger(as, 1), unavailable) }) // the fetch's own timeout
		})
		synctest.Wait()
		fetched(t, as, 2) // it is under way
		during(t, 0, func() { together(100, func(int) { expect(t, v, as.Token(), good) }) })
		during(t, 0, func() { expect(t, v, other.Token(), good) })
		during(t, 0, func() { expect(t, v, stranger(other, 1), unknownKid) }) // a dead issuer never slows another
		during(t, 0, func() { expect(t, v, as.Mint(authtest.Mint{Sign: noise}), refused(middleware.ReasonSignature)) })
		waiting.Wait()
	})
}

func TestRotation(t *testing.T) {
	t.Parallel()
	t.Run("ROIDC-2 the first token under a new kid passes", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			as := es256()
			v, old := discovering(t, as), as.Token()
			expect(t, v, old, good)
			as.Rotate()
			expect(t, v, as.Token(), good)
			expect(t, v, old, good) // still published
			fetched(t, as, 2)
		})
	})
	t.Run("INTEROP 17 without overlap", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			as := es256()
			v, old := discovering(t, as), as.Token()
			expect(t, v, old, good)
			as.RotateWithoutOverlap()
			expect(t, v, old, good) // nobody told us yet
			expect(t, v, as.Token(), good)
			expect(t, v, old, unknownKid)
		})
	})
	t.Run("concurrent tokens under a new kid share one fetch", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			as := es256()
			v := discovering(t, as)
			expect(t, v, as.Token(), good)
			as.Rotate()
			as.Replace(authtest.EndpointJWKS, slowly(300*time.Millisecond))
			token := as.Token()
			during(t, 300*time.Millisecond, func() { together(200, func(int) { expect(t, v, token, good) }) })
			fetched(t, as, 2)
		})
	})
	t.Run("a fetch answered before the rotation is not the last word", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			as := es256()
			v := discovering(t, as)
			expect(t, v, as.Token(), good)
			as.Replace(authtest.EndpointJWKS, func(good http.Handler) http.Handler {
				set := as.JWKS() // of before the rotation
				return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
					time.Sleep(time.Second)
					_, _ = w.Write(set)
				})
			})
			var first sync.WaitGroup
			first.Go(func() { expect(t, v, stranger(as, 1), unknownKid) })
			synctest.Wait()
			as.Rotate()
			var second sync.WaitGroup
			second.Go(func() { expect(t, v, as.Token(), good) }) // joins the old fetch, then asks again
			synctest.Wait()
			as.Restore(authtest.EndpointJWKS)
			first.Wait()
			second.Wait()
			fetched(t, as, 3)
		})
	})
	t.Run("during a flood of unknown keys, within 15 s", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			as := es256()
			v := discovering(t, as)
			expect(t, v, as.Token(), good)
			for i := range 10 {
				expect(t, v, stranger(as, i), unknownKid)
			}
			as.Rotate()
			for i := range 16 {
				expect(t, v, stranger(as, fmt.Sprint("s", i)), unknownKid)
				time.Sleep(time.Second)
			}
			expect(t, v, as.Token(), good)
		})
	})
}

// TestCallersEnd: L-9 a caller's ctx ends its own wait, and nothing else.
func TestCallersEnd(t *testing.T) {
	t.Parallel()
	type wait struct {
		warm  bool
		token func(*authtest.Issuer) string
	}
	waits := map[string]wait{
		"the first fetch":           {false, func(as *authtest.Issuer) string { return as.Token() }},
		"a fetch for a rotated kid": {true, func(as *authtest.Issuer) string { as.Rotate(); return as.Token() }},
	}
	for name, w := range waits {
		t.Run("L-9 "+name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				as := es256()
				v := discovering(t, as)
				if w.warm {
					expect(t, v, as.Token(), good)
				}
				before := as.Fetches(authtest.EndpointJWKS)
				token := w.token(as)
				as.Replace(authtest.EndpointJWKS, slowly(3*time.Second))

				short, stop := context.WithTimeout(t.Context(), 100*time.Millisecond)
				defer stop()
				gone, leave := context.WithCancelCause(t.Context())
				left := errors.New("the client went away")
				var group sync.WaitGroup
				group.Go(func() {
					during(t, 100*time.Millisecond, func() {
						tok, err := v.Validate(short, token)
						if got := judge(tok, err); got != unavailable || !errors.Is(err, context.DeadlineExceeded) {
							t.Errorf("verdict = %q (%v), want %q for the deadline", got, err, unavailable)
						}
					})
				})
				group.Go(func() {
					during(t, 0, func() {
						tok, err := v.Validate(gone, token)
						if got := judge(tok, err); got != unavailable || !errors.Is(err, left) {
							t.Errorf("verdict = %q (%v), want %q for the cancellation", got, err, unavailable)
						}
					})
				})
				group.Go(func() {
					during(t, 3*time.Second, func() { expect(t, v, token, good) })
				})
				synctest.Wait()
				leave(left)
				group.Wait()
				fetched(t, as, before+1)
			})
		})
	}
	t.Run("L-9 a caller that has left is served from memory", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			as := es256()
			v := discovering(t, as)
			expect(t, v, as.Token(), good)
			ctx, cancel := context.WithCancel(t.Context())
			cancel()
			if _, err := v.Validate(ctx, as.Token()); err != nil {
				t.Errorf("error = %v, want none: nothing had to be waited for", err)
			}
		})
	})
}

// TestBrokenClient: what the user's HTTP client does wrong is 503.
func TestBrokenClient(t *testing.T) {
	t.Parallel()
	for name, fault := range map[string]func(*http.Request) (*http.Response, error){
		"panics":              func(*http.Request) (*http.Response, error) { panic("secret-of-the-client") },
		"panics with nil":     func(*http.Request) (*http.Response, error) { panic(http.ErrAbortHandler) },
		"fails":               func(*http.Request) (*http.Response, error) { return nil, errors.New("no route to host") },
		"answers nil and nil": func(*http.Request) (*http.Response, error) { return nil, nil },
		"waits for its ctx": func(r *http.Request) (*http.Response, error) {
			<-r.Context().Done()
			return nil, r.Context().Err()
		},
		"answers a body that panics": func(r *http.Request) (*http.Response, error) {
			return &http.Response{StatusCode: 200, Body: brokenBody{}, Request: r}, nil
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				as := es256()
				var mended atomic.Bool
				client := transport(func(r *http.Request) (*http.Response, error) {
					if mended.Load() {
						return as.Client().Transport.RoundTrip(r)
					}
					return fault(r)
				}).client()
				v := newValidator(t, jwks.Config{Client: client}, jwks.Issuer{URL: as.URL(), Audience: []string{as.Audience()}})
				token := as.Token()
				together(10, func(int) { expect(t, v, token, unavailable) })
				if _, err := v.Validate(t.Context(), token); err == nil || strings.Contains(everything(err), "secret-of-the-client") {
					t.Errorf("error = %v, want one that does not tell what the panic told", err)
				}
				mended.Store(true)
				time.Sleep(5 * time.Second)
				expect(t, v, token, good)
			})
		})
	}
}

type brokenBody struct{}

func (brokenBody) Read([]byte) (int, error) { panic("secret-of-the-client") }
func (brokenBody) Close() error             { return nil }
