package main

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"
)

// A violation is something that must not be.
type violation struct {
	span
	reach time.Duration // how long after a stall of this machine it may be excused; negative: never
	text  string
}

// kept bounds the violations that are kept. Those beyond are counted, and never excused.
const kept = 5000

// tally is what came of the requests of one kind of clients.
type tally struct {
	kind     string
	requests int
	verdicts [len(names)]int // in the order of the bits
	strict   int             // where the model left no choice
}

// judge holds answers against the model. Safe for concurrent use.
type judge struct {
	where func() string // what is broken now, for reports

	mu         sync.Mutex
	tallies    []*tally
	violations []violation
	beyond     int // violations that are not kept
}

// expect puts a kind of clients into the order of the report.
func (j *judge) expect(kind string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.tally(kind)
}

// hear takes in one answer, and tells whether it is a right one that let a request pass.
func (j *judge) hear(kind string, a answer) bool {
	allowed := a.allowed(a.span)
	got := read(a.status, a.scoped)
	if a.err != nil {
		got = 0
	}
	complaint := complain(a, got, allowed)

	j.mu.Lock()
	defer j.mu.Unlock()
	t := j.tally(kind)
	t.requests++
	for bit := range t.verdicts {
		if got&(1<<bit) != 0 {
			t.verdicts[bit]++
		}
	}
	if allowed.single() {
		t.strict++
	}
	if complaint != "" {
		const ms = time.Millisecond
		reach := a.reach()
		if a.err == nil && got&a.strained(a.span) == 0 {
			reach = -1
		}
		j.add(violation{a.span, reach, fmt.Sprintf("%v to %v, %s: %s: %s (%s)", a.begin.Round(ms), a.end.Round(ms), kind, a.about, complaint, j.where())})
	}
	return complaint == "" && got == pass
}

// complain says what is wrong with an answer, or "".
func complain(a answer, got, allowed verdict) string {
	switch {
	case a.err != nil:
		return "no answer: " + a.err.Error()
	case got == 0:
		return fmt.Sprintf("status %d is no verdict about this token, which should be %v", a.status, allowed)
	case got&allowed == 0:
		return fmt.Sprintf("verdict %v (status %d, cause %q), allowed %v", got, a.status, a.cause, allowed)
	case got == pass && a.scoped && a.handler != a.id:
		return fmt.Sprintf("the handler saw the token %q and not %q", a.handler, a.id)
	case got == refuse && a.text != "" && !strings.Contains(a.challenge, `error="invalid_token"`):
		return "refused without invalid_token"
	case got == open && (a.challenge != "" || a.retry == ""):
		return "unavailable with a challenge, or without Retry-After"
	}
	return ""
}

// fault notes a violation that is not about one answer, and that no stall excuses.
func (j *judge) fault(format string, args ...any) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.add(violation{reach: -1, text: fmt.Sprintf(format, args...)})
}

// add keeps a violation. The caller holds mu.
func (j *judge) add(v violation) {
	if len(j.violations) == kept {
		j.beyond++
		return
	}
	j.violations = append(j.violations, v)
}

// sentence parts the violations that stand from those that are excused.
func (j *judge) sentence(excuses func(w span, reach time.Duration) bool) (texts []string, wrong, excused int) {
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, v := range j.violations {
		if v.reach >= 0 && excuses(v.span, v.reach) {
			excused++
			continue
		}
		texts = append(texts, v.text)
	}
	return texts, len(texts) + j.beyond, excused
}

// tally is that of a kind, made where there is none yet. The caller holds mu.
func (j *judge) tally(kind string) *tally {
	at := slices.IndexFunc(j.tallies, func(t *tally) bool { return t.kind == kind })
	if at < 0 {
		at = len(j.tallies)
		j.tallies = append(j.tallies, &tally{kind: kind})
	}
	return j.tallies[at]
}
