package main

import (
	"cmp"
	"io/fs"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

var (
	// An id is complete wherever it is written, so that a search for it finds every place.
	idPattern = regexp.MustCompile(`\b(?:R(?:[0-9]{4}|FAPI|TSL|CAEP|MCP|OIDC)|L)-[0-9]+\b`)

	// Ranges and lists that leave out the letters: two ids, one of which no search finds.
	shortPattern = regexp.MustCompile(idPattern.String() + `(?:\s*(?:,|/|\.\.|…|–|-|\band\b|\bto\b)\s*-?[0-9]+\b)`)
)

// A test is one that go test runs: TestXxx or FuzzXxx.
type test struct{ folder, name string }

// A finding is what the tests of the repository say of the requirements.
type finding struct {
	tests map[string][]test // by id: the tests that name it, the nearest first
	named map[string]string // by id: a file that names it, in whatever place
	short []string          // abbreviated ids, as "file: text"
}

// scan reads the tests of every module below root: the Go files that end in _test.go or import testing, and the JSON
// files in folders named testdata.
func scan(root fs.FS) (finding, error) {
	found := finding{named: map[string]string{}}
	uses := newGraph()
	err := fs.WalkDir(root, ".", func(p string, entry fs.DirEntry, err error) error {
		switch {
		case err != nil:
			return err
		case entry.IsDir() && ignored(p):
			return fs.SkipDir
		case entry.IsDir():
			return nil
		}
		return found.read(root, p, uses)
	})
	if err != nil {
		return finding{}, err
	}
	found.tests = uses.tests()
	return found, nil
}

// ignored leaves out hidden folders, other people's packages, and this package, whose tests are made of wrong ids.
func ignored(folder string) bool {
	name := path.Base(folder)
	return folder != "." && (name[0] == '.' || name[0] == '_' || name == "node_modules" || folder == "internal/conformance")
}

// read adds one file to the finding and to the graph, if it is one that can hold cases.
func (f *finding) read(root fs.FS, p string, uses *graph) error {
	var add func(p string, text []byte) (holds bool, err error)
	switch {
	case path.Ext(p) == ".go":
		add = uses.addGo
	case path.Ext(p) == ".json" && slices.Contains(strings.Split(p, "/"), "testdata"):
		add = uses.addJSON
	default:
		return nil
	}
	text, err := fs.ReadFile(root, p)
	if err != nil {
		return err
	}
	holds, err := add(p, text)
	if err != nil || !holds {
		return err
	}
	for _, id := range idPattern.FindAllString(string(text), -1) {
		f.named[id] = p
	}
	for _, short := range shortPattern.FindAllString(string(text), -1) {
		f.short = append(f.short, p+": "+short)
	}
	return nil
}

// tests follows every test to what it uses, and gives it the ids that it meets there. Of the tests of an id, those come
// first that name it themselves, then those that use what names it, and so on.
func (g *graph) tests() map[string][]test {
	distances := map[string]map[test]int{}
	for start := range g.starts {
		for reached, distance := range g.reach(start) {
			for _, id := range g.names[reached] {
				t := test(start)
				if distances[id] == nil {
					distances[id] = map[test]int{}
				}
				if known, found := distances[id][t]; !found || distance < known {
					distances[id][t] = distance
				}
			}
		}
	}
	sorted := map[string][]test{}
	for id, of := range distances {
		sorted[id] = slices.SortedFunc(maps.Keys(of), func(a, b test) int {
			return cmp.Or(of[a]-of[b], strings.Compare(a.folder, b.folder), strings.Compare(a.name, b.name))
		})
	}
	return sorted
}
