package expiring

import (
	"sync"
	"testing"
	"time"
)

// What is found without a lock is found exactly where the LRU has it too.
func TestRecentFollows(t *testing.T) {
	t.Parallel()
	later := start.Add(time.Hour)
	neighbour := key(1) // shares the shard, the place and half of the key
	neighbour[15] = 1
	tests := map[string]struct {
		then  func(*Map[int])
		want  int
		found bool
	}{
		"nothing":          {func(*Map[int]) {}, 1, true},
		"removed":          {func(m *Map[int]) { m.Remove(key(1)) }, 0, false},
		"another removed":  {func(m *Map[int]) { m.Remove(key(2)) }, 1, true},
		"replaced":         {func(m *Map[int]) { m.Put(key(1), 7, later) }, 7, true},
		"displaced":        {func(m *Map[int]) { m.Put(neighbour, 7, later) }, 0, false},
		"replaced, ended":  {func(m *Map[int]) { m.Put(key(1), 7, start) }, 0, false},
		"removed, renewed": {func(m *Map[int]) { m.Remove(key(1)); m.Put(key(1), 7, later) }, 7, true},
		"forgotten": {func(m *Map[int]) {
			for i := range 100 * minShard {
				m.Put(key(10+i), i, later)
			}
		}, 0, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := New[int](minShard)
			m.Put(key(1), 1, later)
			m.Get(key(1), start)
			if s, first := m.place(key(1)); s.recent.find(key(1), first, at(start)) == nil {
				t.Fatal("it is still not found without the lock")
			}
			test.then(m)
			if got, found := m.Get(key(1), start); found != test.found || got != test.want {
				t.Errorf("Get = %d, %v, want %d, %v", got, found, test.want, test.found)
			}
		})
	}
}

// An entry ends at its time, and its place in the order of use is renewed,
// wherever it is found.
func TestRecentFind(t *testing.T) {
	t.Parallel()
	const second = int64(time.Second / time.Microsecond)
	r := newRecent[int](minShard)
	e := &entry[int]{key: key(1), until: moment{100 * second, time.Hour}, value: 1}
	first := key(1).first()
	r.put(first, e, 50*second)
	other := key(1)
	other[15] = 1
	tests := map[string]struct {
		key   Key
		now   moment
		found bool
	}{
		"at once":                    {key(1), moment{50 * second, 0}, true},
		"within ten seconds":         {key(1), moment{60*second - 1, 0}, true},
		"after ten seconds":          {key(1), moment{60 * second, 0}, false},
		"the clock was set back":     {key(1), moment{50*second - 1, 0}, false},
		"ended, the wall clock":      {key(1), moment{100 * second, 0}, false},
		"ended, the monotonic clock": {key(1), moment{50 * second, time.Hour}, false},
		"another key of its place":   {other, moment{50 * second, 0}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			if got := r.find(test.key, first, test.now); (got != nil) != test.found {
				t.Errorf("find = %v, want found %v", got, test.found)
			}
		})
	}
	r.drop(first)
	if r.find(key(1), first, moment{50 * second, 0}) != nil {
		t.Error("it was dropped and is still there")
	}
}

// Keys that share a place are all found, the latest two of them without the lock.
func TestRecentShared(t *testing.T) {
	t.Parallel()
	m := New[int](minShard)
	const apart = 1 << 20 // in the bits that choose no place
	for i := range 3 {
		m.Put(key(1+i*apart), i, start.Add(time.Hour))
	}
	for range 3 {
		for i := range 3 {
			if got, found := m.Get(key(1+i*apart), start); !found || got != i {
				t.Errorf("Get = %d, %v, want %d", got, found, i)
			}
		}
	}
	for i, want := range []bool{false, true, true} {
		s, first := m.place(key(1 + i*apart))
		if got := s.recent.find(key(1+i*apart), first, at(start)) != nil; got != want {
			t.Errorf("%d found without the lock: %t, want %t", i, got, want)
		}
	}
}

// A place has no more than one entry of a key: what was replaced is found by
// nobody, also when what replaced it ended or was removed.
func TestRecentReplaces(t *testing.T) {
	t.Parallel()
	first, neighbour := key(1).first(), key(1+1<<20)
	until := func(wall int64) *entry[int] {
		return &entry[int]{key: key(1), until: moment{wall, time.Hour}, value: int(wall)}
	}
	for name, between := range map[string]func(recent[int]){
		"at once":           func(recent[int]) {},
		"from second place": func(r recent[int]) { r.put(neighbour.first(), &entry[int]{key: neighbour}, 0) },
	} {
		for what, then := range map[string]func(recent[int]){
			"ended":   func(recent[int]) {},
			"dropped": func(r recent[int]) { r.drop(first) },
		} {
			t.Run(name+", "+what, func(t *testing.T) {
				r := newRecent[int](minShard)
				r.put(first, until(100), 0)
				between(r)
				r.put(first, until(10), 0)
				if p := r.place(first); p[1].entry.Load() != nil && p[1].entry.Load().key == key(1) {
					t.Error("it is there twice")
				}
				then(r)
				if e := r.find(key(1), first, moment{50, 0}); e != nil {
					t.Errorf("found the entry until %d", e.value)
				}
			})
		}
	}
}

func TestRecentSize(t *testing.T) {
	t.Parallel()
	for room, want := range map[int]int{1: 1, 2: 1, 3: 2, 16: 8, 100: 64, 2 * maxPlaces: maxPlaces, 2*maxPlaces + 1: maxPlaces, 1 << 30: maxPlaces} {
		if got := len(newRecent[int](room)); got != want {
			t.Errorf("%d places for a shard of %d, want %d", got, room, want)
		}
	}
}

// What was removed is found by nobody, even while others were finding it.
func TestRecentRemoveIsFinal(t *testing.T) {
	t.Parallel()
	m := New[int](minShard)
	stop := make(chan struct{})
	var wg sync.WaitGroup
	for range 2 {
		wg.Go(func() {
			for {
				select {
				case <-stop:
					return
				default:
					m.Get(key(1), start)
				}
			}
		})
	}
	for i := range 5000 {
		m.Put(key(1), i, start.Add(time.Hour))
		m.Get(key(1), start)
		m.Remove(key(1))
		if _, found := m.Get(key(1), start); found {
			t.Error("found after it was removed")
			break
		}
	}
	close(stop)
	wg.Wait()
}
