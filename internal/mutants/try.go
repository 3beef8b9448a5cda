package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"time"
)

// verdict is what became of a mutant.
type verdict struct {
	killed bool
	by     string // the first test that failed
	took   time.Duration
}

// limit is how long the tests of one mutant may hang before that counts as
// noticed.
const limit = time.Minute

// baseline runs the packages of all the mutants as they are, in the same way and
// in the same time, but once; results of an earlier run will do.
func baseline(ctx context.Context, top string, list []mutant) error {
	var packages []string
	for _, m := range list {
		packages = append(packages, m.packages()...)
	}
	slices.Sort(packages)
	cmd := exec.CommandContext(ctx, "go", append([]string{"test", "-vet=off", "-timeout", limit.String()}, slices.Compact(packages)...)...)
	cmd.Dir = top
	if output, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("the tests fail without a mutant, %w:\n%s", err, output)
	}
	return nil
}

// try runs the tests with the change in place of the file. An error means that
// nothing was found out: the mutant does not fit the source or does not compile.
func try(ctx context.Context, top string, m *mutant) (verdict, error) {
	overlay, remove, err := overlayFor(top, m)
	if err != nil {
		return verdict{}, err
	}
	defer remove()

	started := time.Now()
	// Without vet, which would refuse what a compiler takes, and without the cache
	// of results, which does not know of files that tests read.
	args := append([]string{"test", "-overlay", overlay, "-vet=off", "-count=1", "-failfast", "-timeout", limit.String()}, m.packages()...)
	cmd := exec.CommandContext(ctx, "go", args...)
	cmd.Dir = top
	output, err := cmd.CombinedOutput()
	took := time.Since(started)
	var failed *exec.ExitError
	switch {
	case ctx.Err() != nil:
		return verdict{}, ctx.Err()
	case err == nil:
		return verdict{took: took}, nil
	case !errors.As(err, &failed):
		return verdict{}, err
	case unbuilt.Match(output):
		return verdict{}, fmt.Errorf("%s: does not compile:\n%s", m.name, output)
	}
	return verdict{killed: true, by: firstFailure(string(output)), took: took}, nil
}

var unbuilt = regexp.MustCompile(`(?m)^FAIL\s.*\[(build|setup) failed\]$`)

// overlayFor writes the changed file and what go test -overlay wants to know.
func overlayFor(top string, m *mutant) (path string, remove func(), err error) {
	text, err := m.source(top)
	if err != nil {
		return "", nil, err
	}
	folder, err := os.MkdirTemp("", "mutant")
	if err != nil {
		return "", nil, err
	}
	changed, path := filepath.Join(folder, "changed.go"), filepath.Join(folder, "overlay.json")
	list, err := json.Marshal(map[string]map[string]string{
		"Replace": {filepath.Join(top, filepath.FromSlash(m.file)): changed},
	})
	err = errors.Join(err, os.WriteFile(changed, text, 0o600), os.WriteFile(path, list, 0o600))
	return path, func() { _ = os.RemoveAll(folder) }, err
}

// firstFailure names the innermost test that failed first.
func firstFailure(output string) string {
	name := "the run: " + lastLine(output)
	for line := range strings.Lines(output) {
		rest, found := strings.CutPrefix(strings.TrimLeft(line, " "), "--- FAIL: ")
		switch {
		case found:
			name, _, _ = strings.Cut(rest, " (")
		case strings.HasPrefix(name, "Test") || strings.HasPrefix(name, "Fuzz"):
			return name
		}
	}
	return name
}

func lastLine(output string) string {
	lines := strings.Split(strings.TrimSpace(output), "\n")
	return lines[len(lines)-1]
}
