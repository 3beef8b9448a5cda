package guardtest

import (
	"encoding/json"
	"os"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// Call is one request to an API with two actions on one resource: with HTTP,
// DELETE of /read and every other method of it; with gRPC, two methods of one
// service.
type Call struct {
	Guard         *middleware.Guard
	Rule          scopes.Rule       // of the action that is asked for, not the deletion
	Beside        scopes.Rule       // of the other action
	Authorization []string          // the values of the field
	Fields        map[string]string // other header fields
}

// Answer is what a client sees of it, and what the handler saw.
type Answer struct {
	Code               string // in the protocol's words: 401, Unauthenticated
	Error, Description string // of the refusal, in HTTP's words; empty where nothing is said
	Challenges         []string
	RetryAfter, Nonce  string

	Calls int               // of the handler
	Token *middleware.Token // that it found
}

// Send puts a call to an API behind an adapter.
type Send func(t testing.TB, c Call) Answer

// Protocol has a protocol's codes for the outcomes of a check: the failure
// taxonomy, and what the handlers of the tests answer.
type Protocol map[middleware.Outcome]string

// The protocols of the adapters.
var (
	HTTP = Protocol{
		"no_token": "401", "invalid_request": "400", "invalid_token": "401", "insufficient_scope": "403", "no_rule": "403", "unavailable": "503",
		middleware.Allowed: "204", middleware.Anonymous: "204", middleware.Open: "204",
	}
	GRPC = Protocol{
		"no_token": "Unauthenticated", "invalid_request": "Unauthenticated", "invalid_token": "Unauthenticated",
		"insufficient_scope": "PermissionDenied", "no_rule": "PermissionDenied", "unavailable": "Unavailable",
		middleware.Allowed: "OK", middleware.Anonymous: "OK", middleware.Open: "OK",
	}
)

// passes are the outcomes with which the handler runs.
var passes = map[middleware.Outcome]bool{middleware.Allowed: true, middleware.Anonymous: true, middleware.Open: true}

// read decodes a file of cases.
func read(t testing.TB, name string, v any) {
	t.Helper()
	text, err := os.ReadFile("../../testdata/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(text, v); err != nil {
		t.Fatal(err)
	}
}

func parse(t testing.TB, rule string) scopes.Rule {
	t.Helper()
	parsed, err := scopes.Parse(rule)
	if err != nil {
		t.Fatal(err)
	}
	return parsed
}
