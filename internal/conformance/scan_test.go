package main

import (
	"fmt"
	"slices"
	"testing"
	"testing/fstest"
)

// TestScan: where an id counts, and for which test. The id is R1000-1 throughout.
func TestScan(t *testing.T) {
	t.Parallel()
	const test = "package a\n\nimport \"testing\"\n\n"
	for name, tt := range map[string]struct {
		files map[string]string
		want  []string // folder and name of the tests, sorted
	}{
		"in the name of a case":           {map[string]string{"a/a_test.go": test + `func TestA(t *testing.T) { t.Run("R1000-1 x", nil) }`}, []string{"a TestA"}},
		"in a comment inside":             {map[string]string{"a/a_test.go": test + "func TestA(t *testing.T) {\n\t_ = 1 // R1000-1\n}"}, []string{"a TestA"}},
		"in the comment on a test":        {map[string]string{"a/a_test.go": test + "// TestA: R1000-1\nfunc TestA(t *testing.T) { _ = 1 }"}, []string{"a TestA"}},
		"in a fuzz target":                {map[string]string{"a/a_test.go": test + `func FuzzA(f *testing.F) { f.Add("R1000-1") }`}, []string{"a FuzzA"}},
		"in a table":                      {map[string]string{"a/a_test.go": test + "var cases = []string{\"R1000-1\"}\n\nfunc TestA(t *testing.T) { _ = cases }"}, []string{"a TestA"}},
		"in the comment on a table":       {map[string]string{"a/a_test.go": test + "// R1000-1\nvar cases = 1\n\nfunc TestA(t *testing.T) { _ = cases }"}, []string{"a TestA"}},
		"in a table of a group":           {map[string]string{"a/a_test.go": test + "var (\n\t// R1000-1\n\tx = 1\n\ty = 1\n)\n\nfunc TestX(t *testing.T) { _ = x }\nfunc TestY(t *testing.T) { _ = y }"}, []string{"a TestX"}},
		"in a helper":                     {map[string]string{"a/a_test.go": test + "func check() { _ = \"R1000-1\" }\nfunc TestA(t *testing.T) { check() }\nfunc TestB(t *testing.T) { check() }\nfunc TestC(t *testing.T) {}"}, []string{"a TestA", "a TestB"}},
		"in a helper's helper":            {map[string]string{"a/a_test.go": test + "func inner() { _ = \"R1000-1\" }\nfunc check() { inner() }\nfunc TestA(t *testing.T) { check() }"}, []string{"a TestA"}},
		"in a method":                     {map[string]string{"a/a_test.go": test + "type rig struct{}\nfunc (rig) check() { _ = \"R1000-1\" }\nfunc TestA(t *testing.T) { rig{}.check() }"}, []string{"a TestA"}},
		"in another file":                 {map[string]string{"a/a_test.go": test + "func TestA(t *testing.T) { check() }", "a/b_test.go": "package a_test\n\nfunc check() { _ = \"R1000-1\" }"}, []string{"a TestA"}},
		"in a package for tests":          {map[string]string{"a/a_test.go": "package a\n\nimport (\n\t\"testing\"\n\n\t\"" + module + "/b\"\n)\n\nfunc TestA(t *testing.T) { b.Run(t) }", "b/b.go": "package b\n\nimport \"testing\"\n\nfunc Run(t *testing.T) { t.Run(\"R1000-1\", nil) }"}, []string{"a TestA"}},
		"in a method of one":              {map[string]string{"a/a_test.go": "package a\n\nimport (\n\t\"testing\"\n\n\tc \"" + module + "/b\"\n)\n\nfunc TestA(t *testing.T) { c.New().Run(t) }", "b/b.go": "package b\n\nimport \"testing\"\n\ntype Rig struct{}\nfunc New() Rig { return Rig{} }\nfunc (Rig) Run(t *testing.T) { t.Run(\"R1000-1\", nil) }"}, []string{"a TestA"}},
		"in a nested module":              {map[string]string{"x/a/go.mod": "module x", "x/a/a_test.go": test + `func TestA(t *testing.T) { t.Run("R1000-1 x", nil) }`}, []string{"x/a TestA"}},
		"in cases that a test reads":      {map[string]string{"testdata/x.json": `{"name":"R1000-1"}`, "a/a_test.go": test + "func read(name string) {}\nfunc TestA(t *testing.T) { read(\"../testdata/x.json\") }"}, []string{"a TestA"}},
		"in a folder that a test reads":   {map[string]string{"testdata/x/y.json": `{"name":"R1000-1"}`, "a/a_test.go": test + `func TestA(t *testing.T) { _ = "../testdata/x" }`}, []string{"a TestA"}},
		"in a folder, by a pattern":       {map[string]string{"testdata/x/y.json": `{"name":"R1000-1"}`, "a/a_test.go": test + `func TestA(t *testing.T) { _ = "../testdata/x/*.json" }`}, []string{"a TestA"}},
		"in another folder":               {map[string]string{"testdata/x/y.json": `{"name":"R1000-1"}`, "a/a_test.go": test + `func TestA(t *testing.T) { _ = "../testdata/z"; _ = "../testdata/" }`}, nil},
		"in cases nobody reads":           {map[string]string{"testdata/x.json": `{"name":"R1000-1"}`, "a/a_test.go": test + "func TestA(t *testing.T) {}"}, nil},
		"in other JSON":                   {map[string]string{"a/x.json": `{"name":"R1000-1"}`, "a/a_test.go": test + `func TestA(t *testing.T) { _ = "x.json" }`}, nil},
		"in the package's comment":        {map[string]string{"a/a_test.go": "// Package a: R1000-1\n" + test + "func TestA(t *testing.T) {}"}, nil},
		"between declarations":            {map[string]string{"a/a_test.go": test + "// R1000-1\n\nfunc TestA(t *testing.T) {}"}, nil},
		"in a helper nobody calls":        {map[string]string{"a/a_test.go": test + "func check() { _ = \"R1000-1\" }\nfunc TestA(t *testing.T) {}"}, nil},
		"in a helper that is hidden":      {map[string]string{"a/a_test.go": test + "func check() { _ = \"R1000-1\" }\nfunc TestA(t *testing.T) { check := 1; _ = check }"}, nil},
		"in a helper, for a field":        {map[string]string{"a/a_test.go": test + "func check() { _ = \"R1000-1\" }\nfunc TestA(t *testing.T) { t.check = struct{ check int }{check: 1} }"}, nil},
		"in a benchmark":                  {map[string]string{"a/a_test.go": test + `func BenchmarkA(b *testing.B) { _ = "R1000-1" }`}, nil},
		"in TestMain":                     {map[string]string{"a/a_test.go": test + `func TestMain(m *testing.M) { _ = "R1000-1" }`}, nil},
		"in production code":              {map[string]string{"a/a.go": "package a\n\nfunc TestA() { _ = \"R1000-1\" }"}, nil},
		"in other people's packages":      {map[string]string{"node_modules/a/a_test.go": test + `func TestA(t *testing.T) { _ = "R1000-1" }`}, nil},
		"in hidden folders":               {map[string]string{".git/a_test.go": test + `func TestA(t *testing.T) { _ = "R1000-1" }`}, nil},
		"in this package":                 {map[string]string{"internal/conformance/a_test.go": test + `func TestA(t *testing.T) { _ = "R1000-1" }`}, nil},
		"in a file that is never built":   {map[string]string{"a/a_test.go": "//go:build never\n\n" + test + `func TestA(t *testing.T) { _ = "R1000-1" }`}, nil},
		"in a file for another system":    {map[string]string{"a/a_windows_test.go": test + `func TestA(t *testing.T) { _ = "R1000-1" }`}, nil},
		"in a file without race":          {map[string]string{"a/a_test.go": "//go:build !race\n\n" + test + `func TestA(t *testing.T) { _ = "R1000-1" }`}, []string{"a TestA"}},
		"in a file with race":             {map[string]string{"a/a_test.go": "//go:build race\n\n" + test + `func TestA(t *testing.T) { _ = "R1000-1" }`}, []string{"a TestA"}},
		"in the comment on an empty test": {map[string]string{"a/a_test.go": test + "// R1000-1\nfunc TestA(t *testing.T) {}"}, nil},
		"in a test that is skipped":       {map[string]string{"a/a_test.go": test + "func TestA(t *testing.T) {\n\tt.Skip(\"R1000-1\")\n}"}, nil},
		"in one that is skipped later":    {map[string]string{"a/a_test.go": test + "func TestA(t *testing.T) {\n\tt.Parallel()\n\tt.SkipNow()\n\t_ = \"R1000-1\"\n}"}, nil},
		"in one that is skipped if":       {map[string]string{"a/a_test.go": test + "func TestA(t *testing.T) {\n\tif short {\n\t\tt.Skipf(\"\")\n\t}\n\t_ = \"R1000-1\"\n}"}, []string{"a TestA"}},
		"under if false":                  {map[string]string{"a/a_test.go": test + "func TestA(t *testing.T) {\n\tif false {\n\t\t_ = \"R1000-1\"\n\t}\n}"}, nil},
		"in a helper under if false":      {map[string]string{"a/a_test.go": test + "func check() { _ = \"R1000-1\" }\nfunc TestA(t *testing.T) {\n\tif false {\n\t\tcheck()\n\t}\n}"}, nil},
		"in a helper under else of true":  {map[string]string{"a/a_test.go": test + "func check() { _ = \"R1000-1\" }\nfunc TestA(t *testing.T) {\n\tif true {\n\t} else {\n\t\tcheck()\n\t}\n}"}, nil},
		"in a helper after return":        {map[string]string{"a/a_test.go": test + "func check() { _ = \"R1000-1\" }\nfunc TestA(t *testing.T) {\n\treturn\n\tcheck()\n}"}, nil},
		"in a helper before return":       {map[string]string{"a/a_test.go": test + "func check() { _ = \"R1000-1\" }\nfunc TestA(t *testing.T) {\n\tif true {\n\t\tcheck()\n\t\treturn\n\t}\n}"}, []string{"a TestA"}},
		"after a skip in a case":          {map[string]string{"a/a_test.go": test + "func TestA(t *testing.T) {\n\tswitch {\n\tdefault:\n\t\tt.Skip()\n\t\t_ = \"R1000-1\"\n\t}\n}"}, nil},
		"in the name of an empty subtest": {map[string]string{"a/a_test.go": test + `func TestA(t *testing.T) { t.Run("R1000-1", func(t *testing.T) {}) }`}, nil},
		"in that of one that is skipped":  {map[string]string{"a/a_test.go": test + `func TestA(t *testing.T) { t.Run("R1000-1", func(t *testing.T) { t.Skip() }) }`}, nil},
		"in that of one that is not":      {map[string]string{"a/a_test.go": test + `func TestA(t *testing.T) { t.Run("R1000-1", func(t *testing.T) { check(t) }) }`}, []string{"a TestA"}},
		"beside an empty function":        {map[string]string{"a/a_test.go": test + `func TestA(t *testing.T) { check(t, "R1000-1", func() {}) }`}, []string{"a TestA"}},
		"in Testfoo":                      {map[string]string{"a/a_test.go": test + `func Testfoo(t *testing.T) { _ = "R1000-1" }`}, nil},
		"in a test without parameter":     {map[string]string{"a/a_test.go": test + `func TestA() { _ = "R1000-1" }`}, nil},
		"in a test with another":          {map[string]string{"a/a_test.go": test + `func TestA(t *testing.B) { _ = "R1000-1" }`}, nil},
		"in a test with two":              {map[string]string{"a/a_test.go": test + `func TestA(t, u *testing.T) { _ = "R1000-1" }`}, nil},
		"in a test with a result":         {map[string]string{"a/a_test.go": test + `func TestA(t *testing.T) error { _ = "R1000-1"; return nil }`}, nil},
		"in a generic test":               {map[string]string{"a/a_test.go": test + `func TestA[X any](t *testing.T) { _ = "R1000-1" }`}, nil},
		"in a fuzz target of a T":         {map[string]string{"a/a_test.go": test + `func FuzzA(t *testing.T) { _ = "R1000-1" }`}, nil},
		"in a test method":                {map[string]string{"a/a_test.go": test + "type rig struct{}\nfunc (rig) TestA(t *testing.T) { _ = \"R1000-1\" }"}, nil},
		"in Test and Test_a":              {map[string]string{"a/a_test.go": test + "func Test(t *testing.T) { _ = \"R1000-1\" }\nfunc Test_a(t *testing.T) { _ = \"R1000-1\" }"}, []string{"a Test", "a Test_a"}},
		"inside a longer word":            {map[string]string{"a/a_test.go": test + `func TestA(t *testing.T) { _ = "XR1000-1 R1000-1x" }`}, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, c := range scanned(t, tree(tt.files)).tests["R1000-1"] {
				got = append(got, c.folder+" "+c.name)
			}
			if slices.Sort(got); !slices.Equal(got, tt.want) {
				t.Errorf("tests %q, want %q", got, tt.want)
			}
		})
	}
}

