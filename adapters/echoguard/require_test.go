package echoguard_test

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/echoguard"
	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/labstack/echo/v4"
)

// Guards inside each other all have to agree.
func TestNested(t *testing.T) {
	t.Parallel()
	g := guardtest.New(t, middleware.Config{Validator: guardtest.ByScope})
	handler := new(guardtest.Counter)
	e := echo.New()
	e.Use(echoguard.Middleware(g, scopes.Routes{"GET /g/x": scopes.All("a")}))
	e.Group("/g", echoguard.Require(g, scopes.All("b"))).GET("/x", count(handler), echoguard.Require(g, scopes.All("c")))
	for token, want := range map[string]int{"a": 403, "b": 403, "c": 403, "a.b": 403, "b.c": 403, "a.c": 403, "a.b.c": 204, "bad": 401} {
		if w := guardtest.Serve(e, "GET", "/g/x", "Authorization", "Bearer "+token); w.Code != want || len(w.Header().Values("WWW-Authenticate")) > 1 {
			t.Errorf("%s: %d %v, want %d", token, w.Code, w.Header(), want)
		}
	}
	if n := handler.Calls.Load(); n != 1 {
		t.Errorf("%d calls", n)
	}
}

// A token that an outer guard put into the context is not the identity of a
// request that passed an inner one without a token, nor is that of the request
// that used Echo's context before.
func TestTokenOfAnotherRequest(t *testing.T) {
	t.Parallel()
	g := guardtest.New(t, middleware.Config{Validator: guardtest.ByScope})
	e := echo.New()
	var token *middleware.Token
	note := func(c echo.Context) error { token = echoguard.Token(c); return nil }
	e.Use(echoguard.Middleware(g, scopes.Routes{"/public": scopes.Public(), "/optional": scopes.Optional(scopes.All("read")), "/read": scopes.All("read")}))
	e.GET("/read", note)
	e.GET("/optional", note)
	e.GET("/public", note)
	outer := middleware.NewToken(middleware.Claims{Subject: "outer", Scope: "read"})
	for range 100 {
		if guardtest.Serve(e, "GET", "/read", "Authorization", "Bearer read"); token.Subject() != "read" {
			t.Fatalf("token of %q", token.Subject())
		}
		for _, path := range []string{"/public", "/optional"} {
			r := httptest.NewRequest("GET", path, nil)
			e.ServeHTTP(httptest.NewRecorder(), r.WithContext(middleware.NewContext(t.Context(), outer)))
			if token != nil {
				t.Fatalf("%s: token of %q", path, token.Subject())
			}
		}
	}
}

// RMCP-9: a connection proves nothing.
func TestEveryRequestOfAConnection(t *testing.T) {
	t.Parallel()
	e := echo.New()
	e.Use(echoguard.Middleware(guardtest.New(t, middleware.Config{Validator: guardtest.ByScope}), scopes.Routes{"GET /": scopes.All("read")}))
	e.GET("/", count(new(guardtest.Counter)))
	for _, http2 := range []bool{false, true} {
		server := guardtest.StartServer(t, e, http2)
		for _, token := range []string{"read", "", "read", "bad", "write", "read"} {
			r, err := http.NewRequestWithContext(t.Context(), "GET", server.URL, nil)
			if err != nil {
				t.Fatal(err)
			}
			if token != "" {
				r.Header.Set("Authorization", "Bearer "+token)
			}
			answer, err := server.Client().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			_ = answer.Body.Close()
			if got, want := answer.StatusCode, map[string]int{"read": 204, "": 401, "bad": 401, "write": 403}[token]; got != want {
				t.Errorf("RMCP-9: %q: %d, want %d", token, got, want)
			}
		}
	}
}

// probe is a Binding that keeps the Request it was shown.
type probe struct{ seen *middleware.Request }

func (probe) Covers(middleware.Confirmation) bool { return true }

func (p probe) Check(_ context.Context, r middleware.Request, _ string, t *middleware.Token) error {
	*p.seen = r
	r.Reply.Set("DPoP-Nonce", "n-2")
	if r.Certificate == nil || guardtest.Thumbprint(r.Certificate) != t.Confirmation().X5TS256 {
		return middleware.Invalid(middleware.ReasonConfirmation, "", errors.New("another certificate, or none"))
	}
	return nil
}

