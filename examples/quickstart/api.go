package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/bearerguard/bearerguard/adapters/httpguard"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// newAPI is a small API whose routes ask for different scopes. It takes access
// tokens of one issuer that were issued for one audience.
func newAPI(issuer, audience string) (http.Handler, error) {
	// The leeway of one second keeps the walk short; the default of 30 s is
	// better where clocks differ. InsecureLoopback is for development.
	validator, err := jwks.Config{Leeway: time.Second}.New(jwks.Issuer{
		URL:              issuer,
		Audience:         []string{audience},
		InsecureLoopback: true,
	})
	if err != nil {
		return nil, err
	}
	guard, err := middleware.New(middleware.Config{Validator: validator})
	if err != nil {
		return nil, err
	}

	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { reply(w, "ok") })
	mux.HandleFunc("GET /orders", func(w http.ResponseWriter, _ *http.Request) { reply(w, []string{"apples", "pears"}) })
	mux.HandleFunc("POST /orders", func(w http.ResponseWriter, _ *http.Request) { reply(w, "ordered") })
	mux.HandleFunc("GET /me", me)

	return httpguard.Protect(guard, scopes.Routes{
		"GET /healthz": scopes.Public(),
		"GET /orders":  scopes.All("orders:read"),
		"POST /orders": scopes.All("orders:write"),
		"GET /me":      scopes.Authenticated(),
	}, mux), nil
}

// me shows what a handler knows about its caller.
func me(w http.ResponseWriter, r *http.Request) {
	token := httpguard.Token(r)
	reply(w, map[string]any{
		"client":  token.ClientID(),
		"subject": token.Subject(),
		"scopes":  slices.Collect(token.Scopes()),
	})
}

func reply(w http.ResponseWriter, v any) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(v)
}
