package expiring

import (
	"encoding/binary"
	"fmt"
	"math/rand/v2"
	"sync"
	"testing"
	"time"
)

var start = time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)

func key(n int) (k Key) {
	binary.LittleEndian.PutUint32(k[:], uint32(n))
	return k
}

func TestMap(t *testing.T) {
	t.Parallel()
	const end = time.Minute
	tests := map[string]struct {
		age   time.Duration
		found bool
	}{
		"at once":             {0, true},
		"just before the end": {end - 1, true},
		"at the end":          {end, false},
		"after the end":       {end + 1, false},
		"long after":          {end + 1e6*time.Hour, false},
		"before it was put":   {-time.Hour, true}, // the caller's clock was set back
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := New[string](10)
			m.Put(key(1), "value", start.Add(end))
			got, found := m.Get(key(1), start.Add(test.age))
			if found != test.found || found && got != "value" || !found && got != "" {
				t.Errorf("Get = %q, %v, want found %v", got, found, test.found)
			}
			if left := m.Len(); (left == 1) != test.found {
				t.Errorf("%d entries are left; one that ended is removed when it is met", left)
			}
		})
	}
}

// A wall clock that was set back keeps nothing alive, and neither does a
// monotonic one that stood still.
func TestMapTwoClocks(t *testing.T) {
	t.Parallel()
	m := New[int](10)
	now := time.Now() // with a monotonic reading
	m.Put(key(1), 1, now.Add(time.Minute))
	m.Put(key(2), 2, now.Round(0).Add(time.Minute))
	for k := 1; k <= 2; k++ {
		if _, found := m.Get(key(k), now.Add(59*time.Second)); !found {
			t.Errorf("key %d is gone before its end", k)
		}
	}
	end := now.Add(time.Minute)
	for name, test := range map[string]struct {
		now  moment
		want bool
	}{
		"neither": {moment{99, 99}, false},
		"both":    {moment{100, 100}, true},
		"the monotonic clock, the other set back": {moment{1, 100}, true},
		"the wall clock, the other stood still":   {moment{100, 1}, true},
	} {
		if got := test.now.reached(moment{100, 100}); got != test.want {
			t.Errorf("%s: reached = %v", name, got)
		}
	}
	if _, found := m.Get(key(1), end.Round(0)); found {
		t.Error("the wall clock alone did not end it")
	}
}

// Keys that share the half they are found by are still two keys.
func TestMapHalves(t *testing.T) {
	t.Parallel()
	m := New[int](10)
	a, b := key(1), key(1)
	b[15] = 1
	m.Put(a, 1, start.Add(time.Hour))
	if _, found := m.Get(b, start); found {
		t.Error("found under another key")
	}
	m.Remove(b)
	if got, found := m.Get(a, start); !found || got != 1 {
		t.Error("removed by another key")
	}
	m.Put(b, 2, start.Add(time.Hour))
	if _, found := m.Get(a, start); found {
		t.Error("both are there")
	}
	if got, found := m.Get(b, start); !found || got != 2 {
		t.Error("the newer one is not there")
	}
}

func TestMapReplacesAndRemoves(t *testing.T) {
	t.Parallel()
	m, later := New[int](10), start.Add(time.Hour)
	m.Put(key(1), 1, start.Add(time.Second))
	m.Put(key(1), 2, later)
	if got, found := m.Get(key(1), start.Add(time.Minute)); !found || got != 2 {
		t.Errorf("Get = %d, %v, want the newer value", got, found)
	}
	m.Remove(key(1))
	m.Remove(key(2))
	if _, found := m.Get(key(1), start); found || m.Len() != 0 {
		t.Error("it is still there")
	}
}

// A flood never takes up more than the size, however small that is beside the
// number of shards.
func TestMapBound(t *testing.T) {
	t.Parallel()
	for _, size := range []int{1, 2, 15, 16, 17, 63, 64, 65, 100, 1000, 1023, 1024, 1025, 5000} {
		t.Run(fmt.Sprint(size), func(t *testing.T) {
			t.Parallel()
			m := New[int](size)
			room := 0
			for i := range m.shards {
				for k := range 4 * size { // into one shard, and then the next
					k := key(k<<8 | i)
					m.Put(k, 1, start.Add(time.Hour))
				}
				room = m.Len()
			}
			if room != size {
				t.Errorf("%d entries, want %d", room, size)
			}
			if n := len(m.shards); n&(n-1) != 0 || n > maxShards {
				t.Errorf("%d shards", n)
			}
		})
	}
}

// What is used stays; what is not goes first.
func TestMapForgetsTheUnused(t *testing.T) {
	t.Parallel()
	m := New[int](minShard)
	for i := range minShard {
		m.Put(key(i), i, start.Add(time.Hour))
	}
	m.Get(key(0), start)
	m.Put(key(minShard), 0, start.Add(time.Hour))
	if _, found := m.Get(key(0), start); !found {
		t.Error("the one that was used is gone")
	}
	if _, found := m.Get(key(1), start); found {
		t.Error("the one that was used least recently is still there")
	}
}

// The order of use is known to the second, forwards and backwards.
func TestMapOrderOfUse(t *testing.T) {
	t.Parallel()
	const late = 5 * time.Minute
	tests := map[string]struct {
		again time.Duration // when the first one is used again, after the second one
		last  int
	}{
		"at once": {late, 2}, "just before ten seconds": {late + 10*time.Second - 1000, 2},
		"after ten seconds": {late + 10*time.Second, 1}, "the clock was set back": {0, 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			m := New[int](minShard)
			m.Put(key(1), 1, start.Add(time.Hour))
			m.Put(key(2), 2, start.Add(time.Hour))
			m.Get(key(1), start.Add(late))
			m.Get(key(2), start.Add(late))
			m.Get(key(1), start.Add(test.again))
			for i := range minShard - 1 {
				m.Put(key(100+i), 0, start.Add(time.Hour))
			}
			for k := 1; k <= 2; k++ {
				if _, found := m.Get(key(k), start); found != (k == test.last) {
					t.Errorf("key %d: found = %v", k, found)
				}
			}
		})
	}
}

func TestMapOfNothing(t *testing.T) {
	t.Parallel()
	for _, size := range []int{0, -1, -1 << 62} {
		m := New[int](size)
		m.Put(key(1), 1, start.Add(time.Hour))
		m.Remove(key(1))
		if _, found := m.Get(key(1), start); found || m.Len() != 0 || m != nil {
			t.Errorf("size %d: something is kept", size)
		}
	}
}

func TestMapConcurrently(t *testing.T) {
	t.Parallel()
	m := New[int](500)
	var wg sync.WaitGroup
	for range 8 {
		wg.Go(func() {
			for range 2000 {
				n := rand.IntN(1000)
				switch rand.IntN(4) {
				case 0:
					m.Put(key(n), n, start.Add(time.Duration(n)))
				case 1:
					m.Remove(key(n))
				case 2:
					m.Len()
				default:
					if got, found := m.Get(key(n), start.Add(500)); found && (got != n || n <= 500) {
						t.Errorf("Get = %d for %d", got, n)
					}
				}
			}
		})
	}
	wg.Wait()
}

func TestMapGetAllocates(t *testing.T) {
	m := New[*int](1000)
	m.Put(key(1), new(int), start.Add(time.Hour))
	if n := testing.AllocsPerRun(1000, func() { m.Get(key(1), start) }); n != 0 {
		t.Errorf("%v allocations, want 0", n)
	}
}
