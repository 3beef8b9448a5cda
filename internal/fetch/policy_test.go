package fetch

import (
	"net/http"
	"net/netip"
	"strings"
	"testing"
)

// FuzzCheck: what a policy lets through is a URL that net/http would ask over TLS, or on this machine, and the host it
// would ask is the one that the policy saw.
func FuzzCheck(f *testing.F) {
	for _, raw := range []string{
		"https://h.test/jwks", "HTTPS://H.test", "http://localhost/", "http://127.0.0.1:1/", "http://[::1]/", "http://0x7f.1/", "http://localhost.evil.test/",
		"https://u@h.test", "https:///x", "https:h.test", "//h.test", "https://h.test\\@evil.test/", "https://[::1%25eth0]/", "https://h.test:99999/", "", "https://%68/",
	} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		seen := ""
		if (Policy{Special: func(host string) bool { seen = host; return false }}).Check(raw) == nil {
			r, err := http.NewRequest(http.MethodGet, raw, nil)
			if err != nil || r.URL.Scheme != "https" || r.URL.User != nil || r.URL.Hostname() != seen || seen == "" {
				t.Fatalf("Check passes %q, host %q; net/http: %v", raw, seen, err)
			}
		}
		if (Policy{Special: func(string) bool { return true }}).Check(raw) == nil {
			t.Fatalf("Check passes %q, whose host is special", raw)
		}
		if (Policy{Loopback: true}).Check(raw) == nil {
			r, err := http.NewRequest(http.MethodGet, raw, nil)
			if err != nil {
				t.Fatalf("Check passes %q; net/http: %v", raw, err)
			}
			addr, _ := netip.ParseAddr(r.URL.Hostname())
			if r.URL.Scheme != "https" && !addr.IsLoopback() && !strings.EqualFold(r.URL.Hostname(), "localhost") {
				t.Fatalf("Check passes %q without TLS", raw)
			}
		}
	})
}
