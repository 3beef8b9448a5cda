package walk

import (
	"context"
	"flag"
	"fmt"
	"io"
	"net/http"
	"os"
	"os/signal"
	"path/filepath"
)

// Client goes through the API at a URL and prints what it sees; its error is an
// answer that is not the one announced.
type Client func(ctx context.Context, out io.Writer, url string) error

// Main is the main function of an example: it serves the API and has the client
// go through it. With the flag -once that is all; without, it keeps serving.
func Main(api http.Handler, client Client) {
	once := flag.Bool("once", false, "stop after the walk; exit 1 if an answer is not the one announced")
	addr := flag.String("addr", "127.0.0.1:0", "where the API listens; port 0 means any free one")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := Run(ctx, os.Stdout, *addr, *once, api, client); err != nil {
		fmt.Fprintf(os.Stderr, "%s: %v\n", filepath.Base(os.Args[0]), err)
		os.Exit(1)
	}
}

// Run is Main with the flags as arguments.
func Run(ctx context.Context, out io.Writer, addr string, once bool, api http.Handler, client Client) error {
	url, err := Serve(ctx, addr, api)
	if err != nil {
		return err
	}
	fmt.Fprintf(out, "protected API  %s\n", url)
	if err := client(ctx, out, url); err != nil || once {
		return err
	}
	fmt.Fprintln(out, "\nThe API keeps serving until Ctrl-C.")
	<-ctx.Done()
	return nil
}
