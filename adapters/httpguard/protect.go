package httpguard

import (
	"fmt"
	"maps"
	"net/http"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// Protect guards everything that mux serves. The keys of routes are patterns as
// they were given to mux.Handle, to the letter; the mux itself says which of
// its patterns serves a request, so the two cannot disagree about a path. A
// pattern without a rule is refused, and so is a request that no pattern
// matches: a stranger does not learn which routes exist.
//
// Register all patterns before serving: mux is asked once which pattern applies
// and once more to serve. The table is copied. Protect panics without a guard
// or a mux, on a nil Option, and on a key that is no pattern, as mux.Handle does.
func Protect(g *middleware.Guard, routes scopes.Routes, mux *http.ServeMux, opts ...Option) http.Handler {
	if g == nil || mux == nil {
		panic("httpguard: Protect needs a Guard and a ServeMux")
	}
	checkPatterns(routes)
	o, rules := collect("Protect", opts), maps.Clone(routes)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, pattern := mux.Handler(r)
		rule, listed := rules[pattern]
		if !listed && r.Method == http.MethodConnect {
			pattern = "" // a ServeMux that redirects CONNECT names the path, which a stranger chose
		}
		if listed && o.preflight && isPreflight(r) {
			mux.ServeHTTP(w, r)
			return
		}
		o.serve(g, rule, pattern, mux, w, r)
	})
}

// checkPatterns has a ServeMux of its own judge the keys, so that a typing
// error shows at start-up and not as a refused route.
func checkPatterns(routes scopes.Routes) {
	for pattern := range routes {
		func() {
			defer func() {
				if fault := recover(); fault != nil {
					panic(fmt.Sprintf("httpguard: routes has the key %q, which is no pattern: %v", pattern, fault))
				}
			}()
			http.NewServeMux().Handle(pattern, http.NotFoundHandler())
		}()
	}
}
