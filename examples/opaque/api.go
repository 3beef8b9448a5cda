package main

import (
	"encoding/json"
	"net/http"
	"slices"
	"time"

	"github.com/bearerguard/bearerguard/adapters/httpguard"
	"github.com/bearerguard/bearerguard/introspect"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// cacheTTL is how long the API believes an answer about a token, and so how long a revoked token may go on working.
// The default is a minute; two seconds keep the walk short.
const cacheTTL = 2 * time.Second

// newValidator asks the authorization server about every token that it has not asked about lately. It is a client of
// that server, with an id and a secret of its own (RFC 7662 §2.1).
func newValidator(issuer, id, secret, audience string) (*introspect.Validator, error) {
	return introspect.New(introspect.Config{
		Issuer:         issuer, // its metadata names the endpoint
		Authentication: introspect.ClientSecretBasic(id, secret),
		Audience:       []string{audience},
		TTL:            cacheTTL,
		// This server's tokens all look like this: what does not is refused without a question.
		Accept:           func(raw string) bool { return len(raw) == tokenLength },
		InsecureLoopback: true, // for development
	})
}

// newAPI is a small API whose routes ask for different scopes.
func newAPI(validator middleware.Validator) (http.Handler, error) {
	guard, err := middleware.New(middleware.Config{Validator: validator})
	if err != nil {
		return nil, err
	}

	mux := http.NewServeMux()
	mux.HandleFunc("GET /orders", func(w http.ResponseWriter, _ *http.Request) { reply(w, []string{"apples", "pears"}) })
	mux.HandleFunc("POST /orders", func(w http.ResponseWriter, _ *http.Request) { reply(w, "ordered") })
	mux.HandleFunc("GET /me", me)

	return httpguard.Protect(guard, scopes.Routes{
		"GET /orders":  scopes.All("orders:read"),
		"POST /orders": scopes.All("orders:write"),
		"GET /me":      scopes.Authenticated(),
	}, mux), nil
}

// me shows what a handler knows about its caller: as much as with a JWT.
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