func tree(files map[string]string) fstest.MapFS {
	all := fstest.MapFS{}
	for name, text := range files {
		all[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return all
}

// TestNearestFirst: a test that names an id itself is listed before those that call what names it.
func TestNearestFirst(t *testing.T) {
	t.Parallel()
	found := scanned(t, tree(map[string]string{"a/a_test.go": `package a
func check() { _ = "R1000-1" }
func TestA(t *testing.T) { check() }
func TestB(t *testing.T) { _ = "R1000-1"; check() }`}))
	if got := fmt.Sprint(found.tests["R1000-1"]); got != "[{a TestB} {a TestA}]" {
		t.Error(got)
	}
}

// TestNamed: an id that is not listed is found wherever in a test file it is, and so is one that is cut short.
func TestNamed(t *testing.T) {
	t.Parallel()
	for text, tt := range map[string]struct{ named, short int }{
		"R1000-1":                       {1, 0},
		"R1000-1, R1000-2":              {2, 0},
		"RFAPI-1 ROIDC-2 L-3 R9110-1":   {4, 0},
		"R1000-1, -2":                   {1, 1},
		"R1000-1, 2":                    {1, 1},
		"R1000-1/2":                     {1, 1},
		"R1000-1 to 4, R1000-9":         {2, 1},
		"R1000-1..4":                    {1, 1},
		"R1000-1 – 4":                   {1, 1},
		"R1000-1 and 2":                 {1, 1},
		"R1000-1 two of 4":              {1, 0},
		"R1000-1 64 octets":             {1, 0},
		"RFC 1000, HTML-5, SSL-3, r1-1": {0, 0},
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			found := scanned(t, tree(map[string]string{"a/a_test.go": "// " + text + "\npackage a\n"}))
			if len(found.named) != tt.named || len(found.short) != tt.short || len(found.tests) != 0 {
				t.Errorf("%v, want %d ids, %d of them short", found, tt.named, tt.short)
			}
		})
	}
}

// TestUnreadable: what cannot be read is an error, never an empty finding.
func TestUnreadable(t *testing.T) {
	t.Parallel()
	for name, file := range map[string]string{"a/a_test.go": "pakcage a", "testdata/a.json": "{"} {
		if _, err := scan(tree(map[string]string{name: file})); err == nil {
			t.Errorf("%s: no error", name)
		}
	}
}
