package httpguard_test

import (
	"bufio"
	"context"
	"fmt"
	"net"
	"net/http"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/adapters/httpguard"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// pipes is a listener without sockets, which time in a bubble waits for.
type pipes struct {
	connections chan net.Conn
	closed      chan struct{}
}

func (p pipes) Accept() (net.Conn, error) {
	select {
	case c := <-p.connections:
		return c, nil
	case <-p.closed:
		return nil, net.ErrClosed
	}
}

func (p pipes) Close() error   { close(p.closed); return nil }
func (p pipes) Addr() net.Addr { return &net.UnixAddr{Name: "pipe"} }

func (p pipes) dial(context.Context, string, string) (net.Conn, error) {
	client, server := net.Pipe()
	p.connections <- server
	return client, nil
}

// A stream of server-sent events ends with its token, where that is asked for.
// What is left of it at the end of a bubble would panic.
func TestEndWithToken(t *testing.T) {
	t.Parallel()
	end := []httpguard.Option{httpguard.EndWithToken()}
	for _, tc := range []struct {
		name   string
		opts   []httpguard.Option
		rule   scopes.Rule
		until  time.Duration // of the token; 0: no end
		events int           // one a second, an hour long
		cause  error
	}{
		{"at its end", end, scopes.All("read"), 90 * time.Second, 90, middleware.ErrTokenEnded},
		{"no end", end, scopes.All("read"), 0, 3600, nil},
		{"public, no token", end, scopes.Public(), 90 * time.Second, 3600, nil},
		{"not asked for", nil, scopes.All("read"), 90 * time.Second, 3600, nil},
		{"past its end", end, scopes.All("read"), -time.Second, 0, middleware.ErrTokenEnded},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				claims := middleware.Claims{Scope: "read"}
				if tc.until != 0 {
					claims.Until = time.Now().Add(tc.until - time.Millisecond)
				}
				g := newGuard(t, middleware.Config{Validator: middleware.ValidatorFunc(
					func(context.Context, string) (*middleware.Token, error) { return middleware.NewToken(claims), nil })})
				var served context.Context
				var cause error
				mux := http.NewServeMux()
				mux.HandleFunc("GET /events", func(w http.ResponseWriter, r *http.Request) {
					served = r.Context()
					for range 3600 {
						select {
						case <-served.Done():
							cause = context.Cause(served)
							return
						default:
						}
						fmt.Fprintln(w, "data: event")
						_ = http.NewResponseController(w).Flush()
						select {
						case <-served.Done():
						case <-time.After(time.Second):
						}
					}
				})
				listener := pipes{make(chan net.Conn), make(chan struct{})}
				server := &http.Server{Handler: httpguard.Protect(g, scopes.Routes{"GET /events": tc.rule}, mux, tc.opts...)}
				go func() { _ = server.Serve(listener) }()
				transport := &http.Transport{DialContext: listener.dial}
				r, err := http.NewRequestWithContext(t.Context(), "GET", "http://api.example.com/events", nil)
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("Authorization", "Bearer t")
				answer, err := transport.RoundTrip(r)
				if err != nil {
					t.Fatal(err)
				}
				events := 0
				for lines := bufio.NewScanner(answer.Body); lines.Scan(); {
					events++
				}
				_ = answer.Body.Close()
				transport.CloseIdleConnections()
				_ = server.Close()
				synctest.Wait()
				if events != tc.events || cause != tc.cause {
					t.Errorf("%d events, ended by %v; want %d, %v", events, cause, tc.events, tc.cause)
				}
				if served.Err() == nil {
					t.Error("the context outlives the request")
				}
			})
		})
	}
}

// The end of a request is no end of its token for the next one.
func TestEndWithTokenFreesItsTimer(t *testing.T) {
	t.Parallel()
	g := newGuard(t, middleware.Config{Validator: middleware.ValidatorFunc(func(context.Context, string) (*middleware.Token, error) {
		return middleware.NewToken(middleware.Claims{Until: time.Now().Add(time.Hour)}), nil
	})})
	var served context.Context
	h := httpguard.Require(g, scopes.Authenticated(), httpguard.EndWithToken())(
		http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { served = r.Context() }))
	get(h, "/", "Authorization", "Bearer t")
	if cause := context.Cause(served); cause != context.Canceled {
		t.Errorf("after the request: %v, want canceled", cause)
	}
}
