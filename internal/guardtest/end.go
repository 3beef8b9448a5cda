package guardtest

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// Ends checks that a stream of server-sent events ends with its token where the API says so
// (ends), and not where it does not (stays). What is left of it at the end of a
// bubble would panic.
func Ends(t *testing.T, ends, stays API) {
	const lives = 90 * time.Second
	for _, tc := range []struct {
		name   string
		api    API
		rule   scopes.Rule
		until  time.Duration // of the token; 0: no end
		events int           // one a second, an hour long
	}{
		{"at its end", ends, scopes.All("read"), lives, 90},
		{"past its end", ends, scopes.All("read"), -time.Second, 0},
		{"no end", ends, scopes.All("read"), 0, 3600},
		{"public, no token", ends, scopes.Public(), lives, 3600},
		{"not asked for", stays, scopes.All("read"), lives, 3600},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				v := Until(tc.until)
				if tc.until > 0 {
					v = Until(tc.until - time.Millisecond) // so that no event falls together with the end
				}
				var observed recorder
				var served context.Context
				var cause error
				c := Call{Guard: New(t, middleware.Config{Validator: v, Observe: observed.add}), Rule: tc.rule}
				events := stream(t, tc.api(c, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					served = r.Context()
					sendEvents(w, r)
					cause = context.Cause(served)
				})))
				ended := tc.events < 3600
				if events != tc.events || errors.Is(cause, middleware.ErrTokenEnded) != ended {
					t.Errorf("%d events, ended by %v; want %d", events, cause, tc.events)
				}
				if served.Err() == nil {
					t.Error("the context outlives the request")
				}
				observed.check(t, ended)
			})
		})
	}
}

// sendEvents sends one event a second, an hour long at most.
func sendEvents(w http.ResponseWriter, r *http.Request) {
	for range 3600 {
		if r.Context().Err() != nil {
			return
		}
		fmt.Fprintln(w, "data: event")
		_ = http.NewResponseController(w).Flush()
		select {
		case <-r.Context().Done():
		case <-time.After(time.Second):
		}
	}
}

// stream serves h without sockets, sends a request with a token and counts the
// lines of the answer.
func stream(t *testing.T, h http.Handler) (lines int) {
	t.Helper()
	listener := pipes{make(chan net.Conn), make(chan struct{})}
	server := &http.Server{Handler: h}
	go func() { _ = server.Serve(listener) }()
	transport := &http.Transport{DialContext: listener.dial}
	r, err := http.NewRequestWithContext(t.Context(), "GET", "http://api.example.com/read", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer t")
	answer, err := transport.RoundTrip(r)
	if err != nil {
		t.Fatal(err)
	}
	for s := bufio.NewScanner(answer.Body); s.Scan(); {
		lines++
	}
	_ = answer.Body.Close()
	transport.CloseIdleConnections()
	_ = server.Close()
	synctest.Wait()
	return lines
}

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

// recorder keeps what Observe is told.
type recorder struct {
	mu     sync.Mutex
	events []middleware.Event
}

func (o *recorder) add(_ context.Context, e middleware.Event) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.events = append(o.events, e)
}

// check wants the event of the check and, where the token ended first, one of
// that.
func (o *recorder) check(t *testing.T, ended bool) {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	want := 1
	if ended {
		want = 2
	}
	if len(o.events) != want {
		t.Fatalf("events %+v, want %d", o.events, want)
	}
	if !ended {
		return
	}
	begin, end := o.events[0], o.events[1]
	if begin.Outcome != middleware.Allowed || end.Outcome != "invalid_token" || end.Reason != middleware.ReasonOutlived ||
		end.Route != begin.Route || end.Issuer != "https://as.example" || !errors.Is(end.Err, middleware.ErrTokenEnded) {
		t.Errorf("events %+v", o.events)
	}
}
