package main

import (
	"io"
	"net/http"
	"net/url"
	"path"
	"sync"
	"sync/atomic"
	"time"
)

// meter counts what the library asks one server, on the library's side of the connection, where nothing is asked twice
// behind its back.
type meter struct {
	clock
	base *http.Transport
	// called is told of each introspection request, and whether it was answered 200. Nil: nobody is.
	called func(token string, w span, ok bool)

	keys      atomic.Int64 // requests for the key set
	questions atomic.Int64 // introspection requests

	mu           sync.Mutex
	flying, most int // introspection requests under way, and the most at one time
}

func newMeter(c clock, called func(string, span, bool)) *meter {
	return &meter{clock: c, base: http.DefaultTransport.(*http.Transport).Clone(), called: called}
}

func (m *meter) client() *http.Client { return &http.Client{Transport: m} }

func (m *meter) RoundTrip(r *http.Request) (*http.Response, error) {
	switch path.Base(r.URL.Path) {
	case "jwks":
		m.keys.Add(1)
	case "introspect":
		m.questions.Add(1)
		return m.introspect(r)
	}
	return m.base.RoundTrip(r)
}

// introspect counts the request as under way until its body is closed.
func (m *meter) introspect(r *http.Request) (*http.Response, error) {
	token := tokenIn(r)
	m.fly(1)
	begin := m.now()
	resp, err := m.base.RoundTrip(r)
	if m.called != nil {
		m.called(token, span{begin, m.now()}, err == nil && resp.StatusCode == http.StatusOK)
	}
	if err != nil {
		m.fly(-1)
		return nil, err
	}
	resp.Body = &countedBody{ReadCloser: resp.Body, closed: sync.OnceFunc(func() { m.fly(-1) })}
	return resp, nil
}

func (m *meter) fly(n int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.flying += n
	m.most = max(m.most, m.flying)
}

func (m *meter) mostFlying() int {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.most
}

// tokenIn reads the form of a question without using it up.
func tokenIn(r *http.Request) string {
	if r.GetBody == nil {
		return ""
	}
	body, err := r.GetBody()
	if err != nil {
		return ""
	}
	defer body.Close()
	text, err := io.ReadAll(body)
	if err != nil {
		return ""
	}
	form, err := url.ParseQuery(string(text))
	if err != nil {
		return ""
	}
	return form.Get("token")
}

type countedBody struct {
	io.ReadCloser
	closed func()
}

func (b *countedBody) Close() error {
	defer b.closed()
	return b.ReadCloser.Close()
}

// keyLimit is how many fetches of keys are promised at most, in so much time with so many outages of this length in
// all: those ahead of the end of freshness, those for unknown keys, and retries, whose pauses double up to retryMax and
// are jittered by half.
func keyLimit(length time.Duration, outages int, out time.Duration) int {
	ahead := fresh / 4 * 3
	doublings := 0
	for p := retryMin; p < retryMax; p *= 2 {
		doublings++
	}
	return 1 + int(length/ahead) + unknownBurst + int(length/unknownEvery) +
		outages*(doublings+1) + int(out/(retryMax/2))
}
