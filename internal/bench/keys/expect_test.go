package keys

import "testing"

// expect holds us to our own promises; what the others do is only reported.
func expect(t *testing.T, c contender, kept bool, promise string, o outcome) {
	t.Helper()
	if c == (ours{}) && !kept {
		t.Errorf("promised: %s; seen: %+v", promise, o)
	}
}
