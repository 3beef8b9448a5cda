package measure

import "runtime"

// Memory returns what doing f once allocates, on all goroutines: whole allocations, rounded to the nearest, and bytes.
func Memory(n int, f func()) (allocs, bytes uint64) {
	f() // what is allocated once
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	for range n {
		f()
	}
	runtime.ReadMemStats(&after)
	count := uint64(n)
	return (after.Mallocs - before.Mallocs + count/2) / count, (after.TotalAlloc - before.TotalAlloc) / count
}

// Heap returns the bytes that are in use after a garbage collection.
func Heap() uint64 {
	// The second one frees what finalizers and pools held on to in the first.
	runtime.GC()
	runtime.GC()
	var now runtime.MemStats
	runtime.ReadMemStats(&now)
	return now.HeapAlloc
}
