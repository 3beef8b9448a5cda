package jwks

import (
	"fmt"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/internal/jose"
)

// L-10: what is remembered of headers is bounded, and goes with its key.
func TestSigners(t *testing.T) {
	t.Parallel()
	var s signers
	former, current := new(key), new(key)
	add := func(header string, by *key) *signer { return s.add([]byte(header), jose.Header{}, nil, by) }
	for i := range maxSigners - 1 {
		add(fmt.Sprint(i), former)
	}
	add("current", current)
	if got := s.find([]byte("0")); got == nil || got.key != former {
		t.Error("a header is not found")
	}
	former.retired.Store(true)
	if s.find([]byte("0")) != nil {
		t.Error("a header is found whose key is gone")
	}
	add("new", current)
	if len(s.byHeader) != 2 || s.find([]byte("current")) == nil || s.find([]byte("new")) == nil {
		t.Errorf("%d headers are left, want those of the current key alone", len(s.byHeader))
	}
	for i := range 10 * maxSigners {
		add(fmt.Sprint(i), current)
		if len(s.byHeader) > maxSigners || s.find([]byte(fmt.Sprint(i))) == nil {
			t.Fatalf("%d headers, with the newest: %v", len(s.byHeader), s.find([]byte(fmt.Sprint(i))) != nil)
		}
	}

	one := add("current", current)
	if another := add(strings.Repeat("x", longestHeader+1), current); another != one {
		t.Error("decisions that rest on one key have two signers")
	}
	if s.find([]byte(strings.Repeat("x", longestHeader+1))) != nil {
		t.Error("a header that is too long is remembered")
	}
	var repeating jose.Compact
	if err := repeating.Open("eyJhbGciOiJFUzI1NiIsInN1YiI6InUifQ.e30.AA"); err != nil || repeating.ReadHeader() != nil {
		t.Fatal(err)
	}
	s.add([]byte("repeating"), repeating.Header, nil, current)
	if s.find([]byte("repeating")) != nil {
		t.Error("a header that repeats claims is remembered")
	}

	for range 10 {
		gone := new(key)
		gone.retired.Store(true)
		add("of a key that is gone by now", gone)
	}
	if len(s.byKey) != 2 {
		t.Errorf("%d keys are remembered, of which one is left, and one was the last that went", len(s.byKey))
	}
}
