// Opaque shows an API whose access tokens say nothing by themselves: it asks the
// authorization server about each (RFC 7662), keeps the answer for a moment, and
// soon refuses a token that is revoked (RFC 7009).
//
//	go run ./examples/opaque         walk through it, then keep serving
//	go run ./examples/opaque -once   walk through it and stop
//
// Start reading in api.go, the only part that belongs into a service of yours.
// In production the authorization server is not inside the same process.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"
	"os/signal"

	"github.com/bearerguard/bearerguard/examples/internal/walk"
)

func main() {
	once := flag.Bool("once", false, "stop after the walk; exit 1 if an answer is not the one announced")
	addr := flag.String("addr", "127.0.0.1:0", "where the API listens; port 0 means any free one")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *addr, *once); err != nil {
		fmt.Fprintln(os.Stderr, "opaque:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, addr string, once bool) error {
	server, err := startAuthServer(ctx)
	if err != nil {
		return err
	}
	validator, err := newValidator(server.Issuer, ordersServer, server.secrets[ordersServer], ordersAPI)
	if err != nil {
		return err
	}
	handler, err := newAPI(validator)
	if err != nil {
		return err
	}
	url, err := walk.Serve(ctx, addr, handler)
	if err != nil {
		return err
	}
	fmt.Printf("authorization server  %s\nprotected API         %s\n", server.Issuer, url)
	if err := takeWalk(ctx, url, server, validator); err != nil || once {
		return err
	}
	return keepServing(ctx, url, server)
}

func keepServing(ctx context.Context, url string, s *authServer) error {
	token, err := s.App(ordersAPI, "orders:read").Token(ctx)
	if err != nil {
		return err
	}
	fmt.Printf("\nThe API keeps serving until Ctrl-C. Use a token, revoke it, and use it again:\n\n"+
		"  curl -i %s/me -H 'Authorization: Bearer %s'\n\n  curl -i %s/revoke -u %s:%s -d token=%s\n\n",
		url, token.AccessToken, s.Issuer, ordersApp, s.secrets[ordersApp], token.AccessToken)
	<-ctx.Done()
	return nil
}
