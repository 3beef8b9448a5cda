package jwks_test

import (
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
)

// TestSize: what is longer than the limit is not looked at.
func TestSize(t *testing.T) {
	t.Parallel()
	as := es256()
	small, standard := newValidator(t, jwks.Config{MaxTokenSize: 8 << 10}, offline(t, as)), newValidator(t, jwks.Config{}, offline(t, as))
	tooLarge := refused(middleware.ReasonTooLarge)
	of := func(size int) string { // a good token of exactly this size
		pad, token := size*3/4, ""
		for token == "" || len(token) != size {
			token = as.Token(authtest.Claims{"pad": strings.Repeat("x", pad)})
			if len(token) > size {
				pad -= max((len(token)-size)*3/4, 1)
			} else {
				pad++
			}
		}
		return token
	}
	expect(t, small, of(8<<10), good)
	expect(t, small, of(8<<10+2), tooLarge)
	expect(t, standard, of(16<<10), good)
	expect(t, standard, of(16<<10+2), tooLarge)
	expect(t, standard, strings.Repeat("x", 1<<20), tooLarge)
}

// TestBoundedWork: L-10 no token of the size that is looked at makes us work or
// allocate beyond a small multiple of its size.
func TestBoundedWork(t *testing.T) {
	as := fixed()
	v := newValidator(t, jwks.Config{Now: func() time.Time { return mintedAt }}, offline(t, as))
	const size = 16 << 10
	fill := func(pattern string, n int) string { return strings.Repeat(pattern, n/len(pattern)) }
	claim := func(text string) string {
		return as.Mint(authtest.Mint{RawPayload: payload(as, "x", text), Sign: noise})
	}
	header := func(text string) string { return as.Mint(authtest.Mint{RawHeader: []byte(text), Sign: noise}) }
	const room = size*3/4 - 700 // octets for one claim

	tests := map[string]string{
		"periods":                    fill(".", size),
		"periods, too many":          fill(".", size+1),
		"A and periods":              fill("A.", size),
		"one long part":              fill("A", size),
		"two parts":                  "e30." + fill("A", size-4),
		"long signature":             as.Mint(authtest.Mint{Sign: func([]byte) []byte { return make([]byte, 11<<10) }}),
		"long kid":                   header(`{"alg":"ES256","kid":"` + fill("k", room) + `"}`),
		"long alg":                   header(`{"alg":"` + fill("E", room) + `"}`),
		"header of many members":     header(`{"alg":"ES256"` + fill(`,"":1`, room) + `}`),
		"header nested":              header(`{"alg":"ES256","x":` + fill("[", room)),
		"nested arrays":              claim(fill("[", room)),
		"nested arrays, closed":      claim(fill("[", room/2) + fill("]", room/2)),
		"nested objects":             claim(fill(`{"":`, room)),
		"array of nothing":           claim("[" + fill("0,", room-4) + "0]"),
		"array of empty objects":     claim("[" + fill("{},", room-6) + "{}]"),
		"a number of many digits":    claim(fill("9", room)),
		"a number, huge exponent":    claim("1e" + fill("9", room)),
		"a string of escapes":        claim(`"` + fill(`\u0041`, room) + `"`),
		"members of one name":        claim(`{"a":1` + fill(`,"a":1`, room) + `}`),
		"members of names escaped":   claim(`{"a":1` + fill(`,"\u0061":1`, room) + `}`),
		"aud of many":                as.Mint(authtest.Mint{RawPayload: payload(as, "aud", "["+fill(`"",`, room-4)+`""]`)}),
		"exp of many digits":         as.Mint(authtest.Mint{RawPayload: payload(as, "exp", fill("9", room))}),
		"scope of many":              as.Mint(authtest.Mint{RawPayload: payload(as, "scope", "["+fill(`"a",`, room-8)+`7]`)}),
		"crit of many":               header(`{"alg":"ES256","crit":[` + fill(`"x",`, room-4) + `"x"]}`),
		"white space":                header(fill(" ", room) + `{"alg":"ES256"}`),
		"white space in the payload": claim(fill(" ", room) + "1"),
	}
	for name, raw := range tests {
		t.Run("L-10 "+name, func(t *testing.T) {
			got := allocated(func() {
				if _, err := v.Validate(t.Context(), raw); err == nil {
					t.Fatal("passes")
				}
			})
			const limit = 32 * size // an aud of 5000 empty strings is 16 octets a string
			if got > limit {
				t.Errorf("%d octets allocated for a token of %d, want at most %d", got, len(raw), limit)
			}
			_, err := v.Validate(t.Context(), raw)
			if n := len(everything(err)); n > 4<<10 {
				t.Errorf("the error has %d octets: it tells of the token", n)
			}
		})
	}
}

// allocated is how many octets f allocates each time, on average.
func allocated(f func()) int {
	const runs = 20
	var before, after runtime.MemStats
	f()
	runtime.ReadMemStats(&before)
	for range runs {
		f()
	}
	runtime.ReadMemStats(&after)
	return int(after.TotalAlloc-before.TotalAlloc) / runs
}
