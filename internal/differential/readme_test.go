package differential

import (
	"os"
	"slices"
	"strings"
	"testing"
)

const begin = "<!-- from the table; go test -run TestREADME -update writes it -->\n"

// TestREADME: the documented table is the tested one.
func TestREADME(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile("README.md")
	if err != nil {
		t.Fatal(err)
	}
	before, written, found := strings.Cut(string(text), begin)
	if !found {
		t.Fatalf("README.md lacks the line %q", begin)
	}
	want := render()
	if *update {
		written = want
		if err := os.WriteFile("README.md", []byte(before+begin+want), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if written != want {
		t.Error("README.md is not what the table says; go test -run TestREADME -update writes it")
	}
}

// render writes the table as Markdown.
func render() string {
	var b strings.Builder
	line := func(cells ...string) { b.WriteString("| " + strings.Join(cells, " | ") + " |\n") }
	line("Disagreement", ours, mapClaims, registeredClaims, goJOSE, "Who is right, and why")
	line("---", "---", "---", "---", "---", "---")
	for i := range table {
		r := &table[i]
		cells := []string{r.name, r.cell(ours)}
		for _, p := range peers {
			cells = append(cells, r.cell(p.name))
		}
		line(append(cells, r.why)...)
	}
	return b.String()
}

// cell says what somebody makes of the row's examples.
func (r *row) cell(name string) string {
	yes := 0
	for _, e := range r.examples {
		if slices.Contains(e.accept, name) {
			yes++
		}
	}
	switch {
	case yes == len(r.examples):
		return "accepts"
	case yes > 0:
		return "accepts some"
	case name != ours:
		return "refuses"
	}
	var reasons []string
	for _, v := range r.ours {
		reasons = append(reasons, "`"+string(v)+"`")
	}
	return "refuses: " + strings.Join(reasons, ", ")
}
