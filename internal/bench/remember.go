package main

import (
	"encoding/base64"
	"fmt"
	"runtime"
	"strings"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/internal/bench/measure"
)

// memory measures what a cached token costs. The tokens are signed with EdDSA, because making 100 000 of them with RSA takes
// minutes; neither the signature nor the text of the token is kept.
func (b *bench) memory() error {
	const alg = "EdDSA"
	usual, claims, err := b.kept(b.size.remembered, func() string { return b.token(alg) })
	if err != nil {
		return err
	}
	longest, text, err := b.kept(b.size.several, func() string { return b.mint(alg, authtest.Claims{"aud": b.manyAudiences()}) })
	if err != nil {
		return err
	}
	b.ratios.bytesOverClaims = usual - claims
	b.table(fmt.Sprintf("Memory for a cached token, with %d of them", b.size.remembered),
		[]string{"", "bytes"}, [][]string{
			{"all of it", fmt.Sprintf("%.0f", usual)},
			{"the text of its claims, which handlers can ask for", fmt.Sprintf("%.0f", claims)},
			{"beyond that", fmt.Sprintf("%.0f", usual-claims)},
			{fmt.Sprintf("all of one whose claims, of %.0f bytes, are written to take as much as they can", text), fmt.Sprintf("%.0f", longest)},
		})
	return nil
}

// kept returns how many bytes are in use for each of n tokens that are remembered, and how many their claims have.
func (b *bench) kept(n int, token func() string) (total, claims float64, err error) {
	v, err := newValidator(b.world, 2*n) // room enough for shards that chance fills more than others
	if err != nil {
		return 0, 0, err
	}
	text := 0
	for range n {
		raw := token()
		text += claimsSize(raw)
		if _, err := v.Validate(b.ctx, raw); err != nil {
			return 0, 0, err
		}
	}
	// What is in use without the validator is read afterwards: before, there was what earlier parts had left behind.
	with := measure.Heap()
	runtime.KeepAlive(v)
	v = nil
	return (float64(with) - float64(measure.Heap())) / float64(n), float64(text) / float64(n), nil
}

// manyAudiences are as many as the longest token has room for.
func (b *bench) manyAudiences() []string {
	return append([]string{b.Audience()}, make([]string, 3800)...)
}

// claimsSize is the length of a token's payload, in bytes.
func claimsSize(raw string) int {
	parts := strings.Split(raw, ".")
	return base64.RawURLEncoding.DecodedLen(len(parts[1]))
}
