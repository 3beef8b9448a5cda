package main

// size is how much of everything a run does.
type size struct {
	rounds int // of slices, where a promise hangs on the ratio
	coarse int // of slices elsewhere

	checks     int // cold checks in a slice
	hits       int // cached validations in a slice
	rejections int // refused tokens in a slice
	handled    int // requests in a slice, without a network
	requests   int // requests in a slice over the loopback interface
	calls      int // gRPC calls in a slice
	several    int // cached tokens in turn, beside one
	parallel   int // cached validations in a slice of the comparison of cores

	remembered int // tokens in the measurement of memory
}

var (
	whole = size{rounds: 120, coarse: 30, checks: 50, hits: 5000, rejections: 50, handled: 2000, requests: 2000, calls: 200,
		several: 1000, parallel: 100_000, remembered: 100_000}
	brief = size{rounds: 3, coarse: 2, checks: 20, hits: 500, rejections: 5, handled: 100, requests: 100, calls: 20,
		several: 1000, parallel: 2000, remembered: 2000}
)
