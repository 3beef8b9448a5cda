package main

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/examples/internal/walk"
)

// TestWalk: the program's own walk finds what it announces.
func TestWalk(t *testing.T) {
	t.Parallel()
	issuer := authtest.New()
	api, err := newAPI(issuer)
	if err != nil {
		t.Fatal(err)
	}
	if err := walk.Run(t.Context(), io.Discard, "127.0.0.1:0", true, api, client(issuer)); err != nil {
		t.Error(err)
	}
}

// TestOutage: "cannot tell" is Unavailable, and no challenge.
func TestOutage(t *testing.T) {
	t.Parallel()
	issuer := authtest.New()
	issuer.Break(authtest.Down)
	api, err := newAPI(issuer)
	if err != nil {
		t.Fatal(err)
	}
	url, err := walk.Serve(t.Context(), "127.0.0.1:0", api)
	if err != nil {
		t.Fatal(err)
	}
	for protocol, option := range protocols {
		if text, err := ask(t.Context(), url+listOrders, issuer.Token(), option); connect.CodeOf(err) != connect.CodeUnavailable || strings.Contains(text, "Bearer") {
			t.Errorf("%s: %s", protocol, text)
		}
	}
}

// TestNoClientOfConnect: curl and the like get a refusal as from any other API.
func TestNoClientOfConnect(t *testing.T) {
	t.Parallel()
	api, err := newAPI(authtest.New())
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", listOrders, nil)
	r.Header.Set("Authorization", "Bearer a b")
	w := httptest.NewRecorder()
	api.ServeHTTP(w, r)
	if w.Code != http.StatusBadRequest || w.Header().Get("WWW-Authenticate") == "" || !strings.Contains(w.Body.String(), `"error":"invalid_request"`) {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
}
