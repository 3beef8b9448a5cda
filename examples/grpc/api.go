package main

import (
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/health"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"

	"github.com/bearerguard/bearerguard/adapters/grpcguard"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// routes leaves out /shop.v1.Orders/Purge on purpose: nobody may call it.
var routes = scopes.Routes{
	"/grpc.health.v1.Health/*": scopes.Public(),
	"/shop.v1.Orders/List":     scopes.All("orders:read"),
	"/shop.v1.Orders/Watch":    scopes.All("orders:read"),
	"/shop.v1.Orders/Create":   scopes.All("orders:write"),
}

// newAPI is a small API whose methods ask for different scopes. It takes access
// tokens of one issuer that were issued for one audience.
func newAPI(issuer, audience string) (*grpc.Server, error) {
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
	server := grpc.NewServer(grpcguard.Options(guard, routes)...)
	healthpb.RegisterHealthServer(server, health.NewServer())
	server.RegisterService(&ordersService, orders{})
	return server, nil
}

// audit is for review. A service that wants every method listed refuses to
// start otherwise: grpcguard.Audit(server, routes).MustCover().
func audit(server *grpc.Server) scopes.Report { return grpcguard.Audit(server, routes) }
