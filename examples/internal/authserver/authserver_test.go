package authserver

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"os"
	"reflect"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// TestAccessTokens: what an ordinary OAuth client gets is a signed JWT that says what was asked for.
func TestAccessTokens(t *testing.T) {
	t.Parallel()
	server := start(t)
	kid := publishedKey(t, server.Issuer)

	tests := map[string]struct {
		client, resource string
		scopes           []string
		lifetime         float64 // exp - iat, seconds
	}{
		"for the orders API":    {OrdersApp, OrdersAPI, []string{"orders:read"}, 300},
		"both scopes":           {OrdersApp, OrdersAPI, []string{"orders:read", "orders:write"}, 300},
		"for another API":       {OrdersApp, OtherAPI, []string{"orders:read"}, 300},
		"good for a short time": {ShortLived, OrdersAPI, []string{"orders:read"}, 3},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			token, err := server.Client(test.client, test.resource, test.scopes...).Token(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			if token.Type() != "Bearer" {
				t.Errorf("token type = %q, want Bearer", token.Type())
			}
			header, claims := decode(t, token.AccessToken)
			if want := (object{"alg": "RS256", "typ": "at+jwt", "kid": kid}); !reflect.DeepEqual(header, want) {
				t.Errorf("header = %v, want %v", header, want)
			}
			iat, _ := claims["iat"].(float64)
			exp, _ := claims["exp"].(float64)
			if exp-iat != test.lifetime {
				t.Errorf("exp - iat = %v s, want %v s", exp-iat, test.lifetime)
			}
			want := object{
				"iss": server.Issuer, "aud": test.resource, "scope": strings.Join(test.scopes, " "),
				"sub": test.client, "client_id": test.client,
				"iat": iat, "exp": exp, "jti": claims["jti"],
			}
			if !reflect.DeepEqual(claims, want) {
				t.Errorf("claims = %v, want %v", claims, want)
			}
		})
	}
}

func TestNoAccessToken(t *testing.T) {
	t.Parallel()
	server := start(t)
	wrongSecret := server.Client(OrdersApp, OrdersAPI, "orders:read")
	wrongSecret.ClientSecret = server.secrets[ShortLived]

	tests := map[string]struct {
		client *clientcredentials.Config
		code   string // RFC 6749 §5.2, RFC 8707 §2
	}{
		"a scope that is not registered":    {server.Client(OrdersApp, OrdersAPI, "orders:delete"), "invalid_scope"},
		"a resource that is not registered": {server.Client(OrdersApp, "https://nobody.example.com"), "invalid_target"},
		"a client that is not registered":   {server.Client("nobody", OrdersAPI), "invalid_client"},
		"another client's secret":           {wrongSecret, "invalid_client"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := test.client.Token(t.Context())
			var refused *oauth2.RetrieveError
			if !errors.As(err, &refused) || refused.ErrorCode != test.code {
				t.Errorf("error = %v, want the code %s", err, test.code)
			}
		})
	}
}

// TestSecretsDiffer: no secret is shared between two clients or two runs.
func TestSecretsDiffer(t *testing.T) {
	t.Parallel()
	one, two := start(t), start(t)
	seen := make(map[string]bool)
	for _, server := range []*Server{one, two} {
		for id := range tokenLifetimes {
			seen[server.secrets[id]] = true
		}
	}
	if len(seen) != 4 {
		t.Errorf("%d different secrets, want 4", len(seen))
	}
}

// TestStop: an open connection is closed when the context ends, long before the server's own timeouts.
func TestStop(t *testing.T) {
	t.Parallel()
	ctx, stop := context.WithCancel(t.Context())
	server, err := Start(ctx)
	if err != nil {
		t.Fatal(err)
	}
	connection, err := net.Dial("tcp", strings.TrimPrefix(server.Issuer, "http://"))
	if err != nil {
		t.Fatal(err)
	}
	defer connection.Close()
	if err := connection.SetReadDeadline(time.Now().Add(4 * time.Second)); err != nil {
		t.Fatal(err)
	}
	stop()
	if _, err := connection.Read(make([]byte, 1)); err == nil || errors.Is(err, os.ErrDeadlineExceeded) {
		t.Errorf("read after the end = %v, want a closed connection", err)
	}
}

type object = map[string]any

func start(t *testing.T) *Server {
	t.Helper()
	server, err := Start(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return server
}

// publishedKey follows the metadata (OpenID Connect Discovery §4) to the only key of the server and returns its kid.
func publishedKey(t *testing.T, issuer string) string {
	t.Helper()
	var metadata struct {
		Issuer  string
		JWKSURI string `json:"jwks_uri"`
	}
	get(t, issuer+"/.well-known/openid-configuration", &metadata)
	if metadata.Issuer != issuer {
		t.Fatalf("issuer = %q, want %q", metadata.Issuer, issuer)
	}
	var set struct {
		Keys []map[string]string
	}
	get(t, metadata.JWKSURI, &set)
	if len(set.Keys) != 1 {
		t.Fatalf("%d keys, want 1", len(set.Keys))
	}
	key := set.Keys[0]
	if key["d"] != "" {
		t.Error("the private key is published")
	}
	if modulus, err := base64.RawURLEncoding.DecodeString(key["n"]); err != nil || len(modulus)*8 != 2048 {
		t.Errorf("%d bits (%v), want 2048", len(modulus)*8, err)
	}
	return key["kid"]
}

func get(t *testing.T, url string, v any) {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, nil)
	if err != nil {
		t.Fatal(err)
	}
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	body, err := io.ReadAll(response.Body)
	if err != nil || response.StatusCode != http.StatusOK {
		t.Fatalf("GET %s: %s, %v", url, response.Status, err)
	}
	if err := json.Unmarshal(body, v); err != nil {
		t.Fatal(err)
	}
}

// decode reads a JWT without checking it, as a person with a debugger would.
func decode(t *testing.T, token string) (header, claims object) {
	t.Helper()
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		t.Fatalf("%d parts, want 3", len(parts))
	}
	for i, v := range []*object{&header, &claims} {
		text, err := base64.RawURLEncoding.DecodeString(parts[i])
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(text, v); err != nil {
			t.Fatal(err)
		}
	}
	return header, claims
}
