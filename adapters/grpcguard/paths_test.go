package grpcguard_test

import (
	"context"
	"crypto/tls"
	"io"
	"log"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"

	"github.com/bearerguard/bearerguard/adapters/grpcguard"
	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// spellings are paths that a proxy, net/http or a careless table could take for
// a method of the tester.
var spellings = []string{
	"/test.v1.Tester/Get", "/test.v1.Tester/Talk", "//test.v1.Tester/Get", "/test.v1.Tester//Get", "/test.v1.Tester/Get/", "/test.v1.Tester/./Get",
	"/test.v1.Tester/../test.v1.Tester/Get", "/open.v1.Tester/../test.v1.Tester/Get", "/open.v1.Tester/%2e%2e/test.v1.Tester/Get", "/open.v1.Tester%2f..%2ftest.v1.Tester/Get",
	"/test.v1.Tester/%47et", "/test.v1.Tester%2fGet", "/test.v1.Tester/Get%2f", "/test.v1.Tester/Get;x", "/test.v1.Tester/Get?x=/open.v1.Tester/Get",
	"/test.v1.Tester/Get#/open.v1.Tester/Get", "/test.v1.Tester/get", "/TEST.v1.Tester/Get", "/test.v1.tester/Get", "/test.v1.Tester/*", "/test.v1.Tester/",
	"/open.v1.Tester/Get", "/open.v1.Tester/Talk", "/open.v1.Tester//Get", "/open.v1.Tester/Get/test.v1.Tester/Get", "/closed.v1.Tester/Get", "/closed.v1.Tester/Talk",
	"/", "//", "/Get", "/test.v1.Tester", "/*",
}

// However a path is written, by whichever server it is read, and whatever the
// metadata say: a handler runs only under the rule of its own method.
func TestPaths(t *testing.T) {
	t.Parallel()
	var calls [3]atomic.Int64 // of the services: test, open, closed
	services := []string{"test.v1.Tester", "open.v1.Tester", "closed.v1.Tester"}
	register := func(s *grpc.Server) {
		for i, name := range services {
			tester{
				get:  func(context.Context, string) (string, error) { calls[i].Add(1); return "", nil },
				talk: func(grpc.ServerStream) error { calls[i].Add(1); return nil },
			}.register(s, name)
		}
	}
	opts := grpcguard.Options(guardtest.New(t, middleware.Config{Validator: guardtest.ByScope}), scopes.Routes{
		"/test.v1.Tester/*": scopes.All("read"), "/open.v1.Tester/*": scopes.Public(),
	})
	native := grpc.NewServer(opts...)
	register(native)
	server := httptest.NewUnstartedServer(native)
	server.EnableHTTP2 = true
	server.Config.ErrorLog = log.New(io.Discard, "", 0)
	server.StartTLS()
	t.Cleanup(server.Close)

	for name, conn := range map[string]*grpc.ClientConn{
		"grpc.Server": start(t, register, opts...),
		"net/http":    connect(t, server.Listener.Addr().String(), &tls.Config{RootCAs: pool(server.Certificate())}),
	} {
		for kind, call := range callers {
			for _, path := range spellings {
				for _, fields := range [][]string{nil, {"Bearer other"}, {"Bearer bad"}} {
					before := calls[0].Load() + calls[2].Load()
					ctx := metadata.AppendToOutgoingContext(with(t.Context(), fields...),
						"x-http-method-override", "GET", "x-original-url", "/open.v1.Tester/Get", "x-rewrite-url", "/open.v1.Tester/Get")
					o := call(ctx, conn, path)
					if calls[0].Load()+calls[2].Load() != before {
						t.Errorf("%s: %s of %s with %q: a handler ran that is not public: %v", name, kind, path, fields, o.status)
					}
				}
			}
			if o := call(with(t.Context(), "Bearer read"), conn, methods[kind]); o.status.Code() != codes.OK {
				t.Errorf("%s: %s with the scope: %v", name, kind, o.status)
			}
		}
	}
	if calls[0].Load() != 4 || calls[1].Load() == 0 || calls[2].Load() != 0 {
		t.Errorf("calls: %d %d %d", calls[0].Load(), calls[1].Load(), calls[2].Load())
	}
}
