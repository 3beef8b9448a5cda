package jwks_test

import (
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/jwks"
)

// Contradicting settings are refused, all at once; settings that fit each other
// are not, whichever of them is left to its default.
func TestKeysConfig(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		change func(*jwks.KeysConfig)
		faults []string
	}{
		"defaults":                     {func(*jwks.KeysConfig) {}, nil},
		"short freshness alone":        {func(c *jwks.KeysConfig) { c.Fresh = time.Second }, nil},
		"long freshness alone":         {func(c *jwks.KeysConfig) { c.Fresh = 24 * time.Hour }, nil},
		"low ceiling alone":            {func(c *jwks.KeysConfig) { c.MaxFresh = 10 * time.Second }, nil},
		"high floor alone":             {func(c *jwks.KeysConfig) { c.MinFresh = 2 * time.Hour }, nil},
		"short retry alone":            {func(c *jwks.KeysConfig) { c.RetryMax = time.Millisecond }, nil},
		"long retry alone":             {func(c *jwks.KeysConfig) { c.RetryMin = time.Hour }, nil},
		"no outage":                    {func(c *jwks.KeysConfig) { c.Outage = -1 }, nil},
		"no fetches for unknown keys":  {func(c *jwks.KeysConfig) { c.UnknownBurst = -1 }, nil},
		"both places":                  {func(c *jwks.KeysConfig) { c.URL = "https://a.test/jwks" }, []string{"not both"}},
		"no place":                     {func(c *jwks.KeysConfig) { c.Issuer = "" }, []string{"not both"}},
		"floor over ceiling":           {func(c *jwks.KeysConfig) { c.MinFresh, c.MaxFresh = time.Hour, time.Minute }, []string{"contradict"}},
		"no life at all":               {func(c *jwks.KeysConfig) { c.Fresh = time.Nanosecond }, []string{"at least"}},
		"freshness under the floor":    {func(c *jwks.KeysConfig) { c.MinFresh, c.Fresh = time.Hour, time.Minute }, []string{"contradict"}},
		"freshness over the ceiling":   {func(c *jwks.KeysConfig) { c.Fresh, c.MaxFresh = time.Hour, time.Minute }, []string{"contradict"}},
		"retries that shrink":          {func(c *jwks.KeysConfig) { c.RetryMin, c.RetryMax = time.Minute, time.Second }, []string{"RetryMin"}},
		"everything negative, at once": {func(c *jwks.KeysConfig) { c.Timeout, c.MaxSize, c.MaxKeys, c.UnknownEvery = -1, -1, -1, -1 }, []string{"Timeout", "MaxSize", "MaxKeys", "UnknownEvery"}},
		"http":                         {func(c *jwks.KeysConfig) { c.Issuer = "http://a.test" }, []string{"https"}},
		"http and a bad number":        {func(c *jwks.KeysConfig) { c.Issuer, c.Timeout = "http://a.test", -1 }, []string{"https", "Timeout"}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := jwks.KeysConfig{Issuer: "https://a.test"}
			test.change(&c)
			keys, err := jwks.NewKeys(c)
			if len(test.faults) == 0 && (err != nil || keys == nil) {
				t.Errorf("error = %v, want none", err)
			}
			for _, want := range test.faults {
				if err == nil || !strings.Contains(err.Error(), want) {
					t.Errorf("error = %v, want one that says %q", err, want)
				}
			}
		})
	}
}

// R8725-10: one key source cannot serve two issuers, whatever it was made from.
func TestKeysAreOneIssuers(t *testing.T) {
	t.Parallel()
	as := es256()
	shared := staticKeys(t, as.JWKS())
	_, err := jwks.New(
		jwks.Issuer{URL: "https://a.test", Audience: []string{"x"}, Keys: shared},
		jwks.Issuer{URL: "https://b.test", Audience: []string{"x"}, Keys: shared})
	if err == nil || !strings.Contains(err.Error(), "share Keys") {
		t.Errorf("error = %v, want one about the shared keys", err)
	}
}

// A password in a URL is a fault, and is not printed with it.
func TestFaultsTellNoPassword(t *testing.T) {
	t.Parallel()
	const url = "https://user:hunter2@a.test"
	_, err := jwks.New(jwks.Issuer{URL: url, Algorithms: []string{"none"}})
	_, err1 := jwks.NewKeys(jwks.KeysConfig{Issuer: url})
	_, err2 := jwks.NewKeys(jwks.KeysConfig{URL: url + "/path", Timeout: -1})
	_, err3 := jwks.NewKeys(jwks.KeysConfig{URL: "http://a.test/keys?key=hunter2"})
	for _, err := range []error{err, err1, err2, err3} {
		if err == nil || strings.Contains(err.Error(), "hunter2") || !strings.Contains(err.Error(), "a.test") {
			t.Errorf("error = %v, want one that names the host and no password", err)
		}
	}
}
