package main

import (
	"context"
	"crypto/rand"
	"crypto/rsa"
	"errors"
	"fmt"
	"log"
	"net"
	"net/http"
	"net/url"
	"strings"
	"sync/atomic"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
	"github.com/luikyv/go-oidc/pkg/provider"
	"golang.org/x/crypto/bcrypt"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// The clients that are registered at the authorization server, and the resources they may ask tokens for.
const (
	ordersApp    = "orders-app"    // gets tokens, and may revoke its own
	ordersServer = "orders-server" // the API itself: gets no tokens, and may ask about all of them

	ordersAPI = "https://api.example.com/orders" // what this program protects
	otherAPI  = "https://other.example.com"      // somebody else's API, behind the same authorization server
)

// registeredScopes is what the app may ask for, as the scope parameter writes it (RFC 6749 §3.3).
const registeredScopes = "orders:read orders:write"

// tokenLength is the number of letters and digits in each of this server's access tokens, tokenLifetime the seconds
// that one is good for.
const (
	tokenLength   = 43
	tokenLifetime = 300
)

// authServer is a complete authorization server inside this process, with switches to see an outage.
type authServer struct {
	Issuer string // its URL, where its metadata is found

	secrets map[string]string // of the clients, by client_id
	asked   atomic.Int64      // requests at the introspection endpoint
	down    atomic.Bool       // it breaks every connection
}

// startAuthServer serves an authorization server on a free loopback port until ctx ends. It issues opaque access tokens
// by the client credentials grant, and answers introspection (RFC 7662) and revocation (RFC 7009).
func startAuthServer(ctx context.Context) (*authServer, error) {
	// Listen first: the issuer's URL has the port in it, and everything the server says has the issuer in it.
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("authorization server: %w", err)
	}
	s := &authServer{Issuer: "http://" + listener.Addr().String(), secrets: make(map[string]string)}
	handler, err := s.handler()
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	server := &http.Server{Handler: s.observed(handler), ReadTimeout: 5 * time.Second, WriteTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			log.Printf("authorization server: %v", err)
		}
	}()
	return s, nil
}

// App returns how the app asks this server for a token for one resource (RFC 8707 §2).
func (s *authServer) App(resource string, scopes ...string) *clientcredentials.Config {
	return &clientcredentials.Config{
		ClientID:       ordersApp,
		ClientSecret:   s.secrets[ordersApp],
		TokenURL:       s.Issuer + "/token",
		Scopes:         scopes,
		EndpointParams: url.Values{"resource": {resource}},
		AuthStyle:      oauth2.AuthStyleInHeader,
	}
}

// Revoke lets the app take back a token of its own, RFC 7009 §2.1.
func (s *authServer) Revoke(ctx context.Context, token string) error {
	form := url.Values{"token": {token}, "token_type_hint": {"access_token"}}
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.Issuer+"/revoke", strings.NewReader(form.Encode()))
	if err != nil {
		return err
	}
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth(ordersApp, s.secrets[ordersApp])
	response, err := http.DefaultClient.Do(request)
	if err != nil {
		return err
	}
	defer response.Body.Close()
	if response.StatusCode != http.StatusOK {
		return fmt.Errorf("revocation: %s", response.Status)
	}
	return nil
}

// observed counts the questions about tokens, and plays an outage.
func (s *authServer) observed(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/introspect" {
			s.asked.Add(1)
		}
		if s.down.Load() {
			panic(http.ErrAbortHandler)
		}
		next.ServeHTTP(w, r)
	})
}

// handler registers the clients and returns the endpoints.
func (s *authServer) handler() (http.Handler, error) {
	app, err := s.register(ordersApp, goidc.GrantClientCredentials)
	if err != nil {
		return nil, err
	}
	api, err := s.register(ordersServer)
	if err != nil {
		return nil, err
	}
	keys, err := newSigningKeys()
	if err != nil {
		return nil, err
	}
	var scopes []goidc.Scope
	for scope := range strings.FieldsSeq(registeredScopes) {
		scopes = append(scopes, goidc.NewScope(scope))
	}
	op, err := provider.New(goidc.ProfileOpenID, s.Issuer, keys,
		provider.WithClientCredentialsGrant(),
		provider.WithTokenAuthnMethods(goidc.ClientAuthnSecretBasic),
		provider.WithResourceIndicators(ordersAPI, otherAPI),
		provider.WithScopes(scopes...),
		provider.WithTokenOptions(func(context.Context, goidc.GrantInfo, *goidc.Client) goidc.TokenOptions {
			return goidc.NewOpaqueTokenOptions(tokenLength, tokenLifetime)
		}),
		// Its own storage forgets the oldest token when the 101st is issued, and with it the token is inactive.
		provider.WithGrantSessionStorage(newGrants()),
		provider.WithTokenIntrospection(func(c *goidc.Client, _ goidc.TokenInfo) bool { return c.ID == ordersServer },
			goidc.ClientAuthnSecretBasic),
		provider.WithTokenRevocation(func(*goidc.Client) bool { return true }, goidc.ClientAuthnSecretBasic),
		provider.WithStaticClient(app), provider.WithStaticClient(api))
	if err != nil {
		return nil, fmt.Errorf("authorization server: %w", err)
	}
	return op.Handler(), nil
}

// register makes up a client's secret, keeps it, and gives the server the hash of it.
func (s *authServer) register(id string, grants ...goidc.GrantType) (*goidc.Client, error) {
	// Letters and digits only: clients form-encode a secret before they put it into the Basic scheme (RFC 6749 §2.3.1),
	// and this server, as some others, does not decode it.
	secret := rand.Text()
	// The least cost will do for 128 random bits. A secret that a human chose needs bcrypt.DefaultCost.
	hash, err := bcrypt.GenerateFromPassword([]byte(secret), bcrypt.MinCost)
	if err != nil {
		return nil, fmt.Errorf("authorization server: client secret: %w", err)
	}
	s.secrets[id] = secret
	return &goidc.Client{
		ID:           id,
		HashedSecret: string(hash),
		ClientMeta: goidc.ClientMeta{
			GrantTypes:       grants,
			ScopeIDs:         registeredScopes,
			TokenAuthnMethod: goidc.ClientAuthnSecretBasic,
		},
	}, nil
}

// newSigningKeys returns a key that signs nothing here, but a provider of OpenID Connect has to have one.
func newSigningKeys() (goidc.JWKSFunc, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return nil, fmt.Errorf("authorization server: signing key: %w", err)
	}
	set := goidc.JSONWebKeySet{Keys: []goidc.JSONWebKey{{
		Key: key, KeyID: rand.Text(), Algorithm: string(goidc.RS256), Use: string(goidc.KeyUsageSignature),
	}}}
	return func(context.Context) (goidc.JSONWebKeySet, error) { return set, nil }, nil
}
