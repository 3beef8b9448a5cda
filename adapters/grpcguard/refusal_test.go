package grpcguard_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/metadata"
	"google.golang.org/grpc/status"

	"github.com/bearerguard/bearerguard/adapters/grpcguard"
	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// retryAfter writes the RetryInfo of a status as Retry-After would, in seconds.
func retryAfter(s *status.Status) string {
	for _, detail := range s.Details() {
		if info, ok := detail.(*errdetails.RetryInfo); ok {
			return strings.TrimSuffix(info.RetryDelay.AsDuration().String(), "s")
		}
	}
	return ""
}

// What is no Authorization field is not looked at (R6750-4).
func TestElsewhere(t *testing.T) {
	t.Parallel()
	c := guardtest.Call{Guard: guardtest.New(t, middleware.Config{Validator: guardtest.ByScope}), Rule: scopes.Authenticated()}
	for kind := range callers {
		for _, key := range []string{"authorization-bin", "proxy-authorization", "grpc-authorization", "x-authorization", "access_token", "cookie"} {
			t.Run(kind+" "+key, func(t *testing.T) {
				t.Parallel()
				c := c
				c.Fields = map[string]string{key: "Bearer read"}
				if a := directly(kind)(t, c); a.Code != "Unauthenticated" || a.Calls != 0 {
					t.Errorf("%s; the handler ran %d times", a.Code, a.Calls)
				}
			})
		}
		t.Run(kind+" no metadata at all", func(t *testing.T) {
			t.Parallel()
			sent := &fakeStream{ctx: t.Context(), method: methods[kind]}
			if err := callDirectly(sent, tester{}, kind, rulesOf(c, kind), c); status.Code(err) != codes.Unauthenticated {
				t.Error(err)
			}
		})
	}
}

// A Binding may set fields of an answer that is no refusal; the last value
// counts.
func TestReply(t *testing.T) {
	t.Parallel()
	bound := middleware.ValidatorFunc(func(context.Context, string) (*middleware.Token, error) {
		return middleware.NewToken(middleware.Claims{Confirmation: middleware.Confirmation{JKT: "x"}}), nil
	})
	g := guardtest.New(t, middleware.Config{Validator: bound, Bindings: []middleware.Binding{guardtest.DPoP{}}})
	conn := startTester(t, tester{}, grpcguard.Options(g, scopes.Routes{"/test.v1.Tester/*": scopes.Authenticated()}))
	for kind, call := range callers {
		o := call(metadata.AppendToOutgoingContext(with(t.Context(), "DPoP t"), "dpop", "renew"), conn, methods[kind])
		if got := o.header.Get("dpop-nonce"); o.text != "hello" || !slices.Equal(got, []string{"n-2"}) {
			t.Errorf("%s: %q with dpop-nonce %q", kind, o.text, got)
		}
	}
}
