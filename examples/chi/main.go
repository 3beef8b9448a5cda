// Chi shows an API in chi, which needs no adapter: httpguard.Require is a
// middleware like any other, and With puts it in front of one route.
//
//	go run ./examples/chi -once
//
// The issuer is one made for tests and lives inside this process. For a real
// authorization server, see examples/quickstart.
package main

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/signal"

	"github.com/bearerguard/bearerguard/adapters/httpguard"
	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/examples/internal/walk"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/go-chi/chi/v5"
)

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

func steps(issuer *authtest.Issuer) []walk.Step {
	token := func(scope string) func() (string, error) {
		return func() (string, error) { return issuer.Token(authtest.Claims{"scope": scope}), nil }
	}
	return []walk.Step{
		{Title: "A public route needs no token", Method: "GET", Path: "/healthz", Status: 200},
		{Title: "Without a token, the challenge says what is needed", Method: "GET", Path: "/orders", Status: 401, Challenge: []string{`scope="orders:read"`}},
		{Title: "A token with the scope reads", Method: "GET", Path: "/orders/7", Token: token("orders:read"), Status: 200},
		{Title: "It does not write", Method: "POST", Path: "/orders", Token: token("orders:read"), Status: 403, Challenge: []string{`scope="orders:write"`}},
		{Title: "Nor does it see what the group guards", Method: "GET", Path: "/admin/users", Token: token("orders:read"), Status: 403, Challenge: []string{`scope="admin"`}},
		{Title: "The group's token does", Method: "GET", Path: "/admin/users", Token: token("admin"), Status: 200},
	}
}

func main() {
	once := flag.Bool("once", false, "stop after the walk; exit 1 if an answer is not the one announced")
	addr := flag.String("addr", "127.0.0.1:0", "where the API listens; port 0 means any free one")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *addr, *once); err != nil {
		fmt.Fprintln(os.Stderr, "chi:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, addr string, once bool) error {
	issuer := authtest.New()
	api, err := newAPI(issuer)
	if err != nil {
		return err
	}
	url, err := walk.Serve(ctx, addr, api)
	if err != nil {
		return err
	}
	fmt.Printf("protected API  %s\n", url)
	if err := walk.Take(ctx, os.Stdout, url, steps(issuer)); err != nil || once {
		return err
	}
	fmt.Println("\nThe API keeps serving until Ctrl-C.")
	<-ctx.Done()
	return nil
}
