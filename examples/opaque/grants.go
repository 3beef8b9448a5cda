package main

import (
	"context"
	"errors"
	"maps"
	"sync"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// grants is where the authorization server remembers the tokens it has issued: all of them, until they expire or are
// revoked. A real server keeps them in a database, as hashes.
type grants struct {
	mu      sync.Mutex                     // guards both maps, which hold the same grants
	byID    map[string]*goidc.GrantSession // as revocation looks them up
	byToken map[string]*goidc.GrantSession // as introspection looks them up
}

var _ goidc.GrantSessionManager = (*grants)(nil)

var errNoGrant = errors.New("no such grant")

func newGrants() *grants {
	return &grants{byID: make(map[string]*goidc.GrantSession), byToken: make(map[string]*goidc.GrantSession)}
}

// Save also drops what has expired.
func (g *grants) Save(_ context.Context, grant *goidc.GrantSession) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	expired := func(_ string, old *goidc.GrantSession) bool { return old.IsExpired() || old.ID == grant.ID }
	maps.DeleteFunc(g.byID, expired)
	maps.DeleteFunc(g.byToken, expired)
	g.byID[grant.ID], g.byToken[grant.TokenID] = grant, grant
	return nil
}

// SessionByTokenID finds the grant of an access token. The ID of an opaque token is the token itself.
func (g *grants) SessionByTokenID(_ context.Context, token string) (*goidc.GrantSession, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	if grant, ok := g.byToken[token]; ok {
		return grant, nil
	}
	return nil, errNoGrant
}

// Delete is what a revocation comes to.
func (g *grants) Delete(_ context.Context, id string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	if grant, ok := g.byID[id]; ok {
		delete(g.byToken, grant.TokenID)
		delete(g.byID, id)
	}
	return nil
}

// SessionByRefreshToken finds nothing: the client credentials grant has no refresh tokens (RFC 6749 §4.4.3).
func (g *grants) SessionByRefreshToken(context.Context, string) (*goidc.GrantSession, error) {
	return nil, errNoGrant
}

// DeleteByAuthCode finds nothing: there are no authorization codes here.
func (g *grants) DeleteByAuthCode(context.Context, string) error { return nil }
