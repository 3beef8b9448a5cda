package claims_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/internal/claims"
	"github.com/bearerguard/bearerguard/internal/strictjson"
	"github.com/bearerguard/bearerguard/middleware"
)

// lenient is the mapping for servers that send scope as an array, strict the one
// for those that keep to RFC 9068 and RFC 7662.
var (
	lenient = claims.Mapping{ScopeArray: true}
	strict  = claims.Mapping{}
)

// read reads claims that have to be well formed.
func read(t *testing.T, text string) claims.Members {
	t.Helper()
	m, err := claims.Read(text)
	if err != nil {
		t.Fatalf("Read(%s): %v", text, err)
	}
	return m
}

// mapped maps claims that have to be of the right types.
func mapped(t *testing.T, text string, mp claims.Mapping) middleware.Claims {
	t.Helper()
	m := read(t, text)
	c, err := m.Map(mp)
	if err != nil {
		t.Fatalf("Map of %s: %v", text, err)
	}
	return c
}

// refused maps claims and wants them refused, with an error that names the claim
// and tells nothing else, and with nothing beside the error.
func refused(t *testing.T, text string, mp claims.Mapping, claim string) {
	t.Helper()
	m := read(t, text)
	c, err := m.Map(mp)
	if !errors.Is(err, claims.ErrType) {
		t.Fatalf("Map of %s: error %v, want ErrType", text, err)
	}
	if got, want := err.Error(), "claim "+claim+": "+claims.ErrType.Error(); got != want {
		t.Errorf("Map of %s: error %q, want %q", text, got, want)
	}
	if c.JSON != "" || c.Issuer != "" || c.Scope != "" || c.Audience != nil || !c.Confirmation.IsZero() {
		t.Errorf("Map of %s: got claims beside the error: %+v", text, c)
	}
}

// scopesOf returns the scopes as rules and handlers see them.
func scopesOf(c middleware.Claims) []string {
	return slices.Collect(middleware.NewToken(c).Scopes())
}

// value reads one JSON value.
func value(t *testing.T, text string) strictjson.Value {
	t.Helper()
	v, err := strictjson.Parse(text, strictjson.Limits{})
	if err != nil {
		t.Fatalf("Parse(%s): %v", text, err)
	}
	return v
}

// nested returns depth arrays inside each other.
func nested(depth int) string {
	return strings.Repeat("[", depth) + strings.Repeat("]", depth)
}
