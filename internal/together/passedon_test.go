package together_test

import (
	"context"
	"reflect"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// TestNothingToPassOn: RMCP-3, RMCP-10 a handler gets what a token says and not the token, so it cannot hand it to
// another server by accident; and a token for another server is no good here.
func TestNothingToPassOn(t *testing.T) {
	t.Parallel()
	as := authtest.New()
	keys, err := jwks.StaticKeys(as.JWKS())
	if err != nil {
		t.Fatal(err)
	}
	v, err := jwks.New(jwks.Issuer{URL: as.URL(), Audience: []string{as.Audience()}, Keys: keys})
	if err != nil {
		t.Fatal(err)
	}
	var seen []middleware.Event
	g := newGuard(t, middleware.Config{Validator: v, Observe: func(_ context.Context, e middleware.Event) { seen = append(seen, e) }})

	_, refusal := check(t, g, bearer(as.Token(authtest.Claims{"aud": "https://another.test"})), scopes.Authenticated())
	if refusal.Status != 401 || refusal.Code != middleware.InvalidToken {
		t.Errorf("RMCP-3: a token for another server: %d %s", refusal.Status, refusal.Code)
	}

	raw := as.Token()
	token, _ := check(t, g, bearer(raw), scopes.Authenticated())
	if token == nil {
		t.Fatal("a good token was refused")
	}
	for what, value := range map[string]any{
		"the token": token, "the context": middleware.NewContext(context.Background(), token), "the events": seen,
	} {
		for _, part := range append(strings.Split(raw, "."), raw) {
			if path := find(reflect.ValueOf(value), part, map[uintptr]bool{}); path != "" {
				t.Errorf("RMCP-10: %s holds a part of the raw token at %s", what, path)
			}
		}
	}
	if find(reflect.ValueOf(middleware.NewToken(middleware.Claims{Subject: raw})), raw, map[uintptr]bool{}) == "" {
		t.Error("the search does not find what is there")
	}
}

// find returns where v holds text, following everything but functions and channels.
func find(v reflect.Value, text string, done map[uintptr]bool) string {
	switch v.Kind() {
	case reflect.String:
		if strings.Contains(v.String(), text) {
			return v.Type().String()
		}
	case reflect.Pointer, reflect.Interface:
		if v.IsNil() || v.Kind() == reflect.Pointer && done[v.Pointer()] {
			return ""
		}
		if v.Kind() == reflect.Pointer {
			done[v.Pointer()] = true
		}
		return find(v.Elem(), text, done)
	case reflect.Struct:
		for i := range v.NumField() {
			if path := find(v.Field(i), text, done); path != "" {
				return v.Type().Field(i).Name + "." + path
			}
		}
	case reflect.Slice, reflect.Array:
		if v.Type().Elem().Kind() == reflect.Uint8 && v.Kind() == reflect.Slice {
			if strings.Contains(string(v.Bytes()), text) {
				return "[]byte"
			}
			return ""
		}
		for i := range v.Len() {
			if path := find(v.Index(i), text, done); path != "" {
				return path
			}
		}
	case reflect.Map:
		for entry := v.MapRange(); entry.Next(); {
			if path := find(entry.Key(), text, done) + find(entry.Value(), text, done); path != "" {
				return path
			}
		}
	}
	return ""
}
