package main

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/adapters/httpguard"
	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/examples/internal/orders"
	"github.com/bearerguard/bearerguard/examples/internal/pathtest"
	"github.com/bearerguard/bearerguard/examples/internal/walk"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/gin-gonic/gin"
)

// TestWalk: the program's own walk finds what it announces.
func TestWalk(t *testing.T) {
	t.Parallel()
	issuer := authtest.New()
	api, err := newAPI(issuer)
	if err != nil {
		t.Fatal(err)
	}
	if err := walk.Run(t.Context(), io.Discard, "127.0.0.1:0", true, api, orders.Client(issuer)); err != nil {
		t.Error(err)
	}
}

// TestPaths: however a path is written, a handler runs under its own rule only,
// whatever gin is told to make of paths.
func TestPaths(t *testing.T) {
	t.Parallel()
	for name, set := range map[string]func(*gin.Engine){
		"as it is":             func(*gin.Engine) {},
		"fixed paths":          func(e *gin.Engine) { e.RedirectFixedPath, e.RemoveExtraSlash = true, true },
		"raw paths":            func(e *gin.Engine) { e.UseRawPath, e.UnescapePathValues = true, false },
		"raw paths, unescaped": func(e *gin.Engine) { e.UseRawPath, e.RemoveExtraSlash = true, true },
		"escaped paths":        func(e *gin.Engine) { e.UseEscapedPath = true },
		"405":                  func(e *gin.Engine) { e.HandleMethodNotAllowed, e.RedirectTrailingSlash = true, false },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := authtest.New()
			api, err := newAPI(issuer)
			if err != nil {
				t.Fatal(err)
			}
			set(api.(*gin.Engine))
			pathtest.Check(t, api, orders.Handlers, orders.Token(issuer))
		})
	}
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

// TestEnd: what stands in front finds a context that is not over, also after a
// panic, while the one for behind ended with its token.
func TestEnd(t *testing.T) {
	t.Parallel()
	for _, lives := range []time.Duration{time.Hour, -time.Second} {
		guard, err := middleware.New(middleware.Config{Validator: middleware.ValidatorFunc(
			func(context.Context, string) (*middleware.Token, error) {
				return middleware.NewToken(middleware.Claims{Until: time.Now().Add(lives)}), nil
			})})
		if err != nil {
			t.Fatal(err)
		}
		for path, handler := range map[string]gin.HandlerFunc{"/answer": say("ok"), "/panic": func(*gin.Context) { panic("no answer") }} {
			looked := 0
			var served context.Context
			router := gin.New()
			router.Use(func(c *gin.Context) {
				c.Next()
				looked++
				if err := c.Request.Context().Err(); err != nil {
					t.Errorf("%s, %v: the context is over: %v", path, lives, err)
				}
			}, gin.CustomRecoveryWithWriter(io.Discard, func(c *gin.Context, _ any) { c.Status(http.StatusInternalServerError) }))
			router.GET(path, guarded(httpguard.Require(guard, scopes.Authenticated(), httpguard.EndWithToken())), func(c *gin.Context) {
				served = c.Request.Context()
				handler(c)
			})
			r := httptest.NewRequest("GET", path, nil)
			r.Header.Set("Authorization", "Bearer t")
			router.ServeHTTP(httptest.NewRecorder(), r)
			if looked != 1 || served == nil || served.Err() == nil {
				t.Errorf("%s, %v: looked %d times; the context of the handler is %v", path, lives, looked, served)
			}
		}
	}
}

// TestPanicInTheCheck: where the check panics, no handler runs, whatever a recovery
// in front makes of that.
func TestPanicInTheCheck(t *testing.T) {
	t.Parallel()
	fault := func() { panic("a fault") }
	refused := middleware.Invalid(middleware.ReasonExpired, "", nil)
	for name, tc := range map[string]struct {
		config middleware.Config
		refuse httpguard.Option
	}{
		"the validator": {middleware.Config{Validator: middleware.ValidatorFunc(func(context.Context, string) (*middleware.Token, error) {
			fault()
			return nil, nil
		})}, httpguard.PassPreflight()},
		"the observer": {middleware.Config{Validator: middleware.ValidatorFunc(func(context.Context, string) (*middleware.Token, error) { return nil, refused }),
			Observe: func(context.Context, middleware.Event) { fault() }}, httpguard.PassPreflight()},
		"the writer of refusals": {middleware.Config{Validator: middleware.ValidatorFunc(func(context.Context, string) (*middleware.Token, error) { return nil, refused })},
			httpguard.Refuse(func(http.ResponseWriter, *http.Request, middleware.Refusal) { fault() })},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g, err := middleware.New(tc.config)
			if err != nil {
				t.Fatal(err)
			}
			router := gin.New()
			router.Use(gin.CustomRecoveryWithWriter(nil, func(c *gin.Context, _ any) { c.String(http.StatusInternalServerError, "sorry") }))
			router.GET("/secret", guarded(httpguard.Require(g, scopes.All("admin"), tc.refuse)), say("secret"))
			r := httptest.NewRequest(http.MethodGet, "/secret", nil)
			r.Header.Set("Authorization", "Bearer t")
			w := httptest.NewRecorder()
			router.ServeHTTP(w, r)
			if w.Code != http.StatusInternalServerError || w.Body.String() != "sorry" {
				t.Errorf("%d %q", w.Code, w.Body)
			}
		})
	}
}
