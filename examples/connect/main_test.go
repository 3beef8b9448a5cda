package main

import (
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"connectrpc.com/connect"
	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/examples/internal/walk"
	"google.golang.org/protobuf/types/known/emptypb"
	"google.golang.org/protobuf/types/known/wrapperspb"
)

// TestWalk: the program's own walk finds what it announces.
func TestWalk(t *testing.T) {
	t.Parallel()
	issuer := authtest.New()
	api, err := newAPI(issuer)
	if err != nil {
		t.Fatal(err)
	}
	if err := walk.Run(t.Context(), io.Discard, "127.0.0.1:0", true, api, client(issuer)); err != nil {
		t.Error(err)
	}
}

// TestOutage: "cannot tell" is Unavailable, and no challenge.
func TestOutage(t *testing.T) {
	t.Parallel()
	issuer := authtest.New()
	issuer.Break(authtest.Down)
	api, err := newAPI(issuer)
	if err != nil {
		t.Fatal(err)
	}
	url, err := walk.Serve(t.Context(), "127.0.0.1:0", api)
	if err != nil {
		t.Fatal(err)
	}
	for protocol, option := range protocols {
		if text, err := ask(t.Context(), url+listOrders, issuer.Token(), option); connect.CodeOf(err) != connect.CodeUnavailable || strings.Contains(text, "Bearer") {
			t.Errorf("%s: %s", protocol, text)
		}
	}
}

// TestRefusals: L-12 a client of connect, gRPC-Web or gRPC is refused with a code
// of its own protocol, and with the challenge and the words that HTTP has.
func TestRefusals(t *testing.T) {
	t.Parallel()
	issuer := authtest.New()
	api, err := newAPI(issuer)
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewUnstartedServer(api)
	server.EnableHTTP2 = true // gRPC needs it
	server.StartTLS()
	t.Cleanup(server.Close)
	reader := "Bearer " + issuer.Token(authtest.Claims{"scope": "orders:read"})
	for _, tc := range []struct {
		name, procedure, authorization string
		code                           connect.Code
	}{
		{"no token", listOrders, "", connect.CodeUnauthenticated},
		{"a malformed field", listOrders, "Bearer a b", connect.CodeUnauthenticated},
		{"a bad token", listOrders, reader + "x", connect.CodeUnauthenticated},
		{"a token without the scope", placeOrder, reader, connect.CodePermissionDenied},
		{"a procedure that nobody listed", "/orders.v1.Orders/Cancel", reader, connect.CodePermissionDenied},
	} {
		plain := httptest.NewRequest("POST", tc.procedure, nil)
		setAuthorization(plain.Header, tc.authorization)
		w := httptest.NewRecorder()
		api.ServeHTTP(w, plain)
		challenge := w.Header().Get("WWW-Authenticate")
		var words struct {
			Description string `json:"error_description"`
		}
		_ = json.Unmarshal(w.Body.Bytes(), &words) // an empty body has none
		for protocol, option := range map[string]connect.ClientOption{"connect": connect.WithProtoJSON(), "gRPC-Web": connect.WithGRPCWeb(), "gRPC": connect.WithGRPC()} {
			t.Run("L-12 "+protocol+", "+tc.name, func(t *testing.T) {
				r := connect.NewRequest(&emptypb.Empty{})
				setAuthorization(r.Header(), tc.authorization)
				_, err := connect.NewClient[emptypb.Empty, wrapperspb.StringValue](server.Client(), server.URL+tc.procedure, option).CallUnary(t.Context(), r)
				var refused *connect.Error
				if !errors.As(err, &refused) || refused.Code() != tc.code {
					t.Fatalf("error = %v, want %v", err, tc.code)
				}
				if refused.Message() != words.Description {
					t.Errorf("message %q, want %q", refused.Message(), words.Description)
				}
				if got := refused.Meta().Values("WWW-Authenticate"); len(got) != 1 || got[0] != challenge || challenge == "" {
					t.Errorf("challenge %q, want %q", got, challenge)
				}
			})
		}
	}
}

func setAuthorization(h http.Header, value string) {
	if value != "" {
		h.Set("Authorization", value)
	}
}

// TestNoClientOfConnect: curl and the like get a refusal as from any other API.
func TestNoClientOfConnect(t *testing.T) {
	t.Parallel()
	api, err := newAPI(authtest.New())
	if err != nil {
		t.Fatal(err)
	}
	r := httptest.NewRequest("POST", listOrders, nil)
	r.Header.Set("Authorization", "Bearer a b")
	w := httptest.NewRecorder()
	api.ServeHTTP(w, r)
	if w.Code != http.StatusBadRequest || w.Header().Get("WWW-Authenticate") == "" || !strings.Contains(w.Body.String(), `"error":"invalid_request"`) {
		t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
	}
}
