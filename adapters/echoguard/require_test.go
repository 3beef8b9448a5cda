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
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/labstack/echo/v4"
)

// Require and Middleware show the handler the same token, by either way to ask.
func TestTokens(t *testing.T) {
	t.Parallel()
	read := scopes.All("read")
	for _, tc := range []struct {
		name    string
		rule    scopes.Rule
		fields  []string
		status  int
		subject string // of the token that the handler sees; "" for anonymous
	}{
		{"R6750-1 a good token", read, []string{"Authorization", "Bearer read"}, 200, "read"},
		{"R6750-3 another case of the scheme", read, []string{"authorization", "bEaReR read"}, 200, "read"},
		{"public", scopes.Public(), nil, 200, ""},
		{"public, a bad token", scopes.Public(), []string{"Authorization", "Bearer bad"}, 200, ""},
		{"public, a good token", scopes.Public(), []string{"Authorization", "Bearer read"}, 200, ""},
		{"L-13 optional, anonymous", scopes.Optional(read), nil, 200, ""},
		{"L-13 optional, a good token", scopes.Optional(read), []string{"Authorization", "Bearer read"}, 200, "read"},
		{"L-13 optional, a bad token", scopes.Optional(read), []string{"Authorization", "Bearer bad"}, 401, ""},
		{"L-13 optional, an empty field", scopes.Optional(read), []string{"Authorization", ""}, 401, ""},
		{"L-13 optional, another scheme", scopes.Optional(read), []string{"Authorization", "Basic dTpw"}, 401, ""},
		{"L-13 optional, no scope", scopes.Optional(read), []string{"Authorization", "Bearer write"}, 403, ""},
		{"RMCP-4 none", read, nil, 401, ""},
		{"RMCP-4 expired", read, []string{"Authorization", "Bearer bad"}, 401, ""},
		{"RMCP-4 malformed", read, []string{"Authorization", "Bearer a b"}, 400, ""},
		{"RMCP-4 scope", read, []string{"Authorization", "Bearer write"}, 403, ""},
		{"R6750-6 another place is not looked at", read, []string{"Cookie", "access_token=read", "X-Access-Token", "read"}, 401, ""},
		{"R6750-7 twice", read, []string{"Authorization", "Bearer read", "Authorization", "Bearer read"}, 400, ""},
		{"outage", read, []string{"Authorization", "Bearer down"}, 503, ""},
		{"the zero rule", scopes.Rule{}, []string{"Authorization", "Bearer read"}, 403, ""},
		{"the zero rule, no token", scopes.Rule{}, nil, 401, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			g := newGuard(t, middleware.Config{Validator: byScope})
			for name, use := range map[string]echo.MiddlewareFunc{
				"Require":    echoguard.Require(g, tc.rule),
				"Middleware": echoguard.Middleware(g, scopes.Routes{"GET /read": tc.rule}),
			} {
				calls := 0
				var token, again *middleware.Token
				e := echo.New()
				e.GET("/read", func(c echo.Context) error {
					calls++
					token = echoguard.Token(c)
					again, _ = middleware.FromContext(c.Request().Context())
					return nil
				}, use)
				w := serve(e, "GET", "/read?access_token=read", tc.fields...)
				if w.Code != tc.status || calls != 0 != (tc.status == 200) || token.Subject() != tc.subject || (token != nil) != (tc.subject != "") || token != again {
					t.Errorf("%s: %d, %d calls, token of %q; want %d, %q", name, w.Code, calls, token.Subject(), tc.status, tc.subject)
				}
				if challenged := w.Header().Get("WWW-Authenticate") != ""; challenged == (tc.status == 200 || tc.status == 503) {
					t.Errorf("%s: R6750-9: %v", name, w.Header()) // R6750-9
				}
			}
		})
	}
}

// Guards inside each other all have to agree.
func TestNested(t *testing.T) {
	t.Parallel()
	g := newGuard(t, middleware.Config{Validator: byScope})
	handler := &counter{}
	e := echo.New()
	e.Use(echoguard.Middleware(g, scopes.Routes{"GET /g/x": scopes.All("a")}))
	e.Group("/g", echoguard.Require(g, scopes.All("b"))).GET("/x", handler.handle, echoguard.Require(g, scopes.All("c")))
	for token, want := range map[string]int{"a": 403, "b": 403, "c": 403, "a.b": 403, "b.c": 403, "a.c": 403, "a.b.c": 204, "bad": 401} {
		if w := serve(e, "GET", "/g/x", "Authorization", "Bearer "+token); w.Code != want || len(w.Header().Values("WWW-Authenticate")) > 1 {
			t.Errorf("%s: %d %v, want %d", token, w.Code, w.Header(), want)
		}
	}
	if n := handler.calls.Load(); n != 1 {
		t.Errorf("%d calls", n)
	}
}

