package echoguard_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/echoguard"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/labstack/echo/v4"
	echomiddleware "github.com/labstack/echo/v4/middleware"
)

// R6750-20: neither answers, errors, Echo's own log in debug mode nor ours hold
// the token or a part of it.
func TestSecrets(t *testing.T) {
	t.Parallel()
	segments := []string{"c2VjcmV0SGVhZGVy", "c2VjcmV0UGF5bG9hZA", "c2VjcmV0U2lnbmF0dXJl"}
	token := strings.Join(segments, ".")
	var out bytes.Buffer
	e := echo.New()
	e.Debug = true
	e.Logger.SetOutput(&out)
	e.HTTPErrorHandler = func(err error, c echo.Context) {
		fmt.Fprintf(&out, "%v %+v\n", err, err)
		e.DefaultHTTPErrorHandler(err, c)
	}
	e.Use(echomiddleware.RequestLoggerWithConfig(echomiddleware.RequestLoggerConfig{
		LogError: true, LogURI: true, LogRoutePath: true, HandleError: true,
		LogValuesFunc: func(_ echo.Context, v echomiddleware.RequestLoggerValues) error {
			fmt.Fprintf(&out, "%+v\n", v)
			return nil
		},
	}), echomiddleware.Recover())
	for name, v := range map[string]middleware.ValidatorFunc{
		"good": func(context.Context, string) (*middleware.Token, error) {
			return middleware.NewToken(middleware.Claims{}), nil
		},
		"bad":     func(context.Context, string) (*middleware.Token, error) { return byScope(context.Background(), "bad") },
		"down":    func(context.Context, string) (*middleware.Token, error) { return byScope(context.Background(), "down") },
		"foreign": func(context.Context, string) (*middleware.Token, error) { return nil, middleware.ErrNotMine },
		"panic":   func(context.Context, string) (*middleware.Token, error) { panic("a fault of the validator") },
	} {
		g := newGuard(t, middleware.Config{Validator: v, Logger: slog.New(slog.NewTextHandler(&out, nil)),
			Observe: middleware.LogEvents(slog.New(slog.NewJSONHandler(&out, nil)), 1)})
		e.GET("/"+name, (&counter{}).handle, echoguard.Require(g, scopes.All("read")))
		e.GET("/"+name+"/handler", func(c echo.Context) error {
			panic(fmt.Sprintf("%v %+v", c.Request().Context(), echoguard.Token(c)))
		}, echoguard.Require(g, scopes.Authenticated()))
		for _, path := range []string{"/" + name, "/" + name + "/handler"} {
			for _, field := range []string{"Bearer " + token, "Basic " + token, token, "Bearer " + token + ", Bearer " + token, "Bearer x " + token} {
				w := serve(e, "GET", path, "Authorization", field)
				fmt.Fprintf(&out, "%d %v %s\n", w.Code, w.Header(), w.Body)
			}
		}
	}
	text := out.String()
	for _, secret := range append(segments, token) {
		if at := strings.Index(text, secret); at >= 0 {
			t.Errorf("%s leaks: …%s", secret, text[max(0, at-200):at])
		}
	}
	for _, sign := range []string{"a fault of the validator", "access token", "invalid_token", "level=ERROR", "503"} {
		if !strings.Contains(text, sign) {
			t.Errorf("%q is missing, so something was not looked at", sign)
		}
	}
}
