package main

import (
	"fmt"
	"strings"
)

// ratios is what the promises of this library are about. String is the last line of the output.
type ratios struct {
	cold map[string]float64 // by algorithm: a check without the token cache ÷ the bare check of its signature

	hit1, hit1000   float64 // a cached token, 1 and 1000 in turn ÷ the keyed hash of the token
	hitAllocs       uint64  // of one hit, with 1000 tokens in turn
	bytesOverClaims float64 // what a cached token costs beyond the text of its claims
	scaling2        float64 // speed-up from one core to two with 1000 tokens ÷ that of the keyed hash alone
	httpAllocs      int64   // of httpguard with a cached token, above the bare handler's
	loopbackCPU     float64 // time on processors for a request with a cached token ÷ the bare handler's
}

func (r ratios) String() string {
	var b strings.Builder
	b.WriteString("ratios cold")
	for _, alg := range algorithms {
		fmt.Fprintf(&b, " %s=%.2f", alg, r.cold[alg])
	}
	fmt.Fprintf(&b, " hit1=%.2f hit1000=%.2f hit_allocs=%d bytes_over_claims=%.0f scaling2=%.2f http_allocs=%d loopback_cpu=%.2f",
		r.hit1, r.hit1000, r.hitAllocs, r.bytesOverClaims, r.scaling2, r.httpAllocs, r.loopbackCPU)
	return b.String()
}
