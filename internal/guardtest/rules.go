package guardtest

import (
	"context"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// ruleCases is testdata/rules.json.
type ruleCases struct {
	Policy scopes.PolicyConfig
	Cases  []ruleCase
}

type ruleCase struct {
	Name, Rule, Beside string
	Policy             bool
	Authorization      []string
	Fields             map[string]string
	Expect             middleware.Outcome
}

// Rules puts every case of testdata/rules.json to the adapters: who passes which
// rule, and with which code the others are refused.
func Rules(t *testing.T, p Protocol, sends map[string]Send) {
	var file ruleCases
	read(t, "rules.json", &file)
	policy, err := scopes.NewPolicy(file.Policy)
	if err != nil {
		t.Fatal(err)
	}
	for name, send := range sends {
		for _, tc := range file.Cases {
			t.Run(name+" "+tc.Name, func(t *testing.T) {
				t.Parallel()
				var events []middleware.Event
				c := middleware.Config{Validator: ByScope, Observe: func(_ context.Context, e middleware.Event) { events = append(events, e) }}
				if tc.Policy {
					c.Scopes = policy
				}
				call := Call{Guard: New(t, c), Rule: parse(t, tc.Rule), Authorization: tc.Authorization, Fields: tc.Fields}
				if tc.Beside != "" {
					call.Beside = parse(t, tc.Beside)
				}
				answer := send(t, call)
				if len(events) != 1 || events[0].Outcome != tc.Expect {
					t.Errorf("events %+v, want one with %s", events, tc.Expect)
				}
				tc.check(t, p, answer)
			})
		}
	}
}

func (tc ruleCase) check(t *testing.T, p Protocol, answer Answer) {
	t.Helper()
	if want := p[tc.Expect]; answer.Code != want {
		t.Errorf("code %s, want %s", answer.Code, want)
	}
	if (answer.Calls == 1) != passes[tc.Expect] || answer.Calls > 1 {
		t.Errorf("%d calls of the handler after %s", answer.Calls, tc.Expect)
	}
	subject := ""
	if tc.Expect == middleware.Allowed {
		_, subject, _ = strings.Cut(tc.Authorization[0], " ")
	}
	if got := answer.Token.Subject(); got != subject || (answer.Token != nil) != (subject != "") {
		t.Errorf("the handler found a token of %q, want %q", got, subject)
	}
	// R6750-9: every refusal is challenged; and R6750-11: with an error only where
	// a token was presented. What cannot be told is no reason to throw a token away.
	challenged := !passes[tc.Expect] && tc.Expect != "unavailable"
	if (len(answer.Challenges) > 0) != challenged {
		t.Errorf("R6750-9: challenges %q after %s", answer.Challenges, tc.Expect)
	}
	if (answer.Error == "") != (passes[tc.Expect] || tc.Expect == "no_token") {
		t.Errorf("R6750-11: error %q after %s", answer.Error, tc.Expect)
	}
}
