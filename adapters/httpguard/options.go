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

func collect(list []Option) options {
	o := options{refuse: WriteRefusal}
	for _, set := range list {
		set(&o)
	}
	return o
}

// Refuse writes refusals with write instead of [WriteRefusal], for another body
// format. The header fields of the refusal (its challenge, Retry-After and
// Cache-Control) are set already; write sends refusal.Status and a body. Where it
// sends nothing, the status is sent without a body.
func Refuse(write func(w http.ResponseWriter, r *http.Request, refusal middleware.Refusal)) Option {
	if write == nil {
		panic("httpguard: Refuse needs a function")
	}
	return func(o *options) {
		o.refuse = func(w http.ResponseWriter, r *http.Request, refusal middleware.Refusal) {
			setHeader(w, refusal)
			noting := &notingWriter{ResponseWriter: w}
			write(noting, r, refusal)
			if !noting.wrote {
				w.WriteHeader(refusal.Status) // net/http would send 200
			}
		}
	}
}

// PassPreflight lets CORS preflight requests through to the handler without a
// token: browsers send none with them. A preflight is an OPTIONS request with
// the fields Origin and Access-Control-Request-Method; every other OPTIONS
// request needs a token. With Protect it holds for the patterns in its table
// only. Use it where the handler answers preflights and does nothing else with
// OPTIONS, and where nothing behind the guard lets a header override the method.
func PassPreflight() Option {
	return func(o *options) { o.preflight = true }
}

// EndWithToken ends the context of a request when its token does: at
// [middleware.Token.Until], with the cause [middleware.ErrTokenEnded]. It is for
// handlers that run long, as those of server-sent events and WebSockets, which
// have to watch the request's context: nothing else stops them. A token without
// an end ends nothing.
func EndWithToken() Option {
	return func(o *options) { o.endWithToken = true }
}

func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions &&
		r.Header.Get("Origin") != "" &&
		r.Header.Get("Access-Control-Request-Method") != ""
}

// notingWriter notes whether an answer was begun.
type notingWriter struct {
	http.ResponseWriter
	wrote bool
}

func (w *notingWriter) WriteHeader(status int) {
	w.wrote = true
	w.ResponseWriter.WriteHeader(status)
}

func (w *notingWriter) Write(p []byte) (int, error) {
	w.wrote = true
	return w.ResponseWriter.Write(p)
}

// Unwrap serves http.ResponseController.
func (w *notingWriter) Unwrap() http.ResponseWriter { return w.ResponseWriter }
