package keys

import (
	"fmt"
	"testing"
	"time"
)

// flood: one goroutine sends tokens with random kids, 5000 a second or as many as are answered, while another one sends
// good tokens, about one a millisecond. Real time.
func flood(t *testing.T, e *experiment) {
	var rows [][]string
	for _, c := range e.contenders {
		o := floodOne(t, c, e.size)
		rows = append(rows, []string{
			c.name(), number(o.Sent), short(o.Elapsed), answersToBad(c, o), number(o.Fetches),
			number(o.Good), wrongAnswers(c, o), short(o.P50), short(o.P99), short(o.Max),
		})
		expect(t, c, o.wrong() == 0, "no good token suffers, no bad one passes", o)
		expect(t, c, o.Fetches <= 2+int(o.Elapsed/(15*time.Second)), "two fetches and one each 15 s", o)
	}
	table(fmt.Sprintf("Flood of %d tokens with random kids beside valid traffic (real time, sent in %v, given up after %v)", e.size.flood, e.size.lasts, e.size.deadline),
		[]string{
			"", "bad tokens answered", "in", "how", "fetches",
			"good tokens", "wrong answers", "p50", "p99", "max",
		}, rows)
}

func floodOne(t *testing.T, c contender, size size) outcome {
	s := warmStage(t, c)
	defer s.stop()
	s.slow(networkDelay)
	raw, done, start := s.token(), make(chan struct{}), time.Now()
	var elapsed time.Duration
	go func() {
		defer close(done)
		random := randomKids(raw)
		for n := range size.flood {
			if n%50 == 0 {
				time.Sleep(time.Until(start.Add(size.lasts * time.Duration(n) / time.Duration(size.flood))))
			}
			s.bad(random())
			if elapsed = time.Since(start); elapsed > size.deadline {
				return
			}
		}
	}()
	for flooding := true; flooding; {
		s.good(raw)
		select {
		case <-done:
			flooding = false
		case <-time.After(time.Millisecond):
		}
	}
	o := s.outcome()
	o.Elapsed = elapsed
	return o
}

// answersToBad says how bad tokens were refused.
func answersToBad(c contender, o outcome) string {
	switch {
	case o.Accepted > 0:
		return fmt.Sprintf("%d accepted", o.Accepted)
	case c.tells() && o.SaidLost > 0:
		return fmt.Sprintf("%d as bad, %d as unavailable", o.SaidBad, o.SaidLost)
	}
	return "as bad"
}
