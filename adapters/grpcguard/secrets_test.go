package grpcguard_test

import (
	"context"
	"fmt"
	"log/slog"
	"strings"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/bearerguard/bearerguard/adapters/grpcguard"
	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// R6750-20: neither the status, its details, header and trailer, nor the logs,
// nor what a panicking handler knows, hold the token or a part of it, or the
// cause of the refusal.
func TestSecrets(t *testing.T) {
	t.Parallel()
	validators := guardtest.SecretValidators()
	validators["over"] = guardtest.Until(-1)
	validators["cause"] = func(context.Context, string) (*middleware.Token, error) {
		return nil, middleware.Invalid("x", "", fmt.Errorf("the cause of the refusal"))
	}
	out, logs := new(guardtest.Sink), new(guardtest.Sink)
	for name, v := range validators {
		g := guardtest.New(t, middleware.Config{
			Validator: v, Bindings: []middleware.Binding{guardtest.DPoP{}},
			Logger:  slog.New(slog.NewTextHandler(logs, nil)),
			Observe: func(_ context.Context, e middleware.Event) { fmt.Fprintf(logs, "%+v\n", e) },
		})
		conn := startTester(t, tester{
			get:  func(ctx context.Context, _ string) (string, error) { panic(grpcguard.Token(ctx)) },
			talk: func(s grpc.ServerStream) error { panic(grpcguard.Token(s.Context())) },
		}, append(recovering(logs), grpcguard.Options(g, scopes.Routes{getMethod: scopes.All("read"), talkMethod: scopes.All("read")})...))
		for kind, call := range callers {
			for _, field := range guardtest.SecretFields {
				o := call(with(t.Context(), field), conn, methods[kind])
				fmt.Fprintf(out, "%s: %v %v %v %v %v\n", name, o.status, o.status.Proto(), o.status.Details(), o.header, o.trailer)
			}
		}
	}
	guardtest.NoSecret(t, out.String(), "INVALID_TOKEN", "INSUFFICIENT_SCOPE", "TEMPORARILY_UNAVAILABLE", "NO_TOKEN", "INVALID_REQUEST", "Bearer realm")
	guardtest.NoSecret(t, logs.String(), "a fault of the validator", "access token", "level=ERROR", "the cause of the refusal")
	if strings.Contains(out.String(), "the cause of the refusal") {
		t.Error("a client is told the cause of its refusal")
	}
}

// recovering has interceptors in front that log panics.
func recovering(logs *guardtest.Sink) []grpc.ServerOption {
	return []grpc.ServerOption{
		grpc.ChainUnaryInterceptor(func(ctx context.Context, request any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (_ any, err error) {
			defer func() { err = recovered(recover(), err, logs) }()
			return next(ctx, request)
		}),
		grpc.ChainStreamInterceptor(func(server any, ss grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) (err error) {
			defer func() { err = recovered(recover(), err, logs) }()
			return next(server, ss)
		}),
	}
}

func recovered(fault any, err error, logs *guardtest.Sink) error {
	if fault == nil {
		return err
	}
	fmt.Fprintf(logs, "panic: %v %+v\n", fault, fault)
	return status.Error(codes.Internal, "a panic")
}
