package main

import (
	"context"
	"fmt"
	"runtime"
	"runtime/pprof"
	"slices"
	"strings"
	"time"
)

// vitals are samples of the process, taken while the load goes on.
type vitals struct {
	heap       []uint64 // bytes in use right after a collection
	goroutines int      // the most that were seen
	contents            // likewise, each for itself
}

// contents is how much the validators say that they remember.
type contents struct {
	good, refused int // answers about opaque tokens
	keys          int // of the issuer that has more of them
}

// samples is how many samples of the heap there are in a soak.
const samples = 24

// watch samples until ctx ends.
func (v *vitals) watch(ctx context.Context, length time.Duration, remembered func() contents) {
	for pause(ctx, length/samples) {
		v.goroutines = max(v.goroutines, runtime.NumGoroutine())
		v.heap = append(v.heap, heapInUse())
		v.contents = v.most(remembered())
	}
}

func (c contents) most(d contents) contents {
	return contents{max(c.good, d.good), max(c.refused, d.refused), max(c.keys, d.keys)}
}

// heapInUse collects twice, because what a finalizer or a sync.Pool holds outlives one collection.
func heapInUse() uint64 {
	runtime.GC()
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// mayGrow is how much the heap may grow from the second quarter of a soak to the last one: the soak's own books, and
// what the servers here remember of each token, grow by some 12 KiB a second.
func mayGrow(length time.Duration) uint64 {
	return 4<<20 + uint64(length.Seconds()*10)<<10
}

// quarter is the median of the samples in one quarter, from 0 to 3. The first one is for warming up: caches fill.
func quarter(heap []uint64, n int) uint64 {
	part := slices.Clone(heap[len(heap)*n/4 : len(heap)*(n+1)/4])
	if len(part) == 0 {
		return 0
	}
	slices.Sort(part)
	return part[len(part)/2]
}

// heapLeak says that the heap grows, or "".
func heapLeak(heap []uint64, length time.Duration) string {
	early, late := quarter(heap, 1), quarter(heap, 3)
	if late > early+mayGrow(length) {
		return fmt.Sprintf("the heap grew from %d to %d KiB from the second to the last quarter, which is more than %d KiB",
			early>>10, late>>10, mayGrow(length)>>10)
	}
	return ""
}

// goroutineLeak waits until there are no more goroutines than before, and says which are left after a time, or "".
func goroutineLeak(before int, wait time.Duration) string {
	for end := time.Now().Add(wait); ; time.Sleep(10 * time.Millisecond) {
		left := runtime.NumGoroutine()
		if left <= before {
			return ""
		}
		if time.Now().After(end) {
			var stacks strings.Builder
			_ = pprof.Lookup("goroutine").WriteTo(&stacks, 1) // a strings.Builder does not fail
			return fmt.Sprintf("%d goroutines, %d before the soak:\n%s", left, before, stacks.String())
		}
	}
}
