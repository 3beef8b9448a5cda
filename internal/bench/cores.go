package main

import (
	"fmt"
	"sync"
	"time"

	"github.com/bearerguard/bearerguard/internal/bench/measure"
)

// cores compares how two goroutines speed cached tokens up with how they speed the keyed hash of the token up, which shares
// nothing between them.
func (b *bench) cores() error {
	v, err := newValidator(b.world, usualCache)
	if err != nil {
		return err
	}
	ours := func() validate {
		return func(raw string) error {
			_, err := v.Validate(b.ctx, raw)
			return err
		}
	}
	tokens := b.tokens("RS256", b.size.several)
	measure.Wall(accepting(ours(), tokens...))(2 * len(tokens))
	hash := newHash()
	floor := func() validate { return hash }
	var rows [][]string
	for _, inTurn := range [][]string{tokens[:1], tokens} {
		s := b.speedups(onGoroutines(floor, inTurn), onGoroutines(ours, inTurn))
		if len(inTurn) > 1 {
			b.ratios.scaling2 = s.relative
		}
		rows = append(rows, []string{fmt.Sprint(len(inTurn)), fmt.Sprintf("%.2f", s.floor), fmt.Sprintf("%.2f", s.ours), fmt.Sprintf("%.2f", s.relative)})
	}
	b.table(fmt.Sprintf("From one core to two: the speed-up of cached tokens (medians of %d rounds)", b.size.coarse),
		[]string{"tokens in turn", "keyed hash", "bearerguard", "÷"}, rows)
	return nil
}

// onGoroutines returns meters that validate tokens on one goroutine and on two. The two begin at different tokens where
// there are several, and meet at the only one where there is one.
func onGoroutines(newValidate func() validate, tokens []string) [2]measure.Meter {
	on := func(count int) measure.Meter {
		functions := make([]func(), count)
		for i := range functions {
			start := i * len(tokens) / count
			functions[i] = accepting(newValidate(), append(tokens[start:len(tokens):len(tokens)], tokens[:start]...)...)
		}
		return func(n int) time.Duration {
			var group sync.WaitGroup
			began := time.Now()
			for _, f := range functions {
				group.Go(func() { measure.Wall(f)(n / count) })
			}
			group.Wait()
			return time.Since(began)
		}
	}
	return [2]measure.Meter{on(1), on(2)}
}

// speedup is how many times as fast two goroutines are as one.
type speedup struct{ floor, ours, relative float64 }

// speedups lets all four take turns, so that the three ratios of a round are of one moment.
func (b *bench) speedups(floor, ours [2]measure.Meter) speedup {
	var ofFloor, ofOurs, relative []float64
	for round := range b.size.coarse {
		t := measure.TakeTurns(round%2 == 1, b.size.parallel, floor[0], floor[1], ours[0], ours[1])
		f, o := float64(t[0])/float64(t[1]), float64(t[2])/float64(t[3])
		ofFloor, ofOurs, relative = append(ofFloor, f), append(ofOurs, o), append(relative, o/f)
	}
	return speedup{measure.Median(ofFloor), measure.Median(ofOurs), measure.Median(relative)}
}
