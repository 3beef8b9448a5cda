package main

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/labstack/echo/v4"
	"google.golang.org/grpc/test/bufconn"

	"github.com/bearerguard/bearerguard/adapters/echoguard"
	"github.com/bearerguard/bearerguard/adapters/httpguard"
)

// outcome is what became of a request.
type outcome struct {
	status     int    // of HTTP
	code       string // of gRPC
	challenges []string
	retry      string // Retry-After, or something like it
	message    string // for people, outside of the challenges
	text       string // all that the client can read
}

// server sends requests to an api behind an adapter.
type server interface {
	send(t *testing.T, r *Request) outcome
}

// serveMux is the api behind httpguard.
func serveMux(t *testing.T, f *File, a *api) server {
	mux := http.NewServeMux()
	for _, r := range f.Routes {
		mux.HandleFunc(r.HTTP, func(w http.ResponseWriter, _ *http.Request) {
			a.run(r.Name)
			w.WriteHeader(http.StatusNoContent)
		})
	}
	return listen(t, f, httpguard.Protect(a.guard, rules(t, f, func(r Route) string { return r.HTTP }), mux))
}

// serveEcho is the api behind echoguard.
func serveEcho(t *testing.T, f *File, a *api) server {
	e := echo.New()
	e.Use(echoguard.Middleware(a.guard, rules(t, f, func(r Route) string { return strings.Join(echoRoute(r), " ") })))
	for _, r := range f.Routes {
		at := echoRoute(r)
		e.Add(at[0], at[1], func(c echo.Context) error {
			a.run(r.Name)
			return c.NoContent(http.StatusNoContent)
		})
	}
	return listen(t, f, e)
}

// echoRoute writes a pattern of net/http as Echo does: method and path.
func echoRoute(r Route) []string {
	return strings.Fields(strings.NewReplacer("{path...}", "*", "{id}", ":id").Replace(r.HTTP))
}

// wire is an HTTP/1.1 server that is talked to octet by octet.
type wire struct {
	file     *File
	listener *bufconn.Listener
}

func listen(t *testing.T, f *File, handler http.Handler) *wire {
	s := &http.Server{Handler: handler, ErrorLog: log.New(io.Discard, "", 0)}
	w := &wire{f, bufconn.Listen(1 << 13)}
	go func() { _ = s.Serve(w.listener) }()
	t.Cleanup(func() { _ = s.Close() })
	return w
}

func (w *wire) send(t *testing.T, r *Request) outcome {
	t.Helper()
	conn, err := w.listener.DialContext(context.Background())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	_ = conn.SetDeadline(time.Now().Add(time.Minute)) // for a machine that hangs; nothing waits for it
	text := w.text(r)
	go func() { _, _ = io.WriteString(conn, text) }() // a server may answer without having read all of it
	method, _, _ := strings.Cut(text, " ")
	resp, err := http.ReadResponse(bufio.NewReader(conn), &http.Request{Method: method})
	if err != nil {
		t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil {
		t.Fatal(err)
	}
	return outcome{
		status: resp.StatusCode, challenges: resp.Header.Values("WWW-Authenticate"), retry: resp.Header.Get("Retry-After"),
		message: described(body), text: fmt.Sprint(resp.Header) + string(body),
	}
}

// described is what the body of a refusal says, if anything.
func described(body []byte) string {
	var refusal struct {
		Description string `json:"error_description"`
	}
	_ = json.Unmarshal(body, &refusal) // the bodies of servers are no JSON
	return refusal.Description
}

// text is the request as HTTP/1.1 writes it.
func (w *wire) text(r *Request) string {
	line := string(r.HTTP)
	if line == "" {
		line = w.file.route(r.To).HTTP
	}
	var b strings.Builder
	b.WriteString(line + " HTTP/1.1\r\nHost: api.test\r\n")
	framed, closing := r.Body == "", false
	for _, field := range r.Fields {
		framed = framed || field[0] == "Transfer-Encoding"
		closing = closing || field[0] == "Connection"
		b.WriteString(string(field[0]) + ": " + string(field[1]) + "\r\n")
	}
	if !framed {
		fmt.Fprintf(&b, "Content-Length: %d\r\n", len(r.Body))
	}
	if !closing {
		b.WriteString("Connection: close\r\n")
	}
	return b.String() + "\r\n" + string(r.Body)
}

// route finds a route by its name.
func (f *File) route(name string) Route {
	for _, r := range f.Routes {
		if r.Name == name {
			return r
		}
	}
	panic("no such route: " + name)
}
