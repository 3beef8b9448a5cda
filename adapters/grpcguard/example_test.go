package grpcguard_test

import (
	"context"
	"fmt"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"

	"github.com/bearerguard/bearerguard/adapters/grpcguard"
	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// A server with both interceptors. Printing the audit shows what decides about
// each method; MustCover would not let this server start.
func Example() {
	var validator middleware.Validator = guardtest.ByScope // in a program: jwks.New or introspect.New
	g, err := middleware.New(middleware.Config{Validator: validator})
	if err != nil {
		fmt.Println(err)
		return
	}
	routes := scopes.Routes{
		"/grpc.health.v1.Health/Check": scopes.Public(),
		"/test.v1.Tester/*":            scopes.All("orders:read"),
		"/test.v1.Tester/Delete":       scopes.All("orders:write"),
	}
	s := grpc.NewServer(grpcguard.Options(g, routes)...)
	healthpb.RegisterHealthServer(s, health.NewServer())
	tester{get: func(ctx context.Context, text string) (string, error) {
		return text + ", " + grpcguard.Token(ctx).Subject(), nil
	}}.register(s, "test.v1.Tester")

	fmt.Print(grpcguard.Audit(s, routes))
	// Output:
	// /grpc.health.v1.Health/Check  public
	// /grpc.health.v1.Health/List   deny          (not in the table)
	// /grpc.health.v1.Health/Watch  deny          (not in the table)
	// /test.v1.Tester/Delete        orders:write  (no such route)
	// /test.v1.Tester/Get           orders:read   (by /test.v1.Tester/*)
	// /test.v1.Tester/Talk          orders:read   (by /test.v1.Tester/*)
}
