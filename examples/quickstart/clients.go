package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"

	"github.com/bearerguard/bearerguard/examples/internal/authserver"
	"github.com/bearerguard/bearerguard/examples/internal/walk"
	"golang.org/x/oauth2"
	"golang.org/x/oauth2/clientcredentials"
)

// clients are OAuth clients that get their tokens from one issuer. Only reader
// exists where the issuer is not our own.
type clients struct {
	issuer   string
	reader   oauth2.TokenSource // may read orders
	stranger oauth2.TokenSource // has tokens for another API
	hasty    oauth2.TokenSource // has tokens that live three seconds
}

// clients starts the authorization server of this program, or finds the one
// that the flags name.
func (o options) clients(ctx context.Context) (*clients, error) {
	if o.issuer != "" {
		return o.foreign(ctx)
	}
	if o.client != "" {
		return nil, errors.New("-client goes with -issuer: the clients of the authorization server inside this program are known")
	}
	if o.audience != authserver.OrdersAPI {
		return nil, errors.New("-audience goes with -issuer: the authorization server inside this program knows one API only")
	}
	s, err := authserver.Start(ctx)
	if err != nil {
		return nil, err
	}
	return &clients{
		issuer:   s.Issuer,
		reader:   walk.Source(ctx, s.Client(authserver.OrdersApp, o.audience, "orders:read")),
		stranger: walk.Source(ctx, s.Client(authserver.OrdersApp, authserver.OtherAPI, "orders:read")),
		hasty:    walk.Source(ctx, s.Client(authserver.ShortLived, o.audience, "orders:read")),
	}, nil
}

// foreign makes a client of another authorization server and sees that it gets
// a token, so that a wrong flag shows before the walk.
func (o options) foreign(ctx context.Context) (*clients, error) {
	if o.client == "" || o.secret == "" {
		return nil, errors.New("with -issuer, name a client of it with -client and give its secret in the variable CLIENT_SECRET")
	}
	endpoint, err := tokenEndpoint(ctx, o.issuer)
	if err != nil {
		return nil, fmt.Errorf("no metadata of the issuer %s (flag -issuer): %w", o.issuer, err)
	}
	c := &clientcredentials.Config{
		ClientID: o.client, ClientSecret: o.secret, TokenURL: endpoint,
		// Servers name the API a token is for by one or the other.
		EndpointParams: map[string][]string{"resource": {o.audience}, "audience": {o.audience}},
	}
	reader := walk.Source(ctx, c)
	if _, err := reader.Token(); err != nil {
		return nil, fmt.Errorf("the client %s got no token from %s (flags -client and -audience, variable CLIENT_SECRET): %w", o.client, endpoint, err)
	}
	return &clients{issuer: o.issuer, reader: reader}, nil
}

// tokenEndpoint reads the issuer's metadata from either of its well-known
// places (OpenID Connect Discovery §4, RFC 8414 §3).
func tokenEndpoint(ctx context.Context, issuer string) (string, error) {
	base := strings.TrimSuffix(issuer, "/")
	host, path := base, ""
	if i := strings.Index(base, "://"); i >= 0 {
		if j := strings.IndexByte(base[i+3:], '/'); j >= 0 {
			host, path = base[:i+3+j], base[i+3+j:]
		}
	}
	// Both together get ten seconds.
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	endpoint, err := readMetadata(ctx, issuer, base+"/.well-known/openid-configuration")
	if err == nil {
		return endpoint, nil
	}
	endpoint, err2 := readMetadata(ctx, issuer, host+"/.well-known/oauth-authorization-server"+path)
	if err2 == nil {
		return endpoint, nil
	}
	return "", errors.Join(err, err2)
}

func readMetadata(ctx context.Context, issuer, url string) (string, error) {
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	var metadata struct {
		Issuer        string
		TokenEndpoint string `json:"token_endpoint"`
	}
	if resp.StatusCode != http.StatusOK {
		return "", fmt.Errorf("GET %s: %s", url, resp.Status)
	}
	if err := json.NewDecoder(io.LimitReader(resp.Body, 1<<20)).Decode(&metadata); err != nil || metadata.TokenEndpoint == "" {
		return "", fmt.Errorf("GET %s: no metadata with a token_endpoint", url)
	}
	if metadata.Issuer != issuer {
		return "", fmt.Errorf("GET %s: the metadata names the issuer %q; give exactly that, a slash at the end included", url, metadata.Issuer)
	}
	return metadata.TokenEndpoint, nil
}
