// Command conformance writes CONFORMANCE.md, the map from the requirements of the RFCs to the tests that check them:
//
//	go run ./internal/conformance
//	go test -json work | go run ./internal/conformance -ran
//
// The requirements are a table in this package, one line each, in files named by their subject. Which tests check which
// is not written down anywhere: it is read from the tests, which name the ids of what they check. The tests of this
// package fail when the two disagree, and when CONFORMANCE.md is not what this command would write. Source alone does not
// show that a test ran: with -ran nothing is written, and it is an error where a covered requirement has no test that
// passed, because all of them were skipped or are missing.
package main

import (
	"errors"
	"flag"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
)

const document = "CONFORMANCE.md"

func main() {
	ran := flag.Bool("ran", false, "read the output of go test -json from standard input: has each covered requirement a test that passed?")
	flag.Parse()
	do := write
	if *ran {
		do = func(found finding, _ string) error { return checkRun(found, os.Stdin) }
	}
	if err := scanAnd(do); err != nil {
		fmt.Fprintln(os.Stderr, "conformance:", err)
		os.Exit(1)
	}
}

func scanAnd(do func(found finding, root string) error) error {
	root, err := findRoot()
	if err != nil {
		return err
	}
	found, err := scan(os.DirFS(root))
	if err != nil {
		return err
	}
	return do(found, root)
}

// write writes the document even when the map has faults, so that it shows what the faults are about.
func write(found finding, root string) error {
	if err := os.WriteFile(filepath.Join(root, document), markdown(packs, found), 0o644); err != nil {
		return err
	}
	return errors.Join(faults(packs, found)...)
}

func checkRun(found finding, output io.Reader) error {
	ended, err := readRun(output)
	if err != nil {
		return err
	}
	return errors.Join(unchecked(packs, found, ended)...)
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
