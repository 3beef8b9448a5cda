package main

import (
	"context"
	"io"
	"log"
	"net"
	"net/http"
	"sync"
	"time"
)

// canary asks a server that nothing is ever wrong with. When its answers are late, this process had no time for us,
// and the library may have seen timeouts that no server caused. What was judged wrong because of that is excused, and
// told as such; how much may be, result limits, because the library is in this process too and may be what takes the
// time. Safe for concurrent use.
type canary struct {
	clock
	server *http.Server
	url    string
	client *http.Client

	mu     sync.Mutex
	stalls []span
	worst  time.Duration
}

// late is when an answer of the canary's server counts as a stall: a quarter of what the library waits for a fetch.
const late = timeout / 4

func newCanary(c clock) (*canary, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	k := &canary{clock: c, url: "http://" + listener.Addr().String(), client: &http.Client{Transport: &http.Transport{}}}
	k.server = &http.Server{
		Handler:  http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, "alive") }),
		ErrorLog: log.New(io.Discard, "", 0),
	}
	go k.server.Serve(listener) // ends with Close
	return k, nil
}

// sing asks every 20 ms until ctx ends.
func (k *canary) sing(ctx context.Context) {
	for {
		begin := k.now()
		if !pause(ctx, 20*time.Millisecond) {
			return
		}
		resp, err := k.client.Get(k.url)
		if err == nil {
			_, err = io.Copy(io.Discard, resp.Body)
			resp.Body.Close()
		}
		k.heard(span{begin, k.now()}, err)
	}
}

func (k *canary) heard(w span, err error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	took := w.end - w.begin
	k.worst = max(k.worst, took)
	if took > late || err != nil {
		k.stalls = append(k.stalls, w)
	}
}

// excuses tells whether something wrong in w may be a consequence of a stall, from whose end that is so long at most.
func (k *canary) excuses(w span, reach time.Duration) bool {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, stall := range k.stalls {
		if stall.begin <= w.end && w.begin <= after(stall.end, reach) {
			return true
		}
	}
	return false
}

// summary returns how many stalls there were, how long in all, and the latest answer.
func (k *canary) summary() (count int, total, worst time.Duration) {
	k.mu.Lock()
	defer k.mu.Unlock()
	for _, stall := range k.stalls {
		total += stall.end - stall.begin
	}
	return len(k.stalls), total, k.worst
}

func (k *canary) close() {
	k.client.CloseIdleConnections()
	k.server.Close()
}
