package main

import "time"

// What the library is configured with. All of these are public settings, as short as they may be.
const (
	fresh    = time.Second // of keys: the shortest life that jwks.KeysConfig allows
	timeout  = time.Second
	retryMin = 50 * time.Millisecond
	retryMax = 250 * time.Millisecond
	outage   = 3 * time.Second

	unknownEvery = time.Second
	unknownBurst = 2

	ttl        = 3 * time.Second // of answers about opaque tokens
	refusalTTL = ttl
	maxCalls   = 8
	maxEntries = 1000
)

// mostKeys is how many keys an issuer here publishes at most: two generations, and those that overlap; see inAdvance.
const mostKeys = (2 + 3) * 2

// probePause is how long package introspect asks nothing after failures in a row. It is no setting.
const probePause = 5 * time.Second

// How long our servers take for an answer while nothing is wrong: no call is faster, which bounds their number.
const (
	keyLatency           = 2 * time.Millisecond
	introspectionLatency = 20 * time.Millisecond
)

// slack is what the model grants to the machine, on top of what the library promises: scheduling, the network, the
// garbage collector.
const slack = 750 * time.Millisecond

// clockStep is how precise the comparison with exp is: package introspect reads its clock every 10 ms.
const clockStep = 50 * time.Millisecond

// promises are the library's numbers about one authorization server, slack included.
type promises struct {
	// settle is how soon a change at a server that answers must have been noticed: a new key, a withdrawn one, the end
	// of an outage.
	settle time.Duration

	// pause is how long nothing may be asked after a call that failed; see history.failed.
	pause time.Duration

	// survives is how far into an outage what was known before must serve, ends from when on it must not.
	survives, ends time.Duration

	// conclusive tells that a key which is not published is refused, never left open, while the server answers.
	conclusive bool
}

// reach is how long after a fault something may still be open because of it.
func (p promises) reach() time.Duration { return p.settle + p.pause }

// keyPromises: a fetch that was begun before a change may bring the old keys, which are then fresh once more; after
// failures there is a pause before the next fetch. Keys serve for the outage bound after their freshness, of which most
// may be over when the outage begins.
func keyPromises(conclusive bool) promises {
	return promises{
		settle:     timeout + fresh + retryMax + timeout + slack,
		survives:   outage - slack,
		ends:       timeout + fresh + outage + slack,
		conclusive: conclusive,
	}
}

// introspectionPromises: when the server answers again, a call that was begun before may still fail, and one more may
// be on its way. What survives an outage depends on when each token was asked about.
func introspectionPromises() promises {
	return promises{
		settle: timeout + timeout + slack, pause: probePause + slack,
		ends: timeout + ttl + slack, conclusive: true,
	}
}
