package main

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"github.com/bearerguard/bearerguard/adapters/echoguard"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/labstack/echo/v4"
)

// routes says who may call what. A route that is not here is refused.
var routes = scopes.Routes{
	"GET /healthz":    scopes.Public(),
	"GET /orders":     scopes.All("orders:read"),
	"GET /orders/:id": scopes.All("orders:read"),
	"POST /orders":    scopes.All("orders:write"),
	"GET /events":     scopes.All("orders:read"),
	"GET /me":         scopes.Authenticated(),
}

// newAPI is a small API whose routes ask for different scopes. It takes access
// tokens of one issuer that were issued for one audience.
func newAPI(issuer, audience string) (*echo.Echo, error) {
	// The leeway of one second keeps the walk short; the default of 30 s is
	// better where clocks differ. InsecureLoopback is for development.
	validator, err := jwks.Config{Leeway: time.Second}.New(jwks.Issuer{
		URL:              issuer,
		Audience:         []string{audience},
		InsecureLoopback: true,
	})
	if err != nil {
		return nil, err
	}
	guard, err := middleware.New(middleware.Config{Validator: validator})
	if err != nil {
		return nil, err
	}

	e := echo.New()
	e.Use(echoguard.Middleware(guard, routes, echoguard.EndWithToken()))
	e.GET("/healthz", func(c echo.Context) error { return c.JSON(http.StatusOK, "ok") })
	e.GET("/orders", func(c echo.Context) error { return c.JSON(http.StatusOK, []string{"apples", "pears"}) })
	e.GET("/orders/:id", func(c echo.Context) error { return c.JSON(http.StatusOK, c.Param("id")) })
	e.POST("/orders", func(c echo.Context) error { return c.JSON(http.StatusOK, "ordered") })
	e.GET("/events", events)
	e.GET("/me", me)

	echoguard.Audit(e, routes).MustCover() // a route without a rule stops the program here
	return e, nil
}

// me shows what a handler knows about its caller.
func me(c echo.Context) error {
	token := echoguard.Token(c)
	return c.JSON(http.StatusOK, map[string]any{
		"client":  token.ClientID(),
		"subject": token.Subject(),
		"scopes":  slices.Collect(token.Scopes()),
	})
}

// events sends one event a second for as long as the token is good. It ends
// because it watches the context of the request.
func events(c echo.Context) error {
	c.Response().Header().Set(echo.HeaderContentType, "text/event-stream")
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		select {
		case <-c.Request().Context().Done():
			fmt.Fprintln(c.Response(), "event: end")
			return nil
		case <-tick.C:
			fmt.Fprintln(c.Response(), "data: nothing new")
			c.Response().Flush()
		}
	}
}
