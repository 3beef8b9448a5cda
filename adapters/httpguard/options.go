package httpguard

import (
	"net/http"

	"github.com/bearerguard/bearerguard/middleware"
)

// An Option changes how Require or Protect behaves.
type Option func(*options)

type options struct {
	refuse    func(http.ResponseWriter, *http.Request, middleware.Refusal)
	preflight bool
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
// Cache-Control) are set already; write has to send refusal.Status and a body.
func Refuse(write func(w http.ResponseWriter, r *http.Request, refusal middleware.Refusal)) Option {
	if write == nil {
		panic("httpguard: Refuse needs a function")
	}
	return func(o *options) {
		o.refuse = func(w http.ResponseWriter, r *http.Request, refusal middleware.Refusal) {
			setHeader(w, refusal)
			write(w, r, refusal)
		}
	}
}

// PassPreflight lets CORS preflight requests through to the handler without a
// token: browsers send none with them. A preflight is an OPTIONS request with
// the fields Origin and Access-Control-Request-Method; every other OPTIONS
// request needs a token. Only use it where the handler answers preflights and
// does nothing else with OPTIONS.
func PassPreflight() Option {
	return func(o *options) { o.preflight = true }
}

func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions &&
		r.Header.Get("Origin") != "" &&
		r.Header.Get("Access-Control-Request-Method") != ""
}
