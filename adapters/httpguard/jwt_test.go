package httpguard_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/httpguard"
	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// jwtAPI is a server that takes the JWTs of one issuer, all the way from the
// socket to a handler that counts its calls.
type jwtAPI struct {
	url   string
	calls atomic.Int64
}

func serveJWT(t *testing.T, as *authtest.Issuer, change func(*jwks.Issuer)) *jwtAPI {
	t.Helper()
	issuer := jwks.Issuer{URL: as.URL(), Audience: []string{as.Audience()}}
	change(&issuer)
	quiet := slog.New(slog.DiscardHandler)
	v, err := jwks.Config{Client: as.Client(), Logger: quiet}.New(issuer)
	if err != nil {
		t.Fatal(err)
	}
	g, err := middleware.New(middleware.Config{Validator: v, Logger: quiet})
	if err != nil {
		t.Fatal(err)
	}
	api := new(jwtAPI)
	count := http.HandlerFunc(func(http.ResponseWriter, *http.Request) { api.calls.Add(1) })
	mux := http.NewServeMux()
	mux.Handle("GET /orders", count)
	mux.Handle("DELETE /orders", count)
	server := httptest.NewServer(httpguard.Protect(g, scopes.Routes{
		"GET /orders":    scopes.All("read"),
		"DELETE /orders": scopes.All("write"),
	}, mux))
	t.Cleanup(server.Close)
	api.url = server.URL
	return api
}

// ask sends a token and returns the answer without its body, which is in body.
func (a *jwtAPI) ask(t *testing.T, method, token string) (answer *http.Response, body string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), method, a.url+"/orders", nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", "Bearer "+token)
	answer, err = http.DefaultClient.Do(r)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = answer.Body.Close() }()
	text, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return answer, string(text)
}

// refuses expects 401 invalid_token, and that neither the answer tells of the
// token nor the handler ran.
func (a *jwtAPI) refuses(t *testing.T, token string) {
	t.Helper()
	before := a.calls.Load()
	answer, body := a.ask(t, http.MethodGet, token)
	challenges := answer.Header.Values("WWW-Authenticate")
	if answer.StatusCode != http.StatusUnauthorized || len(challenges) != 1 ||
		!strings.HasPrefix(challenges[0], "Bearer ") || !strings.Contains(challenges[0], `error="invalid_token"`) {
		t.Errorf("answer = %d %q, want 401 and a Bearer challenge with invalid_token", answer.StatusCode, challenges)
	}
	for part := range strings.SplitSeq(token, ".") {
		if len(part) > 8 && (strings.Contains(body, part) || strings.Contains(strings.Join(challenges, ""), part)) {
			t.Errorf("the answer repeats a part of the token: %q %q", challenges, body)
		}
	}
	if a.calls.Load() != before {
		t.Error("the handler ran")
	}
}

// TestBadJWTs: R6750-17 every bad token is 401 invalid_token, never 400, 403 or
// 500.
func TestBadJWTs(t *testing.T) {
	t.Parallel()
	for name, profile := range map[string]jwks.Profile{"common": jwks.Common, "RFC 9068": jwks.RFC9068} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			as := authtest.New()
			api := serveJWT(t, as, func(i *jwks.Issuer) { i.Profile = profile })
			if answer, _ := api.ask(t, http.MethodGet, as.Token()); answer.StatusCode != http.StatusOK || api.calls.Load() != 1 {
				t.Fatalf("a good token is answered %d", answer.StatusCode)
			}
			all := as.Bad()
			if len(all) < 30 {
				t.Fatalf("%d bad tokens, want at least 30", len(all))
			}
			for _, bad := range all {
				t.Run("R6750-17 "+bad.Name, func(t *testing.T) { api.refuses(t, bad.Token) })
			}
		})
	}
}

