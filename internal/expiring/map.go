package expiring

import (
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
// where there are too many. It is split into shards, each with a lock of its own,
// which finding a value that was in use a moment ago does not take. Safe for
// concurrent use; a nil Map keeps nothing. Nothing runs in the background.
type Map[V any] struct {
	shards []shard[V] // a power of two
}

type shard[V any] struct {
	recent recent[V]
	mu     sync.Mutex // guards lru, and writing to recent
	lru    *simplelru.LRU[uint64, node[V]]
	_      [24]byte // fills a cache line, so that locks of neighbours do not share one
}

// node is what the LRU keeps under the first half of a key, which Go's maps find
// faster than all of it. Where two keys share that half, which is a matter of
// 2^-64, the newer one takes the place.
type node[V any] struct {
	entry *entry[V]
	used  int64 // when it was last moved to the front, microseconds since 1970; 0: when it was put
}

// entry never changes, so that it can be read without a lock.
type entry[V any] struct {
	key   Key
	until moment
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
const usedEvery = int64(10 * time.Second / time.Microsecond)

// stale tells whether an entry's place in the order of use is to be renewed,
// which it also is where the clock was set back.
func stale(used int64, now moment) bool {
	return now.wall-used >= usedEvery || now.wall < used
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
		m.shards[i].init(room)
	}
	return m
}

func (s *shard[V]) init(room int) {
	s.recent = newRecent[V](room)
	var err error
	s.lru, err = simplelru.NewLRU(room, func(first uint64, _ node[V]) { s.recent.drop(first) })
	if err != nil {
		panic(err) // room is positive
	}
}

// place returns where key belongs: a shard, and the half that it is kept under.
// The bits of a key are uniform to everybody who does not know the Hasher's secret.
func (m *Map[V]) place(key Key) (s *shard[V], first uint64) {
	first = key.first()
	return &m.shards[int(first&0xff)&(len(m.shards)-1)], first
}

// Get returns the value of key unless it ended. One that ended is removed.
func (m *Map[V]) Get(key Key, now time.Time) (value V, found bool) {
	if m == nil {
		return value, false
	}
	s, first := m.place(key)
	moment := at(now)
	e := s.recent.find(key, first, moment)
	if e == nil {
		if e = s.get(key, first, moment); e == nil {
			return value, false
		}
	}
	return e.value, true
}

// get looks the key up in the LRU.
func (s *shard[V]) get(key Key, first uint64, now moment) *entry[V] {
	s.mu.Lock()
	defer s.mu.Unlock()
	n, found := s.lru.Peek(first)
	if !found || n.entry.key != key {
		return nil
	}
	if now.reached(n.entry.until) {
		s.lru.Remove(first)
		return nil
	}
	if stale(n.used, now) {
		n.used = now.wall
		s.lru.Add(first, n)
	}
	s.recent.put(first, n.entry, n.used)
	return n.entry
}

// Put keeps value under key until that time, in place of what was there. Make
// until by adding to what the clock says, so that it has a monotonic reading;
// without one it may end too early where the clock was set.
func (m *Map[V]) Put(key Key, value V, until time.Time) {
	if m == nil {
		return
	}
	s, first := m.place(key)
	e := &entry[V]{key, at(until), value}
	s.mu.Lock()
	s.lru.Add(first, node[V]{entry: e})
	s.recent.drop(first) // what was there may be what was replaced
	s.mu.Unlock()
}

// Remove forgets key.
func (m *Map[V]) Remove(key Key) {
	if m == nil {
		return
	}
	s, first := m.place(key)
	s.mu.Lock()
	if n, found := s.lru.Peek(first); found && n.entry.key == key {
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
