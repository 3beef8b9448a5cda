package httpguard_test

import (
	"net/http"
	"net/http/httptest"

	"github.com/bearerguard/bearerguard/adapters/httpguard"
	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/scopes"
)

// require is an API whose handlers are wrapped one by one.
func require(opts ...httpguard.Option) guardtest.API {
	return func(c guardtest.Call, handler http.Handler) http.Handler {
		mux := http.NewServeMux()
		mux.Handle("/read", httpguard.Require(c.Guard, c.Rule, opts...)(handler))
		mux.Handle("DELETE /read", httpguard.Require(c.Guard, c.Beside, opts...)(handler))
		return mux
	}
}

// protect is the same with a table.
func protect(opts ...httpguard.Option) guardtest.API {
	return func(c guardtest.Call, handler http.Handler) http.Handler {
		mux := http.NewServeMux()
		mux.Handle("/read", handler)
		mux.Handle("DELETE /read", handler)
		return httpguard.Protect(c.Guard, scopes.Routes{"/read": c.Rule, "DELETE /read": c.Beside}, mux, opts...)
	}
}

// apis are the two ways to use this package.
var apis = map[string]guardtest.API{"Require": require(), "Protect": protect()}

// get serves a GET request with the header fields, given as name, value, ….
func get(h http.Handler, target string, fields ...string) *httptest.ResponseRecorder {
	return guardtest.Serve(h, "GET", target, fields...)
}
