package echoguard

import (
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/labstack/echo/v4"
)

// Require returns a middleware for one route or group that lets a request
// through when g finds that it satisfies rule. The zero rule refuses
// everything. Refusals and panics are as in [Middleware].
//
//	e.GET("/orders", list, echoguard.Require(g, scopes.All("orders:read")))
//
// Behind an optional rule, a handler whose answer depends on the token has to
// send Vary: Authorization where caches may stand in front of it.
func Require(g *middleware.Guard, rule scopes.Rule, opts ...Option) echo.MiddlewareFunc {
	if g == nil {
		panic("echoguard: Require needs a Guard")
	}
	mustTellApart()
	o := collect("Require", opts)
	return func(next echo.HandlerFunc) echo.HandlerFunc {
		return func(c echo.Context) error {
			if o.skip(c) || o.preflight && isPreflight(c.Request()) && matched(c) != (route{}) {
				return next(c)
			}
			return o.serve(g, rule, c.Path(), next, c)
		}
	}
}

// serve asks the guard and then runs next or returns the refusal, never both.
func (o *options) serve(g *middleware.Guard, rule scopes.Rule, name string, next echo.HandlerFunc, c echo.Context) error {
	r, q := c.Request(), describe(g, c, name)
	token, err := g.Check(r.Context(), q, rule)
	if err != nil {
		return refuse(c, g.Refusal(err), err)
	}
	if token == nil && Token(c) == nil {
		return next(c)
	}
	// An anonymous request made with the context of another one must not inherit
	// that one's token.
	ctx := middleware.NewContext(r.Context(), token)
	if o.endWithToken && !token.Until().IsZero() {
		outer := ctx
		var over func()
		ctx, over = g.UntilTokenEnds(ctx, q, rule, token)
		defer over()
		defer unend(c, outer)
	}
	c.SetRequest(r.WithContext(ctx))
	return next(c)
}

// describe leaves out what only Bindings look at where there are none.
func describe(g *middleware.Guard, c echo.Context, name string) middleware.Request {
	r := c.Request()
	q := middleware.Request{Header: r.Header, Route: name}
	if !g.HasBindings() {
		return q
	}
	q.Reply = c.Response().Header()
	q.Method, q.Host, q.Path = r.Method, r.Host, r.URL.EscapedPath()
	q.Peer, q.TLS = r.RemoteAddr, r.TLS != nil
	if q.TLS && len(r.TLS.PeerCertificates) > 0 {
		q.Certificate = r.TLS.PeerCertificates[0]
	}
	return q
}

// Token is what the access token of the request says, or nil for an anonymous
// request and behind no guard; the methods of a nil Token answer zero values.
func Token(c echo.Context) *middleware.Token {
	t, _ := middleware.FromContext(c.Request().Context())
	return t
}
