package differential

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write README.md and the kept corpus anew")

const (
	corpus = "testdata/fuzz/FuzzVerdict"
	prefix = "go test fuzz v1\n[]byte("

	maxKept = 50 // inputs of the corpus
)

// finding is a row as the disagreement with one peer, in one direction.
type finding struct{ row, peer string }

// wanted is everything that the corpus has to show: what the examples of the table do.
func wanted() []finding {
	var all []finding
	for i := range table {
		for _, p := range peers {
			if table[i].differs(p.name, true) || table[i].differs(p.name, false) {
				all = append(all, finding{table[i].name, p.name})
			}
		}
	}
	return all
}

// findings are what one input shows.
func findings(data []byte) ([]finding, error) {
	token := tokenFrom(data)
	found, err := compare(token)
	var all []finding
	for _, d := range found {
		for _, row := range explain(d, dissect(token)) {
			all = append(all, finding{row, d.peer})
		}
	}
	return all, err
}

// TestCorpus: the kept corpus shows every row of the table, with every peer, so the fuzz target really reaches them.
func TestCorpus(t *testing.T) {
	t.Parallel()
	if *update {
		if err := keep(search()); err != nil {
			t.Fatal(err)
		}
	}
	files, err := os.ReadDir(corpus)
	if err != nil {
		t.Fatal(err)
	}
	if len(files) > maxKept {
		t.Errorf("%d files, over %d", len(files), maxKept)
	}
	var shown []finding
	for _, file := range files {
		all, err := findings(load(t, file.Name()))
		if err != nil {
			t.Errorf("%s: %v", file.Name(), err)
		}
		shown = append(shown, all...)
	}
	for _, f := range wanted() {
		if !slices.Contains(shown, f) {
			t.Errorf("no input of the corpus shows %+v; go test -run TestCorpus -update searches for them", f)
		}
	}
}

func load(t *testing.T, name string) []byte {
	t.Helper()
	text, err := os.ReadFile(filepath.Join(corpus, name))
	if err != nil {
		t.Fatal(err)
	}
	quoted, _ := strings.CutPrefix(strings.TrimSpace(string(text)), prefix)
	data, err := strconv.Unquote(strings.TrimSuffix(quoted, ")"))
	if err != nil {
		t.Fatalf("%s: %v", name, err)
	}
	return []byte(data)
}

// search finds inputs for all that is wanted, going on at random from what is known. It is the same at every run.
func search() map[finding][]byte {
	const most, longest = 200_000, 32 // inputs, and octets of one
	chance := rand.New(rand.NewPCG(1, 2))
	found := make(map[finding][]byte)
	unspoilt := [][]byte{{0}, {1}, {2}, {3}, {4}, {5}} // half of the time: what has one fault rarely shows another
	pool := slices.Clone(unspoilt)
	missing := wanted()
	for tries := 0; tries < most && len(missing) > 0; tries++ {
		from := unspoilt
		if tries%2 == 1 {
			from = pool
		}
		data := slices.Clone(from[chance.IntN(len(from))])
		for range 1 + chance.IntN(8) {
			data = append(data, byte(chance.Uint32()))
		}
		all, _ := findings(data) // an error is for TestCorpus to report
		for _, f := range all {
			if found[f] == nil && len(data) <= longest {
				found[f] = data
				pool = append(pool, data)
			}
		}
		missing = slices.DeleteFunc(missing, func(f finding) bool { return found[f] != nil })
	}
	return found
}

// keep writes the fewest inputs that show everything, in place of what was there.
func keep(found map[finding][]byte) error {
	if err := os.RemoveAll(corpus); err != nil {
		return err
	}
	if err := os.MkdirAll(corpus, 0o755); err != nil {
		return err
	}
	shown := make(map[finding]bool)
	for _, f := range wanted() {
		data := found[f]
		if shown[f] || data == nil {
			continue
		}
		all, err := findings(data)
		if err != nil {
			return err
		}
		for _, also := range all {
			shown[also] = true
		}
		name := strings.NewReplacer(" ", "-", ",", "").Replace(f.row + " " + f.peer)
		if err := os.WriteFile(filepath.Join(corpus, name), fmt.Appendf(nil, "%s%q)\n", prefix, data), 0o644); err != nil {
			return err
		}
	}
	return nil
}
