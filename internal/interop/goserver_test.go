package interop

import (
	"context"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"log/slog"
	"net"
	"net/http"
	"path"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/luikyv/go-oidc/pkg/goidc"
	"github.com/luikyv/go-oidc/pkg/provider"
	"golang.org/x/crypto/bcrypt"

	"github.com/bearerguard/bearerguard/introspect"
)

// lifetime is how many seconds access tokens are good for: longer than any test.
const lifetime = 300

// startGoServer serves github.com/luikyv/go-oidc inside this process.
func startGoServer(t *testing.T, ca *authority) *server {
	plain, mutual := listen(t), listen(t)
	origin, mutualOrigin := "http://"+plain.Addr().String(), "https://"+mutual.Addr().String()
	signing, storage := newKeyring(t), newGrants()
	s := &server{
		issuer:              origin,
		tokenEndpoint:       origin + "/token",
		mutualTokenEndpoint: mutualOrigin + "/token",
		revocationEndpoint:  origin + "/revoke",
		clients:             newClients(t, ca),
		ca:                  ca,
		basic:               introspect.ClientSecretBasicRaw,
		wrongBasic:          introspect.ClientSecretBasic,
		rotate:              signing.rotate,
	}
	s.refreshToken = storage.addRefreshToken("app")

	op, err := provider.New(goidc.ProfileOpenID, origin, signing.current, s.goOptions(t, mutualOrigin, storage)...)
	if err != nil {
		t.Fatal(err)
	}
	serve(t, plain, op.Handler())
	serve(t, tls.NewListener(mutual, &tls.Config{
		Certificates: []tls.Certificate{*ca.issue(t, serverName)},
		ClientAuth:   tls.RequestClientCert, // self-signed ones too
	}), op.Handler())
	return s
}

func (s *server) goOptions(t *testing.T, mutualOrigin string, storage *grants) []provider.Option {
	methods := []goidc.ClientAuthnType{
		goidc.ClientAuthnSecretPost, goidc.ClientAuthnPrivateKeyJWT, goidc.ClientAuthnTLS, goidc.ClientAuthnSelfSignedTLS,
	}
	var algs []goidc.SignatureAlgorithm
	for _, alg := range goAlgorithms() {
		algs = append(algs, goidc.SignatureAlgorithm(alg))
	}
	var indicators []string
	for _, r := range resources() {
		indicators = append(indicators, string(r))
	}
	var seen sync.Map // the jti of every assertion and proof
	options := []provider.Option{
		provider.WithScopes(goidc.NewScope("orders:read"), goidc.NewScope("orders:write")),
		provider.WithClientCredentialsGrant(),
		provider.WithRefreshTokenGrant(func(context.Context, *goidc.Client, goidc.GrantInfo) bool { return true }, lifetime),
		provider.WithGrantSessionStorage(storage),
		provider.WithResourceIndicators(indicators[0], indicators[1:]...),
		provider.WithTokenOptions(form),
		provider.WithTokenAuthnMethods(goidc.ClientAuthnSecretBasic, methods...),
		provider.WithPrivateKeyJWTSignatureAlgs(algs[0], algs[1:]...),
		provider.WithTokenIntrospection(func(c *goidc.Client, _ goidc.TokenInfo) bool { return len(c.GrantTypes) == 0 },
			goidc.ClientAuthnSecretBasic, methods...),
		provider.WithTokenRevocation(func(*goidc.Client) bool { return true }, goidc.ClientAuthnSecretBasic, methods...),
		provider.WithDPoP(goidc.ES256),
		provider.WithMTLS(mutualOrigin, peerCertificate),
		provider.WithTLSCertTokenBinding(),
		provider.WithCheckJTIFunc(func(_ context.Context, jti string) error {
			if _, twice := seen.LoadOrStore(jti, true); twice {
				return errors.New("used before")
			}
			return nil
		}),
	}
	for _, c := range s.clients {
		options = append(options, provider.WithStaticClient(c.goClient(t)))
	}
	return options
}

// goAlgorithms are those of the library that go-oidc signs and verifies with.
func goAlgorithms() []string {
	return slices.DeleteFunc(slices.Clone(algorithms), func(alg string) bool { return alg == fullySpecified })
}

// form decides what an access token looks like, by the resource that it is for.
func form(_ context.Context, grant goidc.GrantInfo, _ *goidc.Client) goidc.TokenOptions {
	if len(grant.ActiveResources) == 1 {
		if alg := path.Base(grant.ActiveResources[0]); alg != "opaque" {
			return goidc.NewJWTTokenOptions(goidc.SignatureAlgorithm(alg), lifetime)
		}
	}
	return goidc.NewOpaqueTokenOptions(43, lifetime)
}

// goClient is the registration in go-oidc's words.
func (c *client) goClient(t *testing.T) *goidc.Client {
	t.Helper()
	g := &goidc.Client{ID: c.id, ClientMeta: goidc.ClientMeta{
		GrantTypes: c.grants, ScopeIDs: registered, TokenAuthnMethod: c.method, PublicJWKS: c.published(),
		TokenAuthnSigAlg: goidc.SignatureAlgorithm(c.alg), TLSTokenBindingIsRequired: c.bound,
	}}
	if c.method == goidc.ClientAuthnTLS {
		g.TLSSubAlternativeName = c.certificate.Leaf.DNSNames[0]
	}
	if c.secret != "" {
		hash, err := bcrypt.GenerateFromPassword([]byte(c.secret), bcrypt.MinCost) // random enough for the least cost
		if err != nil {
			t.Fatal(err)
		}
		g.HashedSecret = string(hash)
	}
	return g
}

func peerCertificate(r *http.Request) (*x509.Certificate, error) {
	if r.TLS == nil || len(r.TLS.PeerCertificates) == 0 {
		return nil, errors.New("the client sent no certificate")
	}
	return r.TLS.PeerCertificates[0], nil
}

// keyring is the keys that a server signs with and publishes: one for each algorithm and, after a rotation with
// overlap, the previous one as well.
type keyring struct {
	mu   sync.Mutex // guards keys
	keys []goidc.JSONWebKey
}

func newKeyring(t *testing.T) *keyring {
	k := &keyring{}
	k.rotate(t, false)
	return k
}

// rotate puts new keys first, which is where the server looks for one to sign with.
func (k *keyring) rotate(t *testing.T, overlap bool) {
	var keys []goidc.JSONWebKey
	for _, alg := range goAlgorithms() {
		keys = append(keys, goidc.JSONWebKey{Key: newKey(t, alg), KeyID: rand.Text(), Algorithm: alg, Use: "sig"})
	}
	k.mu.Lock()
	defer k.mu.Unlock()
	if overlap {
		keys = append(keys, k.keys...)
	}
	k.keys = keys
}

func (k *keyring) current(context.Context) (goidc.JSONWebKeySet, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	return goidc.JSONWebKeySet{Keys: k.keys}, nil
}

func listen(t *testing.T) net.Listener {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	return l
}

// serve ends with the test.
func serve(t *testing.T, l net.Listener, h http.Handler) {
	server := &http.Server{Handler: h, ReadHeaderTimeout: 5 * time.Second, ErrorLog: slog.NewLogLogger(slog.DiscardHandler, 0)}
	ended := make(chan error, 1)
	go func() { ended <- server.Serve(l) }()
	t.Cleanup(func() {
		_ = server.Close()
		if err := <-ended; !errors.Is(err, http.ErrServerClosed) {
			t.Error(err)
		}
	})
}
