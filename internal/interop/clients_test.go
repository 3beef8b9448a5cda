package interop

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"crypto/sha256"
	"crypto/tls"
	"testing"

	"github.com/luikyv/go-oidc/pkg/goidc"
)

// registered is what every client may ask for, as the scope parameter writes it (RFC 6749 §3.3).
const registered = "orders:read orders:write"

// resource is an identifier (RFC 8707) whose last part says what form its access tokens have: an algorithm of JWTs,
// "opaque", or "JWE".
type resource string

const (
	opaqueAPI resource = "https://api.example.com/opaque"
	jweAPI    resource = "https://api.example.com/JWE"
	otherAPI  resource = "https://other.example.com/opaque"
)

func jwtAPI(alg string) resource { return resource("https://api.example.com/" + alg) }

// fullySpecified is the name that RFC 9864 §2.2 gives to EdDSA with Ed25519. Not every server knows it.
const fullySpecified = "Ed25519"

// algorithms are all that we know.
var algorithms = []string{
	"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", fullySpecified,
}

// anotherThan is an algorithm with which something is not signed.
func anotherThan(alg string) string {
	if alg == "ES512" {
		return "ES384"
	}
	return "ES512"
}

func resources() []resource {
	all := []resource{opaqueAPI, jweAPI, otherAPI}
	for _, alg := range algorithms {
		all = append(all, jwtAPI(alg))
	}
	return all
}

// A client is registered at every server. The ones whose name begins with rs are resource servers, which get no tokens
// and ask about them.
type client struct {
	id     string
	method goidc.ClientAuthnType

	secret      string
	key         crypto.Signer    // of private_key_jwt
	alg         string           // of the key's assertions
	certificate *tls.Certificate // of the two methods with mutual TLS

	grants []goidc.GrantType
	bound  bool   // its tokens are bound to its certificate
	signed string // the algorithm of introspection answers (RFC 9701), where it wants another than RS256
}

// clients are the registrations, by client_id.
type clients map[string]*client

// newClients makes up secrets and keys.
func newClients(t *testing.T, ca *authority) clients {
	grant := []goidc.GrantType{goidc.GrantClientCredentials}
	all := []*client{
		{id: "app", method: goidc.ClientAuthnSecretBasic, secret: rand.Text(),
			grants: append(grant, goidc.GrantRefreshToken)},
		{id: "app-tls", method: goidc.ClientAuthnTLS, certificate: ca.issue(t, "app-tls"), grants: grant, bound: true},
		// Every character in it looks different after form-encoding (RFC 6749 §2.3.1).
		{id: "rs-basic", method: goidc.ClientAuthnSecretBasic, secret: rand.Text() + "+/~!$&*@%2D:"},
		{id: "rs-post", method: goidc.ClientAuthnSecretPost, secret: rand.Text() + "+/~!$&*@%2D:"},
		{id: "rs-other", method: goidc.ClientAuthnSecretPost, secret: rand.Text()},
		{id: "rs-tls", method: goidc.ClientAuthnTLS, certificate: ca.issue(t, "rs-tls")},
		{id: "rs-self", method: goidc.ClientAuthnSelfSignedTLS, certificate: selfSigned(t, "rs-self")},
	}
	for _, alg := range algorithms {
		all = append(all,
			&client{id: "rs-key-" + alg, method: goidc.ClientAuthnPrivateKeyJWT, key: newKey(t, alg), alg: alg},
			&client{id: "rs-signed-" + alg, method: goidc.ClientAuthnSecretPost, secret: rand.Text(), signed: alg})
	}
	byID := make(clients)
	for _, c := range all {
		byID[c.id] = c
	}
	return byID
}

func newKey(t *testing.T, alg string) crypto.Signer {
	t.Helper()
	var key crypto.Signer
	var err error
	switch alg {
	case "ES256":
		key, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case "ES384":
		key, err = ecdsa.GenerateKey(elliptic.P384(), rand.Reader)
	case "ES512":
		key, err = ecdsa.GenerateKey(elliptic.P521(), rand.Reader)
	case "EdDSA", fullySpecified:
		_, key, err = ed25519.GenerateKey(rand.Reader)
	default:
		key, err = rsa.GenerateKey(rand.Reader, 2048)
	}
	if err != nil {
		t.Fatal(err)
	}
	return key
}

// published is the client's part of the registration that holds public keys, or nil.
func (c *client) published() *goidc.JSONWebKeySet {
	var key goidc.JSONWebKey
	switch {
	case c.key != nil:
		key = goidc.JSONWebKey{Key: c.key.Public(), KeyID: c.id, Algorithm: c.alg, Use: "sig"}
	case c.method == goidc.ClientAuthnSelfSignedTLS:
		leaf := c.certificate.Leaf
		thumbprint := sha256.Sum256(leaf.Raw)
		key = goidc.JSONWebKey{Key: leaf.PublicKey, KeyID: c.id, CertificateThumbprintSHA256: thumbprint[:]}
		key.Certificates = append(key.Certificates, leaf)
	default:
		return nil
	}
	return &goidc.JSONWebKeySet{Keys: []goidc.JSONWebKey{key}}
}

// metadata is the registration in the words of RFC 7591 §2.
func (c *client) metadata() map[string]any {
	m := map[string]any{
		"client_id": c.id, "token_endpoint_auth_method": c.method, "scope": registered,
		"grant_types": append([]goidc.GrantType{}, c.grants...), "response_types": []string{}, "redirect_uris": []string{},
	}
	for name, value := range map[string]string{
		"client_secret": c.secret, "token_endpoint_auth_signing_alg": c.alg, "introspection_signed_response_alg": c.signed,
	} {
		if value != "" {
			m[name] = value
		}
	}
	if keys := c.published(); keys != nil {
		m["jwks"] = keys
	}
	if c.method == goidc.ClientAuthnTLS {
		m["tls_client_auth_san_dns"] = c.certificate.Leaf.DNSNames[0]
	}
	if c.bound {
		m["tls_client_certificate_bound_access_tokens"] = true
	}
	return m
}
