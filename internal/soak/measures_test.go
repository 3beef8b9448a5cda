package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

func TestHeapLeak(t *testing.T) {
	t.Parallel()
	series := func(from, step uint64) (heap []uint64) {
		for i := range uint64(samples) {
			heap = append(heap, from+i*step)
		}
		return heap
	}
	warm := series(20<<20, 0)
	for i := range samples / 4 {
		warm[i] = uint64(i) << 20 // caches fill
	}
	peak := series(20<<20, 0)
	peak[samples-1] = 90 << 20 // one sample in the middle of something
	for name, test := range map[string]struct {
		heap []uint64
		leak bool
	}{
		"flat": {series(20<<20, 0), false}, "shrinking caches": {series(20<<20, 1<<10), false},
		"warming up": {warm, false}, "one peak": {peak, false}, "no samples": {nil, false},
		"growing": {series(20<<20, 1<<20), true}, "growing from nothing": {series(0, 1<<20), true},
	} {
		if got := heapLeak(test.heap, 20*time.Second); (got != "") != test.leak {
			t.Errorf("%s: %q", name, got)
		}
	}
}

func TestKeyLimit(t *testing.T) {
	t.Parallel()
	calm := keyLimit(time.Minute, 0, 0)
	if want := 1 + 80 + 2 + 60; calm != want {
		t.Errorf("%d fetches in a minute, want %d: the first, those ahead of time, and those for unknown keys", calm, want)
	}
	if out := keyLimit(time.Minute, 2, 10*time.Second); out != calm+2*4+80 {
		t.Errorf("%d fetches with outages, want %d", out, calm+88)
	}
}

func TestLatencies(t *testing.T) {
	t.Parallel()
	var l latencies
	if l.quantile(0.99) != 0 {
		t.Error("there is a quantile of nothing")
	}
	for i := range 1000 {
		l.add(time.Duration(i+1) * time.Millisecond)
	}
	l.add(-time.Second) // a clock that stood still
	l.add(time.Hour)    // over the last bucket
	for q, want := range map[float64]time.Duration{0.5: 500 * time.Millisecond, 0.99: 990 * time.Millisecond} {
		if got := l.quantile(q); got < want*95/100 || got > want*106/100 {
			t.Errorf("quantile %v: %v, want about %v", q, got, want)
		}
	}
	if l.count() != 1002 || l.max() != time.Hour {
		t.Errorf("%d, at most %v", l.count(), l.max())
	}
}

// The meter sees the token of a question, leaves the question whole, and counts it until its answer was read.
func TestMeter(t *testing.T) {
	t.Parallel()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, r.FormValue("token"))
	}))
	defer server.Close()
	var heard []string
	m := newMeter(clock{time.Now()}, func(token string, w span, ok bool) {
		if !ok || w.end < w.begin {
			t.Errorf("token %q, answered %v in %v", token, ok, w)
		}
		heard = append(heard, token)
	})
	defer m.base.CloseIdleConnections()
	for range 3 {
		resp, err := m.client().PostForm(server.URL+"/x/introspect", url.Values{"token": {"a+b"}})
		if err != nil {
			t.Fatal(err)
		}
		if m.flying != 1 {
			t.Errorf("%d under way, want 1", m.flying)
		}
		if body, err := io.ReadAll(resp.Body); err != nil || string(body) != "a+b" {
			t.Errorf("the server saw %q, %v", body, err)
		}
		resp.Body.Close()
		resp.Body.Close() // as net/http does too
	}
	if resp, err := m.client().Get(server.URL + "/x/jwks"); err != nil {
		t.Error(err)
	} else {
		resp.Body.Close()
	}
	if strings.Join(heard, " ") != "a+b a+b a+b" || m.questions.Load() != 3 || m.keys.Load() != 1 || m.flying != 0 || m.mostFlying() != 1 {
		t.Errorf("heard %q, %d questions, %d requests for keys, %d under way, at most %d",
			heard, m.questions.Load(), m.keys.Load(), m.flying, m.most)
	}
}

// A token is only sure to be taken for a JWT of the issuer where nothing about its form is odd.
func TestLooksLike(t *testing.T) {
	t.Parallel()
	a, err := newAuthority(clock{time.Now()}, "x", numbers, time.Millisecond)
	if err != nil {
		t.Fatal(err)
	}
	defer a.server.Close()
	if good := a.issuer.Token(); !looksLike(good, a.issuer.URL()) || looksLike(good, "https://other.test") || looksLike(good+"=", a.issuer.URL()) {
		t.Error("a good token, or one of another issuer, or with padding, is misjudged")
	}
	names := map[string]bool{}
	for _, bad := range a.issuer.Bad() {
		names[bad.Name] = looksLike(bad.Token, a.issuer.URL())
	}
	for name, want := range map[string]bool{
		"expired": true, "kid unknown": true, "aud of another resource": true,
		"iss of another server": false, "base64 padding": false, "payload with invalid UTF-8": false,
	} {
		if got, found := names[name]; !found || got != want {
			t.Errorf("%s: found %v, %v", name, found, got)
		}
	}
}
