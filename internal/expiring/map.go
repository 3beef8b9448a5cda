package expiring

import (
	"encoding/binary"
	"runtime"
	"sync"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
)

const (
	maxShards = 64 // a power of two, and what one byte of a Key can choose from

	// shardsPerCore keeps cores out of each other's way. More shards than that only
	// spread what a look-up touches over more memory.
	shardsPerCore = 8

	// minShard keeps shards so large that the chance which puts keys into one does
	// not fill it long before the others.
	minShard = 16
)

// Map keeps values until they end, and forgets the least recently used ones
// where there are too many. Its lock is taken on reads too (they change the
// order of use), so it is split into shards, each with a lock of its own. Safe
// for concurrent use; a nil Map keeps nothing. Nothing runs in the background.
type Map[V any] struct {
	shards []shard[V] // a power of two
}

type shard[V any] struct {
	mu  sync.Mutex // guards lru
	lru *simplelru.LRU[uint64, entry[V]]
	_   [48]byte // fills a cache line, so that locks of neighbours do not share one
}

// entry is kept under the first half of its key, which Go's maps find faster
// than all of it. Where two keys share that half, which is a matter of 2^-64, the
// newer one takes the place.
type entry[V any] struct {
	rest  uint64 // the other half
	until moment
	used  int64 // when it was last moved to the front, on the wall; 0: when it was put
	value V
}

// moment is a time by two clocks. The wall clock may be set back; the monotonic
// one stands still while a machine is suspended. An entry ends when either says
// so. Where a time has no monotonic reading, both come from the wall clock.
type moment struct {
	wall      int64         // microseconds since 1970
	monotonic time.Duration // since began
}

var began = time.Now()

func at(t time.Time) moment { return moment{t.UnixMicro(), t.Sub(began)} }

// reached tells whether now is at end or after it.
func (now moment) reached(end moment) bool {
	return now.wall >= end.wall || now.monotonic >= end.monotonic
}

// usedEvery is how exactly the order of use is known. Moving an entry to the
// front touches its neighbours too, which would cost as much as finding it.
const usedEvery = int64(time.Second / time.Microsecond)

// stale tells whether the entry's place in the order of use is to be renewed,
// which it also is where the clock was set back.
func (e *entry[V]) stale(now moment) bool {
	return now.wall-e.used >= usedEvery || now.wall < e.used
}

// New returns a Map of at most size values, or nil, which keeps none, where size
// is not positive.
func New[V any](size int) *Map[V] {
	if size <= 0 {
		return nil
	}
	shards := maxShards
	for shards > 1 && (size/shards < minShard || shards > shardsPerCore*runtime.GOMAXPROCS(0)) {
		shards /= 2
	}
	m := &Map[V]{shards: make([]shard[V], shards)}
	for i := range m.shards {
		room := size / shards
		if i < size%shards {
			room++
		}
		lru, err := simplelru.NewLRU[uint64, entry[V]](room, nil)
		if err != nil {
			panic(err) // room is positive
		}
		m.shards[i].lru = lru
	}
	return m
}

// place returns where key belongs: a shard and both halves. The bits of a key are
// uniform to everybody who does not know the Hasher's secret.
func (m *Map[V]) place(key Key) (s *shard[V], first, rest uint64) {
	first, rest = binary.LittleEndian.Uint64(key[:8]), binary.LittleEndian.Uint64(key[8:])
	return &m.shards[int(first&0xff)&(len(m.shards)-1)], first, rest
}

// Get returns the value of key unless it ended. One that ended is removed.
func (m *Map[V]) Get(key Key, now time.Time) (value V, found bool) {
	if m == nil {
		return value, false
	}
	s, first, rest := m.place(key)
	moment := at(now)
	s.mu.Lock()
	e, found := s.lru.Peek(first)
	switch {
	case !found || e.rest != rest:
		found = false
	case moment.reached(e.until):
		s.lru.Remove(first)
		found = false
	case e.stale(moment):
		e.used = moment.wall
		s.lru.Add(first, e)
	}
	s.mu.Unlock()
	if !found {
		return value, false
	}
	return e.value, true
}

// Put keeps value under key until that time, in place of what was there. Make
// until by adding to what the clock says, so that it has a monotonic reading;
// without one it may end too early where the clock was set.
func (m *Map[V]) Put(key Key, value V, until time.Time) {
	if m == nil {
		return
	}
	s, first, rest := m.place(key)
	s.mu.Lock()
	s.lru.Add(first, entry[V]{rest: rest, until: at(until), value: value})
	s.mu.Unlock()
}

// Remove forgets key.
func (m *Map[V]) Remove(key Key) {
	if m == nil {
		return
	}
	s, first, rest := m.place(key)
	s.mu.Lock()
	if e, found := s.lru.Peek(first); found && e.rest == rest {
		s.lru.Remove(first)
	}
	s.mu.Unlock()
}

// Len counts the values, with those that ended and were not met since.
func (m *Map[V]) Len() (n int) {
	if m == nil {
		return 0
	}
	for i := range m.shards {
		s := &m.shards[i]
		s.mu.Lock()
		n += s.lru.Len()
		s.mu.Unlock()
	}
	return n
}
