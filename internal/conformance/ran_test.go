package main

import (
	"os"
	"strings"
	"testing"
)

// TestRan: an id is checked where a test that names it passed, and where a subtest has it in its name, that one too.
func TestRan(t *testing.T) {
	t.Parallel()
	list := []pack{{requirements: []requirement{
		{"R1000-1", must, "RFC 1000", "It holds", tested},
		{"R1000-2", must, "RFC 1000", "It is not there", leftToLater("it is hard")},
	}}}
	found := finding{tests: map[string][]test{"R1000-1": {{"a/b", "TestA"}, {"c", "TestB"}}}}
	line := func(action, folder, test string) string {
		return `{"Action":"` + action + `","Package":"` + module + "/" + folder + `","Test":"` + test + `"}` + "\n"
	}
	for name, tt := range map[string]struct {
		output  string
		checked bool
	}{
		"passed":                             {line("run", "a/b", "TestA") + line("pass", "a/b", "TestA"), true},
		"the other one passed":               {line("skip", "a/b", "TestA") + line("pass", "c", "TestB"), true},
		"its subtest passed":                 {line("pass", "c", "TestB/x/R1000-1_y") + line("pass", "c", "TestB"), true},
		"one of its subtests passed":         {line("pass", "c", "TestB/R1000-1_y") + line("skip", "c", "TestB/R1000-1_z") + line("pass", "c", "TestB"), true},
		"another id's subtest was skipped":   {line("skip", "c", "TestB/R1000-11_y") + line("pass", "c", "TestB"), true},
		"no output":                          {"", false},
		"skipped":                            {line("skip", "a/b", "TestA") + line("skip", "c", "TestB"), false},
		"failed":                             {line("fail", "a/b", "TestA"), false},
		"begun":                              {line("run", "a/b", "TestA") + line("output", "a/b", "TestA"), false},
		"a test of that name elsewhere":      {line("pass", "c", "TestA"), false},
		"the subtest with the id is skipped": {line("skip", "c", "TestB/R1000-1_y") + line("pass", "c", "TestB"), false},
		"only a subtest came to an end":      {line("pass", "c", "TestB/R1000-1_y"), false},
		"the package alone passed":           {`{"Action":"pass","Package":"` + module + `/c"}`, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			ended, err := readRun(strings.NewReader(tt.output))
			if err != nil {
				t.Fatal(err)
			}
			if faults := unchecked(list, found, ended); (len(faults) == 0) != tt.checked {
				t.Errorf("%v, want checked %v", faults, tt.checked)
			}
		})
	}
	for _, bad := range []string{"ok  \tpackage\t1s\n", line("pass", "c", "TestB") + "{", `{"Action":1}`, "[]"} {
		if _, err := readRun(strings.NewReader(bad)); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
}

// TestNothingRan: with no output, every requirement that is called covered is missed.
func TestNothingRan(t *testing.T) {
	t.Parallel()
	err := checkRun(ours(t), strings.NewReader(""))
	n := 0
	for _, p := range packs {
		for _, r := range p.requirements {
			if r.fate.status == covered {
				n++
			}
		}
	}
	if err == nil || strings.Count(err.Error(), "is listed as covered") != n {
		t.Errorf("%v, want %d faults", err, n)
	}
	if err := checkRun(ours(t), strings.NewReader("ok")); err == nil {
		t.Error("nonsense: no error")
	}
}

// TestBuiltInCI: no file of this repository is lost to a constraint by mistake.
func TestBuiltInCI(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]bool{"adapters/echoguard/race_test.go": true, "adapters/echoguard/norace_test.go": true, "jwks/allocs_test.go": true} {
		text, err := os.ReadFile(root + "/" + name)
		if err != nil {
			t.Fatal(err)
		}
		if built, err := builtInCI(name, text); err != nil || built != want {
			t.Errorf("%s: %v, %v", name, built, err)
		}
	}
}
