package keys

import (
	"sync"
	"testing"
)

// steady: valid traffic of two workers, nothing else happens. Real time; the contenders take turns, because the speed of
// a shared machine changes from second to second.
func steady(t *testing.T, e *experiment) {
	const workers, pool = 2, 64
	stages, tokens := make([]*stage, len(e.contenders)), make([][]string, len(e.contenders))
	for i, c := range e.contenders {
		stages[i] = warmStage(t, c)
		for range pool {
			tokens[i] = append(tokens[i], stages[i].token())
		}
		defer stages[i].stop()
	}
	for range e.size.rounds {
		for i, s := range stages {
			var group sync.WaitGroup
			for range workers {
				group.Go(func() {
					for n := range e.size.steady / e.size.rounds / workers {
						s.good(tokens[i][n%pool])
					}
				})
			}
			group.Wait()
		}
	}

	var rows [][]string
	for _, s := range stages {
		o := s.outcome()
		o.Fetches = s.fetches() // the first one included
		rows = append(rows, []string{
			s.c.name(), number(o.Good), wrongAnswers(s.c, o), number(o.Fetches), short(o.P50), short(o.P99), short(o.Max),
		})
		expect(t, s.c, o.wrong() == 0 && o.Fetches == 1, "no wrong answer, one fetch", o)
	}
	table("Steady state (real time, two workers, 64 tokens in turn)",
		[]string{"", "requests", "wrong answers", "fetches", "p50", "p99", "max"}, rows)
}
