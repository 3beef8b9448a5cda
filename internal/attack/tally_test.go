package main

import (
	"flag"
	"strings"
	"sync"
	"testing"
)

// A run is the whole corpus by one adapter.
type run struct {
	adapter string
	cached  bool
}

// runs are all there have to be, with their protocols. They are written out so that none goes missing unnoticed.
var runs = map[run]string{
	{"httpguard", true}: "http", {"httpguard", false}: "http",
	{"echoguard", true}: "http", {"echoguard", false}: "http",
	{"grpcguard unary", true}: "grpc", {"grpcguard unary", false}: "grpc",
	{"grpcguard stream", true}: "grpc", {"grpcguard stream", false}: "grpc",
}

// A tally counts the requests that were sent and answered.
type tally struct {
	mu   sync.Mutex // guards sent
	sent map[run]int
}

// newTally compares with the files when the test is over.
func newTally(t *testing.T, files []*File) *tally {
	s := &tally{sent: map[run]int{}}
	t.Cleanup(func() {
		if t.Failed() || chosen() {
			return // some were left out
		}
		for r, protocol := range runs {
			got, want := s.sent[r], asksFor(files, protocol, r.cached)
			if got != want || want < 1000/everyNth {
				t.Errorf("%+v: %d requests were sent, want %d and at least %d", r, got, want, 1000/everyNth)
			}
		}
	})
	return s
}

func (s *tally) add(adapter string, cached bool, sent int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sent[run{adapter, cached}] += sent
}

// asksFor counts what the files ask for.
func asksFor(files []*File, protocol string, cached bool) (n int) {
	for _, f := range files {
		for _, c := range f.Cases {
			switch {
			case c.NotIn[protocol] != "":
			case cached && len(c.Before) == 0:
				n += 2
			default:
				n += len(c.Before) + 1
			}
		}
	}
	return n
}

// chosen tells that somebody wants to see some of the cases only.
func chosen() bool {
	return strings.Contains(flag.Lookup("test.run").Value.String()+flag.Lookup("test.skip").Value.String(), "/")
}
