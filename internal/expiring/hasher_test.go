package expiring

import (
	"bytes"
	"strings"
	"sync"
	"testing"
)

func hashers() map[string]*Hasher {
	return map[string]*Hasher{"GMAC": newHasher(false), "SHA-256": newHasher(true)}
}

// L-7: whatever tells two contexts apart must tell their domains apart.
func TestNewDomain(t *testing.T) {
	t.Parallel()
	lists := map[string][]string{
		"none": nil, "one empty": {""}, "two empty": {"", ""},
		"ab": {"ab"}, "a b": {"a", "b"}, "ab and empty": {"ab", ""}, "empty and ab": {"", "ab"}, "b a": {"b", "a"},
		"a length inside a field":  {"a\x00\x00\x00\x00\x00\x00\x00\x01b"},
		"eight octets like length": {"\x00\x00\x00\x00\x00\x00\x00\x01", "a"},
	}
	seen := map[Domain]string{}
	for name, fields := range lists {
		d := NewDomain(fields...)
		if d != NewDomain(fields...) {
			t.Errorf("%s: two domains for the same fields", name)
		}
		if other, twice := seen[d]; twice {
			t.Errorf("%s and %s are one domain", name, other)
		}
		seen[d] = name
	}
}

func TestHasherSum(t *testing.T) {
	t.Parallel()
	a, b := NewDomain("a"), NewDomain("b")
	for name, h := range hashers() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seen := map[Key]string{}
			for what, key := range map[string]Key{
				"token":                    h.Sum(&a, "token"),
				"another domain":           h.Sum(&b, "token"),
				"another token":            h.Sum(&a, "tokem"),
				"a shorter token":          h.Sum(&a, "toke"),
				"no token":                 h.Sum(&a, ""),
				"a zero octet more":        h.Sum(&a, "token\x00"),
				"a domain as token":        h.Sum(&a, string(b[:])),
				"a longer token":           h.Sum(&a, strings.Repeat("token", 10_000)),
				"another secret":           newHasher(name != "GMAC").Sum(&a, "token"),
				"another secret once more": newHasher(name != "GMAC").Sum(&a, "token"),
			} {
				if other, twice := seen[key]; twice {
					t.Errorf("%s and %s have one key", what, other)
				}
				seen[key] = what
			}
			if _, same := seen[h.Sum(&a, "token")]; !same {
				t.Error("one token has two keys")
			}
		})
	}
}

// R7662-15: no token waits in an idle buffer for the next one.
func TestHasherLeavesNothing(t *testing.T) {
	t.Parallel()
	domain := NewDomain()
	for name, h := range hashers() {
		held := new(buffer)
		h.buffers = sync.Pool{New: func() any { return held }}
		h.Sum(&domain, "a-secret-token")
		if bytes.Contains(held.text[:cap(held.text)], []byte("token")) {
			t.Errorf("%s: the buffer still holds the token", name)
		}
		if held.nonce != [12]byte{} {
			t.Errorf("%s: the nonce changed", name)
		}
	}
}

func TestHasherSumAllocates(t *testing.T) {
	token, domain := strings.Repeat("t", 773), NewDomain("a")
	for name, h := range hashers() {
		held := new(buffer) // the race detector has pools lose things
		h.buffers = sync.Pool{New: func() any { return held }}
		if n := testing.AllocsPerRun(1000, func() { h.Sum(&domain, token) }); n != 0 {
			t.Errorf("%s: %v allocations, want 0", name, n)
		}
	}
}

func TestHasherConcurrently(t *testing.T) {
	t.Parallel()
	h, domain := NewHasher(), NewDomain("a")
	tokens := []string{"one", "two", strings.Repeat("three", 5000)}
	want := make([]Key, len(tokens))
	for i, token := range tokens {
		want[i] = h.Sum(&domain, token)
	}
	var wg sync.WaitGroup
	for i, token := range tokens {
		wg.Go(func() {
			for range 200 {
				if h.Sum(&domain, token) != want[i] {
					t.Error("the key changed")
				}
			}
		})
	}
	wg.Wait()
}

// FuzzHasher: keys differ where domain or token differ, and only there.
func FuzzHasher(f *testing.F) {
	f.Add("issuer", "client", "token", "issuer", "client", "token")
	f.Add("issuer", "client", "token", "issuerc", "lient", "token")
	f.Add("a", "b", "c", "a", "bc", "")
	f.Add("", "", "", "", "", "\x00")
	f.Add("\x00", "", "x", "", "\x00", "x")
	list := hashers()
	f.Fuzz(func(t *testing.T, issuer, client, token, issuer2, client2, token2 string) {
		a, b := NewDomain(issuer, client), NewDomain(issuer2, client2)
		same := issuer == issuer2 && client == client2
		if (a == b) != same {
			t.Fatalf("domains are equal: %v, want %v", a == b, same)
		}
		for name, h := range list {
			if got := h.Sum(&a, token) == h.Sum(&b, token2); got != (same && token == token2) {
				t.Fatalf("%s: keys are equal: %v", name, got)
			}
		}
	})
}
