package main

import (
	"log/slog"
	"os"
	"regexp"
	"strings"
	"testing"
)

// The loopback measurement runs this binary once more, as its client.
func TestMain(m *testing.M) {
	if os.Getenv(clientVariable) != "" {
		serveLoad(os.Stdin, os.Stdout)
		return
	}
	slog.SetDefault(slog.New(slog.DiscardHandler))
	os.Exit(m.Run())
}

// least is the least that fills every cell.
var least = size{rounds: 1, coarse: 1, checks: 2, hits: 2, rejections: 2, handled: 2, requests: 8 * connections, calls: 2,
	several: 4, parallel: 4, remembered: 20}

var lastLine = regexp.MustCompile(`^ratios cold RS256=\d+\.\d\d PS256=\d+\.\d\d ES256=\d+\.\d\d EdDSA=\d+\.\d\d hit1=\d+\.\d\d ` +
	`hit1000=\d+\.\d\d hit_allocs=\d+ bytes_over_claims=-?\d+ scaling2=\d+\.\d\d http_allocs=-?\d+ loopback_cpu=\d+\.\d\d$`)

func TestRun(t *testing.T) {
	t.Parallel()
	var b strings.Builder
	if err := run(&b, least); err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(strings.TrimSpace(b.String()), "\n")
	if last := lines[len(lines)-1]; !lastLine.MatchString(last) {
		t.Errorf("the last line is %q", last)
	}
	tables := 0
	for _, line := range lines {
		switch {
		case strings.HasPrefix(line, "### "):
			tables++
		case strings.HasPrefix(line, "|  |"): // a header
		case strings.Contains(line, "|  |"):
			t.Errorf("an empty cell: %s", line)
		}
	}
	if tables != 10 {
		t.Errorf("%d tables, want 10", tables)
	}
	for _, c := range contenders() {
		if n := strings.Count(b.String(), "| "+c.name+" |"); n < 3 {
			t.Errorf("%s is in %d tables, want 3 at least", c.name, n)
		}
	}
}

func TestRatios(t *testing.T) {
	t.Parallel()
	r := ratios{
		cold: map[string]float64{"RS256": 1.064, "PS256": 1.066, "ES256": 1, "EdDSA": 10},
		hit1: 1.2, hit1000: 1.3, hitAllocs: 4, bytesOverClaims: 299.6, scaling2: 0.9, httpAllocs: 2, loopbackCPU: 1.05,
	}
	const want = "ratios cold RS256=1.06 PS256=1.07 ES256=1.00 EdDSA=10.00 hit1=1.20 hit1000=1.30 hit_allocs=4 " +
		"bytes_over_claims=300 scaling2=0.90 http_allocs=2 loopback_cpu=1.05"
	if got := r.String(); got != want || !lastLine.MatchString(got) {
		t.Errorf("%s\nwant\n%s", got, want)
	}
}
