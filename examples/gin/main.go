// Gin shows an API in gin. Its handlers are not those of net/http, so one
// function, guarded, makes a gin handler of httpguard.Require.
//
//	go run ./examples/gin -once
//
// The issuer is one made for tests and lives inside this process. For a real
// authorization server, see examples/quickstart.
package main

import (
	"log"
	"net/http"

	"github.com/bearerguard/bearerguard/adapters/httpguard"
	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/examples/internal/orders"
	"github.com/bearerguard/bearerguard/examples/internal/walk"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/gin-gonic/gin"
)

func main() {
	issuer := authtest.New()
	api, err := newAPI(issuer)
	if err != nil {
		log.Fatal(err)
	}
	walk.Main(api, orders.Client(issuer))
}

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
// without Abort, gin would go on, even after a panic that a recovery in front took
// care of. What stands in front finds the context of its request again: the one for
// behind, which has the token, may be over (httpguard.EndWithToken).
func guarded(middleware func(http.Handler) http.Handler) gin.HandlerFunc {
	return func(c *gin.Context) {
		passed, before := false, c.Request.Context()
		defer func() {
			if !passed {
				c.Abort()
			}
			c.Request = c.Request.WithContext(before)
		}()
		middleware(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			passed = true
			c.Request = r
			c.Next()
		})).ServeHTTP(c.Writer, c.Request)
	}
}

func say(text string) gin.HandlerFunc {
	return func(c *gin.Context) { c.String(http.StatusOK, text+"\n") }
}
