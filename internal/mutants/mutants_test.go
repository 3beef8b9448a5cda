package main

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
)

const top = "../.."

// A mutant that no longer fits the source shows nothing.
func TestMutantsFitTheSource(t *testing.T) {
	t.Parallel()
	list, names := mutants(), map[string]bool{}
	if len(list) < 40 {
		t.Errorf("%d mutants, want at least 40", len(list))
	}
	for _, m := range list {
		if _, err := m.source(top); err != nil {
			t.Error(err)
		}
		if names[m.name] || !strings.Contains(m.name, ": ") {
			t.Errorf("%q is no name, or one of two", m.name)
		}
		names[m.name] = true
		for _, p := range m.packages() {
			if tests, _ := filepath.Glob(filepath.Join(top, p, "*_test.go")); len(tests) == 0 {
				t.Errorf("%s: %s has no tests", m.name, p)
			}
		}
	}
}

func TestSource(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	if err := os.WriteFile(filepath.Join(folder, "a.go"), []byte("one two two"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct{ name, file, old, new, want string }{
		{"once", "a.go", "one", "1", "1 two two"},
		{"twice", "a.go", "two", "2", ""},
		{"not at all", "a.go", "three", "3", ""},
		{"the same", "a.go", "one", "one", ""},
		{"no file", "b.go", "one", "1", ""},
	} {
		m := mutant{name: tt.name, file: tt.file, old: tt.old, new: tt.new}
		if text, err := m.source(folder); string(text) != tt.want || (err == nil) != (tt.want != "") {
			t.Errorf("%s: %q, %v", tt.name, text, err)
		}
	}
}

func TestChoose(t *testing.T) {
	t.Parallel()
	all := func() []mutant { return mutants() }
	few, err := choose(all(), "", 5, "a")
	again, _ := choose(all(), "", 5, "a")
	other, _ := choose(all(), "", 5, "b")
	names := func(list []mutant) (n []string) {
		for _, m := range list {
			n = append(n, m.name)
		}
		return n
	}
	if err != nil || len(few) != 5 || !slices.Equal(names(few), names(again)) || slices.Equal(names(few), names(other)) {
		t.Errorf("%v, %q, %q, %q", err, names(few), names(again), names(other))
	}
	if list, err := choose(all(), "", 0, ""); err != nil || len(list) != len(mutants()) {
		t.Errorf("%d, %v", len(list), err)
	}
	if list, err := choose(all(), "^json: ", 0, ""); err != nil || len(list) == 0 || len(list) == len(mutants()) {
		t.Errorf("%d, %v", len(list), err)
	}
	for _, bad := range []string{"(", "no such mutant"} {
		if _, err := choose(all(), bad, 0, ""); err == nil {
			t.Errorf("%q: no error", bad)
		}
	}
}

// What try says of a mutant that is noticed, of one that is not, and of one that
// does not compile, in a package that takes no time to test.
func TestTry(t *testing.T) {
	t.Parallel()
	absolute, err := filepath.Abs(top)
	if err != nil {
		t.Fatal(err)
	}
	const file = "scopes/syntax.go"
	for _, tt := range []struct {
		name string
		m    mutant
		line string // how the line about it begins; "": an error
	}{
		{"killed", mutant{file: file, old: `return s != ""`, new: `return true`}, "killed "},
		{"survives", mutant{file: file, old: `return s != ""`, new: `return s != "" && true`}, "SURVIVED "},
		{"survives, explained", mutant{file: file, old: `return s != ""`, new: `return s != "" && true`, survives: "it means the same"}, "survived "},
		{"killed, explained", mutant{file: file, old: `return s != ""`, new: `return true`, survives: "nobody notices"}, "killed "},
		{"does not compile", mutant{file: file, old: `return s != ""`, new: `return`}, ""},
		{"does not fit", mutant{file: file, old: `no such text`, new: ``}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			missed, err := tryAll(t.Context(), &out, absolute, []mutant{tt.m}, 1)
			if (err == nil) != (tt.line != "") || !strings.HasPrefix(out.String(), tt.line) || (missed == 1) != (tt.line == "SURVIVED ") {
				t.Errorf("%d, %v\n%s", missed, err, &out)
			}
			outdated := strings.Contains(out.String(), "\nOUTDATED ") && strings.Contains(out.String(), " outdated=1 ")
			if outdated != (tt.name == "killed, explained") {
				t.Errorf("said to be outdated: %v\n%s", outdated, &out)
			}
		})
	}
}

// TestBaseline: where a test fails as it is, no mutant is said to be killed.
func TestBaseline(t *testing.T) {
	folder := t.TempDir()
	for name, text := range map[string]string{
		"go.mod":         "module example.test/m\n\ngo 1.26.0\n",
		"a/a.go":         "package a\n\nconst A = 1\n",
		"a/a_test.go":    "package a\n\nimport \"testing\"\n\nfunc TestA(t *testing.T) {\n\tif A != 1 {\n\t\tt.Error(A)\n\t}\n}\n",
		"bad/b.go":       "package bad\n\nconst B = 1\n",
		"bad/b_test.go":  "package bad\n\nimport \"testing\"\n\nfunc TestB(t *testing.T) { t.Error(\"broken\") }\n",
		"none/b.go":      "package none\n\nconst B = 1\n",
		"none/b_test.go": "package none\n\nvar _ = b\n",
	} {
		path := filepath.Join(folder, name)
		if err := errors.Join(os.MkdirAll(filepath.Dir(path), 0o700), os.WriteFile(path, []byte(text), 0o600)); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv("GOWORK", "off")
	good := mutant{name: "good", file: "a/a.go", old: "A = 1", new: "A = 2"}
	for _, tt := range []struct {
		name string
		list []mutant
		says string // by the error; "": none
	}{
		{"passes", []mutant{good}, ""},
		{"fails", []mutant{{name: "bad", file: "bad/b.go", old: "B = 1", new: "B = 2"}}, "broken"},
		{"another package fails", []mutant{good, {name: "both", file: "a/a.go", old: "A = 1", new: "A = 2", tests: []string{"./a", "./bad"}}}, "broken"},
		{"does not compile", []mutant{{name: "none", file: "none/b.go", old: "B = 1", new: "B = 2"}}, "undefined: b"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out bytes.Buffer
			_, err := tryAll(t.Context(), &out, folder, tt.list, 1)
			if tt.says == "" {
				if err != nil || !strings.HasPrefix(out.String(), "killed ") {
					t.Errorf("%v\n%s", err, &out)
				}
				return
			}
			if err == nil || !strings.Contains(err.Error(), tt.says) || out.Len() > 0 {
				t.Errorf("%v, want an error that says %q and no verdict\n%s", err, tt.says, &out)
			}
		})
	}
}

func TestFirstFailure(t *testing.T) {
	t.Parallel()
	for output, want := range map[string]string{
		"--- FAIL: TestA (0.00s)\n    a_test.go:1: no\nFAIL\n":                                         "TestA",
		"--- FAIL: TestA (0.00s)\n    --- FAIL: TestA/one (0.00s)\n        a_test.go:1: no\n":          "TestA/one",
		"--- FAIL: TestA (0.00s)\n    --- FAIL: TestA/one_(b) (0.00s)\n    --- FAIL: TestA/two (0s)\n": "TestA/two",
		"panic: test timed out after 3m0s\n\ngoroutine 1:\nFAIL\tx\t180s\n":                            "the run: FAIL\tx\t180s",
	} {
		if got := firstFailure(output); got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}
