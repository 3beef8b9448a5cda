package grpcguard_test

import (
	"context"
	"encoding/json"
	"errors"
	"os"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
)

// readCases decodes a file of cases that the core and every adapter are tested
// with.
func readCases(t testing.TB, name string, v any) {
	t.Helper()
	text, err := os.ReadFile("../../testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, v); err != nil {
		t.Fatal(err)
	}
}

// challengeCases is testdata/challenges.json, and a Validator.
type challengeCases struct {
	Tokens map[string]struct {
		Scope, JKT                string
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
		GRPC       string
		Challenges []string
		Body       struct {
			Error       string
			Description string `json:"error_description"`
		}
		RetryAfter string `json:"retry_after"`
		Nonce      string `json:"dpop_nonce"`
	}
}

func (c *challengeCases) config(guard string) middleware.Config {
	settings := c.Guards[guard]
	config := middleware.Config{Validator: c, Realm: settings.Realm, Resource: settings.Resource, ErrorURI: settings.ErrorURI}
	if settings.DPoP {
		config.Bindings = []middleware.Binding{fakeDPoP{}}
	}
	return config
}

func (c *challengeCases) Validate(_ context.Context, raw string) (*middleware.Token, error) {
	k, known := c.Tokens[raw]
	switch {
	case !known:
		return nil, middleware.ErrNotMine
	case k.Code == "failure":
		return nil, errors.New("the endpoint refused our credentials")
	case k.Code == "":
		return middleware.NewToken(middleware.Claims{Scope: k.Scope,
			Confirmation: middleware.Confirmation{JKT: k.JKT, X5TS256: k.X5TS256, Unknown: k.UnknownCnf}}), nil
	}
	e := middleware.Invalid(middleware.Reason(k.Reason), k.Description, errors.New("the cause, for our logs"))
	e.Code, e.RetryAfter = middleware.Code(k.Code), time.Duration(k.RetryAfter)*time.Second
	return nil, e
}
