package middleware_test

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
)

var fullClaims = middleware.Claims{
	Issuer: "https://as.example", Subject: "alice", ClientID: "app", ID: "jti-1", ACR: "gold",
	Audience: []string{"https://api.example.com", "other"}, Scope: "read write",
	Expiry: time.Unix(1000, 0), NotBefore: time.Unix(100, 0), IssuedAt: time.Unix(200, 0), AuthTime: time.Unix(150, 0), Until: time.Unix(1030, 0),
	Confirmation: middleware.Confirmation{JKT: "thumbprint"},
	JSON:         `{"sub":"alice","email":"secret@example.com","roles":["a","b"],"iss":"https://as.example","ISS":"other","n":1,"null":null}`,
}

// R9700-6, R8725-11: issuer, subject and client are read side by side; whether
// the subject is a person is not guessed.
func TestTokenAccessors(t *testing.T) {
	t.Parallel()
	c := fullClaims
	token := middleware.NewToken(c)
	got := middleware.Claims{
		Issuer: token.Issuer(), Subject: token.Subject(), ClientID: token.ClientID(), ID: token.ID(), ACR: token.ACR(),
		Audience: slices.Collect(token.Audience()), Scope: strings.Join(slices.Collect(token.Scopes()), " "),
		Expiry: token.Expiry(), NotBefore: token.NotBefore(), IssuedAt: token.IssuedAt(), AuthTime: token.AuthTime(), Until: token.Until(),
		Confirmation: token.Confirmation(), JSON: c.JSON,
	}
	if !reflect.DeepEqual(got, c) {
		t.Errorf("%+v, want %+v", got, c)
	}
	if c.Until = (time.Time{}); !middleware.NewToken(c).Until().Equal(c.Expiry) {
		t.Error("a decision without an end of its own does not end with the token")
	}
}

func TestNilToken(t *testing.T) {
	t.Parallel()
	var token *middleware.Token
	v := reflect.ValueOf(token)
	for m := range v.Type().Methods() {
		if m.Type.NumIn() != 1 || m.Name == "String" {
			continue // with arguments: below
		}
		result := v.MethodByName(m.Name).Call(nil)[0]
		if m.Type.Out(0).Kind() == reflect.Func {
			for range result.Seq() {
				t.Errorf("%s yields something", m.Name)
			}
		} else if !result.IsZero() {
			t.Errorf("%s = %v", m.Name, result)
		}
	}
	var s string
	if found, err := token.Claim("sub", &s); found || err != nil || token.HasScope("") || token.HasScope("read") {
		t.Error("an anonymous request has claims")
	}
	if got := token.String(); got != "anonymous" {
		t.Errorf("String() = %q", got)
	}
}

func TestScopes(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, scope string
		want        []string
	}{
		{"R6750-19 order is kept", "b a", []string{"b", "a"}},
		{"R6750-19 empty", "", nil},
		{"R6750-19 a space", " ", nil},
		{"R6750-19 two spaces", "a  b", []string{"a", "b"}},
		{"R6750-19 spaces around", " a ", []string{"a"}},
		{"R6750-19 a tab is no delimiter", "a\tb", []string{"a\tb"}},
		{"R6750-19 a line break is no delimiter", "a\nb", []string{"a\nb"}},
		{"R6750-19 a no-break space is no delimiter", "a\u00a0b", []string{"a\u00a0b"}},
		{"R6750-19 a comma is no delimiter", "a,b", []string{"a,b"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			token := middleware.NewToken(middleware.Claims{Scope: tc.scope})
			if got := slices.Collect(token.Scopes()); !slices.Equal(got, tc.want) {
				t.Errorf("Scopes() = %q, want %q", got, tc.want)
			}
			for _, s := range []string{"", " ", "a", "b", "A", "a b", " a", "a ", "a\tb", "a\nb", "a\u00a0b", "a,b", "\t"} {
				if got, want := token.HasScope(s), slices.Contains(tc.want, s); got != want {
					t.Errorf("HasScope(%q) = %t, want %t", s, got, want)
				}
			}
		})
	}
	for s := range middleware.NewToken(middleware.Claims{Scope: "a b"}).Scopes() {
		if s != "a" {
			t.Errorf("went on with %q", s)
		}
		break
	}
}

func TestClaim(t *testing.T) {
	t.Parallel()
	token := middleware.NewToken(fullClaims)
	for _, tc := range []struct {
		name, claim string
		want        any // nil: there is none
	}{
		{"a string", "sub", "alice"},
		{"a number", "n", 1.0},
		{"an array", "roles", []any{"a", "b"}},
		{"the exact name", "iss", "https://as.example"},
		{"the exact name in another case", "ISS", "other"},
		{"no such case", "Iss", nil},
		{"no such claim", "role", nil},
		{"a path", "roles.0", nil},
		{"no name", "", nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			var got any
			found, err := token.Claim(tc.claim, &got)
			if err != nil || found != (tc.want != nil) || !reflect.DeepEqual(got, tc.want) {
				t.Errorf("%v, %t, %v; want %v", got, found, err, tc.want)
			}
		})
	}
	var s string
	if found, err := token.Claim("null", &s); !found || err != nil || s != "" {
		t.Errorf("null: %q, %t, %v", s, found, err)
	}
	if found, err := token.Claim("roles", &s); !found || err == nil {
		t.Error("an array was read into a string")
	}
	if found, err := token.Claim("missing", nil); found || err != nil {
		t.Error("a missing claim is no fault")
	}
	if found, err := token.Claim("sub", nil); !found || err == nil {
		t.Error("a claim was read into nothing")
	}
	for _, text := range []string{"[]", `"a"`, "{", "{}{}", `{"a":1}x`} {
		if found, err := middleware.NewToken(middleware.Claims{JSON: text}).Claim("a", &s); found || err == nil {
			t.Errorf("%s: %t, %v", text, found, err)
		}
	}
}

