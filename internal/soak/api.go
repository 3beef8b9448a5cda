package main

import (
	"context"
	"fmt"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/bearerguard/bearerguard/adapters/httpguard"
	"github.com/bearerguard/bearerguard/introspect"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// causeField is a field of the API's answers in which it says what it knows about a refusal. Only a soak may do that.
const causeField = "Soak-Cause"

// quiet: what is logged is part of other tests.
var quiet = slog.New(slog.DiscardHandler)

// keySource is the key source for an issuer, whose requests go through m.
func keySource(a *authority, m *meter, conclusive time.Duration) (*jwks.Keys, error) {
	return jwks.NewKeys(jwks.KeysConfig{
		Issuer: a.issuer.URL(), Client: m.client(), InsecureLoopback: true, Logger: quiet,
		Timeout: timeout, Fresh: fresh, MinFresh: fresh, MaxFresh: fresh, Outage: outage,
		RetryMin: retryMin, RetryMax: retryMax,
		UnknownEvery: unknownEvery, UnknownBurst: unknownBurst, Conclusive: conclusive,
	})
}

// issuerOf is what is asked of the tokens of a.
func issuerOf(a *authority, keys *jwks.Keys) jwks.Issuer {
	return jwks.Issuer{
		URL: a.issuer.URL(), InsecureLoopback: true, Keys: keys,
		Audience: []string{a.issuer.Audience()}, Profile: jwks.RFC9068,
	}
}

// introspection is the validator of the opaque tokens of a.
func introspection(a *authority, m *meter, id, secret string) (*introspect.Validator, error) {
	return introspect.New(introspect.Config{
		Issuer: a.issuer.URL(), Client: m.client(), InsecureLoopback: true, Logger: quiet,
		Authentication: introspect.ClientSecretBasic(id, secret),
		Audience:       []string{a.issuer.Audience()},
		Timeout:        timeout, MaxCalls: maxCalls, TTL: ttl, RefusalTTL: refusalTTL, MaxEntries: maxEntries, Leeway: -1,
	})
}

// api is the guarded service.
type api struct {
	server *http.Server
	url    string
}

type causeKey struct{}

// newAPI serves one route, which needs the scope and answers with the token's jti.
func newAPI(v middleware.Validator) (*api, error) {
	g, err := middleware.New(middleware.Config{Validator: v, Logger: quiet, Observe: observe})
	if err != nil {
		return nil, err
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /orders", func(w http.ResponseWriter, r *http.Request) {
		io.WriteString(w, httpguard.Token(r).ID())
	})
	guarded := httpguard.Protect(g, scopes.Routes{"GET /orders": scopes.All(scope)}, mux, httpguard.Refuse(tell))
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	a := &api{url: fmt.Sprintf("http://%s/orders", listener.Addr())}
	a.server = &http.Server{Handler: withCause(guarded), ErrorLog: log.New(io.Discard, "", 0)}
	go a.server.Serve(listener) // ends with Close
	return a, nil
}

// withCause gives each request a place for the cause of its refusal.
func withCause(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), causeKey{}, new(error))))
	})
}

func observe(ctx context.Context, e middleware.Event) {
	if place, ok := ctx.Value(causeKey{}).(*error); ok {
		*place = e.Err
	}
}

// tell refuses as usual and adds the cause.
func tell(w http.ResponseWriter, r *http.Request, refusal middleware.Refusal) {
	if place, ok := r.Context().Value(causeKey{}).(*error); ok && *place != nil {
		w.Header().Set(causeField, (*place).Error())
	}
	httpguard.WriteRefusal(w, r, refusal)
}