// What a Binding sees is what came over the wire, and from the TLS layer.
func TestRequestOverTLS(t *testing.T) {
	t.Parallel()
	own, other := guardtest.Certificate(t), guardtest.Certificate(t)
	var seen middleware.Request
	g := guardtest.New(t, middleware.Config{
		Validator: middleware.ValidatorFunc(func(context.Context, string) (*middleware.Token, error) {
			return middleware.NewToken(middleware.Claims{Confirmation: middleware.Confirmation{X5TS256: guardtest.Thumbprint(own.Leaf)}}), nil
		}),
		Bindings: []middleware.Binding{probe{&seen}},
	})
	e := echo.New()
	e.Use(echoguard.Middleware(g, scopes.Routes{"POST /a/:id": scopes.Authenticated()}))
	e.POST("/a/:id", count(new(guardtest.Counter)))
	server := httptest.NewUnstartedServer(e)
	server.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
	server.StartTLS()
	t.Cleanup(server.Close)
	for _, tc := range []struct {
		name   string
		sent   []tls.Certificate
		status int
	}{
		{"R8705-1 the certificate", []tls.Certificate{own}, 204},
		{"R8705-1 the certificate and a chain", []tls.Certificate{guardtest.Chain(own, other)}, 204},
		{"R8705-2 no certificate", nil, 401},
		{"R8705-2 another certificate", []tls.Certificate{other}, 401},
		{"R8705-2 another certificate, the right one behind", []tls.Certificate{guardtest.Chain(other, own)}, 401},
	} {
		t.Run(tc.name, func(t *testing.T) {
			answer := guardtest.PostOverTLS(t, server, tc.sent, own) // R9700-5, R8705-6
			if answer.StatusCode != tc.status || answer.Header.Get("DPoP-Nonce") != "n-2" {
				t.Errorf("%d %v, want %d", answer.StatusCode, answer.Header, tc.status)
			}
			if seen.Method != "POST" || seen.Host != "api.example.com" || seen.Path != "/a/x%2Fy" || seen.Route != "POST /a/:id" ||
				!seen.TLS || !strings.HasPrefix(seen.Peer, "127.0.0.1:") || (seen.Certificate != nil) != (tc.sent != nil) {
				t.Errorf("the Binding saw %+v", seen)
			}
		})
	}
}

func TestPanics(t *testing.T) {
	t.Parallel()
	g := guardtest.New(t, middleware.Config{Validator: guardtest.ByScope})
	table := func(key ...string) func() {
		routes := scopes.Routes{}
		for _, k := range key {
			routes[k] = scopes.Public()
		}
		return func() { echoguard.Middleware(g, routes) }
	}
	for name, f := range map[string]func(){
		"Require without a guard":    func() { echoguard.Require(nil, scopes.Public()) },
		"Middleware without a guard": func() { echoguard.Middleware(nil, nil) },
		"Skip without a function":    func() { echoguard.Skip(nil) },
		"Audit without an Echo":      func() { echoguard.Audit(nil, nil) },
		"Audit with no route":        func() { echoguard.Audit(echo.New(), scopes.Routes{"orders": scopes.Public()}) },
		"an empty key":               table(""),
		"no path":                    table("GET"),
		"no slash":                   table("GET orders"),
		"lower case":                 table("get /orders"),
		"no method before the space": table(" /orders"),
		"two spaces":                 table("GET  /orders"),
		"two methods":                table("GET,POST /orders"),
		"methods with spaces":        table("GET POST /orders"),
		"a tab":                      table("GET\t/orders"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if text, _ := recover().(string); !strings.HasPrefix(text, "echoguard: ") || strings.Contains(name, "without") && !strings.Contains(text, " needs a") {
					t.Errorf("panic %q", text)
				}
			}()
			f()
		})
	}
}

func TestNilOption(t *testing.T) {
	t.Parallel()
	g := guardtest.New(t, middleware.Config{Validator: guardtest.ByScope})
	for name, f := range map[string]func(){
		"Require":    func() { echoguard.Require(g, scopes.Public(), echoguard.PassPreflight(), nil) },
		"Middleware": func() { echoguard.Middleware(g, nil, nil, echoguard.PassPreflight()) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if fault, want := recover(), "echoguard: "+name+" was given a nil Option"; fault != want {
					t.Errorf("panic %v, want %s", fault, want)
				}
			}()
			f()
		})
	}
}
