package main

import (
	"errors"
	"strings"
	"testing"
	"time"
)

const invalidToken = `Bearer realm="api", error="invalid_token"`

// A judge that cannot complain is worth nothing.
func TestJudge(t *testing.T) {
	t.Parallel()
	token := func(allowed verdict, scoped bool) *credential {
		return &credential{truth: always(allowed), text: "secret-token", id: "7", scoped: scoped, about: "a token"}
	}
	good, bad, lost, unscoped := token(pass, true), token(refuse, true), token(open, true), token(pass, false)
	tests := map[string]struct {
		answer    answer
		complaint string // a part of it; "" for none
	}{
		"good, passed":                        {answer{credential: good, status: 200, handler: "7"}, ""},
		"good, without the scope, 403":        {answer{credential: unscoped, status: 403}, ""},
		"bad, refused":                        {answer{credential: bad, status: 401, challenge: invalidToken}, ""},
		"nobody can tell, 503":                {answer{credential: lost, status: 503, retry: "1"}, ""},
		"no token, a challenge without error": {answer{credential: &credential{truth: always(refuse)}, status: 401, challenge: "Bearer"}, ""},

		"bad, passed":                {answer{credential: bad, status: 200, handler: "7"}, "verdict pass"},
		"nobody can tell, passed":    {answer{credential: lost, status: 200, handler: "7"}, "verdict pass"},
		"nobody can tell, refused":   {answer{credential: lost, status: 401, challenge: invalidToken}, "verdict 401"},
		"good, refused":              {answer{credential: good, status: 401, challenge: invalidToken}, "verdict 401"},
		"good, 503":                  {answer{credential: good, status: 503, retry: "1"}, "verdict 503"},
		"good, 400":                  {answer{credential: good, status: 400}, "verdict 400"},
		"good, 403":                  {answer{credential: good, status: 403}, "no verdict"},
		"without the scope, passed":  {answer{credential: unscoped, status: 200, handler: "7"}, "no verdict"},
		"good, 500":                  {answer{credential: good, status: 500}, "no verdict"},
		"good, no answer":            {answer{credential: good, err: errors.New("broken off")}, "no answer"},
		"good, another one's claims": {answer{credential: good, status: 200, handler: "8"}, "saw the token"},
		"bad, without a challenge":   {answer{credential: bad, status: 401}, "invalid_token"},
		"503 with a challenge":       {answer{credential: lost, status: 503, retry: "1", challenge: invalidToken}, "challenge"},
		"503 without Retry-After":    {answer{credential: lost, status: 503}, "Retry-After"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			j := &judge{where: func() string { return "all is well" }}
			passed := j.hear("kind", test.answer)
			texts, wrong, _ := j.sentence(func(span, time.Duration) bool { return false })
			if test.complaint == "" {
				if wrong > 0 || passed != (test.answer.status == 200 || test.answer.status == 403) {
					t.Errorf("passed %v, complaints %q", passed, texts)
				}
				return
			}
			if wrong != 1 || passed || !strings.Contains(texts[0], test.complaint) {
				t.Errorf("passed %v, complaints %q, want one with %q", passed, texts, test.complaint)
			}
			if strings.Contains(strings.Join(texts, ""), test.answer.text) {
				t.Error("the complaint shows the token")
			}
		})
	}
}

func TestTally(t *testing.T) {
	t.Parallel()
	j := &judge{where: func() string { return "" }}
	j.expect("first")
	choice := &credential{truth: always(pass | open), scoped: true, id: "7"}
	j.hear("second", answer{credential: choice, status: 200, handler: "7"})
	j.hear("second", answer{credential: choice, status: 503, retry: "1"})
	j.hear("second", answer{credential: &credential{truth: always(refuse)}, status: 401})
	if len(j.tallies) != 2 || j.tallies[0].kind != "first" {
		t.Fatalf("tallies %v", j.tallies)
	}
	if got, want := *j.tallies[1], (tally{"second", 3, [...]int{1, 1, 1, 0}, 1}); got != want {
		t.Errorf("tally %v, want %v", got, want)
	}
}

// What went wrong soon after a stall is excused, what goes wrong before or long after it is not, and what is judged
// at the end never is.
func TestExcuses(t *testing.T) {
	t.Parallel()
	k := &canary{}
	k.heard(window(1, 1.01), nil)
	k.heard(window(10, 11), nil)
	k.heard(window(50, 50.01), errors.New("broken off"))
	for _, test := range []struct {
		w     span
		reach float64
		want  bool
	}{
		{window(1, 1.1), 5, false}, {window(9, 9.9), 5, false}, {window(9, 10.1), 5, true}, {window(10.5, 10.6), 5, true},
		{window(15.9, 16), 5, true}, {window(16.1, 16.2), 5, false}, {window(11.1, 11.2), 0, false}, {window(50.1, 51), 5, true},
	} {
		if got := k.excuses(test.w, sec(test.reach)); got != test.want {
			t.Errorf("%v, reach %v s: excused %v", test.w, test.reach, got)
		}
	}
	j := &judge{where: func() string { return "" }}
	stuck := &credential{truth: signedAnywhere(), scoped: true}
	j.hear("kind", answer{credential: stuck, span: window(12, 12.1), status: 503, retry: "1"})
	j.hear("kind", answer{credential: stuck, span: window(40, 40.1), status: 503, retry: "1"})
	j.hear("kind", answer{credential: stuck, span: window(12, 12.1), status: 401, challenge: invalidToken}) // whatever stalls
	j.fault("a leak")
	if texts, wrong, excused := j.sentence(k.excuses); wrong != 3 || excused != 1 {
		t.Errorf("%d wrong %q, %d excused; want 3 and 1", wrong, texts, excused)
	}
}

// signedAnywhere is a good token of a server that is always well.
func signedAnywhere() truth {
	h := newHistory(numbers)
	h.publish("k", -h.settle)
	return &signed{h, "k", never}
}

func TestManyViolations(t *testing.T) {
	t.Parallel()
	var j judge
	for range kept + 3 {
		j.fault("again")
	}
	if texts, wrong, _ := j.sentence(func(span, time.Duration) bool { return true }); wrong != kept+3 || len(texts) != kept {
		t.Errorf("%d wrong, %d kept", wrong, len(texts))
	}
}
