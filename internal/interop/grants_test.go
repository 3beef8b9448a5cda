package interop

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// grants is what go-oidc remembers of the tokens it has issued. Its own storage forgets all but the latest 100.
type grants struct {
	mu   sync.Mutex // guards byID
	byID map[string]*goidc.GrantSession
}

var _ goidc.GrantSessionManager = (*grants)(nil)

func newGrants() *grants { return &grants{byID: make(map[string]*goidc.GrantSession)} }

func (g *grants) Save(_ context.Context, grant *goidc.GrantSession) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.byID[grant.ID] = grant
	return nil
}

func (g *grants) SessionByTokenID(_ context.Context, id string) (*goidc.GrantSession, error) {
	return g.find(func(grant *goidc.GrantSession) bool { return grant.TokenID == id })
}

func (g *grants) SessionByRefreshToken(_ context.Context, token string) (*goidc.GrantSession, error) {
	return g.find(func(grant *goidc.GrantSession) bool { return grant.RefreshToken == token })
}

func (g *grants) find(fits func(*goidc.GrantSession) bool) (*goidc.GrantSession, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, grant := range g.byID {
		if fits(grant) {
			return grant, nil
		}
	}
	return nil, errors.New("no such grant")
}

func (g *grants) Delete(_ context.Context, id string) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	delete(g.byID, id)
	return nil
}

// DeleteByAuthCode finds nothing: there are no authorization codes here.
func (g *grants) DeleteByAuthCode(context.Context, string) error { return nil }

// addRefreshToken is what a user's consent would lead to, without the user. The server tells refresh tokens by their
// length.
func (g *grants) addRefreshToken(clientID string) string {
	var token string
	for len(token) < goidc.RefreshTokenLength {
		token += rand.Text()
	}
	token = token[:goidc.RefreshTokenLength]
	end := int(time.Now().Unix()) + lifetime
	_ = g.Save(context.Background(), &goidc.GrantSession{
		ID: rand.Text(), TokenID: rand.Text(), RefreshToken: token, LastTokenExpiresAtTimestamp: end, ExpiresAtTimestamp: end,
		GrantInfo: goidc.GrantInfo{
			Subject: "alice", ClientID: clientID, GrantedScopes: "orders:read", GrantedResources: goidc.Resources{string(opaqueAPI)},
		},
	})
	return token
}
