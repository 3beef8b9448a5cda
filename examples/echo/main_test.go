package main

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/examples/internal/authserver"
	"github.com/bearerguard/bearerguard/examples/internal/walk"
	"github.com/labstack/echo/v4"
)

// TestWalk: the program's own walk finds what it announces.
func TestWalk(t *testing.T) {
	t.Parallel()
	if err := run(t.Context(), "127.0.0.1:0", true); err != nil {
		t.Error(err)
	}
}

// TestWalkNotices: a wrong answer fails the walk.
func TestWalkNotices(t *testing.T) {
	t.Parallel()
	server, err := authserver.Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	api, err := newAPI(server.Issuer, "https://another.example.com") // so that every token is for somebody else
	if err != nil {
		t.Fatal(err)
	}
	url, err := walk.Serve(t.Context(), "127.0.0.1:0", api)
	if err != nil {
		t.Fatal(err)
	}
	var out strings.Builder
	if err := walk.Take(t.Context(), &out, url, steps(t.Context(), server)); err == nil || !strings.Contains(err.Error(), "4 of 10 answers") {
		t.Errorf("error = %v, want four wrong answers of ten", err)
	}
}

// TestForgottenRoute: what is registered and not in the table is closed.
func TestForgottenRoute(t *testing.T) {
	t.Parallel()
	api, err := newAPI("http://127.0.0.1:1", authserver.OrdersAPI)
	if err != nil {
		t.Fatal(err)
	}
	api.GET("/forgotten", func(c echo.Context) error { return c.NoContent(http.StatusNoContent) })
	w := httptest.NewRecorder()
	api.ServeHTTP(w, httptest.NewRequest("GET", "/forgotten", nil))
	if w.Code != http.StatusUnauthorized {
		t.Errorf("%d", w.Code)
	}
}
