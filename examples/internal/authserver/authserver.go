// Package authserver is a complete authorization server inside a process, so
// that the example programs need no account anywhere.
package authserver

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
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
	"github.com/luikyv/go-oidc/pkg/provider"
	"golang.org/x/crypto/bcrypt"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// The clients that are registered at the authorization server, and the resources they may ask tokens for.
const (
	OrdersApp  = "orders-app"  // its tokens live for five minutes
	ShortLived = "short-lived" // its tokens live for three seconds

	OrdersAPI = "https://api.example.com/orders" // what an example program protects
	OtherAPI  = "https://other.example.com"      // somebody else's API, behind the same authorization server
)

// registeredScopes is what every client may ask for, as the scope parameter writes it (RFC 6749 §3.3).
const registeredScopes = "orders:read orders:write"

// tokenLifetimes says how many seconds an access token of a client is good for.
var tokenLifetimes = map[string]int{OrdersApp: 300, ShortLived: 3}

// Server is a running authorization server. In production it is Keycloak, Auth0, Okta, Entra ID, …, and nothing of this
// package is part of your service.
type Server struct {
	Issuer string // its URL: what an access token has in iss, and where its metadata is found

	secrets map[string]string // of the clients, by client_id
}

// Start serves an authorization server on a free loopback port until ctx ends. It issues JWT access tokens
// (RFC 9068) signed with RS256, by the client credentials grant alone. Keys and client secrets are new in every run.
func Start(ctx context.Context) (*Server, error) {
	keys, err := newSigningKeys()
	if err != nil {
		return nil, err
	}
	// Listen first: the issuer's URL has the port in it, and everything the server says has the issuer in it.
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, fmt.Errorf("authorization server: %w", err)
	}
	s := &Server{Issuer: "http://" + listener.Addr().String(), secrets: make(map[string]string)}
	handler, err := s.handler(keys)
	if err != nil {
		return nil, errors.Join(err, listener.Close())
	}
	server := &http.Server{Handler: handler, ReadTimeout: 5 * time.Second, WriteTimeout: 10 * time.Second}
	context.AfterFunc(ctx, func() { _ = server.Close() })
	go func() {
		if err := server.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			log.Printf("authorization server: %v", err)
		}
	}()
	return s, nil
}

// Client returns how a registered client asks this server for a token for one resource (RFC 8707 §2).
func (s *Server) Client(id, resource string, scopes ...string) *clientcredentials.Config {
	return &clientcredentials.Config{
		ClientID:       id,
		ClientSecret:   s.secrets[id],
		TokenURL:       s.Issuer + "/token",
		Scopes:         scopes,
		EndpointParams: url.Values{"resource": {resource}},
		AuthStyle:      oauth2.AuthStyleInHeader,
	}
}

// handler registers the clients and returns the endpoints: metadata, keys and tokens.
func (s *Server) handler(keys goidc.JSONWebKeySet) (http.Handler, error) {
	options := []provider.Option{
		provider.WithClientCredentialsGrant(),
		provider.WithTokenAuthnMethods(goidc.ClientAuthnSecretBasic),
		provider.WithResourceIndicators(OrdersAPI, OtherAPI),
		provider.WithTokenOptions(tokenOptions),
	}
	var scopes []goidc.Scope
	for scope := range strings.FieldsSeq(registeredScopes) {
		scopes = append(scopes, goidc.NewScope(scope))
	}
	options = append(options, provider.WithScopes(scopes...))
	for id := range tokenLifetimes {
		client, err := s.register(id)
		if err != nil {
			return nil, err
		}
		options = append(options, provider.WithStaticClient(client))
	}

	current := func(context.Context) (goidc.JSONWebKeySet, error) { return keys, nil }
	op, err := provider.New(goidc.ProfileOpenID, s.Issuer, current, options...)
	if err != nil {
		return nil, fmt.Errorf("authorization server: %w", err)
	}
	return op.Handler(), nil
}

// register makes up a client's secret, keeps it for Client, and gives the server the hash of it.
func (s *Server) register(id string) (*goidc.Client, error) {
	// Letters and digits only: OAuth clients form-encode a secret before they put it into the Basic scheme
	// (RFC 6749 §2.3.1), and this server, as some others, does not decode it.
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
			GrantTypes:       []goidc.GrantType{goidc.GrantClientCredentials},
			ScopeIDs:         registeredScopes,
			TokenAuthnMethod: goidc.ClientAuthnSecretBasic,
		},
	}, nil
}

// tokenOptions asks for a JWT access token, where the server's default is an opaque one.
func tokenOptions(_ context.Context, _ goidc.GrantInfo, client *goidc.Client) goidc.TokenOptions {
	return goidc.NewJWTTokenOptions(goidc.RS256, tokenLifetimes[client.ID])
}

// newSigningKeys returns one RSA key of 2048 bits. The server publishes the public half of it in its JWKS.
func newSigningKeys() (goidc.JSONWebKeySet, error) {
	key, err := rsa.GenerateKey(rand.Reader, 2048)
	if err != nil {
		return goidc.JSONWebKeySet{}, fmt.Errorf("authorization server: signing key: %w", err)
	}
	return goidc.JSONWebKeySet{Keys: []goidc.JSONWebKey{{
		Key: key, KeyID: rand.Text(), Algorithm: string(goidc.RS256), Use: string(goidc.KeyUsageSignature),
	}}}, nil
}
