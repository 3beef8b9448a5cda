package middleware_test

import (
	"context"
	"crypto/x509"
	"errors"
	"net/http"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// The confirmations of the tests. RFC 8705 §3.1 wants the SHA-256 of a
// certificate's DER; here that of the bytes "cert".
var (
	jkt     = middleware.Confirmation{JKT: "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"}
	x5t     = middleware.Confirmation{X5TS256: "BimEMugGayniIjvMI6qVBLVq5Qj6vzQ1UIhpucMZDiI"}
	both    = middleware.Confirmation{JKT: jkt.JKT, X5TS256: x5t.X5TS256}
	unknown = middleware.Confirmation{Unknown: true}
)

func TestPossession(t *testing.T) {
	t.Parallel()
	none := []middleware.Binding{}
	dpop := []middleware.Binding{fakeDPoP{}}
	mtls := []middleware.Binding{fakeMTLS{}}
	all := []middleware.Binding{fakeMTLS{}, fakeDPoP{}}
	ours, other := &x509.Certificate{Raw: []byte("cert")}, &x509.Certificate{Raw: []byte("another")}
	const allowed, invalid, proof = "allowed", "invalid_token", "invalid_proof"
	for _, tc := range []struct {
		name        string
		bindings    []middleware.Binding
		cnf         middleware.Confirmation
		field       string
		proof       string
		certificate *x509.Certificate
		want        string
	}{
		{"a plain token", none, middleware.Confirmation{}, "Bearer t", "", nil, allowed},
		{"a plain token beside Bindings", all, middleware.Confirmation{}, "Bearer t", "", nil, allowed},
		{"a plain token with a proof nobody asked for", all, middleware.Confirmation{}, "Bearer t", "bad", other, allowed},
		{"R9449-14 a plain token as DPoP", all, middleware.Confirmation{}, "DPoP t", "ok", nil, invalid},
		{"R9449-14 a plain token as DPoP with a certificate", all, middleware.Confirmation{}, "DPoP t", "ok", ours, invalid},

		{"R9449-15 without a Binding", none, jkt, "Bearer t", "", nil, invalid},
		{"R9449-15 without a Binding, with a proof", none, jkt, "Bearer t", "ok", nil, invalid},
		{"R9449-15 with another Binding", mtls, jkt, "Bearer t", "ok", ours, invalid},
		{"R9449-15 as Bearer", dpop, jkt, "Bearer t", "", nil, invalid},
		{"R9449-15 as Bearer with a proof", dpop, jkt, "Bearer t", "ok", nil, invalid},
		{"R9449-15 in another case", dpop, jkt, "bEARER t", "ok", nil, invalid},
		{"R6750-11 as DPoP without a Binding", none, jkt, "DPoP t", "ok", nil, "no_token"},
		{"R9449-17 a bad proof", dpop, jkt, "DPoP t", "bad", nil, proof},
		{"R9449-17 no proof", dpop, jkt, "DPoP t", "", nil, proof},
		{"R9449-14 proved", dpop, jkt, "DPoP t", "ok", nil, allowed},
		{"R6750-3 proved under dpop", dpop, jkt, "dpop t", "ok", nil, allowed},

		{"R8705-7 without a Binding", none, x5t, "Bearer t", "", nil, invalid},
		{"R8705-7 without a Binding, with the certificate", none, x5t, "Bearer t", "", ours, invalid},
		{"R8705-7 with another Binding", dpop, x5t, "Bearer t", "ok", ours, invalid},
		{"R8705-7 as DPoP with another Binding", dpop, x5t, "DPoP t", "ok", ours, invalid},
		{"R8705-2 no certificate", mtls, x5t, "Bearer t", "", nil, invalid},
		{"R8705-2 another certificate", mtls, x5t, "Bearer t", "", other, invalid},
		{"R8705-1 the certificate", mtls, x5t, "Bearer t", "", ours, allowed},
		{"R8705-1 the certificate, as DPoP", all, x5t, "DPoP t", "ok", ours, invalid},

		{"both hold", all, both, "DPoP t", "ok", ours, allowed},
		{"both, as Bearer", all, both, "Bearer t", "ok", ours, invalid},
		{"both, the proof is bad", all, both, "DPoP t", "bad", ours, proof},
		{"both, another certificate", all, both, "DPoP t", "ok", other, invalid},
		{"both, only one is covered", dpop, both, "DPoP t", "ok", ours, invalid},
		{"both, only the other is covered", mtls, both, "Bearer t", "ok", ours, invalid},
		{"both, neither is covered", none, both, "Bearer t", "ok", ours, invalid},

		{"R7800-1 nothing known", none, unknown, "Bearer t", "", nil, invalid},
		{"R7800-1 nothing known, beside Bindings", all, unknown, "Bearer t", "ok", ours, invalid},
		{"R7800-1 nothing known, as DPoP", all, unknown, "DPoP t", "ok", ours, invalid},
		{"R7800-1 something unknown beside what held", dpop, middleware.Confirmation{JKT: jkt.JKT, Unknown: true}, "DPoP t", "ok", nil, allowed},
		{"R7800-1 something unknown beside what did not hold", dpop, middleware.Confirmation{JKT: jkt.JKT, Unknown: true}, "DPoP t", "bad", nil, proof},
		{"R7800-1 something unknown beside what nobody covers", none, middleware.Confirmation{JKT: jkt.JKT, Unknown: true}, "Bearer t", "ok", nil, invalid},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			g := newGuard(t, middleware.Config{
				Validator: accepts(middleware.Claims{Scope: "read", Confirmation: tc.cnf}), Bindings: tc.bindings,
			})
			r := authorization(tc.field)
			r.Certificate = tc.certificate
			if tc.proof != "" {
				r.Header.(http.Header).Set("DPoP", tc.proof)
			}
			for _, rule := range []scopes.Rule{scopes.All("read"), scopes.Authenticated(), scopes.Optional(scopes.All("read"))} {
				_, refusal := check(t, g, r, rule)
				if got := outcome(refusal); got != tc.want {
					t.Errorf("%v: %s, want %s", rule, got, tc.want)
				}
				checkConsistent(t, refusal)
			}
		})
	}
}

