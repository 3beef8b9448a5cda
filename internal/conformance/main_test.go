package main

import (
	"os"
	"path/filepath"
	"testing"
)

// TestFindRoot: the command finds the repository from any folder of it, and nothing elsewhere.
func TestFindRoot(t *testing.T) {
	want, err := filepath.Abs(root)
	if err != nil {
		t.Fatal(err)
	}
	for _, folder := range []string{".", root, filepath.Join(root, "adapters", "httpguard")} {
		t.Run(folder, func(t *testing.T) {
			t.Chdir(folder)
			if got, err := findRoot(); err != nil || !sameFolder(t, got, want) {
				t.Errorf("%s, %v, want %s", got, err, want)
			}
		})
	}
	t.Run("elsewhere", func(t *testing.T) {
		t.Chdir(t.TempDir())
		if got, err := findRoot(); err == nil {
			t.Errorf("%s, want an error", got)
		}
	})
}

func sameFolder(t *testing.T, a, b string) bool {
	t.Helper()
	x, errX := os.Stat(a)
	y, errY := os.Stat(b)
	return errX == nil && errY == nil && os.SameFile(x, y)
}
