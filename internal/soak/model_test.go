package main

import (
	"testing"
	"time"
)

// sec makes the tables readable: instants are seconds.
func sec(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }

func window(begin, end float64) span { return span{sec(begin), sec(end)} }

// numbers are round promises for these tests.
var numbers = promises{settle: sec(4), survives: sec(1), ends: sec(5)}

// aServer was out from 10 to 20, and from 30 to 32; its key k was there from the beginning, n from 8 on.
func aServer(p promises) *history {
	h := newHistory(p)
	h.publish("k", -p.settle)
	h.publish("n", sec(8))
	h.out(sec(10))
	h.repaired(sec(20))
	h.out(sec(30))
	h.repaired(sec(32))
	return h
}

func TestSigned(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		kid       string
		withdrawn float64 // 0: not
		expires   float64
		at        span
		want      verdict
	}{
		"a known key":                                   {"k", 0, 99, window(5, 5.1), pass},
		"from the first moment":                         {"k", 0, 99, window(0, 0.1), pass},
		"a known key, the outage begins":                {"k", 0, 99, window(9.9, 10.5), pass},
		"a known key, an outage that keys survive":      {"k", 0, 99, window(10.5, 10.9), pass},
		"a known key, longer than they must":            {"k", 0, 99, window(10.5, 11.1), pass | open},
		"a known key, longer than they may":             {"k", 0, 99, window(15.1, 15.2), open},
		"a known key, the outage just ended":            {"k", 0, 99, window(20.1, 20.2), pass | open},
		"a known key, answered after the outage":        {"k", 0, 99, window(19.9, 20.1), pass | open},
		"a known key, it recovered":                     {"k", 0, 99, window(24.1, 24.2), pass},
		"the short outage":                              {"k", 0, 99, window(30.5, 30.6), pass},
		"a new key, just published":                     {"n", 0, 99, window(8.1, 8.2), pass | open},
		"a new key, the outage came before it was seen": {"n", 0, 99, window(10.5, 10.6), pass | open},
		"a new key after the outage":                    {"n", 0, 99, window(24.1, 24.2), pass},
		"an unknown key":                                {"z", 0, 99, window(5, 5.1), refuse | open},
		"an unknown key, not before anything":           {"z", 0, 99, window(0, 0.1), refuse | open},

		"a withdrawn key, before":              {"k", 3, 99, window(2.8, 2.9), pass},
		"a withdrawn key, at that moment":      {"k", 3, 99, window(2.9, 3.1), pass | refuse | open},
		"a withdrawn key, not noticed yet":     {"k", 3, 99, window(6.8, 6.9), pass | refuse | open},
		"a withdrawn key, noticed":             {"k", 3, 99, window(7.1, 7.2), refuse | open},
		"withdrawn just before the outage":     {"k", 9, 99, window(14, 14.1), pass | refuse | open},
		"withdrawn before it, late in it":      {"k", 9, 99, window(15.1, 15.2), refuse | open},
		"withdrawn in the outage, recovered":   {"k", 15, 99, window(24.1, 24.2), refuse | open},
		"withdrawn in the outage, not settled": {"k", 15, 99, window(23, 23.1), pass | refuse | open},

		"not expired":             {"k", 0, 5, window(4.8, 4.9), pass},
		"at exp":                  {"k", 0, 5, window(4.9, 5.1), pass | refuse},
		"expired":                 {"k", 0, 5, window(5.1, 5.2), refuse},
		"expired, keys may be":    {"k", 0, 5, window(12, 12.1), refuse | open},
		"expired, late in outage": {"k", 0, 5, window(16, 16.1), refuse | open},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := aServer(numbers)
			if test.withdrawn > 0 {
				h.withdraw(test.kid, sec(test.withdrawn))
			}
			token := &signed{h, test.kid, sec(test.expires)}
			if got := token.allowed(test.at); got != test.want {
				t.Errorf("allowed %v, want %v", got, test.want)
			}
		})
	}
}

// Where a set of keys is young enough to be conclusive, an issuer that answers leaves nothing open.
func TestConclusive(t *testing.T) {
	t.Parallel()
	conclusive := numbers
	conclusive.conclusive = true
	h := aServer(conclusive)
	h.withdraw("k", sec(3))
	withdrawn := &signed{h, "k", never}
	for name, test := range map[string]struct {
		truth truth
		at    span
		want  verdict
	}{
		"withdrawn, not noticed yet":          {withdrawn, window(5, 5.1), pass | refuse},
		"withdrawn, noticed":                  {withdrawn, window(8, 8.1), refuse},
		"withdrawn, in an outage":             {withdrawn, window(12, 12.1), refuse | open},
		"forged":                              {forged{h}, window(5, 5.1), refuse},
		"forged, in an outage":                {forged{h}, window(12, 12.1), refuse | open},
		"forged, soon after an outage":        {forged{h}, window(21, 21.1), refuse | open},
		"forged, where nothing is conclusive": {forged{aServer(numbers)}, window(5, 5.1), refuse | open},
		"never issued":                        {unissued{h}, window(5, 5.1), refuse},
		"never issued, in an outage":          {unissued{h}, window(12, 12.1), refuse | open},
		"malformed, whatever happens":         {always(unread), window(12, 12.1), unread},
	} {
		if got := test.truth.allowed(test.at); got != test.want {
			t.Errorf("%s: allowed %v, want %v", name, got, test.want)
		}
	}
}

