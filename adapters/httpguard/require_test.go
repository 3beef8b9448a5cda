package httpguard_test

import (
	"context"
	"crypto/tls"
	"errors"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/httpguard"
	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// A token that an outer guard or another request put into the context is neither
// a credential nor the identity of an anonymous request.
func TestTokenOfAnotherRequest(t *testing.T) {
	t.Parallel()
	g := guardtest.New(t, middleware.Config{Validator: guardtest.ByScope})
	outer := middleware.NewToken(middleware.Claims{Subject: "outer", Scope: "read admin"})
	for _, tc := range []struct {
		name, field string
		rule        scopes.Rule
		status      int
		subject     string
	}{
		{"required", "", scopes.All("read"), 401, ""},
		{"optional, anonymous", "", scopes.Optional(scopes.All("read")), 200, ""},
		{"optional, a token of its own", "Bearer read", scopes.Optional(scopes.All("read")), 200, "read"},
		{"public", "", scopes.Public(), 200, ""},
		{"a token of its own", "Bearer read", scopes.All("read"), 200, "read"},
		{"a token of its own without the scope", "Bearer read", scopes.All("admin"), 403, ""},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var token *middleware.Token
			h := httpguard.Require(g, tc.rule)(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { token = httpguard.Token(r) }))
			r := httptest.NewRequest("GET", "/", nil).WithContext(middleware.NewContext(t.Context(), outer))
			if tc.field != "" {
				r.Header.Set("Authorization", tc.field)
			}
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			if w.Code != tc.status || token.Subject() != tc.subject {
				t.Errorf("%d, token of %q; want %d, %q", w.Code, token.Subject(), tc.status, tc.subject)
			}
		})
	}
}

// Guards inside each other all have to agree.
func TestNested(t *testing.T) {
	t.Parallel()
	g := guardtest.New(t, middleware.Config{Validator: guardtest.ByScope})
	handler := new(guardtest.Counter)
	h := httpguard.Require(g, scopes.All("a"))(httpguard.Require(g, scopes.All("b"))(handler))
	for token, want := range map[string]int{"a": 403, "b": 403, "a.b": 204, "bad": 401} {
		if w := get(h, "/", "Authorization", "Bearer "+token); w.Code != want || len(w.Header().Values("WWW-Authenticate")) > 1 {
			t.Errorf("%s: %d %v, want %d", token, w.Code, w.Header(), want)
		}
	}
	if n := handler.Calls.Load(); n != 1 {
		t.Errorf("%d calls", n)
	}
}

// odd is a context of a type without ==, which panics at it.
type odd struct {
	context.Context
	values map[string]string
}

// A context whose type has no == is one like any other.
func TestOddContext(t *testing.T) {
	t.Parallel()
	g := guardtest.New(t, middleware.Config{Validator: guardtest.ByScope})
	for name, rule := range map[string]scopes.Rule{
		"public": scopes.Public(), "anonymous": scopes.Optional(scopes.All("read")), "refused": scopes.All("read"),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := httpguard.Require(g, rule, httpguard.EndWithToken())(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
			r := httptest.NewRequest("GET", "/", nil)
			h.ServeHTTP(httptest.NewRecorder(), r.WithContext(odd{r.Context(), nil}))
		})
	}
}

// RMCP-9, R9700-1: a connection proves nothing.
func TestEveryRequestOfAConnection(t *testing.T) {
	t.Parallel()
	handler := new(guardtest.Counter)
	guarded := httpguard.Require(guardtest.New(t, middleware.Config{Validator: guardtest.ByScope}), scopes.All("read"))(handler)
	for _, http2 := range []bool{false, true} {
		server := guardtest.StartServer(t, guarded, http2)
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
	if n := handler.Calls.Load(); n != 6 {
		t.Errorf("R9700-1: %d calls of the handler, want 6", n)
	}
}

// A handler's panic is its own business: the guard neither hides nor answers it.
func TestHandlerPanics(t *testing.T) {
	t.Parallel()
	g := guardtest.New(t, middleware.Config{Validator: guardtest.ByScope})
	h := httpguard.Require(g, scopes.Authenticated())(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }))
	defer func() {
		if fault := recover(); fault != http.ErrAbortHandler {
			t.Errorf("panic %v", fault)
		}
	}()
	get(h, "/", "Authorization", "Bearer read")
	t.Error("no panic")
}