// A token that an outer guard put into the context is not the identity of a
// request that passed an inner one without a token, nor is that of the request
// that used Echo's context before.
func TestTokenOfAnotherRequest(t *testing.T) {
	t.Parallel()
	g := newGuard(t, middleware.Config{Validator: byScope})
	e := echo.New()
	var token *middleware.Token
	note := func(c echo.Context) error { token = echoguard.Token(c); return nil }
	e.Use(echoguard.Middleware(g, scopes.Routes{"/public": scopes.Public(), "/optional": scopes.Optional(scopes.All("read")), "/read": scopes.All("read")}))
	e.GET("/read", note)
	e.GET("/optional", note)
	e.GET("/public", note)
	outer := middleware.NewToken(middleware.Claims{Subject: "outer", Scope: "read"})
	for range 100 {
		if serve(e, "GET", "/read", "Authorization", "Bearer read"); token.Subject() != "read" {
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
	e.Use(echoguard.Middleware(newGuard(t, middleware.Config{Validator: byScope}), scopes.Routes{"GET /": scopes.All("read")}))
	e.GET("/", (&counter{}).handle)
	for _, http2 := range []bool{false, true} {
		server := startServer(t, e, http2)
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

func (p probe) Check(_ context.Context, r middleware.Request, _ string, _ *middleware.Token) error {
	*p.seen = r
	r.Reply.Set("DPoP-Nonce", "n-2")
	if r.Certificate == nil {
		return middleware.Invalid(middleware.ReasonConfirmation, "", errors.New("no certificate"))
	}
	return nil
}

// What a Binding sees is what came over the wire, and from the TLS layer.
func TestRequestOverTLS(t *testing.T) {
	t.Parallel()
	var seen middleware.Request
	g := newGuard(t, middleware.Config{
		Validator: middleware.ValidatorFunc(func(context.Context, string) (*middleware.Token, error) {
			return middleware.NewToken(middleware.Claims{Confirmation: middleware.Confirmation{X5TS256: "x"}}), nil
		}),
		Bindings: []middleware.Binding{probe{&seen}},
	})
	e := echo.New()
	e.Use(echoguard.Middleware(g, scopes.Routes{"POST /a/:id": scopes.Authenticated()}))
	e.POST("/a/:id", (&counter{}).handle)
	server := httptest.NewUnstartedServer(e)
	server.TLS = &tls.Config{ClientAuth: tls.RequestClientCert}
	server.StartTLS()
	t.Cleanup(server.Close)
	for _, certificate := range []bool{true, false} {
		transport := server.Client().Transport.(*http.Transport).Clone()
		if certificate {
			transport.TLSClientConfig.Certificates = server.TLS.Certificates // the server's own: the client needs some
		}
		r, err := http.NewRequestWithContext(t.Context(), "POST", server.URL+"/a/x%2Fy?q=1", nil)
		if err != nil {
			t.Fatal(err)
		}
		r.Host = "api.example.com"
		r.Header.Set("Authorization", "Bearer t")
		r.Header.Set("X-Forwarded-Host", "evil.example") // R9700-5
		r.Header.Set("X-Forwarded-Proto", "http")
		answer, err := (&http.Client{Transport: transport}).Do(r)
		if err != nil {
			t.Fatal(err)
		}
		_ = answer.Body.Close()
		transport.CloseIdleConnections()
		if want := map[bool]int{true: 204, false: 401}[certificate]; answer.StatusCode != want || answer.Header.Get("DPoP-Nonce") != "n-2" {
			t.Errorf("certificate %t: %d %v, want %d", certificate, answer.StatusCode, answer.Header, want)
		}
		if seen.Method != "POST" || seen.Host != "api.example.com" || seen.Path != "/a/x%2Fy" || seen.Route != "POST /a/:id" ||
			!seen.TLS || !strings.HasPrefix(seen.Peer, "127.0.0.1:") || (seen.Certificate != nil) != certificate {
			t.Errorf("the Binding saw %+v", seen)
		}
	}
}

func TestPanics(t *testing.T) {
	t.Parallel()
	g := newGuard(t, middleware.Config{Validator: byScope})
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
				if text, _ := recover().(string); !strings.HasPrefix(text, "echoguard: ") {
					t.Errorf("panic %q", text)
				}
			}()
			f()
		})
	}
}
