package introspection

import (
	"errors"
	"fmt"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/internal/bench/measure"
)

const (
	herdSize  = 100
	herdDelay = 20 * time.Millisecond // what each answer takes: a server that is near
)

// herd: many requests bring one new token at the same moment. Real time.
func herd(t *testing.T, size size) {
	var rows [][]string
	for _, c := range []contender{ours(0), zitadel, plainLoop} {
		as := newIssuer()
		as.Replace(authtest.EndpointIntrospection, authtest.Delay(herdDelay))
		f := c.setUp(t, as)
		var calls []int
		var times []time.Duration
		for range size.herds {
			before := as.Fetches(authtest.EndpointIntrospection)
			times = append(times, stampede(t, f, as.Opaque()))
			calls = append(calls, as.Fetches(authtest.EndpointIntrospection)-before)
		}
		if most := slices.Max(calls); c.name == bearerguard && most != 1 {
			t.Errorf("%d calls for one token, promised: 1", most)
		}
		rows = append(rows, []string{
			c.name, fmt.Sprint(slices.Max(calls)), milliseconds(measure.Median(times)), milliseconds(slices.Max(times)),
		})
	}
	table(fmt.Sprintf("%d requests at once with one new token, the answer takes %v (%d times)", herdSize, herdDelay, size.herds),
		[]string{"", "calls, at most", "until all are answered, median", "longest"}, rows)
}

// stampede returns how long it took until everybody had an answer, and that has to be a good one.
func stampede(t *testing.T, f ask, raw string) time.Duration {
	t.Helper()
	var group sync.WaitGroup
	gate, errs := make(chan struct{}), make([]error, herdSize)
	for i := range errs {
		group.Go(func() {
			<-gate
			errs[i] = f(raw)
		})
	}
	start := time.Now()
	close(gate)
	group.Wait()
	elapsed := time.Since(start)
	if err := errors.Join(errs...); err != nil {
		t.Fatal(err)
	}
	return elapsed
}

func milliseconds(d time.Duration) string {
	return fmt.Sprintf("%.1f ms", float64(d.Microseconds())/1000)
}