// TestStrictJWTs: R9068-8 what only RFC 9068 refuses is invalid_token too.
func TestStrictJWTs(t *testing.T) {
	t.Parallel()
	as := authtest.Config{Algorithms: []string{"ES256"}}.New()
	api := serveJWT(t, as, func(i *jwks.Issuer) { i.Profile = jwks.RFC9068 })
	for name, m := range map[string]authtest.Mint{
		"R9068-8 typ JWT":             {Header: map[string]any{"typ": "JWT"}},
		"R9068-8 no typ":              {Header: map[string]any{"typ": authtest.Absent}},
		"R9068-8 no sub":              {Claims: authtest.Claims{"sub": authtest.Absent}},
		"R9068-8 no client_id":        {Claims: authtest.Claims{"client_id": authtest.Absent}},
		"R9068-8 no iat":              {Claims: authtest.Claims{"iat": authtest.Absent}},
		"R9068-8 no jti":              {Claims: authtest.Claims{"jti": authtest.Absent}},
		"R9068-8 no aud":              {Claims: authtest.Claims{"aud": authtest.Absent}},
		"R9068-8 no exp":              {Claims: authtest.Claims{"exp": authtest.Absent}},
		"R9068-8 scope an array":      {Claims: authtest.Claims{"scope": []string{"read"}}},
		"R9068-8 iss with a slash":    {Claims: authtest.Claims{"iss": as.URL() + "/"}},
		"R9700-1 another resource":    {Claims: authtest.Claims{"aud": "https://other.test"}},
		"R9700-1 another tenant":      {Claims: authtest.Claims{"iss": as.URL() + "/tenant"}},
		"R9700-1 another issuer":      {Claims: authtest.Claims{"iss": "https://other.test"}},
		"R9701-5 introspection":       {Header: map[string]any{"typ": "token-introspection+jwt"}},
		"bound, and cnf null":         {Claims: authtest.Claims{"cnf": nil}},
		"bound, and cnf empty":        {Claims: authtest.Claims{"cnf": map[string]any{}}},
		"bound to a DPoP key":         {Claims: authtest.Claims{"cnf": map[string]any{"jkt": strings.Repeat("A", 43)}}},
		"bound to a certificate":      {Claims: authtest.Claims{"cnf": map[string]any{"x5t#S256": strings.Repeat("A", 43)}}},
		"bound in a way of its own":   {Claims: authtest.Claims{"cnf": map[string]any{"kid": "x"}}},
		"expired and without a scope": {Claims: authtest.Claims{"exp": 1, "scope": ""}},
	} {
		t.Run(name, func(t *testing.T) { api.refuses(t, as.Mint(m)) })
	}
	t.Run("R8725-18 what is no b64token", func(t *testing.T) {
		before := api.calls.Load()
		for _, raw := range []string{"{" + as.Token(), `"` + as.Token() + `"`, as.Token() + "%2E", "a b", "a,b", "=a", "é"} {
			answer, _ := api.ask(t, http.MethodGet, raw)
			if c := answer.StatusCode; c != http.StatusBadRequest && c != http.StatusUnauthorized {
				t.Errorf("answer = %d, want 400 or 401", c)
			}
		}
		if api.calls.Load() != before {
			t.Error("the handler ran")
		}
	})
}

// TestJWTScopes: R9700-2 a token is good for the actions it names.
func TestJWTScopes(t *testing.T) {
	t.Parallel()
	as := authtest.Config{Algorithms: []string{"ES256"}}.New()
	api := serveJWT(t, as, func(*jwks.Issuer) {})
	for _, test := range []struct {
		method, scope string
		want          int
	}{
		{"GET", "read", 200}, {"DELETE", "write", 200}, {"DELETE", "read write", 200},
		{"DELETE", "read", 403}, {"GET", "write", 403}, {"GET", "", 403}, {"GET", "READ", 403},
	} {
		t.Run("R9700-2 "+test.method+" with scope "+test.scope, func(t *testing.T) {
			answer, _ := api.ask(t, test.method, as.Token(authtest.Claims{"scope": test.scope}))
			if answer.StatusCode != test.want {
				t.Errorf("status = %d, want %d", answer.StatusCode, test.want)
			}
		})
	}
}

// TestJWTOutage: keys out of reach are 503 without a challenge, so that clients
// keep their tokens; what needs no key is still 401.
func TestJWTOutage(t *testing.T) {
	t.Parallel()
	as := authtest.Config{Algorithms: []string{"ES256"}}.New()
	as.Replace(authtest.EndpointJWKS, func(http.Handler) http.Handler { return http.NotFoundHandler() })
	api := serveJWT(t, as, func(*jwks.Issuer) {})
	answer, _ := api.ask(t, http.MethodGet, as.Token())
	if answer.StatusCode != http.StatusServiceUnavailable || answer.Header.Get("Retry-After") == "" || answer.Header.Get("WWW-Authenticate") != "" {
		t.Errorf("answer = %d %v, want 503 with Retry-After and no challenge", answer.StatusCode, answer.Header)
	}
	api.refuses(t, as.Mint(authtest.Mint{Header: map[string]any{"alg": "none"}, Sign: func([]byte) []byte { return nil }}))
	if api.calls.Load() != 0 {
		t.Error("the handler ran")
	}
}
