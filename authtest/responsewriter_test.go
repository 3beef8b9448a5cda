package authtest

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
)

// Handler and context may end at the same moment; an answer that nobody waits
// for any more must not look complete, whoever is first.
func TestFinishAfterContextEnded(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	reader, writer := io.Pipe()
	w := newResponseWriter(writer, http.MethodGet)
	w.serve(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}), httptest.NewRequestWithContext(ctx, "GET", "/", nil))
	if _, err := io.ReadAll(reader); !errors.Is(err, context.Canceled) {
		t.Errorf("the body ends with %v", err)
	}
}
