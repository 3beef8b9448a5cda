package expiring

import (
	"crypto/rand"
	"fmt"
	"strings"
	"testing"
	"time"
)

// BenchmarkHit is a whole look-up beside the bare hash, with one token in use and
// with 1000 in turn. Run it with -cpu 1,2 to see it scale.
func BenchmarkHit(b *testing.B) {
	h, domain, m := NewHasher(), NewDomain("issuer"), New[*int](10_000)
	tokens, now := make([]string, 1000), time.Now()
	for i := range tokens {
		tokens[i] = strings.Repeat(rand.Text(), 30)[:773] // as long as a usual JWT
		m.Put(h.Sum(&domain, tokens[i]), new(int), now.Add(time.Hour))
	}
	for _, n := range []int{1, 1000} {
		each := func(b *testing.B, f func(token string)) {
			b.ReportAllocs()
			b.RunParallel(func(p *testing.PB) {
				for i := 0; p.Next(); i++ {
					f(tokens[i%n])
				}
			})
		}
		b.Run(fmt.Sprintf("%d/hash", n), func(b *testing.B) { each(b, func(token string) { h.Sum(&domain, token) }) })
		b.Run(fmt.Sprintf("%d/hit", n), func(b *testing.B) {
			each(b, func(token string) {
				if _, found := m.Get(h.Sum(&domain, token), now); !found {
					b.Error("not found")
				}
			})
		})
	}
}
