package introspect_test

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"

	"github.com/bearerguard/bearerguard/adapters/httpguard"
	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/introspect"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

func Example() {
	server := authtest.New() // stands for the authorization server

	v, err := introspect.New(introspect.Config{
		Issuer:         server.URL(), // its metadata names the endpoint
		Authentication: introspect.ClientSecretBasic(authtest.DefaultClientID, authtest.DefaultClientSecret),
		Audience:       []string{server.Audience()},
		Client:         server.Client(), // real servers need none
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	g, err := middleware.New(middleware.Config{Validator: v})
	if err != nil {
		fmt.Println(err)
		return
	}
	mux := http.NewServeMux()
	mux.Handle("GET /orders", httpguard.Require(g, scopes.All("orders:read"))(
		http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			fmt.Fprintln(w, "orders of", httpguard.Token(r).Subject())
		})))

	get := func(token string) {
		r := httptest.NewRequest("GET", "/orders", nil)
		r.Header.Set("Authorization", "Bearer "+token)
		w := httptest.NewRecorder()
		mux.ServeHTTP(w, r)
		fmt.Println(w.Code, w.Body)
	}
	token := server.Opaque(authtest.Claims{"sub": "alice", "scope": "orders:read"})
	get(token)
	server.Revoke(token)
	v.Forget(token) // otherwise the answer is used again for up to a minute
	get(token)
	// Output:
	// 200 orders of alice
	//
	// 401 {"error":"invalid_token","error_description":"The access token is not active"}
}

// JWTs of a known issuer are judged by its keys, and only other tokens are sent to
// the server.
func Example_first() {
	server := authtest.New()
	// Real issuers need no Keys: they are found by the URL. These are asked through
	// the client of the test's server.
	keys, err := jwks.NewKeys(jwks.KeysConfig{Issuer: server.URL(), Client: server.Client()})
	if err != nil {
		fmt.Println(err)
		return
	}
	jwt, err := jwks.New(jwks.Issuer{URL: server.URL(), Audience: []string{server.Audience()}, Keys: keys})
	if err != nil {
		fmt.Println(err)
		return
	}
	opaque, err := introspect.New(introspect.Config{
		Issuer:         server.URL(),
		Authentication: introspect.ClientSecretBasic(authtest.DefaultClientID, authtest.DefaultClientSecret),
		Audience:       []string{server.Audience()},
		Client:         server.Client(),
	})
	if err != nil {
		fmt.Println(err)
		return
	}
	v := middleware.First(jwt, opaque)

	validate := func(kind, raw string) {
		if _, err := v.Validate(context.Background(), raw); err != nil {
			fmt.Println(kind, "is refused:", err)
			return
		}
		fmt.Println(kind, "is good; questions to the server so far:", server.Fetches(authtest.EndpointIntrospection))
	}
	validate("the JWT", server.Token())
	validate("the opaque token", server.Opaque())
	// Output:
	// the JWT is good; questions to the server so far: 0
	// the opaque token is good; questions to the server so far: 1
}
