package middleware_test

import (
	"context"
	"crypto/x509"
	"net/http"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

// TestBoundAndCached: R8705-8, R9449-27 who sends a token that was found good before has to prove possession again.
// The validator answers every question from its memory; what it remembers is the same for all connections.
func TestBoundAndCached(t *testing.T) {
	t.Parallel()
	remembered := middleware.NewToken(middleware.Claims{Confirmation: both})
	v := middleware.ValidatorFunc(func(ctx context.Context, _ string) (*middleware.Token, error) {
		middleware.MarkCached(ctx)
		return remembered, nil
	})
	var last middleware.Event
	g := newGuard(t, middleware.Config{
		Validator: v, Bindings: []middleware.Binding{fakeMTLS{}, fakeDPoP{}},
		Observe: func(_ context.Context, e middleware.Event) { last = e },
	})
	ours, other := &x509.Certificate{Raw: []byte("cert")}, &x509.Certificate{Raw: []byte("another")}
	for _, step := range []struct {
		name        string
		certificate *x509.Certificate
		proof, want string
	}{
		{"the first request", ours, "ok", "allowed"},
		{"R8705-8 another certificate", other, "ok", "invalid_token"},
		{"R8705-8 no certificate", nil, "ok", "invalid_token"},
		{"R9449-27 no proof", ours, "", "invalid_proof"},
		{"R9449-27 a bad proof", ours, "bad", "invalid_proof"},
		{"the first one's again", ours, "ok", "allowed"},
	} { // one after the other, as the requests of a connection
		r := authorization("DPoP t")
		r.Certificate = step.certificate
		if step.proof != "" {
			r.Header.(http.Header).Set("DPoP", step.proof)
		}
		_, refusal := check(t, g, r, scopes.Authenticated())
		if got := outcome(refusal); got != step.want || !last.Cached {
			t.Errorf("%s: %s (cached %t), want %s from the cache", step.name, got, last.Cached, step.want)
		}
	}
}
