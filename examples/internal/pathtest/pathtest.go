// Package pathtest tries paths that two parties could read differently on the
// example programs: a handler must run under its own rule only.
package pathtest

import (
	"bufio"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
)

var (
	methods = []string{"GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS", "CONNECT", "TRACE", "get", "X"}
	targets = []string{
		"/", "//", "/healthz", "/healthz/", "//healthz", "/healthz;x", "/HEALTHZ", "/healthz%2f", "/healthz/../orders", "/healthz/..%2forders",
		"/healthz/%2e%2e/orders", "/healthz/../admin/users", "/healthz%2f..%2fadmin%2fusers", "/healthz?/admin/users", "/healthz%00/orders",
		"/orders", "/orders/", "//orders", "/./orders", "/orders/.", "/orders/..", "/orders;x", "/orders;/../admin/users", "/orders%2f", "/%6frders", "/Orders",
		"/orders/1", "/orders/1/", "/orders//1", "/orders/1;a", "/orders/a%2fb", "/orders/%2e%2e", "/orders/../healthz", "/orders%2f1", "/orders/..%2fhealthz",
		"/admin", "/admin/", "/admin/users", "/admin/users/", "//admin/users", "/admin//users", "/admin/./users", "/admin/x/../users", "/admin/users/../../healthz",
		"/admin%2fusers", "/ADMIN/users", "/admin/nothing", "/nothing", "/nothing/../admin/users", "/\\admin\\users", "/orders\\..\\admin\\users", "*",
		"http://other.example/admin/users", "http://other.example//orders",
		"/orders%3b", "/orders%3fx", "/orders%23", "/orders#/healthz", "/healthz/%252e%252e/orders", "/healthz%252f..%252forders", "/orders/%2e", "/orders/%00",
		"/admin;/users", "/admin/users;x", "/admin/;/users", "/admin/users%2f", "/admin/users%2f..%2f..%2fhealthz", "/healthz/%5c..%5cadmin%5cusers", "/orders%2f..%2fadmin%2fusers",
	}
	// Fields that some frameworks let override what the request says.
	overrides = [][2]string{
		{"X-Test", ""}, {"X-HTTP-Method-Override", "GET"}, {"X-HTTP-Method-Override", "POST"}, {"X-HTTP-Method", "POST"}, {"X-Method-Override", "POST"},
		{"X-Original-URL", "/healthz"}, {"X-Rewrite-URL", "/healthz"}, {"X-Original-URL", "/admin/users"}, {"X-Forwarded-Prefix", "/admin"},
		{"X-Forwarded-Uri", "/healthz"}, {"X-Forwarded-Path", "/healthz"}, {"X-Original-Method", "GET"}, {"X-Forwarded-Host", "other.example"},
	}
)

// Check sends every target with every method to api, without a token and with
// one of each scope, and fails the test when a handler runs whose scope the
// token lacks, or never runs. The handlers say who they are: scopes has their
// texts, each with the scope it asks for or "" for a public one.
func Check(t *testing.T, api http.Handler, scopes map[string]string, token func(scope string) string) {
	t.Helper()
	tokens := map[string]string{}
	for _, scope := range scopes {
		if scope != "" {
			tokens[scope] = token(scope)
		}
	}
	tokens[""] = ""
	ran := map[string]bool{}
	for _, method := range methods {
		for _, target := range targets {
			for i, field := range overrides {
				if i > 0 && method != "GET" && method != "POST" {
					continue // what there is to override to or from
				}
				for scope, raw := range tokens {
					text, code := send(api, method, target, raw, field)
					needed, known := scopes[text]
					if !known {
						continue // a refusal, a redirect, or the router's own answer
					}
					if ran[text] = true; needed != "" && needed != scope {
						t.Errorf("%s %s with %v and a token for %q: %d by %q, which asks for %q", method, target, field, scope, code, text, needed)
					}
				}
			}
		}
	}
	for text := range scopes {
		if !ran[text] {
			t.Errorf("%q never ran, so nothing is known about it", text)
		}
	}
}

// send returns what the handler said, without the end of its line.
func send(api http.Handler, method, target, token string, field [2]string) (text string, code int) {
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(method + " " + target + " HTTP/1.1\r\nHost: api.example.com\r\n\r\n")))
	if err != nil {
		return "", http.StatusBadRequest // net/http's server answers so, too
	}
	r.Header.Set(field[0], field[1])
	if token != "" {
		r.Header.Set("Authorization", "Bearer "+token)
	}
	w := httptest.NewRecorder()
	api.ServeHTTP(w, r)
	return strings.TrimSpace(w.Body.String()), w.Code
}
