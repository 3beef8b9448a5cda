package echoguard_test

import (
	"fmt"
	"log/slog"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/echoguard"
	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/labstack/echo/v4"
	echomiddleware "github.com/labstack/echo/v4/middleware"
)

// R6750-20: neither answers, errors, Echo's own log in debug mode nor ours hold
// the token or a part of it.
func TestSecrets(t *testing.T) {
	t.Parallel()
	out := new(guardtest.Sink)
	e := echo.New()
	e.Debug = true
	e.Logger.SetOutput(out)
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		fmt.Fprintf(out, "%v %+v\n", err, err)
		e.DefaultHTTPErrorHandler(err, c)
	}
	e.Use(echomiddleware.RequestLoggerWithConfig(echomiddleware.RequestLoggerConfig{
		LogError: true, LogURI: true, LogRoutePath: true, HandleError: true,
		LogValuesFunc: func(_ echo.Context, v echomiddleware.RequestLoggerValues) error {
			fmt.Fprintf(out, "%+v\n", v)
			return nil
		},
	}), echomiddleware.Recover())
	for name, v := range guardtest.SecretValidators() {
		g := guardtest.New(t, middleware.Config{Validator: v, Logger: slog.New(slog.NewTextHandler(out, nil)),
			Bindings: []middleware.Binding{guardtest.DPoP{}}, Observe: middleware.LogEvents(slog.New(slog.NewJSONHandler(out, nil)), 1)})
		e.GET("/"+name, count(new(guardtest.Counter)), echoguard.Require(g, scopes.All("read")))
		e.GET("/"+name+"/handler", func(c echo.Context) error {
			panic(fmt.Sprintf("%v %+v", c.Request().Context(), echoguard.Token(c)))
		}, echoguard.Require(g, scopes.Authenticated()))
		for _, path := range []string{"/" + name, "/" + name + "/handler"} {
			for _, field := range guardtest.SecretFields {
				w := guardtest.Serve(e, "GET", path, "Authorization", field)
				fmt.Fprintf(out, "%d %v %s\n", w.Code, w.Header(), w.Body)
			}
		}
	}
	guardtest.NoSecret(t, out.String(), "a fault of the validator", "access token", "invalid_token", "level=ERROR", "503")
}
