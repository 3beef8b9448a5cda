package expiring

import "sync/atomic"

// recent holds entries of one shard that were used lately, where they are found
// without its lock: a lock that every request of one busy token has to take would
// make all cores wait for each other. It has one place for each key, so keys that
// share a place take it from each other; those without one are found in the LRU.
//
// It is read by anybody, and written only by who holds the shard's lock. So it
// never holds what the LRU has not.
type recent[V any] []spot[V] // a power of two

type spot[V any] struct {
	entry atomic.Pointer[entry[V]]
	used  atomic.Int64 // as in the LRU
}

// maxRecent bounds what a shard's recent takes up, at 16 bytes each.
const maxRecent = 512

// newRecent returns a recent for a shard with that much room.
func newRecent[V any](room int) recent[V] {
	n := 1
	for n < room && n < maxRecent {
		n *= 2
	}
	return make(recent[V], n)
}

// spot is the place of a key. The shard was chosen by the lowest byte.
func (r recent[V]) spot(first uint64) *spot[V] { return &r[int(first>>8)&(len(r)-1)] }

// find returns the entry of key if it is here, did not end and was found in the
// LRU not long ago: the order of use must not forget what is used most.
func (r recent[V]) find(key Key, first uint64, now moment) *entry[V] {
	s := r.spot(first)
	e := s.entry.Load()
	if e == nil || e.key != key || now.reached(e.until) || stale(s.used.Load(), now) {
		return nil
	}
	return e
}

// put gives e its place.
func (r recent[V]) put(first uint64, e *entry[V], used int64) {
	s := r.spot(first)
	s.entry.Store(e)
	s.used.Store(used)
}

// drop empties the place of e.
func (r recent[V]) drop(first uint64) { r.spot(first).entry.Store(nil) }
