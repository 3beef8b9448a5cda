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
	header := []string{""}
	for _, fault := range faults {
		header = append(header, fault.name)
	}
	var rows [][]string
	for _, c := range append([]contender{cached}, contenders()[1:]...) {
		v, err := c.ready(b.world, alg)
		if err != nil {
			return err
		}
		row := []string{c.name}
		for _, fault := range faults {
			row = append(row, b.rejection(refusing(v, fault.tokens...)))
		}
		rows = append(rows, row)
	}
	b.table(fmt.Sprintf("A token that is refused (RS256; medians of %d slices)", b.size.coarse), header, rows,
		"Fetches are of the key set, from an authorization server in memory: over a network each takes its milliseconds more.")
	return nil
}

// tooLong is what ends the measurement of a refusal that waits for something.
const tooLong = time.Second

// rejection tells what one refusal takes, and allocates, and how often it asks the authorization server.
func (b *bench) rejection(refuse func()) string {
	fetched := b.Fetches(authtest.EndpointJWKS)
	meter := measure.Wall(refuse)
	if took := meter(1); took > tooLong {
		return "waits " + measure.Short(took)
	}
	var taken []time.Duration
	for range b.size.coarse {
		taken = append(taken, meter(b.size.rejections)/time.Duration(b.size.rejections))
	}
	perRefusal := float64(b.Fetches(authtest.EndpointJWKS)-fetched) / float64(1+b.size.coarse*b.size.rejections)
	allocs, _ := measure.Memory(b.size.rejections, refuse)
	cell := fmt.Sprintf("%s, %d allocs", measure.Short(measure.Median(taken)), allocs)
	if perRefusal >= 0.5 {
		cell += fmt.Sprintf(", %.0f fetch", perRefusal)
	}
	return cell
}
