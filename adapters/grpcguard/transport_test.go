package grpcguard_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"io"
	"log"
	"net"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/credentials"

	"github.com/bearerguard/bearerguard/adapters/grpcguard"
	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

func pool(c *x509.Certificate) *x509.CertPool {
	p := x509.NewCertPool()
	p.AddCert(c)
	return p
}

// connect returns a connection over TCP with TLS.
func connect(t *testing.T, addr string, config *tls.Config) *grpc.ClientConn {
	t.Helper()
	conn, err := grpc.NewClient("passthrough:///"+addr, grpc.WithTransportCredentials(credentials.NewTLS(config)))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return conn
}

// thumbprints is a Binding for certificates (RFC 8705 §3).
type thumbprints struct{ seen chan middleware.Request }

func (thumbprints) Covers(c middleware.Confirmation) bool { return c.X5TS256 != "" }

func (b thumbprints) Check(_ context.Context, r middleware.Request, _ string, t *middleware.Token) error {
	b.seen <- r
	if r.Certificate == nil || guardtest.Thumbprint(r.Certificate) != t.Confirmation().X5TS256 {
		return middleware.Invalid(middleware.ReasonConfirmation, "", errors.New("another certificate, or none"))
	}
	return nil
}

// R8705-7: the certificate of the TLS connection reaches the Binding: the client's
// own, whatever chain comes with it.
func TestClientCertificate(t *testing.T) {
	t.Parallel()
	own, other, server := guardtest.Certificate(t), guardtest.Certificate(t), guardtest.Certificate(t)
	v := middleware.ValidatorFunc(func(context.Context, string) (*middleware.Token, error) {
		return middleware.NewToken(middleware.Claims{Confirmation: middleware.Confirmation{X5TS256: guardtest.Thumbprint(own.Leaf)}}), nil
	})
	binding := thumbprints{make(chan middleware.Request, 1)}
	g := guardtest.New(t, middleware.Config{Validator: v, Bindings: []middleware.Binding{binding}})
	s := grpc.NewServer(append(grpcguard.Options(g, scopes.Routes{"/test.v1.Tester/*": scopes.Authenticated()}),
		grpc.Creds(credentials.NewTLS(&tls.Config{Certificates: []tls.Certificate{server}, ClientAuth: tls.RequestClientCert})))...)
	tester{}.register(s, "test.v1.Tester")
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = s.Serve(listener) }()
	t.Cleanup(s.Stop)
	for name, tc := range map[string]struct {
		certificates []tls.Certificate
		want         codes.Code
	}{
		"the right one":                     {[]tls.Certificate{own}, codes.OK},
		"the right one and a chain":         {[]tls.Certificate{guardtest.Chain(own, other)}, codes.OK},
		"another one":                       {[]tls.Certificate{other}, codes.Unauthenticated},
		"another one, the right one behind": {[]tls.Certificate{guardtest.Chain(other, own)}, codes.Unauthenticated},
		"none":                              {nil, codes.Unauthenticated},
	} {
		t.Run(name, func(t *testing.T) {
			conn := connect(t, listener.Addr().String(), &tls.Config{RootCAs: pool(server.Leaf), Certificates: tc.certificates})
			for kind, call := range callers {
				wantCode(t, call(with(t.Context(), "Bearer t"), conn, methods[kind]), tc.want)
				r := <-binding.seen
				if (r.Certificate == nil) != (tc.certificates == nil) || !r.TLS || r.Host != listener.Addr().String() ||
					!strings.HasPrefix(r.Peer, "127.0.0.1:") || r.Peer == r.Host {
					t.Errorf("%s: %+v", kind, r)
				}
			}
		})
	}
}

// Served by net/http, which drops the trailer www-authenticate (RFC 9110
// §6.5.1): the status still tells all of it.
func TestServeHTTP(t *testing.T) {
	t.Parallel()
	v := middleware.ValidatorFunc(func(ctx context.Context, raw string) (*middleware.Token, error) {
		if raw == "over" {
			return guardtest.Until(-time.Second)(ctx, raw)
		}
		return guardtest.ByScope(ctx, raw)
	})
	s := grpc.NewServer(grpcguard.Options(guardtest.New(t, middleware.Config{Validator: v}),
		scopes.Routes{getMethod: scopes.All("read"), talkMethod: scopes.All("read")})...)
	tester{}.register(s, "test.v1.Tester")
	server := httptest.NewUnstartedServer(s)
	server.EnableHTTP2 = true
	server.Config.ErrorLog = log.New(io.Discard, "", 0) // it is told about each trailer that is dropped
	server.StartTLS()
	t.Cleanup(server.Close)
	conn := connect(t, server.Listener.Addr().String(), &tls.Config{RootCAs: pool(server.Certificate())})
	for kind, call := range callers {
		if o := call(with(t.Context(), "Bearer read"), conn, methods[kind]); o.text != "hello" {
			t.Errorf("%s: %q, %v", kind, o.text, o.status)
		}
		for token, want := range map[string]codes.Code{"write": codes.PermissionDenied, "bad": codes.Unauthenticated, "down": codes.Unavailable} {
			o := call(with(t.Context(), "Bearer "+token), conn, methods[kind])
			wantCode(t, o, want)
			if got := o.trailer.Get("www-authenticate"); got != nil {
				t.Errorf("%s: the trailer arrives after all, which the package comment denies: %q", kind, got)
			}
			if challenge := errorInfo(t, o.status).Metadata["challenge"]; strings.HasPrefix(challenge, `Bearer realm="api", error="`) != (want != codes.Unavailable) {
				t.Errorf("%s: the challenge is %q", kind, challenge)
			}
		}
	}
	stream, err := open(with(t.Context(), "Bearer over"), conn, talkMethod)
	if err != nil {
		t.Fatal(err)
	}
	_, o, _ := drain(stream)
	if info := errorInfo(t, o.status); o.status.Code() != codes.Unauthenticated || info.Reason != "INVALID_TOKEN" {
		t.Errorf("%v %v", o.status, info)
	}
}
