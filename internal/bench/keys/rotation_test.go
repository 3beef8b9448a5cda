package keys

import (
	"sync"
	"sync/atomic"
	"testing"
	"time"
)

// rotation: eight workers, each sending a token every millisecond or so. At the half, a new key is published beside the
// old one, and from then on every other token is signed by it. All tokens are good all the time. Real time.
func rotation(t *testing.T, e *experiment) {
	var rows [][]string
	for _, c := range e.contenders {
		o := rotateUnderLoad(t, c, e.size)
		rows = append(rows, []string{
			c.name(), number(o.Good), wrongAnswers(c, o), number(o.Fetches), short(o.P50), short(o.P99), short(o.Max),
		})
		expect(t, c, o.wrong() == 0 && o.Fetches == 1, "no wrong answer, one fetch for the new key", o)
	}
	table("Rotation under load (real time, eight workers; half of the tokens are of the new key after the first half)",
		[]string{"", "requests", "wrong answers", "fetches", "p50", "p99", "max"}, rows)
}

func rotateUnderLoad(t *testing.T, c contender, size size) outcome {
	const workers = 8
	s := warmStage(t, c)
	defer s.stop()
	s.slow(networkDelay)

	older, newer := s.token(), ""
	var sent atomic.Int64
	rotate := sync.OnceFunc(func() {
		s.as.Rotate()
		newer = s.token()
	})
	var group sync.WaitGroup
	for range workers {
		group.Go(func() {
			for n := range size.rotation {
				raw := older
				if sent.Add(1) > int64(workers*size.rotation/2) {
					rotate()
					if n%2 == 0 {
						raw = newer
					}
				}
				s.good(raw)
				time.Sleep(time.Millisecond)
			}
		})
	}
	group.Wait()
	return s.outcome()
}
