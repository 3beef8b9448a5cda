package interop

import (
	"os"
	"strings"
	"testing"
)

// document is where the matrix can be read without running anything.
const document = "../../docs/interop.md"

// matrix is what every feature came to with every server.
type matrix struct {
	columns []contestant
	failed  map[[2]string]bool // by server and feature
	ran     map[[2]string]bool
}

func newMatrix() *matrix {
	return &matrix{columns: contestants(), failed: make(map[[2]string]bool), ran: make(map[[2]string]bool)}
}

func (m *matrix) note(c contestant, f feature, ok bool) {
	at := [2]string{c.name, f.name}
	m.ran[at], m.failed[at] = true, !ok
}

// cell has what did not run as it is known to be, or says so.
func (m *matrix) cell(c contestant, f feature, known bool) string {
	switch {
	case !known && c.check(f) != nil && !m.ran[[2]string{c.name, f.name}]:
		return "not run"
	case m.failed[[2]string{c.name, f.name}]:
		return "FAILED"
	case c.lacks[f.name] != "":
		return "–: " + c.lacks[f.name]
	case c.remarks[f.name] != "":
		return "yes, " + c.remarks[f.name]
	}
	return "yes"
}

// complete tells whether everything ran that can be run.
func (m *matrix) complete() bool {
	for _, c := range m.columns {
		for _, f := range features() {
			if c.check(f) != nil && !m.ran[[2]string{c.name, f.name}] {
				return false
			}
		}
	}
	return true
}

// seen is the matrix of this run.
func (m *matrix) seen() string { return m.table(false) }

// known is the matrix for the document, which has to be the same where a server was skipped or a feature was run alone.
func (m *matrix) known() string { return m.table(true) }

func (m *matrix) table(known bool) string {
	var b strings.Builder
	row := func(cells ...string) { b.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	head, line := []string{"feature"}, []string{"---"}
	for _, c := range m.columns {
		head, line = append(head, c.name), append(line, "---")
	}
	row(head...)
	row(line...)
	for _, f := range features() {
		cells := []string{f.name}
		for _, c := range m.columns {
			cells = append(cells, m.cell(c, f, known))
		}
		row(cells...)
	}
	return b.String()
}

// compare holds the run against the document or, with -update, writes it.
func (m *matrix) compare(t *testing.T) {
	t.Helper()
	if *update {
		if t.Failed() || !m.complete() {
			t.Fatal("the document is only written after everything ran and passed")
		}
		if err := os.WriteFile(document, []byte(m.page()), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	text, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(text), m.known()) {
		t.Errorf("docs/interop.md does not say what was seen; if that is right now, run:\n%s", command)
	}
}

const command = "go test ./internal/interop -args -update"

func (m *matrix) page() string {
	var b strings.Builder
	b.WriteString("# Real authorization servers\n\n" +
		"What was seen to work, in tests that run with every change: [internal/interop](../internal/interop) starts each\n" +
		"server with new keys, gets tokens from it as an application does, and sends them to a guarded handler.\n\n")
	for _, c := range m.columns {
		b.WriteString("- **" + c.name + "**: " + c.about + "\n")
	}
	b.WriteString("\n“–” is a feature that the server does not have, with what it does instead.\n\n" +
		m.known() +
		"\nWhere Node is missing, oidc-provider is skipped. Plain `go test` does not show that; `go test -v` does, and with\n" +
		"`BEARERGUARD_REQUIRE_NODE=1` it is a failure.\n" +
		"\nThe application is `golang.org/x/oauth2/clientcredentials`. The versions are in `internal/interop/go.mod` and\n" +
		"`internal/interop/oidcprovider/package.json`. This page is written by\n\n    " + command + "\n")
	return b.String()
}
