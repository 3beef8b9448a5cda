package introspection

import (
	"crypto/rand"
	"encoding/base64"
	"fmt"
	"io"
	"net/http"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/internal/bench/measure"
	"github.com/bearerguard/bearerguard/internal/expiring"
)

// tokenSize is the length of a usual JWT, in bytes.
const tokenSize = 773

// hit: a token whose answer is cached. The floor is the keyed hash of the token, which is its key in the cache.
func hit(t *testing.T, size size) {
	var rows [][]string
	for _, inTurn := range []int{1, 1000} {
		validate, tokens := cached(t, inTurn)
		hasher, domain := expiring.NewHasher(), expiring.NewDomain("issuer")
		// Counters of their own: both meet every token.
		h, v := 0, 0
		hash := func() {
			hasher.Sum(&domain, tokens[h%inTurn])
			h++
		}
		use := func() {
			if err := validate(tokens[v%inTurn]); err != nil {
				t.Fatal(err)
			}
			v++
		}
		if n := testing.AllocsPerRun(1000, use); n != 0 {
			t.Errorf("%d tokens in turn: %v allocations for each hit, promised: 0", inTurn, n)
		}
		c := measure.Compare(size.rounds, size.hits, measure.Wall(hash), measure.Wall(use))
		allocs, bytes := measure.Memory(size.hits, use)
		rows = append(rows, []string{
			fmt.Sprint(inTurn), fmt.Sprint(c[0].Time), fmt.Sprint(c[1].Time), c[1].String(), fmt.Sprint(bytes), fmt.Sprint(allocs),
		})
	}
	table(fmt.Sprintf("Cached token of %d bytes: Validate ÷ its keyed hash (medians of %d rounds)", tokenSize, size.rounds),
		[]string{"tokens in turn", "keyed hash", "Validate", "ratio (quartiles)", "B/op", "allocs/op"}, rows)
}

// cached returns a validator that remembers these tokens, and makes sure that it does.
func cached(t *testing.T, n int) (ask, []string) {
	t.Helper()
	as := newIssuer()
	// The issuer does not know the tokens; whatever it is asked about is good for an hour.
	body := fmt.Sprintf(`{"active":true,"iss":%q,"aud":%q,"sub":"user","client_id":"app","scope":"orders:read","exp":%d}`,
		as.URL(), as.Audience(), time.Now().Add(time.Hour).Unix())
	as.Replace(authtest.EndpointIntrospection, func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Type", "application/json")
			_, _ = io.WriteString(w, body)
		})
	})
	validate, tokens := ours(time.Hour).setUp(t, as), make([]string, n)
	for i := range tokens {
		tokens[i] = looksLikeJWT()
	}
	for range 2 {
		for _, raw := range tokens {
			must(t, validate, raw)()
		}
	}
	if calls := as.Fetches(authtest.EndpointIntrospection); calls != n {
		t.Fatalf("%d calls for %d tokens asked about twice", calls, n)
	}
	return validate, tokens
}

// looksLikeJWT returns random bytes in the shape of a JWT with an RS256 signature: for introspection they are opaque.
func looksLikeJWT() string {
	const header, signature = 60, 342 // characters
	random := make([]byte, tokenSize)
	_, _ = rand.Read(random) // never fails, by its contract
	text := base64.RawURLEncoding.EncodeToString(random)[:tokenSize]
	dot := tokenSize - signature - 1
	return text[:header] + "." + text[header+1:dot] + "." + text[dot+1:]
}
