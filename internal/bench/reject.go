package main

import (
	"fmt"
	"strings"
	"time"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/internal/bench/measure"
)

// rejections measures refusals: they cost an attacker nothing, so they should cost us little, and the authorization server
// nothing.
func (b *bench) rejections() error {
	const alg = "RS256"
	faults := []struct {
		name   string
		tokens []string
	}{
		{"unknown kid", b.forged(alg, kids(64)...)},
		{"bad signature", b.forged(alg, b.Key(alg).ID())},
		{"expired", []string{b.expired(alg)}},
		{"8 KB of dots", []string{strings.Repeat(".", 8<<10)}},
	}
	all := append([]contender{cached}, contenders()[1:]...)
	header, rows := []string{""}, make([][]string, len(all))
	for i, c := range all {
		rows[i] = []string{c.name}
	}
	for _, fault := range faults {
		cells, err := b.refusals(alg, fault.tokens, all)
		if err != nil {
			return err
		}
		header = append(header, fault.name)
		for i, cell := range cells {
			rows[i] = append(rows[i], cell)
		}
	}
	b.table(fmt.Sprintf("A token that is refused, × what the first one takes (RS256; medians of %d pairs of slices)", b.size.coarse), header, rows,
		"Fetches are of the key set, from an authorization server in memory: over a network each takes its milliseconds more.")
	return nil
}

// tooLong is what ends the measurement of a refusal that waits for something.
const tooLong = time.Second

// refusals returns a cell for each contender: what a refusal takes, of the first one in time and of the others in times as
// long, what it allocates, and how often it asks the authorization server.
func (b *bench) refusals(alg string, tokens []string, all []contender) ([]string, error) {
	cells := make([]string, len(all))
	var functions []func()
	var of []int // whose functions these are
	for i, c := range all {
		v, err := c.ready(b.world, alg)
		if err != nil {
			return nil, err
		}
		refuse := refusing(v, tokens...)
		if took := measure.Wall(refuse)(1); took > tooLong {
			cells[i] = "waits " + measure.Short(took)
			continue
		}
		functions, of = append(functions, refuse), append(of, i)
	}
	for i, c := range comparedWith(functions, b.size.coarse, b.size.rejections) {
		cell := measure.Short(c.Time)
		if i > 0 {
			cell = times(c.Ratio())
		}
		fetched := b.Fetches(authtest.EndpointJWKS)
		allocs, _ := measure.Memory(b.size.rejections, functions[i])
		cell += fmt.Sprintf(", %d allocs", allocs)
		if perRefusal := float64(b.Fetches(authtest.EndpointJWKS)-fetched) / float64(b.size.rejections); perRefusal >= 0.5 {
			cell += fmt.Sprintf(", %.0f fetch", perRefusal)
		}
		cells[of[i]] = cell
	}
	return cells, nil
}

// times writes a ratio with three digits, or all those before the decimal point.
func times(ratio float64) string {
	if ratio < 100 {
		return fmt.Sprintf("%.3g ×", ratio)
	}
	return fmt.Sprintf("%.0f ×", ratio)
}
