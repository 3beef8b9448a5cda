package main

import (
	"fmt"

	"github.com/bearerguard/bearerguard/internal/bench/measure"
)

// coldPath compares checks of a token that is not in any cache with the bare check of its signature.
func (b *bench) coldPath() error {
	all := append(contenders(), inserting)
	ratios, memories := make([][]string, 1+len(all)), make([][]string, 1+len(all))
	ratios[0] = []string{"floor: the bare signature check"}
	memories[0] = []string{"floor"}
	for i, c := range all {
		ratios[i+1], memories[i+1] = []string{c.name}, []string{c.name}
	}
	for _, alg := range algorithms {
		raw := b.token(alg)
		functions, err := b.checksOf(alg, raw, all)
		if err != nil {
			return err
		}
		for i, c := range comparedWith(functions, b.size.rounds, b.size.checks) {
			ratios[i] = append(ratios[i], c.String())
			if i == 0 {
				ratios[i][len(ratios[i])-1] = measure.Short(c.Time)
			} else if all[i-1].name == uncached.name {
				b.ratios.cold[alg] = c.Ratio()
			}
			allocs, bytes := measure.Memory(10*b.size.checks, functions[i])
			memories[i] = append(memories[i], fmt.Sprintf("%d, %d", bytes, allocs))
		}
	}
	header := append([]string{""}, algorithms...)
	b.table(fmt.Sprintf("A token that was not seen before, × the bare check of its signature (medians of %d pairs of slices, quartiles)", b.size.rounds),
		header, ratios)
	b.table("The same: B/op, allocs/op", header, memories)
	return nil
}

// checksOf returns the bare check of a token, and then what each contender does with it.
func (b *bench) checksOf(alg, raw string, all []contender) ([]func(), error) {
	bare, err := bareCheck(b.world, alg, raw)
	if err != nil {
		return nil, err
	}
	functions := []func(){func() {
		if err := bare(); err != nil {
			panic(err)
		}
	}}
	for _, c := range all {
		v, err := c.ready(b.world, alg)
		if err != nil {
			return nil, err
		}
		tokens := []string{raw}
		if c.name == inserting.name {
			tokens = b.tokens(alg, newTokens)
		}
		functions = append(functions, accepting(v, tokens...))
	}
	return functions, nil
}

// Tokens in turn that are always more than the cache has room for: each is looked up, checked, and kept in the place of
// another one.
const (
	newTokens  = 128
	smallCache = 16
)

var inserting = contender{name: "bearerguard, token cache on, tokens new to it", setUp: oursWith(smallCache)}

// comparedWith compares functions with the first one by the clock.
func comparedWith(functions []func(), rounds, n int) []measure.Comparison {
	meters := make([]measure.Meter, len(functions))
	for i, f := range functions {
		meters[i] = measure.Wall(f)
	}
	return measure.Compare(rounds, n, meters[0], meters[1:]...)
}
