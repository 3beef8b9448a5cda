package main

import (
	"errors"
	"io"
	"net/http"
	"net/http/httptest"

	"github.com/labstack/echo/v4"
)

// A guarded handler is a contender that takes a whole request: it reads the Authorization field, and lets good tokens
// through to a handler that answers at once.
type guarded struct {
	name, note string
	modules    []string
	onEcho     bool // behind Echo's router, and compared with it
	setUp      func(w *world, alg string) (http.Handler, error)
}

const (
	path   = "/orders"
	answer = `{"orders":[]}`
)

var bareHandler = http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, answer)
})

// bareEcho is the same behind Echo's router.
func bareEcho(m ...echo.MiddlewareFunc) *echo.Echo {
	e := echo.New()
	e.GET(path, func(c echo.Context) error {
		bareHandler(c.Response(), c.Request())
		return nil
	}, m...)
	return e
}

// bare is what a guarded handler is compared with.
func (g guarded) bare() http.Handler {
	if g.onEcho {
		return bareEcho()
	}
	return bareHandler
}

var errRefused = errors.New("the request was not answered with 200")

// throughHandler makes a contender of a guarded handler, which is called without a network. What a request and its answer
// are made of is used again and again.
func throughHandler(g guarded) contender {
	return contender{name: g.name, modules: g.modules, note: g.note, setUp: func(w *world, alg string) (validate, error) {
		h, err := g.setUp(w, alg)
		if err != nil {
			return nil, err
		}
		return asking(h), nil
	}}
}

func asking(h http.Handler) validate {
	request, writer := httptest.NewRequest(http.MethodGet, "https://api.example.com"+path, nil), &sink{header: http.Header{}}
	last := ""
	return func(raw string) error {
		if raw != last {
			request.Header.Set("Authorization", "Bearer "+raw)
			last = raw
		}
		writer.status = 0
		clear(writer.header)
		h.ServeHTTP(writer, request)
		if writer.status != http.StatusOK {
			return errRefused
		}
		return nil
	}
}

// sink is an http.ResponseWriter that keeps nothing but the status.
type sink struct {
	header http.Header
	status int
}

func (s *sink) Header() http.Header { return s.header }

func (s *sink) WriteHeader(status int) { s.status = status }

func (s *sink) Write(p []byte) (int, error) {
	if s.status == 0 {
		s.status = http.StatusOK
	}
	return len(p), nil
}

func (s *sink) WriteString(text string) (int, error) {
	if s.status == 0 {
		s.status = http.StatusOK
	}
	return len(text), nil
}
