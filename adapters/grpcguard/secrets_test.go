package grpcguard_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/bearerguard/bearerguard/adapters/grpcguard"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// sink collects what several goroutines write.
type sink struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *sink) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

// R6750-20: neither the status, its details, header and trailer, nor the logs,
// nor what a panicking handler knows, hold the token or a part of it, or the
// cause of the refusal.
func TestSecrets(t *testing.T) {
	t.Parallel()
	segments := []string{"c2VjcmV0SGVhZGVy", "c2VjcmV0UGF5bG9hZA", "c2VjcmV0U2lnbmF0dXJl"}
	token := strings.Join(segments, ".")
	answer := func(raw string) middleware.ValidatorFunc {
		return func(ctx context.Context, _ string) (*middleware.Token, error) { return byScope(ctx, raw) }
	}
	out, logs := new(sink), new(sink)
	recovering := []grpc.ServerOption{
		grpc.ChainUnaryInterceptor(func(ctx context.Context, request any, _ *grpc.UnaryServerInfo, next grpc.UnaryHandler) (_ any, err error) {
			defer func() { err = recovered(recover(), err, logs) }()
			return next(ctx, request)
		}),
		grpc.ChainStreamInterceptor(func(server any, ss grpc.ServerStream, _ *grpc.StreamServerInfo, next grpc.StreamHandler) (err error) {
			defer func() { err = recovered(recover(), err, logs) }()
			return next(server, ss)
		}),
	}
	for name, v := range map[string]middleware.ValidatorFunc{
		"good": answer("read"), "poor": answer("write"), "bad": answer("bad"), "down": answer("down"), "over": until(-1),
		"foreign": func(context.Context, string) (*middleware.Token, error) { return nil, middleware.ErrNotMine },
		"cause": func(context.Context, string) (*middleware.Token, error) {
			return nil, middleware.Invalid("x", "", fmt.Errorf("the cause of the refusal"))
		},
		"panic": func(context.Context, string) (*middleware.Token, error) { panic("a fault of the validator") },
	} {
		g := newGuard(t, middleware.Config{
			Validator: v, Bindings: []middleware.Binding{fakeDPoP{}},
			Logger:  slog.New(slog.NewTextHandler(logs, nil)),
			Observe: func(_ context.Context, e middleware.Event) { fmt.Fprintf(logs, "%+v\n", e) },
		})
		conn := startTester(t, tester{
			get:  func(ctx context.Context, _ string) (string, error) { panic(grpcguard.Token(ctx)) },
			talk: func(s grpc.ServerStream) error { panic(grpcguard.Token(s.Context())) },
		}, append(recovering, grpcguard.Options(g, scopes.Routes{getMethod: scopes.All("read"), talkMethod: scopes.All("read")})...))
		for kind, call := range callers {
			for _, field := range []string{"Bearer " + token, "DPoP " + token, "Basic " + token, token, "Bearer " + token + ", DPoP " + token, "Bearer x " + token} {
				o := call(with(t.Context(), field), conn, methods[kind])
				fmt.Fprintf(out, "%s: %v %v %v %v %v\n", name, o.status, o.status.Proto(), o.status.Details(), o.header, o.trailer)
			}
		}
	}
	seen, logged := out.b.String(), logs.b.String()
	for _, secret := range append(segments, token) {
		if at := strings.Index(seen+logged, secret); at >= 0 {
			t.Errorf("%s leaks: …%s", secret, (seen + logged)[max(0, at-200):at])
		}
	}
	if strings.Contains(seen, "the cause of the refusal") {
		t.Error("a client is told the cause of its refusal")
	}
	for _, sign := range []string{"INVALID_TOKEN", "INSUFFICIENT_SCOPE", "TEMPORARILY_UNAVAILABLE", "NO_TOKEN", "INVALID_REQUEST", "Bearer realm"} {
		if !strings.Contains(seen, sign) {
			t.Errorf("%q is missing from what clients see, so something was not looked at", sign)
		}
	}
	for _, sign := range []string{"a fault of the validator", "access token", "level=ERROR", "the cause of the refusal"} {
		if !strings.Contains(logged, sign) {
			t.Errorf("%q is missing from the logs, so something was not looked at", sign)
		}
	}
}

func recovered(fault any, err error, logs *sink) error {
	if fault == nil {
		return err
	}
	fmt.Fprintf(logs, "panic: %v %+v\n", fault, fault)
	return status.Error(codes.Internal, "a panic")
}
