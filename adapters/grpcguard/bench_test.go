package grpcguard_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"net"
	"slices"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/peer"
	"google.golang.org/protobuf/types/known/wrapperspb"

	"github.com/bearerguard/bearerguard/adapters/grpcguard"
	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// fixed is a guard whose validator costs nothing but to compare the token with
// the one that it accepts.
func fixed(b *testing.B, token string, c middleware.Claims) *middleware.Guard {
	b.Helper()
	c.Scope = "read write"
	return guardtest.New(b, middleware.Config{Validator: guardtest.FixedFor(token, c)})
}

// left is a guard that looks at the characters, for a validator that does not.
func left(b *testing.B, _ string, c middleware.Claims) *middleware.Guard {
	b.Helper()
	c.Scope = "read write"
	return guardtest.New(b, middleware.Config{Validator: guardtest.Fixed(c)})
}

var benchRoutes = scopes.Routes{"/test.v1.Tester/*": scopes.All("read")}

// BenchmarkInterceptor is the interceptor of unary methods alone, with the
// metadata and the peer that a call has.
func BenchmarkInterceptor(b *testing.B) {
	tcp := &net.TCPAddr{IP: net.IPv4(192, 0, 2, 1), Port: 50000}
	for name, p := range map[string]*peer.Peer{
		"memory": {Addr: memory{}},
		"TCP":    {Addr: tcp},
		"TLS":    {Addr: tcp, AuthInfo: credentials.TLSInfo{State: tls.ConnectionState{PeerCertificates: []*x509.Certificate{{}}}}},
	} {
		b.Run(name, func(b *testing.B) {
			call := intercept(b, fixed(b, opaque, middleware.Claims{}), p, opaque)
			b.ReportAllocs()
			for b.Loop() {
				call()
			}
		})
	}
}

// BenchmarkShare is what the interceptor alone costs in percent of a bare call
// over a pipe in memory with the same token, taken in turns so that both have the
// machine alike: the median of the turns, and the quartiles.
func BenchmarkShare(b *testing.B) {
	for _, bc := range []struct {
		name, token string
		guard       func(*testing.B, string, middleware.Claims) *middleware.Guard
	}{
		{"opaque", opaque, fixed},
		{"JWT", jwt, fixed},
		{"opaque, characters left to the guard", opaque, left},
		{"JWT, characters left to the guard", jwt, left},
	} {
		b.Run(bc.name, func(b *testing.B) {
			alone, whole := intercept(b, bc.guard(b, bc.token, middleware.Claims{}), &peer.Peer{Addr: memory{}}, bc.token), invoke(b, nil, bc.token)
			var shares []float64
			for b.Loop() {
				began := time.Now()
				for range 100 {
					whole()
				}
				between := time.Now()
				for range 100 {
					alone()
				}
				shares = append(shares, 100*float64(time.Since(between))/float64(between.Sub(began)))
			}
			slices.Sort(shares)
			n := len(shares)
			b.ReportMetric(shares[n/4], "%_Q1")
			b.ReportMetric(shares[n/2], "%")
			b.ReportMetric(shares[n*3/4], "%_Q3")
		})
	}
}

// Tokens of the usual lengths.
var opaque, jwt = strings.Repeat("t", 43), strings.Repeat("t", 860)

// memory is the address of a pipe.
type memory struct{}

func (memory) Network() string { return "memory" }
func (memory) String() string  { return "memory" }

func intercept(b *testing.B, g *middleware.Guard, p *peer.Peer, token string) func() {
	b.Helper()
	in := grpcguard.Unary(g, benchRoutes)
	info := &grpc.UnaryServerInfo{FullMethod: getMethod, Server: tester{}}
	handler := func(context.Context, any) (any, error) { return nil, nil }
	ctx := peer.NewContext(metadata.NewIncomingContext(b.Context(), metadata.MD{
		":authority": {"api.example.com"}, "content-type": {"application/grpc"}, "user-agent": {"grpc-go"}, "authorization": {"Bearer " + token},
	}), p)
	return func() {
		if _, err := in(ctx, nil, info, handler); err != nil {
			b.Fatal(err)
		}
	}
}

func invoke(b *testing.B, opts []grpc.ServerOption, token string) func() {
	b.Helper()
	conn := startTester(b, tester{}, opts)
	ctx := with(b.Context(), "Bearer "+token)
	request, answer := wrapperspb.String("hello"), new(wrapperspb.StringValue)
	return func() {
		if err := conn.Invoke(ctx, getMethod, request, answer); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkUnary is a whole call over a pipe in memory.
func BenchmarkUnary(b *testing.B) {
	for name, opts := range map[string][]grpc.ServerOption{
		"bare":    nil,
		"guarded": grpcguard.Options(fixed(b, opaque, middleware.Claims{}), benchRoutes),
	} {
		b.Run(name, func(b *testing.B) {
			call := invoke(b, opts, opaque)
			b.ReportAllocs()
			for b.Loop() {
				call()
			}
		})
	}
}

// BenchmarkMessage is one message there and back on a stream, which costs more
// where the stream may have to be interrupted.
func BenchmarkMessage(b *testing.B) {
	for name, opts := range map[string][]grpc.ServerOption{
		"bare":    nil,
		"endless": grpcguard.Options(fixed(b, "t", middleware.Claims{}), benchRoutes),
		"ending":  grpcguard.Options(fixed(b, "t", middleware.Claims{Until: time.Now().Add(time.Hour)}), benchRoutes),
	} {
		b.Run(name, func(b *testing.B) {
			stream := dial(b, b.Context(), startTester(b, tester{}, opts))
			b.ReportAllocs()
			for b.Loop() {
				if err := answerText(stream, "hello"); err != nil {
					b.Fatal(err)
				}
				if _, err := receive(stream); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
