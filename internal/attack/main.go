// Command attack writes the attack corpus, testdata/attacks, from fresh keys. Run it from the root of the repository:
//
//	go run ./internal/attack
//
// The recipes are Go code, one file for each area; what they make is data: raw tokens, public keys, requests, and what
// has to become of them. Nothing in the files needs this library, so that others can be tested with them too. The tests
// of this package run the files, and the recipes anew, through every adapter.
package main

import (
	"fmt"
	"os"
	"path/filepath"
)

const folder = "testdata/attacks"

func main() {
	if err := write(folder, recipes()); err != nil {
		fmt.Fprintln(os.Stderr, "attack:", err)
		os.Exit(1)
	}
}

func write(folder string, files []*File) error {
	if _, err := os.Stat(folder); err != nil {
		return fmt.Errorf("run it from the root of the repository: %w", err)
	}
	for _, file := range files {
		text, err := file.encode()
		if err != nil {
			return err
		}
		if err := os.WriteFile(filepath.Join(folder, file.Area+".json"), text, 0o644); err != nil {
			return err
		}
	}
	return nil
}
