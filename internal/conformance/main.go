// Command conformance writes CONFORMANCE.md, the map from the requirements of the RFCs to the tests that check them:
//
//	go run ./internal/conformance
//
// The requirements are a table in this package, one line each, in files named by their subject. Which tests check which
// is not written down anywhere: it is read from the tests, which name the ids of what they check. The tests of this
// package fail when the two disagree, and when CONFORMANCE.md is not what this command would write.
package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
)

const document = "CONFORMANCE.md"

func main() {
	if err := run(); err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(1)
	}
}

// run writes the document even when the map has faults, so that it shows what the faults are about.
func run() error {
	root, err := findRoot()
	if err != nil {
		return err
	}
	found, err := scan(os.DirFS(root))
	if err != nil {
		return err
	}
	if err := os.WriteFile(filepath.Join(root, document), markdown(packs, found), 0o644); err != nil {
		return err
	}
	return errors.Join(faults(packs, found)...)
}

// findRoot returns the nearest folder, from the working directory up, that has the go.work of the repository.
func findRoot() (string, error) {
	folder, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(folder, "go.work")); !errors.Is(err, fs.ErrNotExist) {
			return folder, err
		}
		parent := filepath.Dir(folder)
		if parent == folder {
			return "", errors.New("no go.work here or above: run this inside the repository")
		}
		folder = parent
	}
}
