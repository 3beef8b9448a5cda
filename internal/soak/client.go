package main

import (
	"context"
	"io"
	"math/rand/v2"
	"net/http"
	"time"
)

// patience is how long a client waits: far beyond any time that the library may take.
const patience = 10 * time.Second

// An answer is what came of one request, and all that the judge looks at.
type answer struct {
	*credential
	span
	err       error // no answer came
	status    int
	challenge string // WWW-Authenticate
	retry     string // Retry-After
	handler   string // what the handler saw as the token's jti
	cause     string // what the API says about a refusal
}

// caller sends requests to the API.
type caller struct {
	clock
	url    string
	client *http.Client
}

func newCaller(c clock, url string) *caller {
	transport := http.DefaultTransport.(*http.Transport).Clone()
	transport.MaxIdleConns, transport.MaxIdleConnsPerHost = 0, 256
	return &caller{clock: c, url: url, client: &http.Client{Transport: transport, Timeout: patience}}
}

// send presents a credential. A request that was begun is not given up when the soak ends, so that it can be judged.
func (c *caller) send(with *credential) answer {
	a := answer{credential: with}
	r, err := http.NewRequest(http.MethodGet, c.url, nil)
	if err != nil {
		a.err = err
		return a
	}
	if with.text != "" {
		r.Header.Set("Authorization", "Bearer "+with.text)
	}
	a.begin = c.now()
	resp, err := c.client.Do(r)
	a.end = c.now()
	if err != nil {
		a.err = err
		return a
	}
	defer resp.Body.Close()
	a.status, a.challenge = resp.StatusCode, resp.Header.Get("WWW-Authenticate")
	a.retry, a.cause = resp.Header.Get("Retry-After"), resp.Header.Get(causeField)
	body, err := io.ReadAll(resp.Body)
	if a.err = err; resp.StatusCode == http.StatusOK {
		a.handler = string(body)
	}
	return a
}

// kind is a sort of clients.
type kind struct {
	name  string
	count int           // of clients at the same time
	rest  time.Duration // of each between an answer and the next request, on average
	valid bool          // whether these are the users that the API is there for
	next  func(*rand.Rand) *credential
}

// work is one client of a kind.
func (k *kind) work(ctx context.Context, c *caller, r *rand.Rand, to func(*kind, answer)) {
	for pause(ctx, time.Duration(r.ExpFloat64()*float64(k.rest))) {
		to(k, c.send(k.next(r)))
	}
}
