package main

import (
	"fmt"
	"slices"
	"time"

	"github.com/bearerguard/bearerguard/internal/bench/measure"
	"github.com/bearerguard/bearerguard/internal/expiring"
	"github.com/bearerguard/bearerguard/jwks"
)

// cachedTokens compares checks of tokens that were seen before with the keyed hash of the token, which is what it is looked
// up by. None of the peers keeps decisions.
func (b *bench) cachedTokens() error {
	peers := slices.DeleteFunc(contenders(), func(c contender) bool { return c.modules == nil })
	rows := [][]string{{"floor: the keyed hash of the token"}, {cached.name}}
	for _, c := range peers {
		rows = append(rows, []string{c.name})
	}
	tokens := b.tokens("RS256", b.size.several)
	var rare string
	for _, inTurn := range [][]string{tokens[:1], tokens} {
		ours, err := b.hits(inTurn, b.size.rounds, b.size.hits, 1, cached)
		if err != nil {
			return err
		}
		theirs, err := b.hits(inTurn, b.size.coarse, b.size.checks, 100, peers...)
		if err != nil {
			return err
		}
		if len(inTurn) > 1 {
			seldom, err := b.hits(inTurn, b.size.rounds, b.size.hits, 1, b.paced(len(inTurn)))
			if err != nil {
				return err
			}
			rare = seldom[1].String()
		}
		if len(inTurn) == 1 {
			b.ratios.hit1 = ours[1].Ratio()
		} else {
			b.ratios.hit1000, b.ratios.hitAllocs = ours[1].Ratio(), ours[1].allocs
		}
		for i, r := range append(ours, theirs[1:]...) {
			rows[i] = append(rows[i], measure.Short(r.Time), r.String(), fmt.Sprint(r.allocs))
		}
	}
	b.table(fmt.Sprintf("A token that was seen before (%d bytes, RS256), × its keyed hash (medians of pairs of slices, quartiles)", tokenSize),
		[]string{"", "1 token", "ratio", "allocs/op", fmt.Sprintf("%d tokens in turn", b.size.several), "ratio", "allocs/op"}, rows,
		"The keyed hash is the cache's own, the copying of the token into its buffer included.",
		fmt.Sprintf("Where each of the %d tokens comes once in %v, and not all the time, bearerguard takes × %s.", b.size.several, pace, rare))
	return nil
}

// pace is so slow that the order of use is renewed at each look-up, which takes a lock.
const pace = 11 * time.Second

// paced is ours with a clock on which each of n tokens in turn is used once in a pace.
func (b *bench) paced(n int) contender {
	return contender{name: cached.name, setUp: func(w *world, _ string) (validate, error) {
		clock, uses := new(expiring.Clock), 0
		v, err := jwks.Config{Client: w.Client(), Now: func() time.Time {
			uses++
			return clock.Now().Add(pace / time.Duration(n) * time.Duration(uses) % time.Hour) // the tokens live longer
		}}.New(w.issuer())
		if err != nil {
			return nil, err
		}
		return func(raw string) error {
			_, err := v.Validate(w.ctx, raw)
			return err
		}, nil
	}}
}

// hit is a comparison, with what one of them allocates.
type hit struct {
	measure.Comparison
	allocs uint64
}

// hits returns what the hash of a token costs, and then what each contender makes of tokens that it met twice already. A
// slice has that many hashes for each validation: hashes alone would be over before the clock can tell.
func (b *bench) hits(tokens []string, rounds, n, hashes int, all ...contender) ([]hit, error) {
	hash := accepting(newHash(), tokens...)
	functions := []func(){hash}
	meters := []measure.Meter{func(n int) time.Duration { return measure.Wall(hash)(n*hashes) / time.Duration(hashes) }}
	for _, c := range all {
		v, err := c.ready(b.world, "RS256")
		if err != nil {
			return nil, err
		}
		f := accepting(v, tokens...)
		if c.name == cached.name {
			measure.Wall(f)(2 * len(tokens))
		}
		functions, meters = append(functions, f), append(meters, measure.Wall(f))
	}
	var results []hit
	for i, c := range measure.Compare(rounds, n, meters[0], meters[1:]...) {
		allocs, _ := measure.Memory(n, functions[i])
		results = append(results, hit{c, allocs})
	}
	return results, nil
}

// newHash returns the keyed hash by which tokens are looked up, in the clothes of a contender.
func newHash() validate {
	hasher, domain := expiring.NewHasher(), expiring.NewDomain("issuer")
	return func(raw string) error {
		hasher.Sum(&domain, raw)
		return nil
	}
}
