package main

import (
	"fmt"
	"time"
)

// A result is what a soak shows of the library.
type result string

const (
	clean        result = "clean"
	wrong        result = "wrong"        // a violation stands, whatever stalled
	inconclusive result = "inconclusive" // none stands, but too much was excused
)

// exit is the status of the process. 2 is for a soak that could not begin.
func (r result) exit() int {
	switch r {
	case clean:
		return 0
	case wrong:
		return 1
	}
	return 3
}

func (r *report) result() result {
	switch {
	case r.wrong > 0:
		return wrong
	case r.doubt() != "":
		return inconclusive
	}
	return clean
}

// doubt says why the excuses are too many to be believed, or "". Stalls that excuse nothing, however long, leave a soak
// as good as it was: every verdict was right all the same.
func (r *report) doubt() string {
	n, _ := r.verdicts()
	switch {
	case r.excused > 0 && r.excused*100 > n:
		return fmt.Sprintf("%d of %d verdicts needed a stall as an excuse, which is more than 1 %%", r.excused, n)
	case r.excused > 0 && r.stalled > r.length/10:
		return fmt.Sprintf("%d violations have an excuse, but stalls took %v of %v, which is more than a tenth", r.excused, r.stalled.Round(time.Millisecond), r.length)
	}
	return ""
}
