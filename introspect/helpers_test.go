package introspect_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/introspect"
	"github.com/bearerguard/bearerguard/middleware"
)

const (
	issuer   = "https://issuer.test"
	place    = "https://issuer.test/introspect"
	audience = "https://api.test"
	secret   = "a-secret-of-ours" // never to be told
	token    = "opaque-token"
)

// reply is what the server says to one request.
type reply struct {
	status int    // 0: 200
	kind   string // Content-Type; "": application/json, "-": none
	header http.Header
	body   string
	after  time.Duration
	err    error // instead of all that
}

// active is the answer about a good token, with members of the test's.
func active(members string) reply {
	if members != "" {
		members = "," + members
	}
	return reply{body: `{"active":true` + members + `}`}
}

// seen is one request as the server got it.
type seen struct {
	method, url string
	header      http.Header
	form        url.Values
}

// server is an authorization server in memory.
type server struct {
	answer func(seen) reply

	mu    sync.Mutex // guards what follows
	calls []seen
	most  int // that were in flight at one time
	now   int
}

func says(r reply) *server { return &server{answer: func(seen) reply { return r }} }

func (s *server) client() *http.Client { return &http.Client{Transport: s} }

func (s *server) RoundTrip(req *http.Request) (*http.Response, error) {
	call := seen{method: req.Method, url: req.URL.String(), header: req.Header.Clone()}
	if req.Body != nil {
		body, err := io.ReadAll(req.Body)
		if err != nil {
			return nil, err
		}
		if call.form, err = url.ParseQuery(string(body)); err != nil {
			return nil, err
		}
	}
	s.mu.Lock()
	s.calls = append(s.calls, call)
	s.now++
	s.most = max(s.most, s.now)
	s.mu.Unlock()
	defer func() {
		s.mu.Lock()
		s.now--
		s.mu.Unlock()
	}()
	r := s.answer(call)
	if r.after > 0 {
		timer := time.NewTimer(r.after)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-req.Context().Done():
			return nil, req.Context().Err()
		}
	}
	if r.err != nil {
		return nil, r.err
	}
	return r.response(req), nil
}

func (r reply) response(req *http.Request) *http.Response {
	header := r.header.Clone()
	if header == nil {
		header = http.Header{}
	}
	switch r.kind {
	case "-":
	case "":
		header.Set("Content-Type", "application/json")
	default:
		header.Set("Content-Type", r.kind)
	}
	if r.status == 0 {
		r.status = http.StatusOK
	}
	return &http.Response{StatusCode: r.status, Header: header, Body: io.NopCloser(strings.NewReader(r.body)), Request: req}
}

func (s *server) count() int {
	s.mu.Lock()
	defer s.mu.Unlock()
	return len(s.calls)
}

func (s *server) last(t testing.TB) seen {
	t.Helper()
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.calls) == 0 {
		t.Fatal("there was no request")
	}
	return s.calls[len(s.calls)-1]
}

func (s *server) expectCalls(t testing.TB, want int) {
	t.Helper()
	if got := s.count(); got != want {
		t.Errorf("%d calls, want %d", got, want)
	}
}

// config is one that works with the server.
func config(s *server) introspect.Config {
	return introspect.Config{
		Issuer: issuer, Endpoint: place, Audience: []string{audience},
		Authentication: introspect.ClientSecretBasic("api", secret),
		Client:         s.client(), Logger: slog.New(slog.DiscardHandler),
	}
}

func newValidator(t testing.TB, c introspect.Config) *introspect.Validator {
	t.Helper()
	v, err := introspect.New(c)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// verdict is what a validator made of a token, as tables hold it.
type verdict string

const (
	good        verdict = "good"
	notMine     verdict = "not mine"
	unavailable verdict = "unavailable: introspection_unavailable"
	inactive    verdict = "invalid_token: inactive"
)

func refused(reason middleware.Reason) verdict { return verdict("invalid_token: " + reason) }

func judge(t *middleware.Token, err error) verdict {
	var e *middleware.Error
	switch {
	case (t == nil) == (err == nil):
		return "broken contract: neither or both of a token and an error"
	case err == nil:
		return good
	case errors.As(err, &e):
		return verdict(string(e.Code) + ": " + string(e.Reason))
	case errors.Is(err, middleware.ErrNotMine):
		return notMine
	}
	return verdict("broken contract: " + err.Error())
}

// expect validates raw and compares the verdict; no error tells a secret.
func expect(t testing.TB, v middleware.Validator, raw string, want verdict) *middleware.Token {
	t.Helper()
	tok, err := v.Validate(context.Background(), raw)
	if got := judge(tok, err); got != want {
		t.Errorf("verdict = %q (%v), want %q", got, err, want)
	}
	checkSilence(t, everything(err), raw)
	return tok
}

// checkSilence finds what must be in no log, error or report.
func checkSilence(t testing.TB, said, raw string) {
	t.Helper()
	for _, hidden := range []string{raw, secret, "marker-of-a-body"} {
		if len(hidden) > 7 && strings.Contains(said, hidden) {
			t.Errorf("%q is told: %.300s", hidden, said)
		}
	}
}

// everything is all that any way of printing err or a part of its chain tells.
func everything(err error) string {
	if err == nil {
		return ""
	}
	said := fmt.Sprintf("%v\n%+v\n%#v\n", err, err, err)
	var e *middleware.Error
	if errors.As(err, &e) {
		said += e.Description + "\n"
	}
	switch u := err.(type) {
	case interface{ Unwrap() error }:
		said += everything(u.Unwrap())
	case interface{ Unwrap() []error }:
		for _, cause := range u.Unwrap() {
			said += everything(cause)
		}
	}
	return said
}

// logged gathers the lines of a logger.
type logged struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (l *logged) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.text.Write(p)
}

func (l *logged) logger() *slog.Logger {
	return slog.New(slog.NewTextHandler(l, &slog.HandlerOptions{Level: slog.LevelDebug}))
}

// lines returns what was logged since the last time.
func (l *logged) lines() []string {
	l.mu.Lock()
	defer l.mu.Unlock()
	text := strings.TrimSpace(l.text.String())
	l.text.Reset()
	if text == "" {
		return nil
	}
	return strings.Split(text, "\n")
}
