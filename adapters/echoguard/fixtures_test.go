package echoguard_test

import (
	"net/http"

	"github.com/bearerguard/bearerguard/adapters/echoguard"
	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/labstack/echo/v4"
)

// require is an API whose routes are guarded one by one.
func require(opts ...echoguard.Option) guardtest.API {
	return func(c guardtest.Call, handler http.Handler) http.Handler {
		e := echo.New()
		e.Any("/read", echo.WrapHandler(handler), echoguard.Require(c.Guard, c.Rule, opts...))
		e.DELETE("/read", echo.WrapHandler(handler), echoguard.Require(c.Guard, c.Beside, opts...))
		return e
	}
}

// protect is the same with a table.
func protect(opts ...echoguard.Option) guardtest.API {
	return func(c guardtest.Call, handler http.Handler) http.Handler {
		e := echo.New()
		e.Use(echoguard.Middleware(c.Guard, scopes.Routes{"/read": c.Rule, "DELETE /read": c.Beside}, opts...))
		e.Any("/read", echo.WrapHandler(handler))
		e.DELETE("/read", echo.WrapHandler(handler))
		return e
	}
}

// apis are the two ways to use this package.
var apis = map[string]guardtest.API{"Require": require(), "Middleware": protect()}

// count is a handler that counts its calls.
func count(n *guardtest.Counter) echo.HandlerFunc { return echo.WrapHandler(n) }
