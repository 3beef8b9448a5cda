package echoguard

import (
	"net/http"

	"github.com/labstack/echo/v4"
)

// An Option changes how Middleware or Require behaves.
type Option func(*options)

type options struct {
	skip         func(echo.Context) bool
	preflight    bool
	endWithToken bool
}

// collect applies the options that caller was given.
func collect(caller string, list []Option) options {
	o := options{skip: func(echo.Context) bool { return false }}
	for _, set := range list {
		if set == nil {
			panic("echoguard: " + caller + " was given a nil Option")
		}
		set(&o)
	}
	return o
}

// Skip passes requests by the guard for which skip says true: nothing is looked
// at, and the handler finds no token but that of another guard in front. It is
// Echo's Skipper. Where a route decides, a table with scopes.Public says the same
// and shows in reviews.
func Skip(skip func(echo.Context) bool) Option {
	if skip == nil {
		panic("echoguard: Skip needs a function")
	}
	return func(o *options) { o.skip = skip }
}

// PassPreflight lets CORS preflight requests through without a token: browsers
// send none with them. A preflight is an OPTIONS request with the fields Origin
// and Access-Control-Request-Method; every other OPTIONS request needs a token.
// With Middleware it holds for the paths in its table only. Use it where what
// comes behind the guard, Echo's CORS middleware for example, answers
// preflights and does nothing else with OPTIONS. Where CORS stands in front of
// the guard, it answers them itself.
func PassPreflight() Option {
	return func(o *options) { o.preflight = true }
}

// EndWithToken ends the context of a request when its token does: at
// middleware.Token.Until, with the cause middleware.ErrTokenEnded. It is for
// handlers that run long, as those of server-sent events and WebSockets, which
// have to watch c.Request().Context(): nothing else stops them. A token without
// an end ends nothing. Observe of the guard's Config is told when the handler has
// returned. From then on the context is as long as the request again, for what
// stands in front of the guard and for Echo.HTTPErrorHandler.
func EndWithToken() Option {
	return func(o *options) { o.endWithToken = true }
}

func isPreflight(r *http.Request) bool {
	return r.Method == http.MethodOptions &&
		r.Header.Get("Origin") != "" &&
		r.Header.Get("Access-Control-Request-Method") != ""
}
