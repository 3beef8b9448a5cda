package main

import (
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"

	"github.com/bearerguard/bearerguard/internal/bench/measure"
)

// memory measures what a cached token costs. The tokens are signed with EdDSA, because making 100 000 of them with RSA takes
// minutes; neither the signature nor the text of the token is kept.
func (b *bench) memory() error {
	const alg = "EdDSA"
	n := b.size.remembered
	v, err := newValidator(b.world, 2*n) // room enough for shards that chance fills more than others
	if err != nil {
		return err
	}
	// The pools and the keys are filled by a token that is not counted.
	if _, err := v.Validate(b.ctx, b.token(alg)); err != nil {
		return err
	}
	before, text := measure.Heap(), 0
	for range n {
		raw := b.token(alg)
		text += claimsSize(raw)
		if _, err := v.Validate(b.ctx, raw); err != nil {
			return err
		}
	}
	total := (float64(measure.Heap()) - float64(before)) / float64(n)
	runtime.KeepAlive(v)
	claims := float64(text) / float64(n)
	b.ratios.bytesOverClaims = total - claims
	b.table(fmt.Sprintf("Memory for a cached token, with %d of them", n),
		[]string{"", "bytes"}, [][]string{
			{"all of it", fmt.Sprintf("%.0f", total)},
			{"the text of its claims, which handlers can ask for", fmt.Sprintf("%.0f", claims)},
			{"beyond that", fmt.Sprintf("%.0f", total-claims)},
		})
	return nil
}

// claimsSize is the length of a token's payload, in bytes.
func claimsSize(raw string) int {
	parts := strings.Split(raw, ".")
	return base64.RawURLEncoding.DecodedLen(len(parts[1]))
}
