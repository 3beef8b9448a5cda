package introspect

import (
	"testing"

	"github.com/bearerguard/bearerguard/internal/expiring"
)

// L-7, R7662-12: a key is made of everything that an answer may depend on.
func TestDomain(t *testing.T) {
	t.Parallel()
	seen := map[expiring.Domain]string{}
	for name, change := range map[string]func(*Config){
		"nothing":     func(*Config) {},
		"the issuer":  func(c *Config) { c.Issuer = "https://else.test" },
		"endpoint":    func(c *Config) { c.Endpoint += "/v2" },
		"client":      func(c *Config) { c.Authentication = ClientSecretPost("b", "s") },
		"method":      func(c *Config) { c.Authentication = MutualTLS("a") },
		"none":        func(c *Config) { c.Authentication = InsecureNone() },
		"parameters":  func(c *Config) { c.Parameters = map[string][]string{"a": {"b"}} },
		"parameters2": func(c *Config) { c.Parameters = map[string][]string{"a": {"b", "c"}} },
	} {
		c := fuzzConfig()
		c.Endpoint, c.Authentication = "https://issuer.test/i", ClientSecretPost("a", "s")
		change(c)
		v, err := New(*c)
		if err != nil {
			t.Fatal(err)
		}
		if other, twice := seen[v.domain]; twice {
			t.Errorf("%s and %s have one domain", name, other)
		}
		seen[v.domain] = name
	}
}
