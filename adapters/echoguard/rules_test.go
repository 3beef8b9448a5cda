package echoguard_test

import (
	"context"
	"net/http/httptest"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/echoguard"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
	"github.com/labstack/echo/v4"
)

// ruleCases is testdata/rules.json, which every adapter is tested with.
type ruleCases struct {
	Policy scopes.PolicyConfig
	Cases  []struct {
		Name, Rule, Expect string
		Policy             bool
		Authorization      []string
	}
}

// statuses are the answers to the outcomes of a check; 204 is the handler's own.
var statuses = map[middleware.Outcome]int{
	"no_token": 401, "invalid_request": 400, "invalid_token": 401, "insufficient_scope": 403, "no_rule": 403, "unavailable": 503,
	middleware.Allowed: 204, middleware.Anonymous: 204, middleware.Open: 204,
}

func TestRules(t *testing.T) {
	t.Parallel()
	var file ruleCases
	readCases(t, "rules.json", &file)
	policy, err := scopes.NewPolicy(file.Policy)
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range file.Cases {
		t.Run(tc.Name, func(t *testing.T) {
			t.Parallel()
			rule, err := scopes.Parse(tc.Rule)
			if err != nil {
				t.Fatal(err)
			}
			var event middleware.Event
			c := middleware.Config{Validator: byScope, Observe: func(_ context.Context, e middleware.Event) { event = e }}
			if tc.Policy {
				c.Scopes = policy
			}
			g := newGuard(t, c)
			for name, use := range map[string]echo.MiddlewareFunc{
				"Require":    echoguard.Require(g, rule),
				"Middleware": echoguard.Middleware(g, scopes.Routes{"GET /read": rule}),
			} {
				handler := &counter{}
				e := echo.New()
				e.GET("/read", handler.handle, use)
				r := httptest.NewRequest("GET", "/read", nil)
				r.Header["Authorization"] = tc.Authorization
				w := httptest.NewRecorder()
				e.ServeHTTP(w, r)
				want := statuses[middleware.Outcome(tc.Expect)]
				if w.Code != want || event.Outcome != middleware.Outcome(tc.Expect) || (handler.calls.Load() == 1) != (want == 204) {
					t.Errorf("%s: %d, %s, %d calls of the handler; want %d, %s", name, w.Code, event.Outcome, handler.calls.Load(), want, tc.Expect)
				}
				if challenged := w.Header().Get("WWW-Authenticate") != ""; challenged != (want/100 == 4) {
					t.Errorf("%s: R6750-9: %v", name, w.Header()) // R6750-9
				}
			}
		})
	}
}
