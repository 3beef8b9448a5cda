// Echo shows an API in Echo: a table of rules for its routes, an audit that no
// route lacks one, refusals through Echo's error handling, and a stream that
// ends with its token.
//
//	go run ./examples/echo         walk through it, then keep serving
//	go run ./examples/echo -once   walk through it and stop
//
// Start reading in api.go, the only part that belongs into a service of yours.
// The authorization server runs inside this process.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"github.com/bearerguard/bearerguard/adapters/echoguard"
	"github.com/bearerguard/bearerguard/examples/internal/authserver"
	"github.com/bearerguard/bearerguard/examples/internal/walk"
)

func main() {
	once := flag.Bool("once", false, "stop after the walk; exit 1 if an answer is not the one announced")
	addr := flag.String("addr", "127.0.0.1:0", "where the API listens; port 0 means any free one")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *addr, *once); err != nil {
		fmt.Fprintln(os.Stderr, "echo:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, addr string, once bool) error {
	server, err := authserver.Start(ctx)
	if err != nil {
		return err
	}
	api, err := newAPI(server.Issuer, authserver.OrdersAPI)
	if err != nil {
		return err
	}
	url, err := walk.Serve(ctx, addr, api)
	if err != nil {
		return err
	}
	fmt.Printf("authorization server  %s\nprotected API         %s\n\n%s", server.Issuer, url, echoguard.Audit(api, routes))
	if err := walk.Take(ctx, os.Stdout, url, steps(ctx, server)); err != nil || once {
		return err
	}
	return keepServing(ctx, url, server)
}

func steps(ctx context.Context, s *authserver.Server) []walk.Step {
	reader := walk.Source(ctx, s.Client(authserver.OrdersApp, authserver.OrdersAPI, "orders:read"))
	stranger := walk.Source(ctx, s.Client(authserver.OrdersApp, authserver.OtherAPI, "orders:read"))
	hasty := walk.Source(ctx, s.Client(authserver.ShortLived, authserver.OrdersAPI, "orders:read"))
	spent := "" // the token of the stream
	stream := func() (token string, err error) {
		spent, err = walk.Text(hasty)()
		return spent, err
	}
	return []walk.Step{
		{Title: "A public route needs no token", Method: "GET", Path: "/healthz", Status: 200},
		{Title: "Without a token, the challenge says what is needed", Method: "GET", Path: "/orders", Status: 401, Challenge: []string{`scope="orders:read"`}},
		{Title: "Any valid token will do here", Method: "GET", Path: "/me", Token: walk.Text(reader), Status: 200},
		{Title: "A token with the scope orders:read reads", Method: "GET", Path: "/orders/7", Token: walk.Text(reader), Status: 200},
		{Title: "It does not write, and the answer names the missing scope", Method: "POST", Path: "/orders", Token: walk.Text(reader), Status: 403, Challenge: []string{`error="insufficient_scope"`, `scope="orders:write"`}},
		{Title: "A token for another audience", Method: "GET", Path: "/orders", Token: walk.Text(stranger), Status: 401, Challenge: []string{`error="invalid_token"`}},
		{Title: "Echo has no route for this method, which nobody learns without a token", Method: "DELETE", Path: "/orders", Status: 401},
		{Title: "A path with dots is none of Echo's routes, public or not", Method: "GET", Path: "/healthz/../orders", Status: 401},
		{Title: "A stream ends with its token, which lives three seconds", Method: "GET", Path: "/events", Token: stream, Status: 200},
		{Title: "The same token after that", Method: "GET", Path: "/orders", Token: func() (string, error) { return spent, nil }, Status: 401, Challenge: []string{`error="invalid_token"`}},
	}
}

func keepServing(ctx context.Context, url string, s *authserver.Server) error {
	token, err := s.Client(authserver.OrdersApp, authserver.OrdersAPI, "orders:read").Token(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("\nThe API keeps serving until Ctrl-C. Try:\n\n  curl -i %s/orders\n\n  curl -i %s/me -H 'Authorization: Bearer %s'\n\n",
		url, url, token.AccessToken)
	<-ctx.Done()
	return nil
}
