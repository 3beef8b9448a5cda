package main

import (
	"fmt"
	"net/http"
	"time"

	"github.com/bearerguard/bearerguard/internal/bench/measure"
)

// adapters measures whole requests without a network: what a guard adds to the handler, and to the router where it is one
// of Echo's. A fixed token leaves out what its check costs, and the look at its characters unless the line says so.
func (b *bench) adapters() error {
	raw := b.token("RS256")
	all, err := guardedHandlers(raw)
	if err != nil {
		return err
	}
	var rows [][]string
	for _, g := range all {
		o, err := b.overhead(g, raw)
		if err != nil {
			return err
		}
		if g.name == httpguardCached.name {
			b.ratios.httpAllocs = o.allocs
		}
		rows = append(rows, []string{g.name, measure.Short(o.bare), measure.Short(o.added), fmt.Sprint(o.bytes), fmt.Sprint(o.allocs)})
	}
	b.table(fmt.Sprintf("A request without a network, one RS256 token (medians of %d slices)", b.size.coarse),
		[]string{"", "bare handler", "above it", "B/op above it", "allocs/op above it"}, rows)
	return nil
}

// guardedHandlers are set up for RS256; where they have a fixed token, it is raw.
func guardedHandlers(raw string) ([]guarded, error) {
	forOne, plain, err := fixedGuards(raw)
	if err != nil {
		return nil, err
	}
	fixed := func(h http.Handler) func(*world, string) (http.Handler, error) {
		return func(*world, string) (http.Handler, error) { return h, nil }
	}
	return []guarded{
		{name: "bearerguard httpguard, fixed token", setUp: fixed(underHTTPGuard(forOne))},
		{name: "bearerguard httpguard, fixed token, characters left to the guard", setUp: fixed(underHTTPGuard(plain))},
		httpguardCached, httpguardUncached,
		{name: "bearerguard echoguard, fixed token", onEcho: true, setUp: fixed(underEchoGuard(forOne))},
		echoguardCached, echoguardUncached,
		echoJWT, mcp, auth0Middleware,
	}, nil
}

// overhead is what a guarded handler takes above the bare one.
type overhead struct {
	bare, added   time.Duration
	bytes, allocs int64
}

func (b *bench) overhead(g guarded, raw string) (o overhead, err error) {
	h, err := g.setUp(b.world, "RS256")
	if err != nil {
		return o, err
	}
	bare, whole := accepting(asking(g.bare()), raw), accepting(asking(h), raw)
	c := comparedWith([]func(){bare, whole}, b.size.coarse, b.size.handled)
	ofBare, bytesOfBare := measure.Memory(b.size.handled, bare)
	allocs, bytes := measure.Memory(b.size.handled, whole)
	return overhead{c[0].Time, c[1].Time - c[0].Time, int64(bytes) - int64(bytesOfBare), int64(allocs) - int64(ofBare)}, nil
}
