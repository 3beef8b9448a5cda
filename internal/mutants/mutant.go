package main

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
)

// A mutant is one change that must not go unnoticed.
type mutant struct {
	name string // area: what is no longer checked
	file string // relative to the top of the repository
	old  string // occurs exactly once in file
	new  string

	// tests are the packages to be run, relative to the top; none: the file's own.
	tests []string

	// survives says why no test can notice, for a check that another one backs
	// up. Empty: it must be noticed.
	survives string
}

// source returns the text of the file with the change made.
func (m *mutant) source(top string) ([]byte, error) {
	text, err := os.ReadFile(filepath.Join(top, filepath.FromSlash(m.file)))
	if err != nil {
		return nil, err
	}
	switch n := strings.Count(string(text), m.old); {
	case m.old == m.new:
		return nil, fmt.Errorf("%s: changes nothing", m.name)
	case n != 1:
		return nil, fmt.Errorf("%s: its text occurs %d times in %s, want once", m.name, n, m.file)
	}
	return []byte(strings.Replace(string(text), m.old, m.new, 1)), nil
}

// packages are the arguments for go test.
func (m *mutant) packages() []string {
	if len(m.tests) == 0 {
		return []string{"./" + filepath.ToSlash(filepath.Dir(m.file))}
	}
	return m.tests
}
