package middleware_test

import (
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// RMCP-8: the guard's policy holds for its rules; challenges and tokens stay as
// they are.
func TestScopesPolicy(t *testing.T) {
	t.Parallel()
	policy, err := scopes.NewPolicy(scopes.PolicyConfig{Implies: map[string][]string{"admin": {"orders:read"}}, Wildcards: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, tc := range []struct {
		name, has     string
		policy        *scopes.Policy
		rule          scopes.Rule
		status        int
		challengeSays string
	}{
		{"RMCP-8 implied", "admin", policy, scopes.All("orders:read"), 0, ""},
		{"RMCP-8 a wildcard", "orders:*", policy, scopes.All("orders:read", "orders:write"), 0, ""},
		{"RMCP-8 optional", "admin", policy, scopes.Optional(scopes.All("orders:read")), 0, ""},
		{"RMCP-8 exact without a policy", "admin", nil, scopes.All("orders:read"), 403, `scope="orders:read"`},
		{"RMCP-8 no wildcard without a policy", "orders:*", nil, scopes.All("orders:read"), 403, `scope="orders:read"`},
		{"RMCP-5 the challenge names what the rule asks for", "admin", policy, scopes.All("orders:read", "orders:write"), 403, `scope="orders:read orders:write"`},
		{"a route without a rule", "admin orders:*", policy, scopes.Rule{}, 403, `error="insufficient_scope"`},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			g := newGuard(t, middleware.Config{Validator: accepts(middleware.Claims{Scope: tc.has}), Scopes: tc.policy})
			token, refusal := check(t, g, bearer("t"), tc.rule)
			if refusal.Status != tc.status || !strings.Contains(strings.Join(refusal.Challenges, ""), tc.challengeSays) {
				t.Errorf("%+v, want %d with %s", refusal, tc.status, tc.challengeSays)
			}
			if token.HasScope("orders:read") {
				t.Error("the token has a scope that it does not name")
			}
		})
	}
}
