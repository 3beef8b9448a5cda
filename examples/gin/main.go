// Gin shows an API in gin. Its handlers are not those of net/http, so one
// function, guarded, makes a gin handler of httpguard.Require.
//
//	go run ./examples/gin -once
//
// The issuer is one made for tests and lives inside this process. For a real
// authorization server, see examples/quickstart.
package main

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"os"
	"os/signal"

	"github.com/bearerguard/bearerguard/adapters/httpguard"
	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/examples/internal/walk"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/gin-gonic/gin"
)

func newAPI(issuer *authtest.Issuer) (http.Handler, error) {
	validator, err := jwks.Config{Client: issuer.Client()}.New(jwks.Issuer{
		URL: issuer.URL(), Audience: []string{issuer.Audience()},
	})
	if err != nil {
		return nil, err
	}
	guard, err := middleware.New(middleware.Config{Validator: validator})
	if err != nil {
		return nil, err
	}
	require := func(rule scopes.Rule) gin.HandlerFunc { return guarded(httpguard.Require(guard, rule)) }

	gin.SetMode(gin.ReleaseMode)
	r := gin.New()
	r.GET("/healthz", say("ok"))
	r.GET("/orders", require(scopes.All("orders:read")), say("apples, pears"))
	r.POST("/orders", require(scopes.All("orders:write")), say("ordered"))
	r.GET("/orders/:id", require(scopes.All("orders:read")), say("one order"))
	admin := r.Group("/admin", require(scopes.All("admin"))) // every route of the group
	admin.GET("/users", say("users"))
	return r, nil
}

// guarded makes a gin handler of a net/http middleware. What comes behind it in
// gin's chain runs inside the middleware, and not at all where that refuses:
// without Abort, gin would go on.
func guarded(middleware func(http.Handler) http.Handler) gin.HandlerFunc {
	return func(c *gin.Context) {
		passed := false
		middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			passed = true
			c.Request = r // its context has the token
			c.Next()
		})).ServeHTTP(c.Writer, c.Request)
		if !passed {
			c.Abort()
		}
	}
}

func say(text string) gin.HandlerFunc {
	return func(c *gin.Context) { c.String(http.StatusOK, text+"\n") }
}

func steps(issuer *authtest.Issuer) []walk.Step {
	token := func(scope string) func() (string, error) {
		return func() (string, error) { return issuer.Token(authtest.Claims{"scope": scope}), nil }
	}
	return []walk.Step{
		{Title: "A public route needs no token", Method: "GET", Path: "/healthz", Status: 200},
		{Title: "Without a token, the challenge says what is needed", Method: "GET", Path: "/orders", Status: 401, Challenge: []string{`scope="orders:read"`}},
		{Title: "A token with the scope reads", Method: "GET", Path: "/orders/7", Token: token("orders:read"), Status: 200},
		{Title: "It does not write", Method: "POST", Path: "/orders", Token: token("orders:read"), Status: 403, Challenge: []string{`scope="orders:write"`}},
		{Title: "Nor does it see what the group guards", Method: "GET", Path: "/admin/users", Token: token("orders:read"), Status: 403, Challenge: []string{`scope="admin"`}},
		{Title: "The group's token does", Method: "GET", Path: "/admin/users", Token: token("admin"), Status: 200},
	}
}

func main() {
	once := flag.Bool("once", false, "stop after the walk; exit 1 if an answer is not the one announced")
	addr := flag.String("addr", "127.0.0.1:0", "where the API listens; port 0 means any free one")
	flag.Parse()
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt)
	defer stop()
	if err := run(ctx, *addr, *once); err != nil {
		fmt.Fprintln(os.Stderr, "gin:", err)
		os.Exit(1)
	}
}

func run(ctx context.Context, addr string, once bool) error {
	issuer := authtest.New()
	api, err := newAPI(issuer)
	if err != nil {
		return err
	}
	url, err := walk.Serve(ctx, addr, api)
	if err != nil {
		return err
	}
	fmt.Printf("protected API  %s\n", url)
	if err := walk.Take(ctx, os.Stdout, url, steps(issuer)); err != nil || once {
		return err
	}
	fmt.Println("\nThe API keeps serving until Ctrl-C.")
	<-ctx.Done()
	return nil
}
