package introspect

import (
	"context"
	"crypto/rand"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
)

// BenchmarkHit is the whole of Validate for a token that is remembered.
func BenchmarkHit(b *testing.B) {
	for _, size := range []int{32, 773} {
		b.Run(fmt.Sprint(size), func(b *testing.B) { benchmarkHit(b, size) })
	}
}

// benchmarkHit compares a token that is remembered, out of 1000 in use, with the
// keyed hash of it alone.
func benchmarkHit(b *testing.B, size int) {
	c := Config{Issuer: "https://issuer.test", Endpoint: "https://issuer.test/i", Authentication: InsecureNone(), Audience: []string{"api"}}
	v, err := New(c)
	if err != nil {
		b.Fatal(err)
	}
	tokens, now := make([]string, 1000), time.Now()
	for i := range tokens {
		tokens[i] = strings.Repeat(rand.Text(), 1+size/26)[:size]
		good := middleware.NewToken(middleware.Claims{Expiry: now.Add(time.Hour)})
		v.good.Put(v.hasher.Sum(&v.domain, tokens[i]), newKept(good), now.Add(time.Hour))
	}
	b.Run("hash", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			v.hasher.Sum(&v.domain, tokens[i%1000])
		}
	})
	b.Run("hit", func(b *testing.B) {
		b.ReportAllocs()
		for i := 0; b.Loop(); i++ {
			if _, err := v.Validate(context.Background(), tokens[i%1000]); err != nil {
				b.Fatal(err)
			}
		}
	})
}
