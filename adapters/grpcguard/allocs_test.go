package grpcguard_test

import (
	"context"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/metadata"

	"github.com/bearerguard/bearerguard/adapters/grpcguard"
	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/middleware"
)

// An accepted call costs three allocations: the value of the context, gRPC's copy
// of the metadata, and what makes Values of a context. Where a call came from is
// looked up for Bindings alone.
func TestAllocations(t *testing.T) {
	g := guardtest.New(t, middleware.Config{Validator: guardtest.Fixed(middleware.Claims{Scope: "read"})})
	in := grpcguard.Unary(g, benchRoutes)
	info := &grpc.UnaryServerInfo{FullMethod: getMethod, Server: tester{}}
	handler := func(context.Context, any) (any, error) { return nil, nil }
	ctx := metadata.NewIncomingContext(t.Context(), metadata.MD{":authority": {"api.example.com"}, "authorization": {"Bearer t"}})
	if n := guardtest.Allocs(200, func() {
		if _, err := in(ctx, nil, info, handler); err != nil {
			t.Fatal(err)
		}
	}); n > 3 {
		t.Errorf("%v allocations, want 3 at most", n)
	}
}
