package httpguard

import (
	"net/http"

	"github.com/bearerguard/bearerguard/middleware"
)

// An Option changes how Require or Protect behaves.
type Option func(*options)

// refuser writes a refusal.
type refuser func(http.ResponseWriter, *http.Request, middleware.Refusal)

type options struct {
	refuse       refuser
	preflight    bool
	endWithToken bool
}

// collect applies the options that caller was given.
func collect(caller string, list []Option) options {
	o := options{refuse: WriteRefusal}
	for _, set := range list {
		if set == nil {
			panic("httpguard: " + caller + " was given a nil Option")
		}
		set(&o)
	}
	return o
}

// Refuse writes refusals with write instead of [WriteRefusal], for another body
// format. The header fields of the refusal (its challenge, Retry-After and
// Cache-Control) are set already; write sends refusal.Status and a body. Where it
// names no status of its own, refusal.Status is sent.
func Refuse(write func(w http.ResponseWriter, r *http.Request, refusal middleware.Refusal)) Option {
	if write == nil {
		panic("httpguard: Refuse needs a function")
	}
	return func(o *options) {
		o.refuse = func(w http.ResponseWriter, r *http.Request, refusal middleware.Refusal) {
			setHeader(w, refusal)
			own := &refusalWriter{ResponseWriter: w, status: refusal.Status}
			write(own, r, refusal)
			own.begin()
		}
	}
}

// PassPreflight lets CORS preflight requests through to the handler without a
// token: browsers send none with them. A preflight is an OPTIONS request with
// the fields Origin and Access-Control-Request-Method; every other OPTIONS
// request needs a token. With Protect it holds for the patterns in its table
// only. Use it where the handler answers preflights and does nothing else with
// OPTIONS, and where nothing between the router and the handler lets a header
// override the method.
func PassPreflight() Option {
	return func(o *options) { o.preflight = true }
}

// EndWithToken ends the context of a request when its token does: at
// [middleware.Token.Until], with the cause [middleware.ErrTokenEnded]. It is for
// handlers that run long, as those of server-sent events and WebSockets, which
// have to watch the request's context: nothing else stops them. A token without
// an end ends nothing. Observe of the guard's Config is told when the handler has
// returned.
func EndWithToken() Option {
	return func(o *options) { o.endWithToken = true }
}

func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions &&
		r.Header.Get("Origin") != "" &&
		r.Header.Get("Access-Control-Request-Method") != ""
}

// refusalWriter sends the status of the refusal where a hook does not say one:
// net/http would send 200, and the client would take a refusal for an answer.
type refusalWriter struct {
	http.ResponseWriter
	status int
	begun  bool
}

func (w *refusalWriter) begin() {
	if !w.begun {
		w.WriteHeader(w.status)
	}
}

func (w *refusalWriter) WriteHeader(status int) {
	w.begun = w.begun || status >= 200 // 1xx answers nothing
	w.ResponseWriter.WriteHeader(status)
}

func (w *refusalWriter) Write(p []byte) (int, error) {
	w.begin()
	return w.ResponseWriter.Write(p)
}

// FlushError serves http.ResponseController, and Flush those who ask for an
// http.Flusher.
func (w *refusalWriter) FlushError() error {
	w.begin()
	return http.NewResponseController(w.ResponseWriter).Flush()
}

func (w *refusalWriter) Flush() { _ = w.FlushError() }
