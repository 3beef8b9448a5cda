// Connect shows a service of connectrpc.com/connect behind httpguard. Its
// handlers are those of net/http; only refusals need a word: a client of
// connect, gRPC or gRPC-Web reads the error in the form of its own protocol,
// which connect.ErrorWriter writes.
//
//	go run ./examples/connect -once
//
// The issuer is one made for tests and lives inside this process. For a real
// authorization server, see examples/quickstart.
package main

import (
	"context"
	"errors"
	"log"
	"net/http"

	"connectrpc.com/connect"
	"github.com/bearerguard/bearerguard/adapters/httpguard"
	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/examples/internal/walk"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

const listOrders, placeOrder = "/orders.v1.Orders/List", "/orders.v1.Orders/Place"

func main() {
	issuer := authtest.New()
	api, err := newAPI(issuer)
	if err != nil {
		log.Fatal(err)
	}
	walk.Main(api, client(issuer))
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
	mux, routes := http.NewServeMux(), scopes.Routes{
		listOrders: scopes.All("orders:read"),
		placeOrder: scopes.All("orders:write"),
	}
	for procedure := range routes {
		mux.Handle(procedure, connect.NewUnaryHandler(procedure, greet))
	}
	return httpguard.Protect(guard, routes, mux, httpguard.Refuse(refuse(connect.NewErrorWriter()))), nil
}

// greet stands for a service that protoc-gen-connect-go would have made.
func greet(ctx context.Context, _ *connect.Request[emptypb.Empty]) (*connect.Response[wrapperspb.StringValue], error) {
	token, _ := middleware.FromContext(ctx)
	return connect.NewResponse(wrapperspb.String("orders of " + token.Subject())), nil
}

// refuse writes refusals in the protocol of the request. The challenge is in the
// header already.
func refuse(errorWriter *connect.ErrorWriter) func(http.ResponseWriter, *http.Request, middleware.Refusal) {
	codes := map[int]connect.Code{403: connect.CodePermissionDenied, 503: connect.CodeUnavailable}
	return func(w http.ResponseWriter, r *http.Request, refusal middleware.Refusal) {
		if !errorWriter.IsSupported(r) {
			httpguard.WriteRefusal(w, r, refusal) // no client of connect
			return
		}
		code, known := codes[refusal.Status]
		if !known {
			code = connect.CodeUnauthenticated
		}
		_ = errorWriter.Write(w, r, connect.NewError(code, errors.New(refusal.Description)))
	}
}
