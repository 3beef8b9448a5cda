// Quickstart shows the whole way of an access token: a client gets one from an
// authorization server by the client credentials flow (RFC 6749 §4.4), sends it
// to an API, and the API lets it in or turns it away.
//
//	go run ./examples/quickstart         walk through it, then keep serving
//	go run ./examples/quickstart -once   walk through it and stop
//
// The authorization server runs inside this process. To use another one:
//
//	CLIENT_SECRET=… go run ./examples/quickstart -issuer https://login.example.com -client my-client -audience https://api.example.com
//
// Start reading in api.go, the only part that belongs into a service of yours.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"github.com/bearerguard/bearerguard/examples/internal/authserver"
	"github.com/bearerguard/bearerguard/examples/internal/walk"
)

func main() {
	var o options
	flag.BoolVar(&o.once, "once", false, "stop after the walk; exit 1 if an answer is not the one announced")
	flag.StringVar(&o.addr, "addr", "127.0.0.1:0", "where the API listens; port 0 means any free one")
	flag.StringVar(&o.issuer, "issuer", "", "issuer `URL` of another authorization server than the one inside")
	flag.StringVar(&o.client, "client", "", "client_id of a client registered there; its secret comes from the variable CLIENT_SECRET")
	flag.StringVar(&o.audience, "audience", authserver.OrdersAPI, "what tokens for this API have in aud")
	flag.Parse()
	o.secret = os.Getenv("CLIENT_SECRET")

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, o); err != nil {
		fmt.Fprintln(os.Stderr, "quickstart:", err)
		os.Exit(1)
	}
}

type options struct {
	once                     bool
	addr                     string
	issuer, client, audience string
	secret                   string
}

func run(ctx context.Context, o options) error {
	clients, err := o.clients(ctx)
	if err != nil {
		return err
	}
	handler, err := newAPI(clients.issuer, o.audience)
	if err != nil {
		return err
	}
	url, err := walk.Serve(ctx, o.addr, handler)
	if err != nil {
		return err
	}
	fmt.Printf("authorization server  %s\nprotected API         %s\n", clients.issuer, url)
	if err := takeWalk(ctx, url, clients); err != nil || o.once {
		return err
	}
	return keepServing(ctx, url, clients)
}

func keepServing(ctx context.Context, url string, c *clients) error {
	token, err := c.reader.Token()
	if err != nil {
		return err
	}
	fmt.Printf("\nThe API keeps serving until Ctrl-C. The token is good for a few minutes. Try:\n\n  curl -i %s/orders\n\n  curl -i %s/me -H 'Authorization: Bearer %s'\n\n",
		url, url, token.AccessToken)
	<-ctx.Done()
	return nil
}
