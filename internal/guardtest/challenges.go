package guardtest

import (
	"context"
	"errors"
	"maps"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
)

// challengeCases is testdata/challenges.json, and the Validator that it
// describes.
type challengeCases struct {
	Tokens map[string]struct {
		Issuer, Scope, JKT        string
		X5TS256                   string `json:"x5t#S256"`
		UnknownCnf                bool   `json:"unknown_cnf"`
		Code, Reason, Description string
		RetryAfter                int `json:"retry_after"`
	}
	Guards map[string]struct {
		Realm, Resource string
		ErrorURI        string `json:"error_uri"`
		DPoP            bool
	}
	Cases []challengeCase
}

type challengeCase struct {
	Name, Guard, Rule string
	Authorization     []string
	Proof             string
	Expect            struct {
		Status     int
		GRPC       string
		Challenges []string
		Body       map[string]string
		RetryAfter string `json:"retry_after"`
		Nonce      string `json:"dpop_nonce"`
	}
}

// Challenges puts every row of the failure taxonomy, testdata/challenges.json, to
// the adapters: its code and its words. The handler never runs.
func Challenges(t *testing.T, sends map[string]Send) {
	file := readChallenges(t)
	for name, send := range sends {
		for _, tc := range file.Cases {
			t.Run(name+" "+tc.Name, func(t *testing.T) {
				t.Parallel()
				tc.check(t, send(t, file.call(t, tc)))
			})
		}
	}
}

func readChallenges(t testing.TB) *challengeCases {
	t.Helper()
	file := new(challengeCases)
	read(t, "challenges.json", file)
	return file
}

func (f *challengeCases) call(t testing.TB, tc challengeCase) Call {
	t.Helper()
	settings := f.Guards[tc.Guard]
	config := middleware.Config{Validator: f, Realm: settings.Realm, Resource: settings.Resource, ErrorURI: settings.ErrorURI}
	if settings.DPoP {
		config.Bindings = []middleware.Binding{DPoP{}}
	}
	c := Call{Guard: New(t, config), Rule: parse(t, tc.Rule), Authorization: tc.Authorization}
	if tc.Proof != "" {
		c.Fields = map[string]string{"DPoP": tc.Proof}
	}
	return c
}

// Validate looks the token up.
func (f *challengeCases) Validate(_ context.Context, raw string) (*middleware.Token, error) {
	k, known := f.Tokens[raw]
	switch {
	case !known:
		return nil, middleware.ErrNotMine
	case k.Code == "failure":
		return nil, errors.New("the endpoint refused our credentials")
	case k.Code == "":
		return middleware.NewToken(middleware.Claims{Issuer: k.Issuer, Scope: k.Scope,
			Confirmation: middleware.Confirmation{JKT: k.JKT, X5TS256: k.X5TS256, Unknown: k.UnknownCnf}}), nil
	}
	e := middleware.Invalid(middleware.Reason(k.Reason), k.Description, errors.New("the cause, for our logs"))
	e.Code, e.RetryAfter = middleware.Code(k.Code), time.Duration(k.RetryAfter)*time.Second
	return nil, e
}

func (tc challengeCase) check(t *testing.T, answer Answer) {
	t.Helper()
	if want := []string{strconv.Itoa(tc.Expect.Status), tc.Expect.GRPC}; !slices.Contains(want, answer.Code) {
		t.Errorf("code %s, want one of %q", answer.Code, want)
	}
	if !slices.Equal(answer.Challenges, tc.Expect.Challenges) {
		t.Errorf("challenges:\n%s\nwant\n%s", strings.Join(answer.Challenges, "\n"), strings.Join(tc.Expect.Challenges, "\n"))
	}
	body := map[string]string{}
	if answer.Error != "" {
		body["error"], body["error_description"] = answer.Error, answer.Description
	}
	if !maps.Equal(body, tc.Expect.Body) {
		t.Errorf("words %q, want %q", body, tc.Expect.Body)
	}
	if answer.RetryAfter != tc.Expect.RetryAfter || answer.Nonce != tc.Expect.Nonce {
		t.Errorf("retry after %q with nonce %q, want %q with %q", answer.RetryAfter, answer.Nonce, tc.Expect.RetryAfter, tc.Expect.Nonce)
	}
	if answer.Calls != 0 {
		t.Errorf("the handler ran %d times", answer.Calls)
	}
}