// A token is shared between requests: nothing that a handler is given leads into
// it.
func TestTokenIsImmutable(t *testing.T) {
	t.Parallel()
	c := fullClaims
	c.Audience = slices.Clone(c.Audience)
	token := middleware.NewToken(c)

	c.Audience[0] = "changed"
	collected := slices.Collect(token.Audience())
	collected[1] = "changed"
	list := slices.Collect(token.Scopes())
	list[0] = "changed"
	_ = append(list[:0], "changed", "changed")
	var roles []string
	var raw json.RawMessage
	for range 2 {
		if found, err := token.Claim("roles", &roles); !found || err != nil || !slices.Equal(roles, []string{"a", "b"}) {
			t.Errorf("roles %q, %v", roles, err)
		}
		if _, err := token.Claim("roles", &raw); err != nil || string(raw) != `["a","b"]` {
			t.Errorf("roles %s, %v", raw, err)
		}
		roles[0] = "changed"
		copy(raw, "#########")
	}

	if got := slices.Collect(token.Audience()); !slices.Equal(got, fullClaims.Audience) {
		t.Errorf("audience %q", got)
	}
	if got := slices.Collect(token.Scopes()); !slices.Equal(got, []string{"read", "write"}) {
		t.Errorf("scopes %q", got)
	}
	for f := range reflect.TypeFor[middleware.Token]().Fields() {
		if f.IsExported() {
			t.Errorf("the field %s can be written", f.Name)
		}
	}
}

// R6750-20: printing a token tells nothing of it.
func TestTokenPrintsNothing(t *testing.T) {
	t.Parallel()
	token := middleware.NewToken(fullClaims)
	type holder struct {
		Token *middleware.Token
		List  []*middleware.Token
		Value middleware.Token
	}
	h := holder{token, []*middleware.Token{token}, *token}
	var printed strings.Builder
	for _, v := range []any{token, *token, &token, h, &h, []middleware.Token{*token}, map[string]*middleware.Token{"a": token}} {
		for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%d", "%x", "%X", "%t", "%5.2f", "%z", "%T"} {
			fmt.Fprintf(&printed, verb+"\n", v)
		}
		for _, handler := range []slog.Handler{slog.NewTextHandler(&printed, nil), slog.NewJSONHandler(&printed, nil)} {
			slog.New(handler).Info("x", "v", v)
		}
		text, err := json.Marshal(v)
		if err != nil {
			t.Errorf("%T: %v", v, err)
		}
		printed.Write(text)
	}
	// fmt asks no methods about unexported fields; a pointer there is an address.
	for _, v := range []any{struct{ token *middleware.Token }{token}, middleware.NewContext(t.Context(), token)} {
		fmt.Fprintf(&printed, "%v %+[1]v %#[1]v", v)
	}
	for _, secret := range []string{"alice", "as.example", "api.example", "app", "jti-1", "gold", "read", "write", "thumb", "secret", "roles"} {
		// Hexadecimal and quoted forms are the same text.
		for _, form := range []string{secret, fmt.Sprintf("%x", secret), fmt.Sprintf("%X", secret)} {
			if strings.Contains(printed.String(), form) {
				t.Errorf("printed: %s", secret)
			}
		}
	}
	if got := fmt.Sprint(token); got != "access token" {
		t.Errorf("%q", got)
	}
	if got := fmt.Sprintf("%v %+v", (*middleware.Token)(nil), (*middleware.Token)(nil)); strings.Contains(got, "PANIC") {
		t.Errorf("%q", got)
	}
}

func TestContext(t *testing.T) {
	t.Parallel()
	token := middleware.NewToken(middleware.Claims{Subject: "s"})
	with := middleware.NewContext(t.Context(), token)
	type otherKey struct{}
	for _, tc := range []struct {
		name string
		ctx  context.Context
		want *middleware.Token
	}{
		{"behind no guard", t.Context(), nil},
		{"a token", with, token},
		{"a nil token", middleware.NewContext(t.Context(), nil), nil},
		{"a nil token hides the outer one", middleware.NewContext(with, nil), nil},
		{"below other values", context.WithValue(with, otherKey{}, "x"), token},
		{"another key", context.WithValue(t.Context(), otherKey{}, token), nil},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			if got, found := middleware.FromContext(tc.ctx); got != tc.want || found != (tc.want != nil) {
				t.Errorf("%v, %t; want %v", got, found, tc.want)
			}
		})
	}
}

// A context with a token tells its parents and nothing of the token, and what
// else is in it is found.
func TestContextText(t *testing.T) {
	t.Parallel()
	type key struct{}
	token := middleware.NewToken(middleware.Claims{Subject: "hidden"})
	for name, tc := range map[string]struct {
		parent context.Context
		want   string
	}{
		"a context that tells itself": {context.Background(), "context.Background.WithValue(access token)"},
		"one that does not":           {struct{ context.Context }{context.Background()}, "struct { context.Context }.WithValue(access token)"},
	} {
		t.Run(name, func(t *testing.T) {
			ctx := middleware.NewContext(context.WithValue(tc.parent, key{}, 7), token)
			if got := fmt.Sprint(middleware.NewContext(tc.parent, token)); got != tc.want {
				t.Errorf("%q, want %q", got, tc.want)
			}
			if text := fmt.Sprintf("%v %+v %s", ctx, ctx, ctx); strings.Contains(text, "hidden") {
				t.Errorf("%q", text)
			}
			if ctx.Value(key{}) != 7 || ctx.Value("another key") != nil {
				t.Errorf("%v %v", ctx.Value(key{}), ctx.Value("another key"))
			}
		})
	}
}
