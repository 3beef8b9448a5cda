package introspect_test

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
	"io"
	"log/slog"
	"math/big"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/introspect"
	"github.com/bearerguard/bearerguard/jwks"
)

// untouched fails the test when it is used: no constructor does I/O.
func untouched(t *testing.T) *http.Client {
	return &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		t.Errorf("New asked %s", r.URL)
		return nil, http.ErrServerClosed
	})}
}

func TestConfigFaults(t *testing.T) {
	t.Parallel()
	small := &rsa.PrivateKey{PublicKey: rsa.PublicKey{N: new(big.Int).Lsh(big.NewInt(1), 1023), E: 65537}}
	p256 := ecKey(elliptic.P256())
	_, edKey, _ := ed25519.GenerateKey(rand.Reader)
	static := signingKey{p256}.set(t)
	others, err := jwks.NewKeys(jwks.KeysConfig{Issuer: "https://else.test"})
	if err != nil {
		t.Fatal(err)
	}
	auth := func(a introspect.Authentication) func(*introspect.Config) {
		return func(c *introspect.Config) { c.Authentication = a }
	}
	assertion := introspect.Assertion{}
	algorithm := func(alg string) introspect.Assertion { return introspect.Assertion{Algorithm: alg} }
	signed := func(s introspect.Signed) func(*introspect.Config) {
		return func(c *introspect.Config) { c.Signed = &s }
	}
	tests := map[string]struct {
		change func(*introspect.Config)
		faults int
		text   string
	}{
		"nothing":                      {func(*introspect.Config) {}, 0, ""},
		"everything":                   {func(c *introspect.Config) { *c = introspect.Config{} }, 3, "Issuer is required"},
		"no issuer":                    {func(c *introspect.Config) { c.Issuer = "" }, 1, "Issuer is required"},
		"an issuer to discover, http":  {func(c *introspect.Config) { c.Endpoint, c.Issuer = "", "http://issuer.test" }, 1, "https"},
		"an issuer to discover, query": {func(c *introspect.Config) { c.Endpoint, c.Issuer = "", issuer+"?a" }, 1, "query"},
		"an issuer of any form":        {func(c *introspect.Config) { c.Issuer = "accounts" }, 0, ""},
		"loopback":                     {func(c *introspect.Config) { c.Endpoint = "http://127.0.0.1:1/i" }, 1, "https"},
		"loopback, on request":         {func(c *introspect.Config) { c.Endpoint, c.InsecureLoopback = "http://127.0.0.1:1/i", true }, 0, ""},
		"http elsewhere, on request":   {func(c *introspect.Config) { c.Endpoint, c.InsecureLoopback = "http://issuer.test/i", true }, 1, "https"},
		"endpoint relative":            {func(c *introspect.Config) { c.Endpoint = "/introspect" }, 1, "absolute"},
		"endpoint with userinfo":       {func(c *introspect.Config) { c.Endpoint = "https://api:" + secret + "@issuer.test" }, 1, "userinfo (RFC 3986 §3.2.1): use Authentication"},
		"endpoint with bad userinfo":   {func(c *introspect.Config) { c.Endpoint = "https://api:%" + secret + "@issuer.test" }, 1, "not an absolute URL"},
		"endpoint without a scheme":    {func(c *introspect.Config) { c.Endpoint = "api:" + secret + "@issuer.test" }, 1, "not an absolute URL"},
		"endpoint, http, a query":      {func(c *introspect.Config) { c.Endpoint = "http://issuer.test/i?key=" + secret }, 1, "http://issuer.test/i?…: must be an https URL"},
		"endpoint, query and fragment": {func(c *introspect.Config) { c.Endpoint = place + "?key=" + secret + "#" + secret }, 1, "fragment"},
		"an issuer with userinfo":      {func(c *introspect.Config) { c.Issuer = "https://api:" + secret + "@issuer.test" }, 1, "Issuer must not hold userinfo"},
		"the same, to discover":        {func(c *introspect.Config) { c.Endpoint, c.Issuer = "", "https://api:"+secret+"@issuer.test" }, 1, "Issuer must not hold userinfo"},
		"an issuer, a secret query":    {func(c *introspect.Config) { c.Endpoint, c.Issuer = "", issuer+"?"+secret }, 1, issuer + "?…: must not have a query"},
		"endpoint with a fragment":     {func(c *introspect.Config) { c.Endpoint = place + "#a" }, 1, "fragment"},
		"endpoint with a query":        {func(c *introspect.Config) { c.Endpoint = place + "?realm=a" }, 0, ""},
		"no audience":                  {func(c *introspect.Config) { c.Audience = nil }, 1, "Audience is required"},
		"an empty audience":            {func(c *introspect.Config) { c.Audience = []string{"a", ""} }, 1, "Audience is required"},
		"any audience and one":         {func(c *introspect.Config) { c.InsecureAnyAudience = true }, 1, "contradicts"},
		"any audience, required":       {func(c *introspect.Config) { anyAudience(c); c.RequireAudience = true }, 1, "contradicts"},
		"any audience, an empty one":   {func(c *introspect.Config) { c.InsecureAnyAudience, c.Audience = true, []string{""} }, 1, "Audience is required"},
		"an empty scope claim":         {func(c *introspect.Config) { c.ScopeClaims = []string{""} }, 1, "ScopeClaims"},
		"Parameters token":             {func(c *introspect.Config) { c.Parameters = url.Values{"token": {"a"}} }, 1, "Parameters"},
		"Parameters hint":              {func(c *introspect.Config) { c.Parameters = url.Values{"token_type_hint": nil} }, 1, "Parameters"},
		"Parameters credentials":       {func(c *introspect.Config) { c.Parameters = url.Values{"client_id": {"a"}, "client_assertion": {"a"}} }, 2, "Parameters"},
		"negative numbers": {func(c *introspect.Config) {
			c.MaxTokenSize, c.Timeout, c.MaxCalls, c.MaxSize, c.MaxEntries, c.MaxLife = -1, -1, -1, -1, -1, -1
		}, 6, "MaxLife must not be negative"},
		"negative numbers that mean none": {func(c *introspect.Config) { c.TTL, c.RefusalTTL, c.Leeway = -1, -1, -1 }, 0, ""},
		"small tokens":                    {func(c *introspect.Config) { c.MaxTokenSize = 8<<10 - 1 }, 1, "MaxTokenSize"},
		"leeway":                          {func(c *introspect.Config) { c.Leeway = 5*time.Minute + 1 }, 1, "Leeway"},
		"refusals":                        {func(c *introspect.Config) { c.RefusalTTL = 10*time.Second + 1 }, 1, "RefusalTTL"},

		"no authentication":      {auth(introspect.Authentication{}), 1, "Authentication is required"},
		"no client id":           {auth(introspect.ClientSecretBasic("", secret)), 1, "client id"},
		"no secret":              {auth(introspect.ClientSecretPost("api", "")), 1, "secret is required"},
		"neither":                {auth(introspect.ClientSecretBasicRaw("", "")), 1, "secret is required"},
		"a colon, raw":           {auth(introspect.ClientSecretBasicRaw("a:b", secret)), 1, "colon"},
		"mTLS without a client":  {auth(introspect.MutualTLS("")), 1, "client id"},
		"no token function":      {auth(introspect.BearerToken(nil)), 1, "function"},
		"no key":                 {auth(introspect.PrivateKeyJWT("api", nil, assertion)), 1, "a key is required"},
		"nil RSA key":            {auth(introspect.PrivateKeyJWT("api", (*rsa.PrivateKey)(nil), assertion)), 1, "nil or empty"},
		"nil ECDSA key":          {auth(introspect.PrivateKeyJWT("api", (*ecdsa.PrivateKey)(nil), assertion)), 1, "nil or empty"},
		"nil Ed25519 key":        {auth(introspect.PrivateKeyJWT("api", ed25519.PrivateKey(nil), assertion)), 1, "nil or empty"},
		"nil key elsewhere":      {auth(introspect.PrivateKeyJWT("api", (*farKey)(nil), assertion)), 1, "nil or empty"},
		"no public key":          {auth(introspect.PrivateKeyJWT("api", &farKey{}, assertion)), 1, "not RSA, ECDSA or Ed25519"},
		"nil public RSA key":     {auth(introspect.PrivateKeyJWT("api", &farKey{(*rsa.PublicKey)(nil)}, assertion)), 1, "nil or empty"},
		"short public key":       {auth(introspect.PrivateKeyJWT("api", &farKey{ed25519.PublicKey{1}}, assertion)), 1, "nil or empty"},
		"empty RSA key":          {auth(introspect.PrivateKeyJWT("api", &rsa.PrivateKey{}, assertion)), 1, "nil or empty"},
		"empty ECDSA key":        {auth(introspect.PrivateKeyJWT("api", &ecdsa.PrivateKey{}, assertion)), 1, "nil or empty"},
		"empty Ed25519 key":      {auth(introspect.PrivateKeyJWT("api", ed25519.PrivateKey{}, assertion)), 1, "nil or empty"},
		"zero Ed25519 key":       {auth(introspect.PrivateKeyJWT("api", make(ed25519.PrivateKey, ed25519.PrivateKeySize), assertion)), 1, "nil or empty"},
		"only a public RSA key":  {auth(introspect.PrivateKeyJWT("api", &rsa.PrivateKey{PublicKey: rsaKey().PublicKey}, assertion)), 1, "PrivateKeyJWT"},
		"only a public EC key":   {auth(introspect.PrivateKeyJWT("api", &ecdsa.PrivateKey{PublicKey: p256.PublicKey}, assertion)), 1, "PrivateKeyJWT"},
		"a key far away":         {auth(introspect.PrivateKeyJWT("api", &farKey{p256.Public()}, assertion)), 0, ""},
		"a small RSA key":        {auth(introspect.PrivateKeyJWT("api", small, assertion)), 1, "2048"},
		"another curve":          {auth(introspect.PrivateKeyJWT("api", ecKey(elliptic.P224()), assertion)), 1, "does not fit"},
		"ES384 with P-256":       {auth(introspect.PrivateKeyJWT("api", p256, algorithm("ES384"))), 1, "does not fit"},
		"RS256 with P-256":       {auth(introspect.PrivateKeyJWT("api", p256, algorithm("RS256"))), 1, "does not fit"},
		"ES256 with RSA":         {auth(introspect.PrivateKeyJWT("api", rsaKey(), algorithm("ES256"))), 1, "does not fit"},
		"ES256 with Ed25519":     {auth(introspect.PrivateKeyJWT("api", edKey, algorithm("ES256"))), 1, "does not fit"},
		"HS256":                  {auth(introspect.PrivateKeyJWT("api", rsaKey(), algorithm("HS256"))), 1, "does not fit"},
		"none":                   {auth(introspect.PrivateKeyJWT("api", edKey, algorithm("none"))), 1, "does not fit"},
		"signed, nothing given":  {signed(introspect.Signed{}), 2, "Signed.Keys"},
		"signed, another issuer": {signed(introspect.Signed{Keys: others, Audience: "a"}), 1, "https://else.test"},
		"signed, HMAC":           {signed(introspect.Signed{Keys: static, Audience: "a", Algorithms: []string{"HS256", "none", "ES256"}}), 2, "no HMAC"},
		"signed":                 {signed(introspect.Signed{Keys: static, Audience: "a"}), 0, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := config(says(reply{}))
			c.Client = untouched(t)
			test.change(&c)
			v, err := introspect.New(c)
			if (v == nil) == (err == nil) {
				t.Fatalf("New = %v, %v", v, err)
			}
			if got := countFaults(err); got != test.faults || err != nil && !strings.Contains(err.Error(), test.text) {
				t.Errorf("%d faults, want %d with %q: %v", got, test.faults, test.text, err)
			}
			checkSilence(t, fmt.Sprint(err), token)
		})
	}
}