// binding is a Binding with one answer that covers what it is told to.
type binding struct {
	covers func(middleware.Confirmation) bool
	err    error
	calls  *int
}

func (b binding) Covers(c middleware.Confirmation) bool { return b.covers(c) }

func (b binding) Check(context.Context, middleware.Request, string, *middleware.Token) error {
	if b.calls != nil {
		*b.calls++
	}
	return b.err
}

func everything(middleware.Confirmation) bool { return true }

// What a Binding may say, and what becomes of the rest.
func TestBindingVerdicts(t *testing.T) {
	t.Parallel()
	var none *middleware.Error
	for _, tc := range []struct {
		name   string
		err    error
		want   middleware.Code
		status int
	}{
		{"invalid token", middleware.Invalid("", "", nil), middleware.InvalidToken, 401},
		{"invalid proof, of a scheme of its own only", &middleware.Error{Code: middleware.InvalidProof}, middleware.InvalidToken, 401},
		{"invalid request", &middleware.Error{Code: middleware.InvalidRequest}, middleware.InvalidRequest, 400},
		{"unavailable", &middleware.Error{Code: middleware.Unavailable}, middleware.Unavailable, 503},
		{"any error", errors.New("x"), middleware.Unavailable, 503},
		{"not mine", middleware.ErrNotMine, middleware.Unavailable, 503},
		{"cancelled", context.Canceled, middleware.Unavailable, 503},
		{"a nil *Error", none, middleware.Unavailable, 503},
		{"no code", &middleware.Error{}, middleware.Unavailable, 503},
		{"no token", &middleware.Error{Code: middleware.NoToken}, middleware.Unavailable, 503},
		{"no rule", &middleware.Error{Code: middleware.NoRule}, middleware.Unavailable, 503},
		{"scope", &middleware.Error{Code: middleware.InsufficientScope}, middleware.Unavailable, 503},
		{"an odd code", &middleware.Error{Code: "allowed"}, middleware.Unavailable, 503},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			g := newGuard(t, middleware.Config{
				Validator: accepts(middleware.Claims{Confirmation: x5t}), Bindings: []middleware.Binding{binding{covers: everything, err: tc.err}},
			})
			_, refusal := check(t, g, bearer("t"), scopes.Authenticated())
			if refusal.Code != tc.want || refusal.Status != tc.status {
				t.Errorf("%s %d, want %s %d", refusal.Code, refusal.Status, tc.want, tc.status)
			}
			checkConsistent(t, refusal)
		})
	}
}

