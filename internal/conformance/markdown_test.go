package main

import (
	"strings"
	"testing"
)

// TestCell: what the page says of the tests of one requirement.
func TestCell(t *testing.T) {
	t.Parallel()
	two := []test{{"b", "TestB"}, {"a", "TestA"}}
	many := []test{{"a", "TestA"}, {"a", "TestB"}, {"b", "TestC"}, {"b", "TestD"}, {"c", "TestE"}, {"c", "TestF"}, {"a", "TestG"}, {"a", "TestH"}}
	for want, tt := range map[string]struct {
		fate  fate
		tests []test
	}{
		"`a` TestA; `b` TestB": {tested, two},
		"`a` TestA, TestB; `b` TestC, TestD; `c` TestE, TestF and 2 more":   {tested, many},
		"`a` TestA; `b` TestB – in part":                                    {testedWith("in part"), two},
		"**later**: it is hard":                                             {leftToLater("it is hard"), nil},
		"**later**: it is hard – so far: `a` TestA; `b` TestB":              {leftToLater("it is hard"), two},
		"**met by absence**: there is none":                                 {metByAbsence("there is none"), nil},
		"**met by absence**: there is none – shown by `a` TestA; `b` TestB": {metByAbsence("there is none"), two},
	} {
		if got := tt.fate.text(tt.tests); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestPage: every requirement has one row, every row as many cells as its table, and every link a heading.
func TestPage(t *testing.T) {
	t.Parallel()
	page := string(markdown(packs, ours(t)))
	for _, p := range packs {
		if !strings.Contains(page, "\n## "+p.title+"\n") || !strings.Contains(page, "](#"+anchor(p.title)+")") {
			t.Errorf("no heading or no link for %q", p.title)
		}
		for _, r := range p.requirements {
			if n := strings.Count(page, "\n| "+r.id+" | "); n != 1 {
				t.Errorf("%s has %d rows, want 1", r.id, n)
			}
		}
	}
	for line := range strings.Lines(page) {
		cells := strings.Count(strings.ReplaceAll(line, `\|`, ""), "|") - 1
		if strings.HasPrefix(line, "|") && cells != 5 {
			t.Errorf("%d cells, want 5: %s", cells, line)
		}
	}
}

func TestAnchor(t *testing.T) {
	t.Parallel()
	for title, want := range map[string]string{
		"DPoP": "dpop", "FAPI 2.0": "fapi-20", "Signed tokens: JWS": "signed-tokens-jws", "Step-up authentication": "step-up-authentication",
	} {
		if got := anchor(title); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

// TestRow: a bar in a text does not end its cell.
func TestRow(t *testing.T) {
	t.Parallel()
	page := markdown([]pack{{title: "A", requirements: []requirement{{"R1000-1", must, "RFC 1000", "a|b", leftToLater("c|d")}}}}, finding{})
	if want := "| R1000-1 | a\\|b | MUST | RFC 1000 | **later**: c\\|d |\n"; !strings.HasSuffix(string(page), want) {
		t.Errorf("%q, want %q at the end", page, want)
	}
}
