package main

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// A run is what go test -json tells of the tests that came to an end, by test: for itself and for its subtests, whose
// names begin with its own and a slash, whether it passed. One that was skipped did not.
type run map[test]map[string]bool

// readRun reads the output of go test -json.
func readRun(from io.Reader) (run, error) {
	ended := run{}
	for decoder := json.NewDecoder(from); ; {
		var event struct{ Action, Package, Test string }
		switch err := decoder.Decode(&event); {
		case errors.Is(err, io.EOF):
			return ended, nil
		case err != nil:
			return nil, fmt.Errorf("this is not what go test -json writes: %w", err)
		}
		if event.Test == "" || event.Action != "pass" && event.Action != "skip" && event.Action != "fail" {
			continue
		}
		name, _, _ := strings.Cut(event.Test, "/")
		t := test{strings.TrimPrefix(event.Package, module+"/"), name}
		if ended[t] == nil {
			ended[t] = map[string]bool{}
		}
		ended[t][event.Test] = event.Action == "pass"
	}
}

// checks tells whether t passed, and among its subtests with the id in their name, where there are any, at least one.
func (r run) checks(t test, id string) bool {
	if !r[t][t.name] {
		return false
	}
	named, passed := false, false
	for name, ok := range r[t] {
		if slices.Contains(idPattern.FindAllString(strings.ReplaceAll(name, "_", " "), -1), id) {
			named, passed = true, passed || ok
		}
	}
	return passed || !named
}

// unchecked returns a fault for every covered requirement of whose tests none ran to a good end.
func unchecked(packs []pack, found finding, ended run) (all []error) {
	for _, p := range packs {
		for _, r := range p.requirements {
			if r.fate.status == covered && !slices.ContainsFunc(found.tests[r.id], func(t test) bool { return ended.checks(t, r.id) }) {
				all = append(all, fmt.Errorf("%s is listed as covered, and none of the tests that name it ran and passed", r.id))
			}
		}
	}
	return all
}
