package middleware_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
)

// readCases decodes a file of cases that every adapter is tested with too.
func readCases(t testing.TB, name string, v any) {
	t.Helper()
	text, err := os.ReadFile("../testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, v); err != nil {
		t.Fatal(err)
	}
}

// authorizationCases is testdata/authorization.json.
type authorizationCases struct{ Cases []authorizationCase }

type authorizationCase struct {
	Name    string
	Fields  []string
	Expect  string
	Token   *string
	ErrorIn []string `json:"error_in"`
}

// challengeCases is testdata/challenges.json.
type challengeCases struct {
	Tokens map[string]caseToken
	Guards map[string]struct {
		Realm, Resource string
		ErrorURI        string `json:"error_uri"`
		DPoP            bool
	}
	Cases []struct {
		Name, Guard, Rule string
		Authorization     []string
		Proof             string
		Expect            struct {
			Status     int
			Challenges []string
			Body       map[string]string
			RetryAfter string `json:"retry_after"`
			Nonce      string `json:"dpop_nonce"`
		}
	}
}

type caseToken struct {
	Issuer, Scope, JKT        string
	X5TS256                   string `json:"x5t#S256"`
	UnknownCnf                bool   `json:"unknown_cnf"`
	Code, Reason, Description string
	RetryAfter                int `json:"retry_after"`
}

// config is the Config of a named guard.
func (c *challengeCases) config(guard string) middleware.Config {
	settings := c.Guards[guard]
	config := middleware.Config{
		Validator: c, Realm: settings.Realm, Resource: settings.Resource, ErrorURI: settings.ErrorURI, Logger: quiet,
	}
	if settings.DPoP {
		config.Bindings = []middleware.Binding{fakeDPoP{}}
	}
	return config
}

// Validate looks the token up.
func (c *challengeCases) Validate(_ context.Context, raw string) (*middleware.Token, error) {
	k, known := c.Tokens[raw]
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
