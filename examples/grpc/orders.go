package main

import (
	"context"
	"fmt"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/bearerguard/bearerguard/adapters/grpcguard"
)

// orders is the service. Its handlers need no check of their own: they run only
// when the guard let the call pass.
type orders struct{}

func (orders) list(ctx context.Context) string {
	return "apples and pears for " + grpcguard.Token(ctx).Subject()
}

func (orders) create(context.Context) string { return "ordered" }

func (orders) purge(context.Context) string { return "all gone" }

// watch sends the state of the orders every second. It knows nothing of tokens:
// the stream's context ends when the token does.
func (orders) watch(stream grpc.ServerStream) error {
	if err := stream.RecvMsg(new(emptypb.Empty)); err != nil {
		return err
	}
	for n := 1; ; n++ {
		if err := stream.SendMsg(wrapperspb.String(fmt.Sprint("state ", n))); err != nil {
			return err
		}
		select {
		case <-stream.Context().Done():
			return context.Cause(stream.Context())
		case <-time.After(time.Second):
		}
	}
}

// ordersService is what protoc would generate.
var ordersService = grpc.ServiceDesc{
	ServiceName: "shop.v1.Orders",
	HandlerType: (*any)(nil),
	Methods: []grpc.MethodDesc{
		unary("List", orders.list),
		unary("Create", orders.create),
		unary("Purge", orders.purge),
	},
	Streams: []grpc.StreamDesc{{
		StreamName:    "Watch",
		ServerStreams: true,
		Handler:       func(service any, stream grpc.ServerStream) error { return service.(orders).watch(stream) },
	}},
}

func unary(name string, method func(orders, context.Context) string) grpc.MethodDesc {
	full := "/shop.v1.Orders/" + name
	return grpc.MethodDesc{MethodName: name, Handler: func(service any, ctx context.Context, decode func(any) error, in grpc.UnaryServerInterceptor) (any, error) {
		request := new(emptypb.Empty)
		if err := decode(request); err != nil {
			return nil, err
		}
		handler := func(ctx context.Context, _ any) (any, error) {
			return wrapperspb.String(method(service.(orders), ctx)), nil
		}
		if in == nil {
			return handler(ctx, request)
		}
		return in(ctx, request, &grpc.UnaryServerInfo{Server: service, FullMethod: full}, handler)
	}}
}
