package expiring

import "sync/atomic"

// recent holds entries of one shard that were used lately, where they are found
// without its lock: a lock that every request of one busy token has to take would
// make all cores wait for each other. Of the keys that share a place two are here,
// so that a cache which is not full has nearly all of its keys here; the others are
// found in the LRU.
//
// It is read by anybody, and written only by who holds the shard's lock. So it
// never holds what the LRU has not.
type recent[V any] []place[V] // a power of two

// place is half of a cache line, the latest entry first.
type place[V any] [2]spot[V]

type spot[V any] struct {
	entry atomic.Pointer[entry[V]]
	used  atomic.Int64 // as in the LRU
}

// maxPlaces bounds what a shard's recent takes up, at 32 bytes each.
const maxPlaces = 512

// newRecent returns a recent for a shard with that much room.
func newRecent[V any](room int) recent[V] {
	n := 1
	for 2*n < room && n < maxPlaces {
		n *= 2
	}
	return make(recent[V], n)
}

// place is that of a key. The shard was chosen by the lowest byte.
func (r recent[V]) place(first uint64) *place[V] { return &r[int(first>>8)&(len(r)-1)] }

// find returns the entry of key if it is here, did not end and was found in the
// LRU not long ago: the order of use must not forget what is used most.
func (r recent[V]) find(key Key, first uint64, now moment) *entry[V] {
	p := r.place(first)
	for i := range p {
		e := p[i].entry.Load()
		if e == nil || e.key != key {
			continue
		}
		if now.reached(e.until) || stale(p[i].used.Load(), now) {
			return nil
		}
		return e
	}
	return nil
}

// put gives e the first spot of its place, and the second one to who had the
// first.
func (r recent[V]) put(first uint64, e *entry[V], used int64) {
	r.drop(first)
	p := r.place(first)
	p[1].used.Store(p[0].used.Load())
	p[1].entry.Store(p[0].entry.Load())
	p[0].used.Store(used)
	p[0].entry.Store(e)
}

// drop empties the spot of what the LRU has under first.
func (r recent[V]) drop(first uint64) {
	p := r.place(first)
	for i := range p {
		if e := p[i].entry.Load(); e != nil && e.key.first() == first {
			p[i].entry.Store(nil)
		}
	}
}
