package keys

import (
	"fmt"
	"testing"
	"time"
)

// outage: every connection to the issuer breaks for 50 minutes. Fake time.
func outage(t *testing.T, e *experiment) {
	var rows [][]string
	for _, c := range e.contenders {
		running, starting := e.inBubble(t, outageRunning, c), e.inBubble(t, outageStarting, c)
		rows = append(rows, []string{
			c.name(), number(running.Good), wrongAnswers(c, running), waits(running), number(running.Tried), long(running.After),
			number(starting.Failed), wrongAnswers(c, starting), long(starting.After),
		})
		expect(t, c, running.wrong() == 0 && running.LongestWait == 0, "an outage of 50 min is not noticed", running)
		expect(t, c, starting.Refused == 0 && starting.Failed == 0, "a service starts without its issuer, and answers 503", starting)
		expect(t, c, starting.After != never && starting.After <= 30*time.Second+2*heartbeat, "it recovers within the longest pause", starting)
	}
	table(fmt.Sprintf("Outage of 50 min (fake time; a good token every %v from 5 min before to 20 min after; and a service that starts in it)",
		e.size.beat), []string{
		"", "requests", "wrong answers", "waited", "requests to the issuer meanwhile", "accepted again after its end",
		"started in it: failed starts", "answers until it could know", "first accepted after its end",
	}, rows)
}

const outageLasts = 50 * time.Minute

// requests returns how many requests of any kind the issuer received: while it is down, contenders give up at one
// endpoint or another.
func (s *stage) requests() (n int) {
	for _, e := range endpoints {
		n += s.as.Fetches(e)
	}
	return n
}

// outageRunning: the service has run for five minutes when the outage begins.
var outageRunning = phase{"outage, running", func(t testing.TB, c contender, size size) outcome {
	s := warmStage(t, c)
	defer s.end()
	raw := s.token()
	send := func() { s.good(raw) }
	s.traffic(size.beat, 5*time.Minute, send)
	s.down()
	before := s.requests()
	s.traffic(size.beat, outageLasts, send)
	tried := s.requests() - before
	s.up()
	after := s.until(20*time.Minute, func() bool { return s.good(raw) })
	s.traffic(size.beat, 20*time.Minute, send)
	o := s.outcome()
	o.After, o.Tried = after, tried
	return o
}}

// outageStarting: the service is started ten minutes before the end of the outage, and every five seconds again until
// its set-up succeeds. Then a good token comes every second, after the answer to the one before.
var outageStarting = phase{"outage, starting", func(t testing.TB, c contender, _ size) outcome {
	s := newStage(t, c)
	defer s.end()
	s.down()
	end := time.Now().Add(10 * time.Minute)
	time.AfterFunc(time.Until(end), s.up)
	failed := 0
	for {
		var err error
		if s.validate, err = c.setUp(s.ctx, s.as); err == nil {
			break
		}
		failed++
		time.Sleep(5 * heartbeat)
	}
	raw := s.token()
	s.until(watched, func() bool { return s.good(raw) })
	o := s.outcome()
	o.After, o.Failed = time.Since(end), failed
	return o
}}
