package httpguard_test

import (
	"context"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/httpguard"
	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// R6750-20: neither the answers nor the logs, the server's own about a panic
// included, hold the token or a part of it.
func TestSecrets(t *testing.T) {
	t.Parallel()
	out, mux := new(guardtest.Sink), http.NewServeMux()
	for name, v := range guardtest.SecretValidators() {
		g := guardtest.New(t, middleware.Config{
			Validator: v,
			Bindings:  []middleware.Binding{guardtest.DPoP{}},
			Logger:    slog.New(slog.NewTextHandler(out, nil)),
			Observe:   func(_ context.Context, e middleware.Event) { fmt.Fprintf(out, "%+v\n", e) },
		})
		mux.Handle("/"+name, httpguard.Require(g, scopes.All("read"))(new(guardtest.Counter)))
		mux.Handle("/"+name+"/handler", httpguard.Require(g, scopes.Authenticated())(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			panic(fmt.Sprintf("%v %+v", r.Context(), httpguard.Token(r)))
		})))
	}
	server := httptest.NewUnstartedServer(mux)
	server.Config.ErrorLog = log.New(out, "", 0)
	server.Start()
	for name := range guardtest.SecretValidators() {
		for _, path := range []string{"/" + name, "/" + name + "/handler", "/" + name + "/nothing"} {
			for _, field := range guardtest.SecretFields {
				dump(t, out, server, path, field)
			}
		}
	}
	server.Close() // so that all of the log is written
	guardtest.NoSecret(t, out.String(), "a fault of the validator", "access token", "invalid_token", "level=ERROR", "503 Service")
}

// dump writes the answer to a request to out.
func dump(t *testing.T, out *guardtest.Sink, server *httptest.Server, path, field string) {
	t.Helper()
	r, err := http.NewRequestWithContext(t.Context(), "GET", server.URL+path, nil)
	if err != nil {
		t.Fatal(err)
	}
	r.Header.Set("Authorization", field)
	answer, err := server.Client().Do(r)
	if err != nil {
		return // a panic ends the connection
	}
	defer answer.Body.Close()
	text, err := httputil.DumpResponse(answer, true)
	if err != nil {
		t.Fatal(err)
	}
	fmt.Fprintf(out, "%s\n", text)
}
