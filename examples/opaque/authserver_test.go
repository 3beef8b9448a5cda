package main

import (
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"time"

	"golang.org/x/oauth2"
)

func start(t *testing.T) *authServer {
	t.Helper()
	server, err := startAuthServer(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return server
}

// issue is a new token for the orders API.
func issue(t *testing.T, s *authServer, scopes ...string) string {
	t.Helper()
	token, err := s.App(ordersAPI, scopes...).Token(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	return token.AccessToken
}

// ask introspects a token as one of the clients. It returns the status and the members of the answer.
func ask(t *testing.T, s *authServer, id, secret, token string) (int, map[string]any) {
	t.Helper()
	form := strings.NewReader(url.Values{"token": {token}}.Encode())
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, s.Issuer+"/introspect", form)
	if err != nil {
		t.Fatal(err)
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(id, secret)
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		t.Fatal(err)
	}
	defer response.Body.Close()
	var members map[string]any
	if err := json.NewDecoder(response.Body).Decode(&members); err != nil {
		t.Fatal(err)
	}
	return response.StatusCode, members
}

// TestAccessTokens: a token is opaque, and the server says to the API what it is good for.
func TestAccessTokens(t *testing.T) {
	t.Parallel()
	server := start(t)
	token := issue(t, server, "orders:read", "orders:write")
	if !regexp.MustCompile(`^[A-Za-z0-9]{43}$`).MatchString(token) || len(token) != tokenLength {
		t.Errorf("token of %d characters that are not only letters and digits", len(token))
	}
	status, said := ask(t, server, ordersServer, server.secrets[ordersServer], token)
	exp, _ := said["exp"].(float64)
	if left := exp - float64(time.Now().Unix()); left < tokenLifetime-60 || left > tokenLifetime {
		t.Errorf("exp is %v s from now, want %v", left, tokenLifetime)
	}
	want := map[string]any{
		"active": true, "aud": ordersAPI, "client_id": ordersApp, "sub": ordersApp, "scope": "orders:read orders:write",
		"token_type": "access_token", "exp": said["exp"],
	}
	if status != http.StatusOK || !reflect.DeepEqual(said, want) {
		t.Errorf("%d %v, want %v", status, said, want)
	}
	if n := server.asked.Load(); n != 1 {
		t.Errorf("%d questions are counted, want 1", n)
	}
}

// TestTokensAreNotForgotten: the server's own storage would keep the latest 100.
func TestTokensAreNotForgotten(t *testing.T) {
	t.Parallel()
	server := start(t)
	var tokens []string
	for range 120 {
		tokens = append(tokens, issue(t, server))
	}
	for n, token := range tokens {
		if _, said := ask(t, server, ordersServer, server.secrets[ordersServer], token); said["active"] != true {
			t.Fatalf("token %d: %v", n, said)
		}
	}
}

func TestWhoMayAsk(t *testing.T) {
	t.Parallel()
	server := start(t)
	token := issue(t, server, "orders:read")
	for name, test := range map[string]struct {
		id, secret, token string
		status            int
		active            bool
	}{
		"the API":                    {ordersServer, server.secrets[ordersServer], token, 200, true},
		"the API, about a guess":     {ordersServer, server.secrets[ordersServer], "guess", 200, false},
		"the API with a wrong guess": {ordersServer, server.secrets[ordersApp], token, 401, false},
		"the app":                    {ordersApp, server.secrets[ordersApp], token, 403, false},
		"nobody":                     {"nobody", "", token, 401, false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if status, said := ask(t, server, test.id, test.secret, test.token); status != test.status || (said["active"] == true) != test.active {
				t.Errorf("%d %v, want %d, active %v", status, said, test.status, test.active)
			}
		})
	}
	t.Run("the API gets no tokens", func(t *testing.T) {
		client := server.App(ordersAPI, "orders:read")
		client.ClientID, client.ClientSecret = ordersServer, server.secrets[ordersServer]
		var refused *oauth2.RetrieveError
		if _, err := client.Token(t.Context()); !errors.As(err, &refused) || refused.ErrorCode != "unauthorized_client" {
			t.Errorf("error = %v, want the code unauthorized_client", err)
		}
	})
}

func TestRevoke(t *testing.T) {
	t.Parallel()
	server := start(t)
	token, other := issue(t, server), issue(t, server)
	if err := server.Revoke(t.Context(), token); err != nil {
		t.Fatal(err)
	}
	for token, want := range map[string]bool{token: false, other: true} {
		if _, said := ask(t, server, ordersServer, server.secrets[ordersServer], token); said["active"] != want {
			t.Errorf("active = %v, want %v", said["active"], want)
		}
	}
	server.secrets[ordersApp] += "x"
	if err := server.Revoke(t.Context(), other); err == nil {
		t.Error("no error with a wrong secret")
	}
}

func TestOutage(t *testing.T) {
	t.Parallel()
	server := start(t)
	server.down.Store(true)
	if _, err := server.App(ordersAPI).Token(t.Context()); err == nil {
		t.Error("a server that is down issues tokens")
	}
	server.down.Store(false)
	issue(t, server)
}
