package httpguard

import (
	"net/http"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// Require returns a wrapper that lets a request through to its handler when g
// finds that it satisfies rule. The zero rule refuses everything. Require
// panics without a guard and on a nil Option, and what it returns panics without
// a handler.
//
// Behind an optional rule, a handler whose answer depends on the token has to
// send Vary: Authorization where caches may stand in front of it.
func Require(g *middleware.Guard, rule scopes.Rule, opts ...Option) func(http.Handler) http.Handler {
	if g == nil {
		panic("httpguard: Require needs a Guard")
	}
	o := collect("Require", opts)
	return func(next http.Handler) http.Handler {
		if next == nil {
			panic("httpguard: Require needs a handler to wrap")
		}
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if o.preflight && isPreflight(r) {
				next.ServeHTTP(w, r)
				return
			}
			o.serve(g, rule, r.Pattern, next, w, r)
		})
	}
}

// serve asks the guard and then runs next or writes the refusal, never both.
func (o *options) serve(g *middleware.Guard, rule scopes.Rule, route string, next http.Handler, w http.ResponseWriter, r *http.Request) {
	q := describe(g, w, r, route)
	token, err := g.Check(r.Context(), q, rule)
	if err != nil {
		o.refuse(w, r, g.Refusal(err))
		return
	}
	if token == nil && Token(r) == nil {
		next.ServeHTTP(w, r)
		return
	}
	// An anonymous request made with the context of another one must not inherit
	// that one's token.
	ctx := middleware.NewContext(r.Context(), token)
	if o.endWithToken {
		var over func()
		ctx, over = g.UntilTokenEnds(ctx, q, rule, token)
		defer over()
	}
	next.ServeHTTP(w, r.WithContext(ctx))
}

// describe leaves out what only Bindings look at where there are none.
func describe(g *middleware.Guard, w http.ResponseWriter, r *http.Request, route string) middleware.Request {
	q := middleware.Request{Header: header(r.Header), Route: route}
	if !g.HasBindings() {
		return q
	}
	q.Reply = w.Header()
	q.Method, q.Host, q.Path = r.Method, r.Host, r.URL.EscapedPath()
	q.Peer, q.TLS = r.RemoteAddr, r.TLS != nil
	if q.TLS && len(r.TLS.PeerCertificates) > 0 {
		q.Certificate = r.TLS.PeerCertificates[0]
	}
	return q
}

// header is a http.Header that finds the field every request is asked for without
// bringing its name into the form that it has.
type header http.Header

func (h header) Values(name string) []string {
	if name == "Authorization" {
		return h[name]
	}
	return http.Header(h).Values(name)
}

// Token is what the access token of the request says, or nil for an anonymous
// request and behind no guard; the methods of a nil Token answer zero values.
func Token(r *http.Request) *middleware.Token {
	t, _ := middleware.FromContext(r.Context())
	return t
}
