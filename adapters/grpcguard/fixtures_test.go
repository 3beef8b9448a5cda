package grpcguard_test

import (
	"context"
	"errors"
	"io"
	"net"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"
	"google.golang.org/grpc/test/bufconn"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// The methods of a tester.
const (
	getMethod  = "/test.v1.Tester/Get"
	talkMethod = "/test.v1.Tester/Talk"
)

// tester is a service with a unary and a streaming method. Its handlers default
// to answering with what they got.
type tester struct {
	get  func(ctx context.Context, text string) (string, error)
	talk func(grpc.ServerStream) error
}

func (s tester) register(to grpc.ServiceRegistrar, name string) {
	to.RegisterService(&grpc.ServiceDesc{
		ServiceName: name,
		HandlerType: (*any)(nil),
		Methods:     []grpc.MethodDesc{{MethodName: "Get", Handler: handleGet}},
		Streams:     []grpc.StreamDesc{{StreamName: "Talk", Handler: handleTalk, ServerStreams: true, ClientStreams: true}},
	}, s)
}

// handleGet does what generated code does.
func handleGet(server any, ctx context.Context, decode func(any) error, in grpc.UnaryServerInterceptor) (any, error) {
	request := new(wrapperspb.StringValue)
	if err := decode(request); err != nil {
		return nil, err
	}
	handler := func(ctx context.Context, request any) (any, error) {
		text := request.(*wrapperspb.StringValue).GetValue()
		var err error
		if get := server.(tester).get; get != nil {
			text, err = get(ctx, text)
		}
		return wrapperspb.String(text), err
	}
	if in == nil {
		return handler(ctx, request)
	}
	return in(ctx, request, &grpc.UnaryServerInfo{Server: server, FullMethod: getMethod}, handler)
}

func handleTalk(server any, stream grpc.ServerStream) error {
	if s, ok := server.(tester); ok && s.talk != nil {
		return s.talk(stream)
	}
	for {
		text, err := receive(stream)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			err = stream.SendMsg(wrapperspb.String(text))
		}
		if err != nil {
			return err
		}
	}
}

// transfer is what both ends of a stream do.
type transfer interface {
	SendMsg(any) error
	RecvMsg(any) error
}

func receive(stream transfer) (string, error) {
	m := new(wrapperspb.StringValue)
	if err := stream.RecvMsg(m); err != nil {
		return "", err // m may still be written to
	}
	return m.GetValue(), nil
}

// start serves over a pipe in memory and returns a connection to it.
func start(t testing.TB, register func(*grpc.Server), opts ...grpc.ServerOption) *grpc.ClientConn {
	t.Helper()
	listener := bufconn.Listen(1 << 16)
	server := grpc.NewServer(opts...)
	register(server)
	go func() { _ = server.Serve(listener) }()
	conn, err := grpc.NewClient("passthrough:///memory",
		grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithContextDialer(func(ctx context.Context, _ string) (net.Conn, error) { return listener.DialContext(ctx) }))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = conn.Close()
		server.Stop()
	})
	return conn
}

// startTester serves a tester under its name.
func startTester(t testing.TB, s tester, opts []grpc.ServerOption) *grpc.ClientConn {
	t.Helper()
	return start(t, func(to *grpc.Server) { s.register(to, "test.v1.Tester") }, opts...)
}

// outcome is what a client sees of a call.
type outcome struct {
	text            string
	status          *status.Status
	header, trailer metadata.MD
}

// caller calls a method with one message.
type caller func(ctx context.Context, conn *grpc.ClientConn, method string) outcome

// callers make a call that is unary, and one that is not. Nearly every test has
// to hold for both.
var callers = map[string]caller{"unary": get, "stream": talk}

// methods are what callers call by default.
var methods = map[string]string{"unary": getMethod, "stream": talkMethod}

func get(ctx context.Context, conn *grpc.ClientConn, method string) outcome {
	var o outcome
	answer := new(wrapperspb.StringValue)
	err := conn.Invoke(ctx, method, wrapperspb.String("hello"), answer, grpc.Header(&o.header), grpc.Trailer(&o.trailer))
	o.text, o.status = answer.GetValue(), status.Convert(err)
	return o
}

func talk(ctx context.Context, conn *grpc.ClientConn, method string) outcome {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	stream, err := open(ctx, conn, method)
	if err != nil {
		return outcome{status: status.Convert(err)}
	}
	_ = stream.SendMsg(wrapperspb.String("hello")) // where it fails, receiving tells why
	_ = stream.CloseSend()
	o := outcome{}
	var texts []string
	for {
		var text string
		if text, err = receive(stream); err != nil {
			break
		}
		texts = append(texts, text)
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	o.text, o.status, o.trailer = strings.Join(texts, ","), status.Convert(err), stream.Trailer()
	o.header, _ = stream.Header()
	return o
}

func open(ctx context.Context, conn *grpc.ClientConn, method string) (grpc.ClientStream, error) {
	return conn.NewStream(ctx, &grpc.StreamDesc{ServerStreams: true, ClientStreams: true}, method)
}

// with adds an authorization value for each field.
func with(ctx context.Context, fields ...string) context.Context {
	for _, field := range fields {
		ctx = metadata.AppendToOutgoingContext(ctx, "authorization", field)
	}
	return ctx
}

// errorInfo returns the ErrorInfo of a status.
func errorInfo(t testing.TB, s *status.Status) *errdetails.ErrorInfo {
	t.Helper()
	var found *errdetails.ErrorInfo
	for _, detail := range s.Details() {
		if info, ok := detail.(*errdetails.ErrorInfo); ok {
			if found != nil {
				t.Error("two ErrorInfo")
			}
			found = info
		}
	}
	if found == nil {
		t.Fatalf("no ErrorInfo in %v", s)
	}
	return found
}

func wantCode(t testing.TB, o outcome, want codes.Code) {
	t.Helper()
	if got := o.status.Code(); got != want {
		t.Errorf("%v (%s), want %v", got, o.status.Message(), want)
	}
}

func answerText(stream transfer, text string) error {
	return stream.SendMsg(wrapperspb.String(text))
}