// A validator's panic ends the request before the handler runs.
func TestValidatorPanics(t *testing.T) {
	t.Parallel()
	handler := new(guardtest.Counter)
	v := middleware.ValidatorFunc(func(context.Context, string) (*middleware.Token, error) { panic("x") })
	h := httpguard.Require(guardtest.New(t, middleware.Config{Validator: v}), scopes.Authenticated())(handler)
	defer func() {
		if recover() == nil || handler.Calls.Load() > 0 {
			t.Error("the panic was swallowed, or the handler ran")
		}
	}()
	get(h, "/", "Authorization", "Bearer read")
}

// probe is a Binding that keeps the Request it was shown.
type probe struct{ seen *middleware.Request }

func (probe) Covers(middleware.Confirmation) bool { return true }

func (p probe) Check(_ context.Context, r middleware.Request, _ string, t *middleware.Token) error {
	*p.seen = r
	r.Reply.Set("DPoP-Nonce", "n-2")
	if r.Certificate == nil {
		return middleware.Invalid(middleware.ReasonConfirmation, "", errors.New("no certificate"))
	}
	if guardtest.Thumbprint(r.Certificate) != t.Confirmation().X5TS256 {
		return middleware.Invalid(middleware.ReasonConfirmation, "", errors.New("another certificate"))
	}
	return nil
}

// What a Binding sees is what came over the wire, and from the TLS layer.
func TestRequestOverTLS(t *testing.T) {
	t.Parallel()
	var seen middleware.Request
	var cnf middleware.Confirmation
	var served *http.Request
	g := guardtest.New(t, middleware.Config{
		Validator: middleware.ValidatorFunc(func(context.Context, string) (*middleware.Token, error) {
			return middleware.NewToken(middleware.Claims{Confirmation: cnf}), nil
		}),
		Bindings: []middleware.Binding{probe{&seen}},
	})
	mux := http.NewServeMux()
	mux.Handle("POST /a/{id}", httpguard.Require(g, scopes.Authenticated())(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) { served = r })))
	server := httptest.NewUnstartedServer(mux)
	server.TLS = &tls.Config{ClientAuth: tls.RequestClientCert} // R8705-5: no chain is asked for
	server.StartTLS()
	t.Cleanup(server.Close)
	own, other := guardtest.Certificate(t), guardtest.Certificate(t)
	right := guardtest.Thumbprint(own.Leaf)

	for _, tc := range []struct {
		name, x5t string
		sent      []tls.Certificate
		status    int
	}{
		{"R8705-1 the certificate", right, []tls.Certificate{own}, 200},
		{"R8705-1 the certificate and a chain", right, []tls.Certificate{guardtest.Chain(own, other)}, 200},
		{"R8705-2 no certificate", right, nil, 401},
		{"R8705-2 another certificate", right, []tls.Certificate{other}, 401},
		{"R8705-2 another certificate, the right one behind", right, []tls.Certificate{guardtest.Chain(other, own)}, 401},
		{"R8705-2 bound to nobody's certificate", strings.Repeat("A", 43), []tls.Certificate{own}, 401},
	} {
		t.Run(tc.name, func(t *testing.T) {
			cnf, served, seen = middleware.Confirmation{X5TS256: tc.x5t}, nil, middleware.Request{}
			answer := guardtest.PostOverTLS(t, server, tc.sent, own) // R9700-5, R8705-6
			if answer.StatusCode != tc.status || (served != nil) != (tc.status == 200) {
				t.Errorf("%d, want %d", answer.StatusCode, tc.status)
			}
			if got := answer.Header.Get("DPoP-Nonce"); got != "n-2" {
				t.Errorf("what a Binding put into the answer: %q", got)
			}
			if seen.Method != "POST" || seen.Host != "api.example.com" || seen.Path != "/a/x%2Fy" || seen.Route != "POST /a/{id}" ||
				!seen.TLS || !strings.HasPrefix(seen.Peer, "127.0.0.1:") || (seen.Certificate != nil) != (tc.sent != nil) ||
				len(seen.Header.Values("Authorization")) != 1 {
				t.Errorf("the Binding saw %+v", seen)
			}
		})
	}
}

