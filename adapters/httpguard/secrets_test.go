package httpguard_test

import (
	"bytes"
	"context"
	"fmt"
	"log"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"strings"
	"sync"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/httpguard"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// sink collects what several goroutines write.
type sink struct {
	mu sync.Mutex
	b  bytes.Buffer
}

func (s *sink) Write(p []byte) (int, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.b.Write(p)
}

// R6750-20: neither the answers nor the logs, the server's own about a panic
// included, hold the token or a part of it.
func TestSecrets(t *testing.T) {
	t.Parallel()
	segments := []string{"c2VjcmV0SGVhZGVy", "c2VjcmV0UGF5bG9hZA", "c2VjcmV0U2lnbmF0dXJl"}
	token := strings.Join(segments, ".")
	answers := map[string]middleware.ValidatorFunc{
		"good": func(context.Context, string) (*middleware.Token, error) {
			return middleware.NewToken(middleware.Claims{}), nil
		},
		"bound": func(context.Context, string) (*middleware.Token, error) {
			return middleware.NewToken(middleware.Claims{Confirmation: middleware.Confirmation{JKT: "x"}}), nil
		},
		"bad":     func(context.Context, string) (*middleware.Token, error) { return byScope(context.Background(), "bad") },
		"down":    func(context.Context, string) (*middleware.Token, error) { return byScope(context.Background(), "down") },
		"foreign": func(context.Context, string) (*middleware.Token, error) { return nil, middleware.ErrNotMine },
		"panic":   func(context.Context, string) (*middleware.Token, error) { panic("a fault of the validator") },
	}
	out := new(sink)
	mux := http.NewServeMux()
	for name, v := range answers {
		g := newGuard(t, middleware.Config{
			Validator: v,
			Bindings:  []middleware.Binding{fakeDPoP{}},
			Logger:    slog.New(slog.NewTextHandler(out, nil)),
			Observe:   func(_ context.Context, e middleware.Event) { fmt.Fprintf(out, "%+v\n", e) },
		})
		mux.Handle("/"+name, httpguard.Require(g, scopes.All("read"))(&counter{}))
		mux.Handle("/"+name+"/handler", httpguard.Require(g, scopes.Authenticated())(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
			panic(fmt.Sprintf("%v %+v", r.Context(), httpguard.Token(r)))
		})))
	}
	server := httptest.NewUnstartedServer(mux)
	server.Config.ErrorLog = log.New(out, "", 0)
	server.Start()
	for name := range answers {
		for _, path := range []string{"/" + name, "/" + name + "/handler", "/" + name + "/nothing"} {
			for _, field := range []string{"Bearer " + token, "DPoP " + token, "Basic " + token, token, "Bearer " + token + ", DPoP " + token, "Bearer x " + token} {
				r, err := http.NewRequestWithContext(t.Context(), "GET", server.URL+path, nil)
				if err != nil {
					t.Fatal(err)
				}
				r.Header.Set("Authorization", field)
				answer, err := server.Client().Do(r)
				if err != nil {
					continue // a panic ends the connection
				}
				dump, err := httputil.DumpResponse(answer, true)
				_ = answer.Body.Close()
				if err != nil {
					t.Fatal(err)
				}
				fmt.Fprintf(out, "%s\n", dump)
			}
		}
	}
	server.Close() // so that all of the log is written
	text := out.b.String()
	for _, secret := range append(segments, token) {
		if at := strings.Index(text, secret); at >= 0 {
			t.Errorf("%s leaks: …%s", secret, text[max(0, at-200):at])
		}
	}
	for _, sign := range []string{"a fault of the validator", "access token", "invalid_token", "level=ERROR", "503 Service"} {
		if !strings.Contains(text, sign) {
			t.Errorf("%q is missing, so something was not looked at", sign)
		}
	}
}
