package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"

	"connectrpc.com/connect"
	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/examples/internal/walk"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// protocols of connect's clients that need no HTTP/2.
var protocols = map[string]connect.ClientOption{"connect": connect.WithProtoJSON(), "gRPC-Web": connect.WithGRPCWeb()}

// client is the walk.
func client(issuer *authtest.Issuer) walk.Client {
	return func(ctx context.Context, out io.Writer, url string) error { return call(ctx, out, url, issuer) }
}

// call makes every call by two of connect's protocols. It reports how many
// answers differ from the announced ones.
func call(ctx context.Context, out io.Writer, url string, issuer *authtest.Issuer) error {
	reader := issuer.Token(authtest.Claims{"scope": "orders:read"})
	wrong := 0
	for protocol, option := range protocols {
		for _, step := range []struct {
			title, procedure, token string
			code                    connect.Code // 0: no error
		}{
			{"a token with the scope", listOrders, reader, 0},
			{"no token", listOrders, "", connect.CodeUnauthenticated},
			{"a bad token", listOrders, reader + "x", connect.CodeUnauthenticated},
			{"a token without the scope", placeOrder, reader, connect.CodePermissionDenied},
			{"a procedure that nobody listed", "/orders.v1.Orders/Cancel", reader, connect.CodePermissionDenied},
		} {
			answer, err := ask(ctx, url+step.procedure, step.token, option)
			fmt.Fprintf(out, "\n%s, %s\n   > %s\n   < %s\n", protocol, step.title, step.procedure, answer)
			if got := codeOf(err); got != step.code {
				fmt.Fprintf(out, "   ✗ announced was %v, not %v\n", step.code, got)
				wrong++
			}
		}
	}
	if wrong > 0 {
		return fmt.Errorf("%d answers are not the ones announced", wrong)
	}
	fmt.Fprintln(out, "\nAll answers are the ones announced.")
	return nil
}

// ask calls a procedure and returns its answer, or the error and the challenge
// that came with it, as a text.
func ask(ctx context.Context, url, token string, option connect.ClientOption) (string, error) {
	request := connect.NewRequest(&emptypb.Empty{})
	if token != "" {
		request.Header().Set("Authorization", "Bearer "+token)
	}
	response, err := connect.NewClient[emptypb.Empty, wrapperspb.StringValue](http.DefaultClient, url, option).CallUnary(ctx, request)
	var refused *connect.Error
	if errors.As(err, &refused) {
		return fmt.Sprintf("%v\n   < %s", refused, refused.Meta().Get("WWW-Authenticate")), err
	}
	if err != nil {
		return err.Error(), err
	}
	return response.Msg.GetValue(), nil
}

func codeOf(err error) connect.Code {
	if err == nil {
		return 0
	}
	return connect.CodeOf(err)
}
