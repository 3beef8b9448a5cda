package middleware_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// R6750-20: over all outcomes, neither the token nor a part of it is in a log, an
// event, an error, or an answer.
func TestSecrets(t *testing.T) {
	t.Parallel()
	segments := []string{"c2VjcmV0SGVhZGVy", "c2VjcmV0UGF5bG9hZA", "c2VjcmV0U2lnbmF0dXJl"}
	token := strings.Join(segments, ".")
	plain, bound := middleware.NewToken(middleware.Claims{}), middleware.NewToken(middleware.Claims{Confirmation: jkt})
	answers := []answer{
		{token: plain}, {token: bound}, {}, isInvalid, isNotMine, isWrapped, isDown, isNilError,
		{token: middleware.NewToken(middleware.Claims{Confirmation: unknown})},
		{err: &middleware.Error{Code: "odd"}}, {err: &middleware.Error{Code: middleware.Unavailable}},
	}
	fields := [][]string{
		{"Bearer " + token}, {"DPoP " + token}, {"Basic " + token}, {token}, {"Bearer " + token, "DPoP " + token}, {"Bearer " + token + ", DPoP " + token},
		{"Bearer " + token + "\x00"}, {"Bearer \"" + token + `"`}, {"Bearer a " + token}, {token + " a"}, {"Bearer\t" + token},
	}
	rules := []scopes.Rule{{}, scopes.All("read"), scopes.Authenticated(), scopes.Optional(scopes.All("read")), scopes.Public()}

	var out bytes.Buffer // everything that leaves the guard
	refusals := 0
	for _, a := range answers {
		for _, f := range fields {
			for _, rule := range rules {
				g := newGuard(t, middleware.Config{
					Validator: middleware.First(fixed(nil, middleware.ErrNotMine), middleware.Every(fixed(a.token, a.err), fixed(plain, nil))),
					Bindings:  []middleware.Binding{fakeDPoP{}},
					Logger:    slog.New(slog.NewJSONHandler(&out, &slog.HandlerOptions{Level: slog.LevelDebug, AddSource: true})),
					Observe: func(_ context.Context, e middleware.Event) {
						fmt.Fprintf(&out, "%+v %#v %v\n", e, e, e.Err)
					},
				})
				reply := http.Header{}
				r := authorization(f...)
				r.Reply = reply
				accepted, err := g.Check(t.Context(), r, rule)
				fmt.Fprintf(&out, "%v %+v %#v\n", accepted, accepted, accepted)
				for e := err; e != nil; e = errors.Unwrap(e) {
					fmt.Fprintf(&out, "%v %+v %#v\n", e, e, e)
				}
				if err != nil {
					refusals++
					refusal := g.Refusal(err)
					fmt.Fprintf(&out, "%#v %v %s\n", refusal, headerOf(refusal), refusal.Body())
				}
				fmt.Fprintln(&out, reply)
				fmt.Fprintf(&out, "%v %+v\n", middleware.NewContext(t.Context(), accepted), g)
			}
		}
	}
	if refusals < 300 {
		t.Errorf("only %d refusals were looked at", refusals)
	}
	for _, secret := range append(segments, token) {
		if at := strings.Index(out.String(), secret); at >= 0 {
			t.Errorf("%s leaks: …%s", secret, out.String()[max(0, at-200):at])
		}
	}
}
