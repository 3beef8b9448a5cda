package expiring

import (
	"crypto/rand"
	"strings"
	"testing"
	"time"
)

// BenchmarkHit is a whole look-up beside the bare hash, with 1000 tokens in use.
func BenchmarkHit(b *testing.B) {
	h, domain, m := NewHasher(), NewDomain("issuer"), New[*int](10_000)
	tokens, now := make([]string, 1000), time.Now()
	for i := range tokens {
		tokens[i] = strings.Repeat(rand.Text(), 30)[:773] // as long as a usual JWT
		m.Put(h.Sum(&domain, tokens[i]), new(int), now.Add(time.Hour))
	}
	b.Run("hash", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			h.Sum(&domain, tokens[i%1000])
		}
	})
	b.Run("hit", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if _, found := m.Get(h.Sum(&domain, tokens[i%1000]), now); !found {
				b.Fatal("not found")
			}
		}
	})
}
