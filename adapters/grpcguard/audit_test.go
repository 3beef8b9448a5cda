package grpcguard_test

import (
	"fmt"
	"strings"
	"testing"

	"google.golang.org/grpc"

	"github.com/bearerguard/bearerguard/adapters/grpcguard"
	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

func TestAudit(t *testing.T) {
	t.Parallel()
	read := scopes.All("read")
	for _, tc := range []struct {
		name             string
		routes           scopes.Routes
		noRule, noMethod []string
	}{
		{"nothing listed", nil, []string{getMethod, talkMethod}, nil},
		{"all methods", scopes.Routes{getMethod: read, talkMethod: read}, nil, nil},
		{"the service", scopes.Routes{"/test.v1.Tester/*": read}, nil, nil},
		{"a method and the rest", scopes.Routes{"/test.v1.Tester/*": read, getMethod: scopes.Public()}, nil, nil},
		{"closed on purpose", scopes.Routes{"/test.v1.Tester/*": {}}, nil, nil},
		{"one forgotten", scopes.Routes{getMethod: read}, []string{talkMethod}, nil},
		{"another case", scopes.Routes{"/test.v1.Tester/get": read, talkMethod: read}, []string{getMethod}, []string{"/test.v1.Tester/get"}},
		{"another service", scopes.Routes{"/test.v2.Tester/*": read}, []string{getMethod, talkMethod}, []string{"/test.v2.Tester/*"}},
		{"nothing left for the service's key", scopes.Routes{"/test.v1.Tester/*": read, getMethod: read, talkMethod: read}, nil, nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			s := grpc.NewServer()
			tester{}.register(s, "test.v1.Tester")
			report := grpcguard.Audit(s, tc.routes)
			if got, want := fmt.Sprint(report.WithoutRule, report.WithoutRoute), fmt.Sprint(tc.noRule, tc.noMethod); got != want {
				t.Errorf("%s, want %s", got, want)
			}
			if good := tc.noRule == nil && tc.noMethod == nil; (report.Err() == nil) != good || panics(report.MustCover) == good {
				t.Errorf("the error is %v", report.Err())
			}
			if tc.routes != nil && !strings.Contains(report.String(), "read") && !strings.Contains(report.String(), "deny") {
				t.Errorf("the table does not show the rules:\n%s", report)
			}
		})
	}
}

// A key for what a service may come to have is no mistake, and is told as it is.
func TestAuditShadowed(t *testing.T) {
	t.Parallel()
	s := grpc.NewServer()
	tester{}.register(s, "test.v1.Tester")
	report := grpcguard.Audit(s, scopes.Routes{"/test.v1.Tester/*": {}, getMethod: scopes.All("read"), talkMethod: scopes.All("read")})
	if want := "/test.v1.Tester/*     deny  (every route under it has its own rule)\n"; !strings.HasPrefix(report.String(), want) {
		t.Errorf("%s, want it to begin with %s", report, want)
	}
	if report.MustCover(); fmt.Sprint(report.Shadowed) != "[/test.v1.Tester/*]" {
		t.Errorf("shadowed: %q", report.Shadowed)
	}
}

// What the audit says is what happens: a method that it names is refused, one
// that it does not name obeys the rule.
func TestAuditAgrees(t *testing.T) {
	t.Parallel()
	routes := scopes.Routes{"/test.v1.Tester/*": scopes.Public(), "/test.v1.Second/Get": scopes.Public(), "/test.v1.Third/Talk": scopes.Public()}
	var server *grpc.Server
	conn := start(t, func(s *grpc.Server) {
		server = s
		for _, name := range []string{"test.v1.Tester", "test.v1.Second", "test.v1.Third", "test.v1.Fourth"} {
			tester{}.register(s, name)
		}
	}, grpcguard.Options(guardtest.New(t, middleware.Config{Validator: guardtest.ByScope}), routes)...)
	closed := map[string]bool{}
	for _, method := range grpcguard.Audit(server, routes).WithoutRule {
		closed[method] = true
	}
	for name, service := range server.GetServiceInfo() {
		for _, m := range service.Methods {
			call, method := get, "/"+name+"/"+m.Name
			if m.IsServerStream {
				call = talk
			}
			if refused := call(t.Context(), conn, method).status.Err() != nil; refused != closed[method] {
				t.Errorf("%s: refused %t, in the audit %t", method, refused, closed[method])
			}
		}
	}
	if len(closed) != 4 {
		t.Errorf("%d methods without a rule, want 4", len(closed))
	}
}
