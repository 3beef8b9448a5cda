package echoguard_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/bearerguard/bearerguard/adapters/echoguard"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/labstack/echo/v4"
)

// newReader is a guard whose tokens all have the scope orders:read. Yours has a
// Validator of the package jwks or introspect.
func newReader() *middleware.Guard {
	g, err := middleware.New(middleware.Config{Validator: middleware.ValidatorFunc(
		func(context.Context, string) (*middleware.Token, error) {
			return middleware.NewToken(middleware.Claims{Subject: "alice", Scope: "orders:read"}), nil
		})})
	if err != nil {
		panic(err)
	}
	return g
}

// ask sends a request with a token and prints what a client sees.
func ask(h http.Handler, method, path string) {
	r := httptest.NewRequest(method, path, nil)
	r.Header.Set("Authorization", "Bearer token")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	fmt.Println(method, path, w.Code, w.Body)
}

func ExampleMiddleware() {
	routes := scopes.Routes{
		"GET /orders/:id": scopes.All("orders:read"),
		"POST /orders":    scopes.All("orders:write"),
	}
	e := echo.New()
	e.Use(echoguard.Middleware(newReader(), routes))
	e.GET("/orders/:id", func(c echo.Context) error {
		return c.String(http.StatusOK, c.Param("id")+" of "+echoguard.Token(c).Subject())
	})
	e.POST("/orders", func(c echo.Context) error { return c.NoContent(http.StatusCreated) })
	echoguard.Audit(e, routes).MustCover()

	ask(e, "GET", "/orders/7")
	ask(e, "POST", "/orders")
	// Output:
	// GET /orders/7 200 7 of alice
	// POST /orders 403 {"error":"insufficient_scope","error_description":"The access token lacks a scope that is needed here"}
}

func ExampleRequire() {
	e := echo.New()
	e.GET("/healthz", func(c echo.Context) error { return c.String(http.StatusOK, "ok") })
	orders := e.Group("/orders", echoguard.Require(newReader(), scopes.All("orders:read")))
	orders.GET("/:id", func(c echo.Context) error { return c.String(http.StatusOK, c.Param("id")) })

	ask(e, "GET", "/healthz")
	ask(e, "GET", "/orders/7")
	// Output:
	// GET /healthz 200 ok
	// GET /orders/7 200 7
}

// What the audit says about a route that somebody forgot, and a key that nothing
// is registered for.
func ExampleAudit() {
	e := echo.New()
	nothing := func(c echo.Context) error { return nil }
	e.GET("/orders", nothing)
	e.DELETE("/orders/:id", nothing)

	fmt.Print(echoguard.Audit(e, scopes.Routes{
		"GET /orders":        scopes.All("orders:read"),
		"DELETE /orders/:no": scopes.All("orders:write"),
	}))
	// Output:
	// DELETE /orders/:id  deny          (not in the table)
	// DELETE /orders/:no  orders:write  (no such route)
	// GET /orders         orders:read
}
