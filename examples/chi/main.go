// Chi shows an API in chi, which needs no adapter: httpguard.Require is a
// middleware like any other, and With puts it in front of one route.
//
//	go run ./examples/chi -once
//
// The issuer is one made for tests and lives inside this process. For a real
// authorization server, see examples/quickstart.
package main

import (
	"fmt"
	"log"
	"net/http"

	"github.com/bearerguard/bearerguard/adapters/httpguard"
	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/examples/internal/orders"
	"github.com/bearerguard/bearerguard/examples/internal/walk"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/go-chi/chi/v5"
)

func main() {
	issuer := authtest.New()
	api, err := newAPI(issuer)
	if err != nil {
		log.Fatal(err)
	}
	walk.Main(api, orders.Client(issuer))
}

func newAPI(issuer *authtest.Issuer) (http.Handler, error) {
	validator, err := jwks.Config{Client: issuer.Client()}.New(jwks.Issuer{
		URL: issuer.URL(), Audience: []string{issuer.Audience()},
	})
	if err != nil {
		return nil, err
	}
	guard, err := middleware.New(middleware.Config{Validator: validator})
	if err != nil {
		return nil, err
	}
	require := func(rule scopes.Rule) func(http.Handler) http.Handler { return httpguard.Require(guard, rule) }

	r := chi.NewRouter()
	r.Get("/healthz", say("ok"))
	r.With(require(scopes.All("orders:read"))).Get("/orders", say("apples, pears"))
	r.With(require(scopes.All("orders:write"))).Post("/orders", say("ordered"))
	r.With(require(scopes.All("orders:read"))).Get("/orders/{id}", say("one order"))
	r.Route("/admin", func(admin chi.Router) {
		admin.Use(require(scopes.All("admin"))) // every route of the group, and its 404
		admin.Get("/users", say("users"))
	})
	return r, nil
}

func say(text string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { fmt.Fprintln(w, text) }
}
