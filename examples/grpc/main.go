// Grpc shows a gRPC service behind the guard: unary methods, a stream that ends
// with its token, and what a client is told when it is refused.
//
//	go run ./examples/grpc         walk through it, then keep serving
//	go run ./examples/grpc -once   walk through it and stop
//
// The authorization server runs inside this process. Start reading in api.go,
// the part that belongs into a service of yours.
package main

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net"
	"os"
	"os/signal"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"

	"github.com/bearerguard/bearerguard/examples/internal/authserver"
)

func main() {
	once := flag.Bool("once", false, "stop after the walk; exit 1 if an answer is not the one announced")
	addr := flag.String("addr", "127.0.0.1:0", "where the API listens; port 0 means any free one")
	flag.Parse()

	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, os.Stdout, *addr, *once); err != nil {
		fmt.Fprintln(os.Stderr, "grpc:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, out io.Writer, addr string, once bool) error {
	issuer, err := authserver.Start(ctx)
	if err != nil {
		return err
	}
	api, err := newAPI(issuer.Issuer, authserver.OrdersAPI)
	if err != nil {
		return err
	}
	conn, err := serve(ctx, addr, api)
	if err != nil {
		return err
	}
	defer conn.Close()
	fmt.Fprintf(out, "authorization server  %s\nprotected API         %s\n\n", issuer.Issuer, conn.Target())
	fmt.Fprintf(out, "Which rule decides about which method:\n\n%s", audit(api))
	if err := walk(ctx, out, conn, steps(ctx, issuer)); err != nil || once {
		return err
	}
	fmt.Fprintln(out, "\nThe API keeps serving until Ctrl-C.")
	<-ctx.Done()
	return nil
}

// serve runs the API until ctx ends and returns a connection to it. It is not
// encrypted, which is for loopback alone.
func serve(ctx context.Context, addr string, api *grpc.Server) (*grpc.ClientConn, error) {
	listener, err := net.Listen("tcp", addr)
	if err != nil {
		return nil, fmt.Errorf("the API cannot listen on %s (flag -addr): %w", addr, err)
	}
	context.AfterFunc(ctx, api.Stop)
	go func() {
		if err := api.Serve(listener); err != nil {
			fmt.Fprintln(os.Stderr, "grpc: API:", err)
		}
	}()
	return grpc.NewClient(listener.Addr().String(), grpc.WithTransportCredentials(insecure.NewCredentials()))
}
