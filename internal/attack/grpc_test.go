package main

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/types/known/emptypb"

	"github.com/bearerguard/bearerguard/adapters/grpcguard"
)

// serveUnary and serveStreams are the api behind grpcguard, every route a method of this kind.
func serveUnary(t *testing.T, f *File, a *api) server   { return serveGRPC(t, f, a, false) }
func serveStreams(t *testing.T, f *File, a *api) server { return serveGRPC(t, f, a, true) }

type grpcClient struct {
	file    *File
	conn    *grpc.ClientConn
	streams bool
}

func serveGRPC(t *testing.T, f *File, a *api, streams bool) server {
	options := grpcguard.Options(a.guard, rules(t, f, func(r Route) string { return r.GRPC }))
	unknown := grpc.UnknownServiceHandler(func(any, grpc.ServerStream) error {
		a.run("unknown")
		return nil
	})
	s := grpc.NewServer(append(options, unknown)...)
	for _, service := range services(f, a, streams) {
		s.RegisterService(service, nil)
	}
	listener := bufconn.Listen(1 << 13)
	go func() { _ = s.Serve(listener) }()
	conn, err := grpc.NewClient("passthrough:///memory",
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = conn.Close()
		s.Stop()
	})
	return &grpcClient{f, conn, streams}
}

// services describes the routes as generated code would.
func services(f *File, a *api, streams bool) map[string]*grpc.ServiceDesc {
	all := map[string]*grpc.ServiceDesc{}
	for _, r := range f.Routes {
		at := strings.Split(r.GRPC, "/")
		service := all[at[1]]
		if service == nil {
			service = &grpc.ServiceDesc{ServiceName: at[1], HandlerType: (*any)(nil)}
			all[at[1]] = service
		}
		if streams {
			handler := func(any, grpc.ServerStream) error {
				a.run(r.Name)
				return nil
			}
			service.Streams = append(service.Streams, grpc.StreamDesc{StreamName: at[2], Handler: handler, ServerStreams: true, ClientStreams: true})
			continue
		}
		service.Methods = append(service.Methods, grpc.MethodDesc{MethodName: at[2], Handler: a.unary(r)})
	}
	return all
}

// unary is the handler of a method, which hands its work to the interceptor.
func (a *api) unary(r Route) grpc.MethodHandler {
	return func(server any, ctx context.Context, decode func(any) error, in grpc.UnaryServerInterceptor) (any, error) {
		request := new(emptypb.Empty)
		if err := decode(request); err != nil {
			return nil, err
		}
		return in(ctx, request, &grpc.UnaryServerInfo{Server: server, FullMethod: r.GRPC}, func(context.Context, any) (any, error) {
			a.run(r.Name)
			return request, nil
		})
	}
}

func (c *grpcClient) send(t *testing.T, r *Request) outcome {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	for _, field := range r.Fields {
		ctx = metadata.AppendToOutgoingContext(ctx, strings.ToLower(string(field[0])), string(field[1]))
	}
	method := r.GRPC
	if method == "" {
		method = c.file.route(r.To).GRPC
	}
	var trailer metadata.MD
	var err error
	if c.streams {
		trailer, err = c.stream(ctx, method)
	} else {
		err = c.conn.Invoke(ctx, method, new(emptypb.Empty), new(emptypb.Empty), grpc.Trailer(&trailer))
	}
	s := status.Convert(err)
	o := outcome{code: s.Code().String(), challenges: trailer["www-authenticate"], message: s.Message(), text: s.Message() + strings.Join(trailer["www-authenticate"], ",")}
	for _, detail := range s.Details() {
		if retry, ok := detail.(*errdetails.RetryInfo); ok {
			o.retry = retry.GetRetryDelay().String()
		}
		if info, ok := detail.(*errdetails.ErrorInfo); ok {
			o.text += info.String()
		}
	}
	return o
}

func (c *grpcClient) stream(ctx context.Context, method string) (metadata.MD, error) {
	stream, err := c.conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, method)
	if err != nil {
		return nil, err
	}
	_ = stream.CloseSend()
	if err = stream.RecvMsg(new(emptypb.Empty)); errors.Is(err, io.EOF) {
		err = nil
	}
	return stream.Trailer(), err
}
