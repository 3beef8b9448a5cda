// Package arch holds no code, only the test of who may import whom.
//
// The arrows between the packages are a promise to the reader: scopes can be read alone, then middleware, and nothing
// that they say is changed by a package further out. ARCHITECTURE.md gives the reasons; the table here is the law.
package arch

import (
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const (
	root = "../.." // from this folder to the repository's

	module = "github.com/bearerguard/bearerguard"
	jwx    = "github.com/lestrrat-go/jwx"
)

// arrows says what the production code of a folder may import besides the standard library. A folder that is not here
// may hold no production code: a new package is a decision, and is written down first.
var arrows = map[string]struct {
	ours   []string // folders of this repository, exactly
	others []string // module paths; their packages are included
	not    []string // of the standard library; packages below are included
}{
	"scopes": {not: []string{"net", "crypto", "encoding"}}, // strings and durations: no tokens, no requests
	"middleware": {
		ours: []string{"scopes"},
		not:  []string{"crypto/rsa", "crypto/ecdsa", "crypto/ed25519"},
	},
	"middleware/dpop": {
		ours: []string{"middleware", "internal/jose", "internal/strictjson"},
	},
	"jwks": {
		ours: []string{
			"middleware", "internal/jose", "internal/strictjson", "internal/claims", "internal/expiring",
			"internal/fetch", "internal/discovery",
		},
		// The token bucket for fetches of unknown keys, the pause between fetches that fail, and bounded memories.
		others: []string{"golang.org/x/time", "github.com/cenkalti/backoff/v5", "github.com/hashicorp/golang-lru/v2"},
	},
	"introspect": {
		ours: []string{
			"middleware", "jwks", "internal/strictjson", "internal/claims", "internal/expiring", "internal/jose",
			"internal/fetch", "internal/discovery",
		},
		// One call for all who ask about one token, and none while the server is failing.
		others: []string{"golang.org/x/sync", "github.com/sony/gobreaker/v2"},
	},
	"adapters/httpguard":  {ours: []string{"middleware", "scopes"}},
	"adapters/echoguard":  {ours: []string{"middleware", "scopes"}, others: []string{"github.com/labstack/echo/v4"}},
	"adapters/grpcguard":  {ours: []string{"middleware", "scopes"}, others: []string{"google.golang.org/grpc", "google.golang.org/genproto/googleapis/rpc", "google.golang.org/protobuf"}}, // error details are messages
	"authtest":            {ours: []string{"middleware"}},                                                                                                                                  // not internal/jose: a fault there must not hide itself
	"internal/strictjson": {},
	"internal/jose":       {ours: []string{"internal/strictjson"}, others: []string{jwx}},
	"internal/claims":     {ours: []string{"middleware", "internal/strictjson"}},
	"internal/fetch":      {},
	"internal/discovery":  {ours: []string{"internal/fetch", "internal/strictjson"}},
	"internal/guardtest":  {ours: []string{"middleware", "scopes"}}, // for tests: no arrow leads there
	"internal/expiring":   {others: []string{"github.com/hashicorp/golang-lru/v2"}},
}

// evidence are commands and tests that show what the library does. They may import what they like, jwx aside, and
// nothing imports them.
var evidence = []string{
	"internal/attack", "internal/bench", "internal/conformance", "internal/differential", "internal/interop",
	"internal/mutants", "internal/soak",
}

// A source is what the rules need to know of a Go file.
type source struct {
	path    string // from the repository's root, with slashes
	pkg     string // its package clause
	imports []string
}

func (s source) folder() string { return path.Dir(s.path) }
func (s source) isTest() bool   { return strings.HasSuffix(s.path, "_test.go") }

// faults returns what is wrong with the file, one sentence each.
func (s source) faults() []string {
	faults := s.misplaced()
	for _, imported := range s.imports {
		if why := s.refused(imported); why != "" {
			faults = append(faults, "imports "+imported+": "+why)
		}
	}
	return faults
}

// misplaced checks the names: no file at the root, and package names that are folder names.
func (s source) misplaced() []string {
	if s.folder() == "." {
		return []string{"is at the root, where no Go file may be"}
	}
	if within("examples", s.folder()) || s.isEvidence() {
		if s.pkg == "main" {
			return nil
		}
	} else if _, listed := arrows[s.folder()]; !listed && !s.isTest() {
		return []string{"is in a folder that the table of arrows does not list"}
	}
	name := s.pkg
	if s.isTest() {
		name = strings.TrimSuffix(name, "_test")
	}
	if name != path.Base(s.folder()) {
		return []string{"is in package " + s.pkg + ", which is not the folder's name"}
	}
	return nil
}

// refused says why the file may not import a package, or "".
func (s source) refused(imported string) string {
	folder, ours := strings.CutPrefix(imported, module+"/")
	switch {
	case within(jwx, imported) && s.folder() != "internal/jose" && s.folder() != "internal/bench":
		return "only internal/jose knows jwx, so that leaving it is a change of one package"
	case within("examples", s.folder()):
		if ours && within("internal", folder) {
			return "an example shows what users can do, and they cannot import internal packages"
		}
		return ""
	case ours && slices.ContainsFunc(evidence, contains(folder)) && !s.isEvidence():
		return "only evidence may import evidence"
	case s.isTest(), s.isEvidence():
		return ""
	case ours && !slices.Contains(arrows[s.folder()].ours, folder):
		return "no arrow leads there"
	case !ours && isStandard(imported) && slices.ContainsFunc(arrows[s.folder()].not, contains(imported)):
		return "this package must not know it"
	case !ours && !isStandard(imported) && !slices.ContainsFunc(arrows[s.folder()].others, contains(imported)):
		return "not a dependency that this package may have"
	}
	return ""
}

func (s source) isEvidence() bool { return slices.ContainsFunc(evidence, contains(s.folder())) }

// within says whether a path is parent, or below it.
func within(parent, p string) bool { return p == parent || strings.HasPrefix(p, parent+"/") }

// contains is for looking p up in a list of parents.
func contains(p string) func(parent string) bool {
	return func(parent string) bool { return within(parent, p) }
}

// isStandard goes by the rule that a module path begins with a domain name.
func isStandard(imported string) bool {
	first, _, _ := strings.Cut(imported, "/")
	return !strings.Contains(first, ".")
}

func TestArrows(t *testing.T) {
	t.Parallel()
	sources := tree(t)
	// The walk is what everything hangs on: it must have seen this file at least.
	if !slices.ContainsFunc(sources, func(s source) bool { return s.path == "internal/arch/arch_test.go" }) {
		t.Fatal("the repository's files were not found")
	}
	for _, s := range sources {
		for _, fault := range s.faults() {
			t.Errorf("%s %s", s.path, fault)
		}
	}
}

// tree reads the imports of every Go file, whatever its module or build constraints, except in tools/, which holds
// other people's programs, and in folders that the go command ignores too.
func tree(t *testing.T) []source {
	t.Helper()
	var sources []source
	err := fs.WalkDir(os.DirFS(root), ".", func(p string, entry fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if entry.IsDir() {
			if name := entry.Name(); name != "." && (name[0] == '.' || name[0] == '_' || name == "testdata" || p == "tools") {
				return fs.SkipDir
			}
			return nil
		}
		if path.Ext(p) != ".go" {
			return nil
		}
		s, err := read(p)
		sources = append(sources, s)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return sources
}

func read(p string) (source, error) {
	file, err := parser.ParseFile(token.NewFileSet(), filepath.Join(root, filepath.FromSlash(p)), nil, parser.ImportsOnly)
	if err != nil {
		return source{}, err
	}
	s := source{path: p, pkg: file.Name.Name}
	for _, spec := range file.Imports {
		imported, err := strconv.Unquote(spec.Path.Value)
		if err != nil {
			return source{}, err
		}
		s.imports = append(s.imports, imported)
	}
	return s, nil
}

// TestFaults: the checker itself refuses what it is there to refuse.
func TestFaults(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		path, pkg, imported string
		fault               string // a part of the only fault; "" when there is none
	}{
		"evidence of anything":              {"internal/soak/a.go", "main", module + "/authtest", ""},
		"evidence of a dependency":          {"internal/bench/a.go", "main", "github.com/golang-jwt/jwt/v5", ""},
		"a package of evidence":             {"internal/bench/measure/a.go", "measure", "time", ""},
		"a package of evidence, misnamed":   {"internal/bench/measure/a.go", "timing", "time", "not the folder's name"},
		"evidence that is imported":         {"jwks/a.go", "jwks", module + "/internal/bench/measure", "only evidence"},
		"evidence that a test imports":      {"jwks/a_test.go", "jwks", module + "/internal/soak", "only evidence"},
		"evidence that knows jwx":           {"internal/soak/a.go", "main", jwx + "/v2/jwk", "jwx"},
		"an arrow":                          {"jwks/a.go", "jwks", module + "/middleware", ""},
		"an arrow backwards":                {"middleware/a.go", "middleware", module + "/jwks", "no arrow"},
		"an arrow to a folder below":        {"middleware/a.go", "middleware", module + "/middleware/dpop", "no arrow"},
		"scopes know nothing of ours":       {"scopes/a.go", "scopes", module + "/middleware", "no arrow"},
		"scopes know no requests":           {"scopes/a.go", "scopes", "net/http", "must not know"},
		"scopes know strings":               {"scopes/a.go", "scopes", "strings", ""},
		"a longer name is another package":  {"scopes/a.go", "scopes", "network", ""},
		"middleware verifies nothing":       {"middleware/a.go", "middleware", "crypto/rsa", "must not know"},
		"middleware sees certificates":      {"middleware/a.go", "middleware", "crypto/x509", ""},
		"an adapter's framework":            {"adapters/echoguard/a.go", "echoguard", "github.com/labstack/echo/v4/middleware", ""},
		"an adapter's neighbour":            {"adapters/echoguard/a.go", "echoguard", module + "/adapters/httpguard", "no arrow"},
		"an adapter and a validator":        {"adapters/httpguard/a.go", "httpguard", module + "/jwks", "no arrow"},
		"an adapter's test may":             {"adapters/httpguard/a_test.go", "httpguard", module + "/jwks", ""},
		"a framework in the core":           {"middleware/a.go", "middleware", "google.golang.org/grpc", "not a dependency"},
		"a dependency nobody listed":        {"jwks/a.go", "jwks", "example.com/json", "not a dependency"},
		"a module with a longer name":       {"internal/expiring/a.go", "expiring", "github.com/hashicorp/golang-lru/v22", "not a dependency"},
		"jwx at home":                       {"internal/jose/a.go", "jose", jwx + "/v2/jwk", ""},
		"jwx in another package":            {"jwks/a.go", "jwks", jwx + "/v2/jwk", "only internal/jose"},
		"jwx's successor in another one":    {"jwks/a.go", "jwks", jwx + "/v4/jwk", "only internal/jose"},
		"jwx in another package's test":     {"jwks/a_test.go", "jwks", jwx + "/v2/jwk", "only internal/jose"},
		"jwx in an example":                 {"examples/echo/main.go", "main", jwx + "/v2/jwk", "only internal/jose"},
		"jwx beside the peers":              {"internal/bench/a_test.go", "bench_test", jwx + "/v2/jwt", ""},
		"an independent issuer":             {"authtest/a.go", "authtest", module + "/internal/jose", "no arrow"},
		"an example with another's library": {"examples/echo/main.go", "main", "example.com/anything", ""},
		"an example with our insides":       {"examples/echo/main.go", "main", module + "/internal/jose", "users"},
		"a test of a program":               {"examples/echo/main_test.go", "main", "testing", ""},
		"a package in the examples":         {"examples/shared/a.go", "shared", "strings", ""},
		"another package name, in examples": {"examples/shared/a.go", "other", "strings", "not the folder's name"},
		"a file at the root":                {"doc.go", "bearerguard", "strings", "root"},
		"a test at the root":                {"doc_test.go", "bearerguard", "testing", "root"},
		"a package that is not listed":      {"util/a.go", "util", "strings", "does not list"},
		"a package below a listed one":      {"jwks/deep/a.go", "deep", "strings", "does not list"},
		"a folder of tests alone":           {"internal/interop/a_test.go", "interop", "example.com/server", ""},
		"another package name":              {"adapters/httpguard/a.go", "http", "strings", "not the folder's name"},
		"another package name, in a test":   {"jwks/a_test.go", "keys_test", "testing", "not the folder's name"},
		"a production package named _test":  {"jwks/a.go", "jwks_test", "strings", "not the folder's name"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			faults := source{test.path, test.pkg, []string{test.imported}}.faults()
			switch {
			case test.fault == "" && len(faults) > 0:
				t.Errorf("faults %q, want none", faults)
			case test.fault != "" && (len(faults) != 1 || !strings.Contains(faults[0], test.fault)):
				t.Errorf("faults %q, want one with %q", faults, test.fault)
			}
		})
	}
}