// A stall makes things late and undecidable, and never a bad token good or a good one bad.
func TestStrained(t *testing.T) {
	t.Parallel()
	h := aServer(numbers)
	h.withdraw("k", sec(3))
	revoked := newOpaque(h, sec(50))
	revoked.revoke(sec(2))
	for name, test := range map[string]struct {
		truth truth
		at    span
		want  verdict
	}{
		"good":               {&signed{h, "n", never}, window(25, 25.1), pass | open},
		"expired":            {&signed{h, "n", sec(24)}, window(25, 25.1), refuse | open},
		"withdrawn for long": {&signed{h, "k", never}, window(25, 25.1), pass | refuse | open},
		"never published":    {&signed{h, "z", never}, window(25, 25.1), refuse | open},
		"forged":             {forged{h}, window(25, 25.1), refuse | open},
		"never issued":       {unissued{h}, window(25, 25.1), refuse | open},
		"good, opaque":       {newOpaque(h, sec(50)), window(25, 25.1), pass | open},
		"revoked for long":   {revoked, window(25, 25.1), pass | refuse | open},
		"expired, opaque":    {newOpaque(h, sec(24)), window(25, 25.1), refuse | open},
		"malformed":          {always(unread), window(25, 25.1), unread},
	} {
		if got := test.truth.strained(test.at); got != test.want {
			t.Errorf("%s: %v, want %v", name, got, test.want)
		}
	}
}

func TestOpaque(t *testing.T) {
	t.Parallel()
	p := promises{settle: sec(2), pause: sec(5), ends: sec(5), conclusive: true}
	late := (timeout + ttl + slack).Seconds() // how long after a revocation a token may pass
	tests := map[string]struct {
		revoked, expires float64
		answer           span
		at               span
		want             verdict
	}{
		"good":                                {99, 99, span{}, window(5, 5.1), pass},
		"in an outage":                        {99, 99, span{}, window(12, 12.1), pass | open},
		"in an outage, just answered":         {99, 99, window(9, 9.1), window(10.5, 10.6), pass},
		"in an outage, the answer is too old": {99, 99, window(9, 9.1), window(11.5, 11.6), pass | open},
		"in an outage, too new to have it":    {99, 99, window(9.9, 9.99), window(10.01, 10.1), pass | open},
		"in an outage, nothing lives so long": {99, 99, window(9, 9.1), window(15.1, 15.2), open},
		"after an outage":                     {99, 99, span{}, window(21, 21.1), pass | open},
		"after an outage and its pause":       {99, 99, span{}, window(25.2, 25.3), pass},
		"after an outage, still in the pause": {99, 99, span{}, window(24.9, 25.1), pass | open},
		"revoked just now":                    {5, 99, span{}, window(5.1, 5.2), pass | refuse},
		"revoked later":                       {5, 99, span{}, window(4.8, 4.9), pass},
		"revoked for long":                    {1, 99, span{}, window(1.1+late, 1.2+late), refuse},
		"revoked, and out":                    {4, 99, span{}, window(12, 12.1), refuse | open},
		"expired":                             {99, 5, span{}, window(5.1, 5.2), refuse},
		"expired, the answer does not serve":  {99, 10, window(9, 9.1), window(10.5, 10.6), refuse | open},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := aServer(p)
			h.failed(sec(20.1))
			token := newOpaque(h, sec(test.expires))
			token.revoke(sec(test.revoked))
			token.revoke(sec(1000)) // the first one counts
			if test.answer != (span{}) {
				token.asked(test.answer)
			}
			if got := token.allowed(test.at); got != test.want {
				t.Errorf("allowed %v, want %v", got, test.want)
			}
		})
	}
}

func TestAskedTooOften(t *testing.T) {
	t.Parallel()
	token := newOpaque(newHistory(numbers), sec(1000))
	at, calls := 1.0, 0
	for range 10 { // as often as answers end
		if token.asked(window(at, at+0.02)) != "" {
			t.Fatalf("call at %v s is one too many", at)
		}
		at += ttl.Seconds()
	}
	for token.asked(window(at, at+0.02)) == "" { // and then all the time
		if calls++; calls > 2 {
			t.Fatal("many calls at one time pass")
		}
	}
	// Calls that bring no good answer do not count: nothing of them is kept for so long.
	token = newOpaque(newHistory(numbers), sec(5))
	token.server.out(sec(2))
	for range 10 {
		if token.asked(window(2.1, 2.2)) != "" || token.asked(window(6, 6.1)) != "" {
			t.Error("a call that failed, or about an expired token, counts")
		}
	}
}

func TestOutages(t *testing.T) {
	t.Parallel()
	h := aServer(numbers)
	if n, total := h.outages(sec(40)); n != 2 || total != sec(12) {
		t.Errorf("%d outages of %v in all, want 2 of 12s", n, total)
	}
	h.out(sec(50))
	if n, total := h.outages(sec(53)); n != 3 || total != sec(15) {
		t.Errorf("%d outages of %v in all, want 3 of 15s", n, total)
	}
	for _, w := range []span{window(9, 10.1), window(12, 13), window(19, 21), window(51, 52)} {
		if h.answered(w) {
			t.Errorf("answered in %v", w)
		}
	}
}

func TestVerdicts(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		status int
		scoped bool
		want   verdict
	}{
		{200, true, pass}, {403, false, pass}, {200, false, 0}, {403, true, 0},
		{401, true, refuse}, {503, false, open}, {400, true, unread}, {500, true, 0}, {0, true, 0}, {302, true, 0},
	} {
		if got := read(test.status, test.scoped); got != test.want {
			t.Errorf("status %d, scope %v: %v, want %v", test.status, test.scoped, got, test.want)
		}
	}
	if got := (pass | open).String(); got != "pass or 503" {
		t.Errorf("a set reads %q", got)
	}
}
