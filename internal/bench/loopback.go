package main

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"syscall"
	"time"

	"github.com/bearerguard/bearerguard/internal/bench/measure"
)

// loopback measures the time on processors that a server spends on a request over a real connection. Servers and bare
// handlers are in this process, their client is in another one.
func (b *bench) loopback() (err error) {
	c, err := startClient()
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, c.stop()) }()
	var rows [][]string
	for _, g := range []guarded{
		httpguardCached, httpguardUncached, echoguardCached, echoguardUncached, echoJWT, mcp, auth0Middleware,
	} {
		rounds := b.size.coarse
		if g.name == httpguardCached.name {
			rounds = b.size.rounds
		}
		results, err := b.served(c, g, rounds)
		if err != nil {
			return err
		}
		if g.name == httpguardCached.name {
			b.ratios.loopbackCPU = results[1].Ratio()
		}
		rows = append(rows, []string{g.name, measure.Short(results[0].Time), measure.Short(results[1].Time), results[1].String()})
	}
	b.table(fmt.Sprintf("A request over the loopback interface, one RS256 token, %d connections: CPU time of the server (medians of pairs of slices, quartiles)", connections),
		[]string{"", "bare handler", "guarded", "×"}, rows, "The bare handler is one of net/http, and one of Echo for guards of Echo.")
	return nil
}

// served compares a guarded handler with the bare one.
func (b *bench) served(c *client, g guarded, rounds int) ([]measure.Comparison, error) {
	h, err := g.setUp(b.world, "RS256")
	if err != nil {
		return nil, err
	}
	raw, meters := b.token("RS256"), make([]measure.Meter, 2)
	for i, h := range []http.Handler{g.bare(), h} {
		listener, err := net.Listen("tcp", "127.0.0.1:0")
		if err != nil {
			return nil, err
		}
		server := &http.Server{Handler: h, ReadHeaderTimeout: time.Minute}
		go func() { _ = server.Serve(listener) }() // ends with Close
		defer server.Close()
		meters[i] = onProcessors(c, load{Addr: listener.Addr().String(), Token: raw})
		if err := c.do(load{Addr: listener.Addr().String(), Token: raw, Requests: connections}); err != nil {
			return nil, fmt.Errorf("%s: %w", g.name, err)
		}
	}
	return measure.Compare(rounds, b.size.requests, meters[0], meters[1]), nil
}

// onProcessors meters the time that this process spends while the client sends requests.
func onProcessors(c *client, l load) measure.Meter {
	return func(n int) time.Duration {
		l.Requests = n
		before := processorTime()
		if err := c.do(l); err != nil {
			panic(err)
		}
		return processorTime() - before
	}
}

// processorTime is what this process has spent on all processors, for itself and in the kernel.
func processorTime() time.Duration {
	var usage syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &usage); err != nil {
		panic(err) // its arguments are constants
	}
	return time.Duration(usage.Utime.Nano() + usage.Stime.Nano())
}
