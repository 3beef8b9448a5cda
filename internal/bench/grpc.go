package main

import (
	"context"
	"errors"
	"fmt"
	"net"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/bearerguard/bearerguard/adapters/grpcguard"
	"github.com/bearerguard/bearerguard/internal/bench/measure"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

const (
	service = "bench.v1.Orders"
	method  = "/" + service + "/Get"
)

// calls compares unary gRPC calls over a pipe in memory, client included, with and without a guard.
func (b *bench) calls() error {
	raw := b.token("RS256")
	servers, err := b.newServers(raw)
	if err != nil {
		return err
	}
	var functions []func()
	var names []string
	for _, s := range servers {
		call, stop, err := s.serve(b.ctx, raw)
		if err != nil {
			return err
		}
		defer stop()
		functions, names = append(functions, call), append(names, s.name)
	}
	names = append(names, "bearerguard grpcguard, its interceptor alone, fixed token", "the same, characters left to the guard")
	functions = append(functions, interceptor(b.ctx, servers[1].guard, raw), interceptor(b.ctx, servers[2].guard, raw))
	var rows [][]string
	for i, c := range comparedWith(functions, b.size.coarse, b.size.calls) {
		ratio := c.String()
		if i >= len(servers) {
			ratio = fmt.Sprintf("%.4f", c.Ratio())
		}
		allocs, bytes := measure.Memory(b.size.calls, functions[i])
		rows = append(rows, []string{names[i], measure.Short(c.Time), ratio, fmt.Sprint(bytes), fmt.Sprint(allocs)})
	}
	b.table(fmt.Sprintf("A unary gRPC call over a pipe in memory, client included, one RS256 token (medians of %d pairs of slices, quartiles)", b.size.coarse),
		[]string{"", "time", "× bare call", "B/op", "allocs/op"}, rows)
	return nil
}

// rpcServer is a gRPC server with a guard, or without one.
type rpcServer struct {
	name  string
	guard *middleware.Guard
}

func (b *bench) newServers(raw string) ([]rpcServer, error) {
	forOne, plain, err1 := fixedGuards(raw)
	hot, err2 := newGuard(b.world, usualCache)
	cold, err3 := newGuard(b.world, noCache)
	return []rpcServer{
		{"bare call", nil},
		{"bearerguard grpcguard, fixed token", forOne},
		{"bearerguard grpcguard, fixed token, characters left to the guard", plain},
		{"bearerguard grpcguard", hot},
		{"bearerguard grpcguard, no token cache", cold},
	}, errors.Join(err1, err2, err3)
}

// routes are those of the one method.
var routes = scopes.Routes{method: rule}

// serve returns a function that does one call, and one that ends server and client.
func (s rpcServer) serve(ctx context.Context, raw string) (call, stop func(), err error) {
	var options []grpc.ServerOption
	if s.guard != nil {
		options = grpcguard.Options(s.guard, routes)
	}
	server, pipe := grpc.NewServer(options...), bufconn.Listen(1<<20)
	server.RegisterService(&grpc.ServiceDesc{
		ServiceName: service, HandlerType: (*any)(nil), Methods: []grpc.MethodDesc{{MethodName: "Get", Handler: handleGet}},
	}, s)
	go func() { _ = server.Serve(pipe) }() // ends with Stop
	conn, err := grpc.NewClient("passthrough:///memory", grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return pipe.DialContext(ctx) }))
	if err != nil {
		server.Stop()
		return nil, nil, err
	}
	ctx = metadata.AppendToOutgoingContext(ctx, "authorization", "Bearer "+raw)
	request, reply := wrapperspb.String("7"), new(wrapperspb.StringValue)
	return func() {
			if err := conn.Invoke(ctx, method, request, reply); err != nil {
				panic(err)
			}
		}, func() {
			conn.Close()
			server.Stop()
		}, nil
}

// handleGet does what generated code does, and answers with what it got.
func handleGet(server any, ctx context.Context, decode func(any) error, in grpc.UnaryServerInterceptor) (any, error) {
	request := new(wrapperspb.StringValue)
	if err := decode(request); err != nil {
		return nil, err
	}
	handler := func(_ context.Context, request any) (any, error) { return request, nil }
	if in == nil {
		return handler(ctx, request)
	}
	return in(ctx, request, &grpc.UnaryServerInfo{Server: server, FullMethod: method}, handler)
}

// interceptor runs what grpcguard adds to a call, with the metadata and the peer that a call has.
func interceptor(ctx context.Context, g *middleware.Guard, raw string) func() {
	in := grpcguard.Unary(g, routes)
	info := &grpc.UnaryServerInfo{FullMethod: method, Server: rpcServer{}}
	handler := func(context.Context, any) (any, error) { return nil, nil }
	ctx = peer.NewContext(metadata.NewIncomingContext(ctx, metadata.MD{
		":authority": {"api.example.com"}, "content-type": {"application/grpc"}, "user-agent": {"grpc-go"},
		"authorization": {"Bearer " + raw},
	}), &peer.Peer{Addr: &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 50000}})
	return func() {
		if _, err := in(ctx, nil, info, handler); err != nil {
			panic(err)
		}
	}
}
