package jwks_test

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
)

// A header that is known spares no check: what comes second is judged as if it
// had come first. Tokens themselves are not remembered here.
func TestKnownHeader(t *testing.T) {
	t.Parallel()
	as := es256()
	other := authtest.NewKey(as.KeyID(), "ES256")    // another key under the same kid
	stranger := authtest.NewKey(as.KeyID(), "ES256") // one that nobody publishes
	key := as.Key("ES256")
	both, withoutKid := keySet(key.JWK(), other.JWK()), keySet(with(key.JWK(), "kid", nil))
	mint := func(m authtest.Mint) string { return as.Mint(m) }
	header, signature, unknown := refused(middleware.ReasonHeader), refused(middleware.ReasonSignature), refused(middleware.ReasonUnknownKey)
	repeating := map[string]any{"sub": "user-1", "iss": as.URL()}
	noKid := map[string]any{"kid": authtest.Absent}

	tests := map[string]struct {
		set           []byte
		first, second string
		want          verdict
	}{
		"another token":                           {both, as.Token(), as.Token(authtest.Claims{"jti": "2"}), good},
		"R7519-12 sub in the header":              {both, mint(authtest.Mint{Header: repeating}), mint(authtest.Mint{Header: repeating, Claims: authtest.Claims{"sub": "user-2"}}), header},
		"another key of the kid":                  {both, as.Token(), mint(authtest.Mint{Key: other}), good},
		"another key of the kid, and back":        {both, mint(authtest.Mint{Key: other}), as.Token(), good},
		"a key that is not published":             {both, as.Token(), mint(authtest.Mint{Key: stranger}), signature},
		"no signature":                            {both, as.Token(), mint(authtest.Mint{Sign: noise}), signature},
		"no kid":                                  {withoutKid, mint(authtest.Mint{Header: noKid}), mint(authtest.Mint{Header: noKid, Claims: authtest.Claims{"jti": "2"}}), good},
		"no kid, a key that is not published":     {withoutKid, mint(authtest.Mint{Header: noKid}), mint(authtest.Mint{Header: noKid, Key: stranger}), unknown},
		"R7519-5 expired":                         {both, as.Token(), as.Token(authtest.Claims{"exp": time.Unix(1, 0)}), refused(middleware.ReasonExpired)},
		"audience":                                {both, as.Token(), as.Token(authtest.Claims{"aud": "https://other.test"}), refused(middleware.ReasonAudience)},
		"R8725-10 another issuer":                 {both, as.Token(), as.Token(authtest.Claims{"iss": "https://other.test"}), notMine},
		"a header that says the same otherwise":   {both, as.Token(), mint(authtest.Mint{RawHeader: []byte(`{"kid":"es256-1","alg":"ES256"}`)}), good},
		"a header that is longer than remembered": {both, mint(authtest.Mint{Header: map[string]any{"x": strings.Repeat("x", 600)}}), mint(authtest.Mint{Header: map[string]any{"x": strings.Repeat("x", 600)}, Sign: noise}), signature},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			v := newValidator(t, jwks.Config{MaxEntries: -1}, jwks.Issuer{URL: as.URL(), Audience: []string{as.Audience()}, Keys: staticKeys(t, test.set)})
			expect(t, v, test.first, good)
			expect(t, v, test.second, test.want)
			expect(t, v, test.first, good)
		})
	}
}

// R8725-3: what is known of a header, one issuer's rules say.
func TestKnownHeaderOfAnotherIssuer(t *testing.T) {
	t.Parallel()
	a, b := authtest.Config{URL: "https://a.test", Algorithms: []string{"ES256"}}.New(), authtest.Config{URL: "https://b.test", Algorithms: []string{"ES256"}}.New()
	ofB := offline(t, b)
	ofB.Algorithms = []string{"RS256"}
	v := newValidator(t, jwks.Config{MaxEntries: -1}, offline(t, a), ofB)
	expect(t, v, a.Token(), good)
	expect(t, v, b.Token(), refused(middleware.ReasonAlgorithm)) // of the same header
	expect(t, v, b.Mint(authtest.Mint{Key: a.Key("ES256")}), refused(middleware.ReasonAlgorithm))
	expect(t, v, a.Mint(authtest.Mint{Key: b.Key("ES256")}), refused(middleware.ReasonSignature))
}

// L-6: a known header does not keep a key that is gone, nor one in the place of
// another.
func TestKnownHeaderKeyRemoved(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		as := es256()
		keys := newKeys(t, jwks.KeysConfig{Issuer: as.URL(), Client: as.Client(), UnknownBurst: -1})
		v := newValidator(t, jwks.Config{MaxEntries: -1}, jwks.Issuer{URL: as.URL(), Audience: []string{as.Audience()}, Keys: keys})
		former := as.Key("ES256")
		token := as.Token(lasting())
		expect(t, v, token, good)
		as.RotateWithoutOverlap()
		successor := with(as.Key("ES256").JWK(), "kid", former.ID())
		as.Replace(authtest.EndpointJWKS, answer(http.StatusOK, string(keySet(successor))))
		time.Sleep(9 * time.Minute)
		expect(t, v, token, good) // and the fetch begins
		synctest.Wait()
		expect(t, v, token, refused(middleware.ReasonSignature))
		expect(t, v, as.Mint(authtest.Mint{Header: map[string]any{"kid": former.ID()}}), good)
		expect(t, v, token, refused(middleware.ReasonSignature))
	})
}

// An issuer that writes something new into every header is served as any other.
func TestManyHeaders(t *testing.T) {
	t.Parallel()
	as := es256()
	v := newValidator(t, jwks.Config{MaxEntries: -1}, offline(t, as))
	for i := range 200 {
		expect(t, v, as.Mint(authtest.Mint{Header: map[string]any{"x": fmt.Sprint(i % 150)}}), good)
	}
}
