package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
)

// serverOf counts the requests with the right token.
func serverOf(t *testing.T, token string) (addr string, answered *atomic.Int64) {
	t.Helper()
	answered = new(atomic.Int64)
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "Bearer "+token {
			w.WriteHeader(http.StatusUnauthorized)
			return
		}
		answered.Add(1)
		bareHandler(w, r)
	}))
	t.Cleanup(server.Close)
	return server.Listener.Addr().String(), answered
}

func TestClient(t *testing.T) {
	t.Parallel()
	addr, answered := serverOf(t, "good")
	c, err := startClient()
	if err != nil {
		t.Fatal(err)
	}
	for range 2 {
		if err := c.do(load{Addr: addr, Token: "good", Requests: 3 * connections}); err != nil {
			t.Error(err)
		}
	}
	if n := answered.Load(); n != 2*3*connections {
		t.Errorf("%d requests, want %d", n, 2*3*connections)
	}
	if err := c.do(load{Addr: addr, Token: "bad", Requests: connections}); err == nil || !strings.Contains(err.Error(), errRefused.Error()) {
		t.Errorf("a refused request: %v", err)
	}
	if c.do(load{Addr: "127.0.0.1:1", Requests: connections}) == nil {
		t.Error("nobody listens, and nobody complains")
	}
	if err := c.stop(); err != nil {
		t.Error(err)
	}
	if c.do(load{Addr: addr}) == nil {
		t.Error("the client is gone, and nobody complains")
	}
}

func TestServeLoadEndsWithItsInput(t *testing.T) {
	t.Parallel()
	for _, in := range []string{"", "{", "nonsense\n"} {
		var out strings.Builder
		if serveLoad(strings.NewReader(in), &out); out.Len() > 0 {
			t.Errorf("%q was answered: %q", in, out.String())
		}
	}
}