// farKey is a key in a KMS, which no constructor may ask to sign.
type farKey struct{ public crypto.PublicKey }

func (k *farKey) Public() crypto.PublicKey { return k.public }

func (k *farKey) Sign(io.Reader, []byte, crypto.SignerOpts) ([]byte, error) {
	panic("the constructor signs with a key that may be far away")
}

func countFaults(err error) int {
	if list, ok := err.(interface{ Unwrap() []error }); ok {
		return len(list.Unwrap())
	}
	return 0
}

// No way of printing a config tells a secret.
func TestPrintedConfig(t *testing.T) {
	t.Parallel()
	key := ecKey(elliptic.P256())
	d, err := key.Bytes()
	if err != nil {
		t.Fatal(err)
	}
	_, edKey, _ := ed25519.GenerateKey(rand.Reader)
	for name, method := range map[string]introspect.Authentication{
		"basic":   introspect.ClientSecretBasic("api", secret),
		"raw":     introspect.ClientSecretBasicRaw("api", secret),
		"post":    introspect.ClientSecretPost("api", secret),
		"ECDSA":   introspect.PrivateKeyJWT("api", key, introspect.Assertion{}),
		"Ed25519": introspect.PrivateKeyJWT("api", edKey, introspect.Assertion{}),
		"bearer":  introspect.BearerToken(func(context.Context) (string, error) { return secret, nil }),
	} {
		c := config(says(reply{}))
		c.Client, c.Logger, c.Authentication = nil, nil, method
		c.Endpoint, c.Parameters = place+"?key="+secret, url.Values{"key": {secret}}
		v := newValidator(t, c)
		var log logged
		slog.New(slog.NewTextHandler(&log, nil)).Info("config", "config", c, "method", method, "validator", v)
		slog.New(slog.NewJSONHandler(&log, nil)).Info("config", "config", c, "method", method, "validator", v)
		text := fmt.Sprintf("%v %+v %#v %s %d", c, c, &c, c, c) + fmt.Sprintf("%v %+v %#v", v, v, v) + fmt.Sprint(v.Health()) + fmt.Sprintf("%v %+v %#v", method, method, &method) + strings.Join(log.lines(), "")
		if !strings.Contains(text, place+"?…") {
			t.Errorf("%s: nothing is told: %s", name, text)
		}
		for _, hidden := range []string{secret, fmt.Sprintf("%x", secret), new(big.Int).SetBytes(d).String(), fmt.Sprintf("%x", d), fmt.Sprint([]byte(edKey)), fmt.Sprint(edKey.Seed())} {
			if strings.Contains(text, strings.Trim(hidden, "[]")) {
				t.Errorf("%s: a secret is printed", name)
			}
		}
	}
}
