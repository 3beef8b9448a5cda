package main

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/examples/internal/pathtest"
	"github.com/gin-gonic/gin"
)

// TestPaths: however a path is written, a handler runs under its own rule only.
func TestPaths(t *testing.T) {
	t.Parallel()
	issuer := authtest.New()
	api, err := newAPI(issuer)
	if err != nil {
		t.Fatal(err)
	}
	handlers := map[string]string{
		"ok": "", "apples, pears": "orders:read", "ordered": "orders:write", "one order": "orders:read", "users": "admin",
	}
	pathtest.Check(t, api, handlers, func(scope string) string { return issuer.Token(authtest.Claims{"scope": scope}) })
}

// TestGuarded: no handler of gin's chain runs after a refusal, and after a good
// token each runs once and finds it.
func TestGuarded(t *testing.T) {
	t.Parallel()
	for token, want := range map[string][]string{"": {}, "good": {"first", "second"}} {
		ran := []string{}
		note := func(name string) gin.HandlerFunc {
			return func(c *gin.Context) {
				if c.Request.Header.Get("X-Passed") != "yes" {
					t.Errorf("%s has another request", name)
				}
				ran = append(ran, name)
			}
		}
		pass := guarded(func(next http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Header.Get("Authorization") == "" {
					w.WriteHeader(http.StatusUnauthorized)
					return
				}
				r = r.Clone(r.Context())
				r.Header.Set("X-Passed", "yes")
				next.ServeHTTP(w, r)
			})
		})
		router := gin.New()
		router.GET("/", pass, note("first"), note("second"))
		r := httptest.NewRequest("GET", "/", nil)
		if token != "" {
			r.Header.Set("Authorization", token)
		}
		w := httptest.NewRecorder()
		router.ServeHTTP(w, r)
		if !slices.Equal(ran, want) || (w.Code == http.StatusUnauthorized) != (token == "") {
			t.Errorf("%q: %d, ran %q, want %q", token, w.Code, ran, want)
		}
	}
}
