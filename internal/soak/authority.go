package main

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"sync/atomic"
	"time"

	"github.com/bearerguard/bearerguard/authtest"
)

// algorithms of every issuer here. None with RSA: making its keys takes seconds on a busy machine, in which the issuer
// would answer nothing that the history knows of.
var algorithms = []string{"ES256", "EdDSA"}

// authority is an authorization server on a loopback port, with the history of what is done to it. One goroutine at a
// time may break and repair it, and one may change its keys.
type authority struct {
	clock
	*history
	name    string
	issuer  *authtest.Issuer
	server  *http.Server
	normal  authtest.Fault                  // how it answers while nothing is wrong
	signing atomic.Pointer[[]*authtest.Key] // the keys that sign now, which need not be the newest
	fault   atomic.Pointer[string]          // what is wrong now, for reports; nil: nothing
}

func newAuthority(c clock, name string, p promises, latency time.Duration) (*authority, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	a := &authority{clock: c, history: newHistory(p), name: name, normal: authtest.Delay(latency)}
	a.issuer = authtest.Config{URL: fmt.Sprintf("http://%s/%s", listener.Addr(), name), Algorithms: algorithms}.New()
	a.issuer.Break(a.normal)
	a.server = &http.Server{Handler: readFirst(a.issuer.Handler()), ErrorLog: log.New(io.Discard, "", 0)}
	go a.server.Serve(listener) // ends with Close
	a.announce(-p.settle)
	a.sign()
	return a, nil
}

// readFirst reads a request to its end before it is handled. Only then does net/http notice, and end the request's
// context, when the client goes away; a handler that never answers would outlive it.
func readFirst(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 1<<20))
		if err != nil {
			panic(http.ErrAbortHandler)
		}
		r.Body = io.NopCloser(bytes.NewReader(body))
		next.ServeHTTP(w, r)
	})
}

// newest are the keys that were published last.
func (a *authority) newest() []*authtest.Key {
	keys := make([]*authtest.Key, 0, len(algorithms))
	for _, algorithm := range algorithms {
		keys = append(keys, a.issuer.Key(algorithm))
	}
	return keys
}

// announce writes down that the newest keys are published.
func (a *authority) announce(at time.Duration) {
	for _, key := range a.newest() {
		a.publish(key.ID(), at)
	}
}

// sign makes the newest keys the signing ones.
func (a *authority) sign() {
	keys := a.newest()
	a.signing.Store(&keys)
}

// retire stops publishing keys.
func (a *authority) retire(keys []*authtest.Key) {
	for _, key := range keys {
		a.withdraw(key.ID(), a.now())
		a.issuer.Retire(key.ID())
	}
}

// shatter breaks the server for so long.
func (a *authority) shatter(ctx context.Context, f fault, d time.Duration) {
	a.fault.Store(&f.name)
	a.out(a.now())
	a.issuer.Break(func(good http.Handler) http.Handler { return a.normal(f.fault(good)) }) // no faster than usual
	pause(ctx, d)
	a.issuer.Break(a.normal)
	a.repaired(a.now())
	a.fault.Store(nil)
}

// slow delays every answer for so long, within the time that the library waits for it.
func (a *authority) slow(ctx context.Context, delay, d time.Duration) {
	a.issuer.Break(authtest.Delay(delay))
	pause(ctx, d)
	a.issuer.Break(a.normal)
}

// state is for reports.
func (a *authority) state() string {
	if name := a.fault.Load(); name != nil {
		return a.name + ": " + *name
	}
	return a.name + ": answers"
}
