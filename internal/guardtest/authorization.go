package guardtest

import (
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// authorizationCases is testdata/authorization.json.
type authorizationCases struct{ Cases []authorizationCase }

type authorizationCase struct {
	Name    string
	Fields  []string
	Expect  middleware.Outcome
	Token   *string
	ErrorIn []string `json:"error_in"`
}

// Authorization puts every value of the Authorization field in
// testdata/authorization.json to the adapters, before a validator that leaves the
// characters of a token to the guard and before one that does not. The senders
// must not look at the values themselves: clients and servers refuse some of them.
func Authorization(t *testing.T, p Protocol, sends map[string]Send) {
	var file authorizationCases
	read(t, "authorization.json", &file)
	for name, send := range sends {
		for _, tc := range file.Cases {
			t.Run(name+" "+tc.Name, func(t *testing.T) {
				t.Parallel()
				for _, v := range []middleware.Validator{ByScope, &Checking{ByScope}} {
					tc.judge(t, p, send(t, Call{
						Guard:         New(t, middleware.Config{Validator: v, Bindings: []middleware.Binding{DPoP{}}}),
						Rule:          scopes.Authenticated(),
						Authorization: tc.Fields,
					}))
				}
			})
		}
	}
}

func (tc authorizationCase) judge(t *testing.T, p Protocol, answer Answer) {
	t.Helper()
	passed := tc.Expect == middleware.Allowed
	if answer.Code != p[tc.Expect] || (answer.Calls == 1) != passed || answer.Calls > 1 {
		t.Errorf("%s and %d calls of the handler, want %s", answer.Code, answer.Calls, p[tc.Expect])
	}
	if passed && answer.Token.Subject() != *tc.Token {
		t.Errorf("the token %q, want %q", answer.Token.Subject(), *tc.Token)
	}
	if got := errorIn(answer.Challenges); !passed && !slices.Equal(got, tc.ErrorIn) {
		t.Errorf("errors in the challenges of %q, want %q", got, tc.ErrorIn)
	}
}

// errorIn returns the schemes whose challenge carries an error.
func errorIn(challenges []string) []string {
	schemes := []string{}
	for _, c := range challenges {
		if strings.Contains(c, ` error="`) {
			scheme, _, _ := strings.Cut(c, " ")
			schemes = append(schemes, scheme)
		}
	}
	return schemes
}
