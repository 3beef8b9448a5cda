package main

import (
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"golang.org/x/oauth2"
	"google.golang.org/genproto/googleapis/rpc/errdetails"
	"google.golang.org/grpc"
	"google.golang.org/grpc/codes"
	"google.golang.org/grpc/status"

	"github.com/bearerguard/bearerguard/examples/internal/authserver"
	shared "github.com/bearerguard/bearerguard/examples/internal/walk"
)

// step is one call, and the answer that is announced for it.
type step struct {
	title     string
	method    string
	source    oauth2.TokenSource // nil: no token
	code      codes.Code
	challenge string // what the trailer www-authenticate has to hold
}

func steps(ctx context.Context, issuer *authserver.Server) []step {
	source := func(client, resource string) oauth2.TokenSource {
		return shared.Source(ctx, issuer.Client(client, resource, "orders:read"))
	}
	reader := source(authserver.OrdersApp, authserver.OrdersAPI)
	const service = "/shop.v1.Orders/"
	return []step{
		{"Health is public: no token is needed", "/grpc.health.v1.Health/Check", nil, codes.OK, ""},
		{"Without a token, the challenge says what is needed", service + "List", nil, codes.Unauthenticated, `scope="orders:read"`},
		{"A token with the scope orders:read reads", service + "List", reader, codes.OK, ""},
		{"It does not write, and the answer names the missing scope", service + "Create", reader, codes.PermissionDenied, `scope="orders:write"`},
		{"A method that is not in the table is closed to everyone", service + "Purge", reader, codes.PermissionDenied, `error="insufficient_scope"`},
		{"A token for another audience", service + "List", source(authserver.OrdersApp, authserver.OtherAPI), codes.Unauthenticated, `error="invalid_token"`},
		{"A stream ends with its token: three seconds, and the leeway of one", service + "Watch", source(authserver.ShortLived, authserver.OrdersAPI), codes.Unauthenticated, `error="invalid_token"`},
	}
}

// walk goes through the steps, prints every call and answer, and reports how
// many answers differ from what was announced.
func walk(ctx context.Context, out io.Writer, conn *grpc.ClientConn, steps []step) error {
	wrong := 0
	for i, s := range steps {
		fmt.Fprintf(out, "\n%d. %s\n", i+1, s.title)
		if err := s.take(ctx, out, conn); err != nil {
			fmt.Fprintf(out, "   ✗ %v\n", err)
			wrong++
		}
	}
	if wrong > 0 {
		return fmt.Errorf("%d of %d answers are not the ones announced", wrong, len(steps))
	}
	fmt.Fprintf(out, "\nAll %d answers are the ones announced.\n", len(steps))
	return ctx.Err()
}

// take makes the call, prints it with its answer, and compares. No step takes
// longer than ten seconds, so a stream that does not end shows as well.
func (s step) take(ctx context.Context, out io.Writer, conn *grpc.ClientConn) error {
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	fmt.Fprintf(out, "   > %s\n", s.method)
	if s.source != nil {
		token, err := s.source.Token()
		if err != nil {
			return fmt.Errorf("no token: %w", err)
		}
		fmt.Fprintf(out, "   > authorization: Bearer %.12s… (%d bytes)\n", token.AccessToken, len(token.AccessToken))
	}
	answer, challenges := call(ctx, conn, s.method, s.source, func(text string) {
		if text != "" { // the answer of health checks is none of ours
			fmt.Fprintf(out, "   < %s\n", text)
		}
	})
	show(out, answer, challenges)
	if answer.Code() != s.code {
		return fmt.Errorf("announced was %v", s.code)
	}
	if !strings.Contains(strings.Join(challenges, ", "), s.challenge) {
		return fmt.Errorf("announced was a challenge with %s", s.challenge)
	}
	return nil
}

// show prints how a call ended: the status with its details, and the trailer.
func show(out io.Writer, answer *status.Status, challenges []string) {
	fmt.Fprintf(out, "   < %v", answer.Code())
	if answer.Message() != "" {
		fmt.Fprintf(out, ": %s", answer.Message())
	}
	fmt.Fprintln(out)
	for _, detail := range answer.Details() {
		if info, ok := detail.(*errdetails.ErrorInfo); ok {
			fmt.Fprintf(out, "   < ErrorInfo: %s", info.Reason)
			if scope := info.Metadata["scope"]; scope != "" {
				fmt.Fprintf(out, ", scope %s", scope)
			}
			fmt.Fprintln(out)
		}
	}
	for _, challenge := range challenges {
		fmt.Fprintf(out, "   < www-authenticate: %s\n", challenge)
	}
}
