package main

import (
	"context"
	"math/rand/v2"
	"sync"
	"time"
)

// endure runs everything at once for the length of the plan.
func (s *soak) endure() {
	ctx, cancel := context.WithTimeout(context.Background(), s.length)
	defer cancel()
	var wg sync.WaitGroup
	defer wg.Wait()
	stream := uint64(0)
	each := func(f func(r *rand.Rand)) { // with choices of its own
		stream++
		r := rand.New(rand.NewPCG(s.seed, stream))
		wg.Go(func() { f(r) })
	}
	bad := &corpus{about: s.well, asked: s.asked}
	bad.renew()
	s.stockUp(ctx, each)
	wg.Go(func() { s.watch(ctx, s.length, s.remembered) })
	wg.Go(func() { s.canary.sing(ctx) })
	wg.Go(func() { s.keys.Run(ctx) }) // those of the sick issuer are kept by its traffic alone
	wg.Go(func() { bad.keepNew(ctx) })
	each(func(r *rand.Rand) { s.inAdvance(ctx, s.well, r) })
	each(func(r *rand.Rand) { s.atOnce(ctx, s.sick, r) })
	each(func(r *rand.Rand) { suffer(ctx, s.sick, r, keyPhases, ofKeys, 200*time.Millisecond) })
	each(func(r *rand.Rand) { suffer(ctx, s.asked, r, introspectionPhases, ofIntrospection, 60*time.Millisecond) })
	each(func(r *rand.Rand) { s.revoke(ctx, r) })
	for _, k := range s.kinds(bad) {
		s.expect(k.name)
		for range k.count {
			each(func(r *rand.Rand) { k.work(ctx, s.caller, r, s.take) })
		}
	}
}

// stockUp makes tokens before the clients begin, and goes on making them.
func (s *soak) stockUp(ctx context.Context, each func(func(*rand.Rand))) {
	first := rand.New(rand.NewPCG(s.seed, 0))
	begin := func(to *stock, make func(*rand.Rand) *credential) {
		for range young {
			to.add(make(first))
		}
		each(func(r *rand.Rand) {
			for pause(ctx, 100*time.Millisecond) {
				to.add(make(r))
			}
		})
	}
	well, sick, opaque := &mint{authority: s.well}, &mint{authority: s.sick}, &mint{authority: s.asked}
	begin(s.wellTokens, well.jwt)
	begin(s.sickTokens, sick.jwt)
	begin(s.opaqueTokens, opaque.opaque)
}

// revoke takes back opaque tokens that are in use.
func (s *soak) revoke(ctx context.Context, r *rand.Rand) {
	for pause(ctx, between(r, 200*time.Millisecond, 500*time.Millisecond)) {
		c := s.opaqueTokens.pick(r, young)
		c.truth.(*opaque).revoke(s.now())
		s.asked.issuer.Revoke(c.text)
		s.revoked.Add(1)
	}
}

// kinds are all clients.
func (s *soak) kinds(bad *corpus) []kind {
	use := func(from *stock, n int) func(*rand.Rand) *credential {
		return func(r *rand.Rand) *credential { return from.pick(r, n) }
	}
	old := []*stock{s.wellTokens, s.sickTokens, s.opaqueTokens}
	const ms = time.Millisecond
	return []kind{
		{"JWTs of the well issuer", 4, 5 * ms, true, use(s.wellTokens, young)},
		{"JWTs of the sick issuer", 4, 5 * ms, true, use(s.sickTokens, young)},
		{"opaque tokens", 4, 5 * ms, true, use(s.opaqueTokens, young)},
		{"old tokens of all three", 4, 10 * ms, false, func(r *rand.Rand) *credential {
			return old[r.IntN(len(old))].pick(r, len(s.wellTokens.ring))
		}},
		{"flood: random kids, well issuer", 1, 5 * ms, false, randomKids(s.well)},
		{"flood: random kids, sick issuer", 1, 20 * ms, false, randomKids(s.sick)},
		{"flood: random opaque tokens", 2 * maxCalls, 10 * ms, false, randomOpaque(s.asked)},
		{"flood: garbage", 2, 5 * ms, false, garbage(s.asked)},
		{"flood: malformed credentials", 1, 5 * ms, false, malformed},
		{"flood: next kids, well issuer", 1, 20 * ms, false, guessedKids(s.well)},
		{"flood: next kids, sick issuer", 1, 5 * ms, false, guessedKids(s.sick)},
		{"well issuer, key of the sick", 1, 20 * ms, false, impostors(s.well, s.sick)},
		{"sick issuer, key of the well", 1, 20 * ms, false, impostors(s.sick, s.well)},
		{"bad tokens of authtest", 2, 10 * ms, false, bad.next},
		{"no token", 1, 20 * ms, false, anonymous},
	}
}