// A Binding is asked about one member at a time, and each that covers a member
// has to agree.
func TestEveryBindingHasToAgree(t *testing.T) {
	t.Parallel()
	var members []middleware.Confirmation
	keep := func(c middleware.Confirmation) bool {
		members = append(members, c)
		return true
	}
	first, second := 0, 0
	g := newGuard(t, middleware.Config{
		Validator: accepts(middleware.Claims{Confirmation: both}),
		Bindings: []middleware.Binding{
			binding{covers: keep, calls: &first},
			binding{covers: everything, err: middleware.Invalid("", "", nil), calls: &second},
		},
	})
	if _, refusal := check(t, g, bearer("t"), scopes.Authenticated()); refusal.Code != middleware.InvalidToken {
		t.Errorf("%q", refusal.Code)
	}
	if first != 1 || second != 1 || len(members) != 1 || members[0] != jkt {
		t.Errorf("%d and %d calls about %v", first, second, members)
	}
}

// R9449-27: the proof is checked each time, also where the validator answers from
// a cache. Recheck leaves it out, and nothing else.
func TestRecheck(t *testing.T) {
	t.Parallel()
	calls := 0
	dpop := struct {
		middleware.Challenger
		middleware.Binding
	}{fakeDPoP{}, binding{covers: func(c middleware.Confirmation) bool { return c.JKT != "" }, calls: &calls}}
	for _, tc := range []struct {
		name  string
		token *middleware.Token
		err   error
		field string
		rule  scopes.Rule
		want  string
	}{
		{"bound", middleware.NewToken(middleware.Claims{Confirmation: jkt}), nil, "DPoP t", scopes.Authenticated(), "allowed"},
		{"plain", middleware.NewToken(middleware.Claims{}), nil, "Bearer t", scopes.Authenticated(), "allowed"},
		{"R9449-15 as Bearer", middleware.NewToken(middleware.Claims{Confirmation: jkt}), nil, "Bearer t", scopes.Authenticated(), "invalid_token"},
		{"R9449-14 not bound", middleware.NewToken(middleware.Claims{}), nil, "DPoP t", scopes.Authenticated(), "invalid_token"},
		{"R8705-7 not covered", middleware.NewToken(middleware.Claims{Confirmation: x5t}), nil, "Bearer t", scopes.Authenticated(), "invalid_token"},
		{"R7800-1 unknown", middleware.NewToken(middleware.Claims{Confirmation: unknown}), nil, "Bearer t", scopes.Authenticated(), "invalid_token"},
		{"ended", nil, middleware.Invalid(middleware.ReasonExpired, "", nil), "DPoP t", scopes.Authenticated(), "invalid_token"},
		{"scope", middleware.NewToken(middleware.Claims{Confirmation: jkt}), nil, "DPoP t", scopes.All("read"), "insufficient_scope"},
		{"no rule", middleware.NewToken(middleware.Claims{Confirmation: jkt}), nil, "DPoP t", scopes.Rule{}, "no_rule"},
	} {
		g := newGuard(t, middleware.Config{Validator: fixed(tc.token, tc.err), Bindings: []middleware.Binding{dpop}})
		for n, verb := range []func(context.Context, middleware.Request, scopes.Rule) (*middleware.Token, error){g.Recheck, g.Check, g.Check} {
			calls = 0
			token, err := verb(t.Context(), authorization(tc.field), tc.rule)
			got := "allowed"
			if err != nil {
				got = outcome(g.Refusal(err))
			}
			if got != tc.want || (token != nil) != (tc.want == "allowed") {
				t.Errorf("%s: %s with %v, want %s", tc.name, got, token, tc.want)
			}
			if n == 0 && calls != 0 {
				t.Errorf("%s: Recheck asked for a proof", tc.name)
			}
			if n > 0 && tc.token != nil && tc.token.Confirmation() == jkt && tc.field == "DPoP t" && calls != 1 {
				t.Errorf("%s: %d proofs checked", tc.name, calls)
			}
		}
	}
}
