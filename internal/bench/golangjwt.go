package main

import (
	"context"
	"net/http"
	"strings"

	"github.com/MicahParks/keyfunc/v3"
	"github.com/golang-jwt/jwt/v5"
	echojwt "github.com/labstack/echo-jwt/v4"
	"github.com/labstack/echo/v4"
	"github.com/modelcontextprotocol/go-sdk/auth"
)

var (
	golangJWT = contender{
		name: "golang-jwt + keyfunc", modules: []string{"github.com/golang-jwt/jwt/v5", "github.com/MicahParks/keyfunc/v3"},
		setUp: func(w *world, alg string) (validate, error) {
			parse, err := newParser(w, alg)
			return func(raw string) error {
				_, err := parse(w.ctx, raw)
				return err
			}, err
		},
	}
	echoJWT = guarded{
		name: "echo-jwt, whole request", modules: []string{"github.com/labstack/echo-jwt/v4"}, onEcho: true,
		note:  "checks no scope; its own parser checks neither issuer nor audience, so it was given that of golang-jwt + keyfunc",
		setUp: setUpEchoJWT,
	}
	mcp = guarded{
		name: "MCP go-sdk, whole request", modules: []string{"github.com/modelcontextprotocol/go-sdk"},
		note:  "RequireBearerToken leaves the token to a function of the service, here golang-jwt + keyfunc",
		setUp: setUpMCP,
	}
)

// parsed is what handlers want to know.
type parsed struct {
	jwt.RegisteredClaims
	ClientID string `json:"client_id"`
	Scope    string `json:"scope"`
}

// newParser is what the documentation of keyfunc shows, with every check that golang-jwt has an option for.
// NewDefaultOverrideCtx is NewDefaultCtx with an HTTP client of our own.
func newParser(w *world, alg string) (func(ctx context.Context, raw string) (*parsed, error), error) {
	keys, err := keyfunc.NewDefaultOverrideCtx(w.ctx, []string{w.URL() + "/jwks"}, keyfunc.Override{Client: w.Client()})
	if err != nil {
		return nil, err
	}
	parser := jwt.NewParser(jwt.WithIssuer(w.URL()), jwt.WithAudience(w.Audience()), jwt.WithExpirationRequired(),
		jwt.WithValidMethods([]string{alg}))
	return func(ctx context.Context, raw string) (*parsed, error) {
		claims := new(parsed)
		_, err := parser.ParseWithClaims(raw, claims, keys.KeyfuncCtx(ctx))
		return claims, err
	}, nil
}

func setUpEchoJWT(w *world, alg string) (http.Handler, error) {
	parse, err := newParser(w, alg)
	if err != nil {
		return nil, err
	}
	return bareEcho(echojwt.WithConfig(echojwt.Config{
		ParseTokenFunc: func(c echo.Context, raw string) (any, error) { return parse(c.Request().Context(), raw) },
	})), nil
}

func setUpMCP(w *world, alg string) (http.Handler, error) {
	parse, err := newParser(w, alg)
	if err != nil {
		return nil, err
	}
	verify := func(ctx context.Context, raw string, _ *http.Request) (*auth.TokenInfo, error) {
		claims, err := parse(ctx, raw)
		if err != nil {
			return nil, auth.ErrInvalidToken
		}
		return &auth.TokenInfo{Scopes: strings.Fields(claims.Scope), Expiration: claims.ExpiresAt.Time, UserID: claims.Subject}, nil
	}
	return auth.RequireBearerToken(verify, &auth.RequireBearerTokenOptions{Scopes: []string{scope}})(bareHandler), nil
}
