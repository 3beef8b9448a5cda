package main

import (
	"bytes"
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
)

const root = "../.." // from this folder to the repository's

func scanned(t *testing.T, tree fs.FS) finding {
	t.Helper()
	found, err := scan(tree)
	if err != nil {
		t.Fatal(err)
	}
	return found
}

// ours is the finding of this repository.
func ours(t *testing.T) finding {
	t.Helper()
	found, err := scanOnce()
	if err != nil {
		t.Fatal(err)
	}
	return found
}

var scanOnce = sync.OnceValues(func() (finding, error) { return scan(os.DirFS(root)) })

// TestMap: the list and the tests of the repository agree.
func TestMap(t *testing.T) {
	t.Parallel()
	for _, fault := range faults(packs, ours(t)) {
		t.Error(fault)
	}
}

// TestDocument: the page in the repository is the one that the command writes.
func TestDocument(t *testing.T) {
	t.Parallel()
	got, err := os.ReadFile(filepath.Join(root, document))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(got, markdown(packs, ours(t))) {
		t.Errorf("%s is not up to date: go run ./internal/conformance", document)
	}
}

// edited is a file system in whose files something else stands for an id.
type edited struct {
	fs.FS
	id, by string
}

func (e edited) ReadFile(name string) ([]byte, error) {
	text, err := fs.ReadFile(e.FS, name)
	return regexp.MustCompile(`\b`+e.id+`\b`).ReplaceAll(text, []byte(e.by)), err
}

// TestBrokenMap breaks the map of this very repository: one id loses its tests, and another is mistyped in them.
func TestBrokenMap(t *testing.T) {
	t.Parallel()
	tree := edited{edited{os.DirFS(root), "R7519-7", "nbf"}, "R6750-12", "R6750-120"}
	expectFaults(t, faults(packs, scanned(t, tree)), []string{
		"R6750-12 is listed as covered, and no test names it",
		"R7519-7 is listed as covered, and no test names it",
		"names R6750-120, which is not listed",
	})
}

// TestEveryTestCounts: whichever covered id has no tests is missed, and no other one.
func TestEveryTestCounts(t *testing.T) {
	t.Parallel()
	found := ours(t)
	found.tests = nil
	var says []string
	for _, p := range packs {
		for _, r := range p.requirements {
			if r.fate.status == covered {
				says = append(says, r.id+" is listed as covered")
			}
		}
	}
	expectFaults(t, faults(packs, found), says)
}

func expectFaults(t *testing.T, got []error, says []string) {
	t.Helper()
	if len(got) != len(says) {
		t.Errorf("%d faults, want %d: %v", len(got), len(says), errors.Join(got...))
		return
	}
	for i, part := range says {
		if !strings.Contains(got[i].Error(), part) {
			t.Errorf("fault %q, want one that says %q", got[i], part)
		}
	}
}

// TestChecklist compares ids and levels with the checklist that the list was made from, which is not in the repository.
func TestChecklist(t *testing.T) {
	t.Parallel()
	text, err := os.ReadFile(filepath.Join(root, "..", "shared", "REQUIREMENTS.md"))
	if errors.Is(err, fs.ErrNotExist) {
		t.Skip("NOT CHECKED: the checklist is not beside the repository")
	}
	if err != nil {
		t.Fatal(err)
	}
	listed := map[string]level{}
	for _, p := range packs {
		for _, r := range p.requirements {
			listed[r.id] = r.level
		}
	}
	for line := range strings.Lines(string(text)) {
		columns := strings.Split(line, " | ")
		id := columns[0]
		if len(columns) != 4 || idPattern.FindString(id) != id {
			continue
		}
		level, found := listed[id]
		want := strongest(id, columns[1]+" "+columns[2])
		if !found || want != "" && level != want {
			t.Errorf("%s has level %q, want %q", id, level, want)
		}
		if readings[id] != (want == "") {
			t.Errorf("%s has a level of our reading: %v, want %v", id, readings[id], want == "")
		}
		delete(listed, id)
	}
	for id := range listed {
		t.Errorf("%s is not in the checklist", id)
	}
}

// TestReadings: each is a requirement of a specification, and is marked on the page.
func TestReadings(t *testing.T) {
	t.Parallel()
	page, left := string(markdown(packs, finding{})), maps.Clone(readings)
	for _, p := range packs {
		for _, r := range p.requirements {
			if marked := strings.Contains(page, "| "+r.id+" | "+strings.ReplaceAll(r.text, "|", `\|`)+" | "+string(r.level)+readMark+" |"); marked != readings[r.id] || marked && r.level == policy {
				t.Errorf("%s, level %s: marked %v, want %v", r.id, r.level, marked, readings[r.id])
			}
			delete(left, r.id)
		}
	}
	for id := range left {
		t.Errorf("%s is not listed", id)
	}
}

// words are what RFC 2119 calls a level by, the strongest first.
var words = []struct {
	level level
	word  *regexp.Regexp
}{
	{must, regexp.MustCompile(`\b(MUST|REQUIRED|SHALL)\b`)},
	{should, regexp.MustCompile(`\b(SHOULD|RECOMMENDED)\b`)},
	{may, regexp.MustCompile(`\b(MAY|OPTIONAL)\b`)},
	{policy, regexp.MustCompile(`\bPOLICY\b`)},
}

// strongest returns the level that a line of the checklist states, or "" where it states none.
func strongest(id, line string) level {
	if id == "R6750-18" { // which speaks of the REQUIRED scope
		line = strings.Replace(line, "REQUIRED", "", 1)
	}
	for _, w := range words {
		if w.word.MatchString(line) {
			return w.level
		}
	}
	if strings.HasPrefix(id, "L-") { // the section of our own invariants
		return policy
	}
	return ""
}
