package middleware_test

import (
	"context"
	"net/http"
	"reflect"
	"regexp"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/bearerguard/bearerguard/internal/guardtest"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// RFC 6750 §2.1 and RFC 9110 §11.4, written independently of the code under
// test.
var (
	b64token    = regexp.MustCompile(`\A[A-Za-z0-9._~+/-]+=*\z`)
	credentials = regexp.MustCompile(`\A((?i:bearer|dpop)) +([A-Za-z0-9._~+/-]+=*)\z`)
	ourScheme   = regexp.MustCompile(`\A(?i:bearer|dpop)(?: |\z)`)
	anyScheme   = regexp.MustCompile("\\A[!#$%&'*+.^_`|~0-9A-Za-z-]+(?: |\\z)")
)

// verdict is what an Authorization field deserves, and the token in it.
func verdict(field string) (code middleware.Code, token string) {
	m := credentials.FindStringSubmatch(field)
	switch {
	case m != nil && strings.EqualFold(m[1], "Bearer"):
		return "", m[2]
	case m != nil:
		return middleware.InvalidToken, m[2] // under DPoP, and not bound
	case field == "":
		return middleware.NoToken, ""
	case ourScheme.MatchString(field):
		return middleware.InvalidRequest, ""
	case anyScheme.MatchString(field):
		return middleware.NoToken, ""
	}
	return middleware.InvalidRequest, ""
}

func FuzzAuthorization(f *testing.F) {
	var file authorizationCases
	readCases(f, "authorization.json", &file)
	for _, tc := range file.Cases {
		f.Add(strings.Join(tc.Fields, ", "), len(tc.Fields) > 1)
	}
	f.Add("Bearer \xff\xfe", false)
	f.Add("\xc0\xc2earer abc", true)
	var last string
	c := middleware.Config{
		Validator: middleware.ValidatorFunc(func(_ context.Context, raw string) (*middleware.Token, error) {
			last = raw
			return middleware.NewToken(middleware.Claims{}), nil
		}),
		Bindings: []middleware.Binding{fakeDPoP{}},
		Resource: "https://api.example.com/a",
	}
	g := newGuard(f, c)
	c.Validator = &guardtest.Checking{Validator: accepts(middleware.Claims{})}
	strict := newGuard(f, c)
	f.Fuzz(func(t *testing.T, field string, twice bool) {
		last = ""
		want, wantToken := verdict(field)
		h := http.Header{"Authorization": {field}}
		if twice {
			h["Authorization"] = append(h["Authorization"], field)
			want, wantToken = middleware.InvalidRequest, ""
		}
		token, refusal := check(t, g, middleware.Request{Header: h}, scopes.Authenticated())
		if refusal.Code != want || (token != nil) != (want == "") {
			t.Errorf("%q with token %v, want %q", refusal.Code, token, want)
		}
		if last != wantToken {
			t.Errorf("the validator was asked about %q, want %q", last, wantToken)
		}
		if _, other := check(t, strict, middleware.Request{Header: h}, scopes.Authenticated()); !reflect.DeepEqual(other, refusal) {
			t.Errorf("a validator that checks the characters itself: %+v, else %+v", other, refusal)
		}
		challenges := mustParse(t, refusal.Challenges)
		if want != "" && len(challenges) != 2 {
			t.Errorf("challenges %q", refusal.Challenges)
		}
		if anonymous, err := g.Check(t.Context(), middleware.Request{Header: h}, scopes.Optional(scopes.Authenticated())); err == nil && anonymous == nil {
			t.Error("L-13: an Authorization field made an anonymous request")
		}
	})
}

func FuzzChallenge(f *testing.F) {
	for _, s := range []string{
		"", "The token expired", `a"b`, `a\b`, "a\r\nSet-Cookie: a=b", "a\x00b", "a\x7fb", "ä", "\xff", `", error="x`,
		strings.Repeat("a", 511) + "ä", strings.Repeat("ä", 600), " ", "\t", "a,b=c",
	} {
		f.Add(s, true)
		f.Add(s, false)
	}
	f.Fuzz(func(t *testing.T, text string, dpop bool) {
		c := middleware.Config{Validator: fixed(nil, middleware.Invalid("foreign", text, nil)), ErrorURI: "https://e.example/x"}
		if dpop {
			c.Bindings = []middleware.Binding{fakeDPoP{}}
		}
		_, refusal := check(t, newGuard(t, c), bearer("abc"), scopes.All("read"))
		if refusal.Status != 401 || refusal.Error != "invalid_token" {
			t.Errorf("%d %s", refusal.Status, refusal.Error)
		}
		challenge := mustParse(t, refusal.Challenges)["Bearer"]
		if got := challenge.params["error_description"]; got != refusal.Description || text != "" && utf8.RuneCountInString(got) > 512 {
			t.Errorf("the challenge says %q, the refusal %q", got, refusal.Description)
		}
		if printable.MatchString(text) && len(text) <= 512 && refusal.Description != text {
			t.Errorf("%q became %q", text, refusal.Description)
		}
	})
}

// printable is RFC 6750 §3 about error_description.
var printable = regexp.MustCompile(`\A[\x20\x21\x23-\x5B\x5D-\x7E]+\z`)
