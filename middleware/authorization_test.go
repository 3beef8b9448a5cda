package middleware_test

import (
	"context"
	"net/http"
	"reflect"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// asked is a Validator that finds every token good and keeps what it was asked.
type asked struct{ tokens []string }

func (a *asked) Validate(_ context.Context, raw string) (*middleware.Token, error) {
	a.tokens = append(a.tokens, raw)
	return middleware.NewToken(middleware.Claims{Subject: "s"}), nil
}

// outcome is the code of a refusal, or allowed.
func outcome(r middleware.Refusal) string {
	if r.Code == "" {
		return "allowed"
	}
	return string(r.Code)
}

// errorIn returns the schemes whose challenge carries an error, in order.
func errorIn(t testing.TB, fields []string) []string {
	t.Helper()
	schemes := []string{}
	for scheme, c := range mustParse(t, fields) {
		if c.params["error"] != "" {
			schemes = append(schemes, scheme)
		}
	}
	slices.Sort(schemes)
	return schemes
}

func TestAuthorization(t *testing.T) {
	t.Parallel()
	var file authorizationCases
	readCases(t, "authorization.json", &file)
	for _, tc := range file.Cases {
		t.Run(tc.Name, func(t *testing.T) {
			t.Parallel()
			testAuthorization(t, tc, func(v middleware.Validator) middleware.Validator { return v })
			testAuthorization(t, tc, func(v middleware.Validator) middleware.Validator { return &guardtest.Checking{Validator: v} })
		})
	}
}

func testAuthorization(t *testing.T, tc authorizationCase, set func(middleware.Validator) middleware.Validator) {
	v := &asked{}
	g := newGuard(t, middleware.Config{Validator: set(v), Bindings: []middleware.Binding{fakeDPoP{}}})
	r := authorization(tc.Fields...)
	token, refusal := check(t, g, r, scopes.Authenticated())
	if got := outcome(refusal); got != tc.Expect {
		t.Fatalf("%s, want %s", got, tc.Expect)
	}
	if (token != nil) != (tc.Expect == "allowed") {
		t.Errorf("token %v", token)
	}
	if got := errorIn(t, refusal.Challenges); tc.Expect != "allowed" && !slices.Equal(got, tc.ErrorIn) {
		t.Errorf("error in %q, want %q", got, tc.ErrorIn)
	}
	if tc.Token == nil && len(v.tokens) > 0 {
		t.Errorf("the validator was asked about %q", v.tokens)
	}
	if tc.Token != nil && !slices.Equal(v.tokens, []string{*tc.Token}) {
		t.Errorf("the validator was asked about %q, want %q", v.tokens, *tc.Token)
	}

	// L-13: on an optional route only a request without the field is anonymous.
	token, refusal = check(t, g, r, scopes.Optional(scopes.Authenticated()))
	want := tc.Expect
	if len(tc.Fields) == 0 {
		want = "allowed"
	}
	if got := outcome(refusal); got != want || (want != "allowed" || len(tc.Fields) == 0) && token != nil {
		t.Errorf("optional: %s with token %v, want %s", got, token, want)
	}
}

func TestOtherBytes(t *testing.T) {
	t.Parallel()
	for _, v := range []middleware.Validator{&asked{}, &guardtest.Checking{Validator: &asked{}}} {
		testOtherBytes(t, newGuard(t, middleware.Config{Validator: v}))
	}
}

func testOtherBytes(t *testing.T, g *middleware.Guard) {
	for c := range 256 {
		// R6750-2: each byte alone, and at every place of a longer token.
		b := string([]byte{byte(c)})
		good := b64token.MatchString(b)
		tokens := []string{b}
		for i := range 18 {
			tokens = append(tokens, strings.Repeat("a", i)+b+strings.Repeat("c", 17-i))
		}
		for _, token := range tokens {
			if c == ' ' && token[0] == ' ' {
				continue // 1*SP
			}
			_, refusal := check(t, g, bearer(token), scopes.Authenticated())
			want := middleware.InvalidRequest
			if good || b64token.MatchString(token) { // "=" at the end
				want = ""
			}
			if refusal.Code != want {
				t.Errorf("%q: %q, want %q", token, refusal.Code, want)
			}
		}
	}
}

// R6750-4, R6750-5, R6750-6, R6750-8, R6750-21: tokens in the query, a form or a
// cookie are not taken by absence. A Request has no place for a query, a body or
// cookies, and of its header only the Authorization field is read.
func TestOtherTransportsAreAbsent(t *testing.T) {
	t.Parallel()
	var fields []string
	for f := range reflect.TypeFor[middleware.Request]().Fields() {
		fields = append(fields, f.Name)
	}
	want := []string{"Header", "Reply", "Method", "Host", "Path", "Peer", "Route", "TLS", "Certificate"}
	if !slices.Equal(fields, want) {
		t.Errorf("Request has the fields %q: if one of them carries a query, a body or cookies, say here why no token is read from it", fields)
	}

	read := &readFields{}
	g := newGuard(t, middleware.Config{Validator: accepts(middleware.Claims{})})
	for _, rule := range []scopes.Rule{scopes.Authenticated(), scopes.Optional(scopes.Authenticated()), {}, scopes.Public()} {
		if token, _ := check(t, g, middleware.Request{Header: read, Path: "/read?access_token=abc"}, rule); token != nil {
			t.Errorf("%v: a token from nowhere", rule)
		}
	}
	if want := []string{"Authorization", "Authorization", "Authorization"}; !slices.Equal(read.names, want) {
		t.Errorf("the fields %q were read, want %q", read.names, want)
	}
}

// readFields is a header without fields that keeps which were asked for.
type readFields struct{ names []string }

func (r *readFields) Values(name string) []string {
	r.names = append(r.names, name)
	return nil
}

func TestNoHeader(t *testing.T) {
	t.Parallel()
	g := newGuard(t, middleware.Config{Validator: accepts(middleware.Claims{})})
	for name, r := range map[string]middleware.Request{
		"R6750-11 the zero Request": {},
		"R6750-11 a nil header":     {Header: http.Header(nil)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if _, refusal := check(t, g, r, scopes.Authenticated()); refusal.Code != middleware.NoToken {
				t.Errorf("%q, want %q", refusal.Code, middleware.NoToken)
			}
		})
	}
}

// TestSchemeLetters: R6750-3 the name of a scheme is ASCII, in any case, and what
// only Unicode takes for the same letters names no scheme.
func TestSchemeLetters(t *testing.T) {
	t.Parallel()
	g := newGuard(t, middleware.Config{Validator: accepts(middleware.Claims{}), Bindings: []middleware.Binding{named{fakeDPoP{}, "Skis"}}})
	for name, want := range map[string]middleware.Code{
		"Skis": middleware.InvalidToken, "sKIS": middleware.InvalidToken, "SKIS": middleware.InvalidToken, // offered, and the token is not bound
		"ſkis": middleware.InvalidRequest, "Ski\u017f": middleware.InvalidRequest, "S\u212Ais": middleware.InvalidRequest,
		"\u017f\u212Ai\u017f": middleware.InvalidRequest, "Ski\xff": middleware.InvalidRequest,
		"Ski": middleware.NoToken, "Skiss": middleware.NoToken, "": middleware.InvalidRequest,
	} {
		if _, got := check(t, g, authorization(name+" t"), scopes.Authenticated()); got.Code != want {
			t.Errorf("%q: %s, want %s", name, got.Code, want)
		}
	}
}

// named offers another scheme.
type named struct {
	fakeDPoP
	scheme string
}

func (n named) Challenge() (scheme, params string) { return n.scheme, `a="b"` }
