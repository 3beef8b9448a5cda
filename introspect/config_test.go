package introspect_test

import (
	"context"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"fmt"
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
		"endpoint with userinfo":       {func(c *introspect.Config) { c.Endpoint = "https://u@issuer.test" }, 1, "userinfo"},
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
		"no key":                 {auth(introspect.PrivateKeyJWT("api", nil, assertion)), 1, "key is required"},
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
		var log logged
		slog.New(slog.NewTextHandler(&log, nil)).Info("config", "config", c, "method", method)
		text := fmt.Sprintf("%v %+v %#v", c, c, c) + fmt.Sprintf("%v %+v %#v", method, method, &method) + strings.Join(log.lines(), "")
		for _, hidden := range []string{secret, fmt.Sprintf("%x", secret), new(big.Int).SetBytes(d).String(), fmt.Sprintf("%x", d), fmt.Sprint([]byte(edKey)), fmt.Sprint(edKey.Seed())} {
			if strings.Contains(text, strings.Trim(hidden, "[]")) {
				t.Errorf("%s: a secret is printed", name)
			}
		}
	}
}
