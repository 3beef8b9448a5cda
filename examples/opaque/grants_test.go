package main

import (
	"fmt"
	"testing"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// grant is one that ends in so many seconds.
func grant(id, token string, seconds int) *goidc.GrantSession {
	end := int(time.Now().Unix()) + seconds
	return &goidc.GrantSession{ID: id, TokenID: token, ExpiresAtTimestamp: end, LastTokenExpiresAtTimestamp: end}
}

// TestGrantsAreKept: more than the 100 that the server's own storage would keep.
func TestGrantsAreKept(t *testing.T) {
	t.Parallel()
	g := newGrants()
	for n := range 1000 {
		if err := g.Save(t.Context(), grant(fmt.Sprint("id", n), fmt.Sprint("token", n), 300)); err != nil {
			t.Fatal(err)
		}
	}
	for n := range 1000 {
		if found, err := g.SessionByTokenID(t.Context(), fmt.Sprint("token", n)); err != nil || found.ID != fmt.Sprint("id", n) {
			t.Fatalf("token %d: %v, %v", n, found, err)
		}
	}
}

func TestGrantsEnd(t *testing.T) {
	t.Parallel()
	g := newGrants()
	for _, saved := range []*goidc.GrantSession{
		grant("past", "expired", -1), grant("a", "revoked", 300), grant("b", "former", 300), grant("b", "latter", 300),
	} {
		if err := g.Save(t.Context(), saved); err != nil {
			t.Fatal(err)
		}
	}
	for _, id := range []string{"a", "unknown"} {
		if err := g.Delete(t.Context(), id); err != nil {
			t.Error(err)
		}
	}
	for token, want := range map[string]bool{"expired": false, "revoked": false, "former": false, "latter": true, "": false} {
		if _, err := g.SessionByTokenID(t.Context(), token); (err == nil) != want {
			t.Errorf("%q: %v", token, err)
		}
	}
	if len(g.byID) != 1 || len(g.byToken) != 1 {
		t.Errorf("%d and %d grants are kept, want 1", len(g.byID), len(g.byToken))
	}
	if _, err := g.SessionByRefreshToken(t.Context(), ""); err == nil {
		t.Error("a grant without a refresh token is found by it")
	}
}