func TestRequestInClear(t *testing.T) {
	t.Parallel()
	var seen middleware.Request
	v := middleware.ValidatorFunc(func(context.Context, string) (*middleware.Token, error) {
		return middleware.NewToken(middleware.Claims{Confirmation: middleware.Confirmation{X5TS256: "x"}}), nil
	})
	h := httpguard.Require(guardtest.New(t, middleware.Config{Validator: v, Bindings: []middleware.Binding{probe{&seen}}}), scopes.Authenticated())(new(guardtest.Counter))
	// R8705-2: plain TCP has no certificate.
	if w := get(h, "http://api.example.com/a", "Authorization", "Bearer t"); w.Code != 401 || seen.TLS || seen.Certificate != nil || seen.Route != "" {
		t.Errorf("%d, the Binding saw %+v", w.Code, seen)
	}
}

func TestPanics(t *testing.T) {
	t.Parallel()
	g := guardtest.New(t, middleware.Config{Validator: guardtest.ByScope})
	for name, f := range map[string]func(){
		"Require without a guard":   func() { httpguard.Require(nil, scopes.Public()) },
		"Require without a handler": func() { httpguard.Require(g, scopes.Public())(nil) },
		"Protect without a guard":   func() { httpguard.Protect(nil, nil, http.NewServeMux()) },
		"Protect without a mux":     func() { httpguard.Protect(g, nil, nil) },
		"Protect with no pattern":   func() { httpguard.Protect(g, scopes.Routes{"GET orders": scopes.Public()}, http.NewServeMux()) },
		"Protect with an empty key": func() { httpguard.Protect(g, scopes.Routes{"": scopes.Public()}, http.NewServeMux()) },
		"Protect with a bad method": func() { httpguard.Protect(g, scopes.Routes{"GET,POST /": scopes.Public()}, http.NewServeMux()) },
		"Protect with half a brace": func() { httpguard.Protect(g, scopes.Routes{"/{id": scopes.Public()}, http.NewServeMux()) },
		"Audit without a mux":       func() { httpguard.Audit(nil, nil) },
		"Audit with no pattern":     func() { httpguard.Audit(http.NewServeMux(), scopes.Routes{"GET orders": scopes.Public()}) },
		"Refuse without a function": func() { httpguard.Refuse(nil) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if text, _ := recover().(string); !strings.HasPrefix(text, "httpguard: ") || strings.Contains(name, "without") && !strings.Contains(text, " needs a") {
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
		"Require": func() { httpguard.Require(g, scopes.Public(), httpguard.PassPreflight(), nil) },
		"Protect": func() { httpguard.Protect(g, nil, http.NewServeMux(), nil, httpguard.PassPreflight()) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if fault, want := recover(), "httpguard: "+name+" was given a nil Option"; fault != want {
					t.Errorf("panic %v, want %s", fault, want)
				}
			}()
			f()
		})
	}
}

func TestTokenBehindNoGuard(t *testing.T) {
	t.Parallel()
	if token := httpguard.Token(httptest.NewRequest("GET", "/", nil)); token != nil || token.Subject() != "" {
		t.Errorf("%v", token)
	}
}

// L-14: behind Protect, a preflight for a pattern that is not in the table needs
// a token like every other request, and no token opens it.
func TestPreflightUnlisted(t *testing.T) {
	t.Parallel()
	g := guardtest.New(t, middleware.Config{Validator: guardtest.ByScope})
	handler := new(guardtest.Counter)
	mux := http.NewServeMux()
	mux.Handle("/unlisted", handler)
	mux.Handle("GET /read", handler)
	protected := httpguard.Protect(g, scopes.Routes{"GET /read": scopes.All("read")}, mux, httpguard.PassPreflight())
	for _, path := range []string{"/unlisted", "/read", "/nowhere"} {
		r := httptest.NewRequest(http.MethodOptions, path, nil)
		r.Header.Set("Origin", "https://app.example")
		r.Header.Set("Access-Control-Request-Method", "GET")
		w := httptest.NewRecorder()
		protected.ServeHTTP(w, r)
		if w.Code != 401 || w.Header().Get("Allow") != "" || handler.Calls.Load() > 0 {
			t.Errorf("%s: %d, Allow %q, %d calls", path, w.Code, w.Header().Get("Allow"), handler.Calls.Load())
		}
	}
}
