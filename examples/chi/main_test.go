package main

import (
	"io"
	"net/http"
	"testing"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/examples/internal/orders"
	"github.com/bearerguard/bearerguard/examples/internal/pathtest"
	"github.com/bearerguard/bearerguard/examples/internal/walk"
	"github.com/go-chi/chi/v5"
	"github.com/go-chi/chi/v5/middleware"
)

// TestWalk: the program's own walk finds what it announces.
func TestWalk(t *testing.T) {
	t.Parallel()
	issuer := authtest.New()
	api, err := newAPI(issuer)
	if err != nil {
		t.Fatal(err)
	}
	if err := walk.Run(t.Context(), io.Discard, "127.0.0.1:0", true, api, orders.Client(issuer)); err != nil {
		t.Error(err)
	}
}

// TestPaths: however a path is written, a handler runs under its own rule only,
// and so behind what chi has for changing paths and methods before it routes.
func TestPaths(t *testing.T) {
	t.Parallel()
	for name, use := range map[string][]func(http.Handler) http.Handler{
		"alone":         nil,
		"CleanPath":     {middleware.CleanPath},
		"StripSlashes":  {middleware.StripSlashes},
		"both, GetHead": {middleware.CleanPath, middleware.StripSlashes, middleware.GetHead},
		"PathRewrite":   {middleware.PathRewrite("/healthz/../", "/admin/users")},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := authtest.New()
			api, err := newAPI(issuer)
			if err != nil {
				t.Fatal(err)
			}
			outer := chi.NewRouter()
			outer.Use(use...)
			outer.Mount("/", api)
			pathtest.Check(t, outer, orders.Handlers, orders.Token(issuer))
		})
	}
}
