package discovery

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/internal/fetch"
)

// What is read beside jwks_uri, whose cases are in package jwks.
func TestRead(t *testing.T) {
	t.Parallel()
	const issuer, plain, mtls = "https://h.test", "https://h.test/introspect", "https://mtls.h.test/introspect"
	byMTLS := []Member{IntrospectionByMTLS, IntrospectionEndpoint}
	tests := map[string]struct {
		members  []Member
		document string
		want     string // "": an error
	}{
		"the endpoint":                  {[]Member{IntrospectionEndpoint}, `{"issuer":"https://h.test","introspection_endpoint":"https://h.test/introspect"}`, plain},
		"no alias is asked for":         {[]Member{IntrospectionEndpoint}, `{"issuer":"https://h.test","introspection_endpoint":"https://h.test/introspect","mtls_endpoint_aliases":{"introspection_endpoint":"https://mtls.h.test/introspect"}}`, plain},
		"RFC 8705 §5 an alias":          {byMTLS, `{"issuer":"https://h.test","introspection_endpoint":"https://h.test/introspect","mtls_endpoint_aliases":{"introspection_endpoint":"https://mtls.h.test/introspect"}}`, mtls},
		"an alias alone":                {byMTLS, `{"issuer":"https://h.test","mtls_endpoint_aliases":{"introspection_endpoint":"https://mtls.h.test/introspect"}}`, mtls},
		"an alias for another endpoint": {byMTLS, `{"issuer":"https://h.test","introspection_endpoint":"https://h.test/introspect","mtls_endpoint_aliases":{"token_endpoint":"https://mtls.h.test"}}`, plain},
		"aliases of another type":       {byMTLS, `{"issuer":"https://h.test","introspection_endpoint":"https://h.test/introspect","mtls_endpoint_aliases":"https://mtls.h.test"}`, plain},
		"an alias of another type":      {byMTLS, `{"issuer":"https://h.test","introspection_endpoint":"https://h.test/introspect","mtls_endpoint_aliases":{"introspection_endpoint":null}}`, ""},
		"an alias by http":              {byMTLS, `{"issuer":"https://h.test","introspection_endpoint":"https://h.test/introspect","mtls_endpoint_aliases":{"introspection_endpoint":"http://mtls.h.test"}}`, ""},
		"no endpoint":                   {byMTLS, `{"issuer":"https://h.test","jwks_uri":"https://h.test/jwks"}`, ""},
		"the endpoint of another type":  {byMTLS, `{"issuer":"https://h.test","introspection_endpoint":["https://h.test/introspect"]}`, ""},
		"the endpoint by http":          {byMTLS, `{"issuer":"https://h.test","introspection_endpoint":"http://h.test/introspect"}`, ""},
		"R8414-1 another issuer":        {byMTLS, `{"issuer":"https://h.test/","introspection_endpoint":"https://h.test/introspect"}`, ""},
		"no issuer":                     {byMTLS, `{"introspection_endpoint":"https://h.test/introspect"}`, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := read(test.document, issuer, fetch.Policy{}, test.members)
			if got != test.want || (err == nil) != (test.want != "") {
				t.Errorf("read = %q, %v, want %q", got, err, test.want)
			}
		})
	}
}

// FuzzRead: a document that is read says the same to encoding/json, and what
// encoding/json writes is read back.
func FuzzRead(f *testing.F) {
	f.Add(`{"issuer":"https://h.test","jwks_uri":"https://h.test/jwks"}`, "https://h.test", "https://h.test/jwks")
	f.Add(`{"jwks_uri":"https:\/\/h.test","issuer":"\u00e9","x":[{"issuer":"y"}]}`, "é", "https://h.test")
	f.Add(`{"issuer":null}`, "\x00", "\u2028<>&")
	f.Add(`{"issuer":"a","issuer":"b","jwks_uri":"https://h.test"}`, "a", "https://b.test")
	f.Add(`{"ISSUER":"a","Jwks_uri":"https://b.test"}`, "a", "https://h.test/\"")
	f.Add("<html>", "", "")
	f.Add(`{"jwks_uri":"https://h.test","issuer":["x"]}`, "", "https://h.test") // found by fuzzing: no string is no issuer, not even ""
	wanted := []Member{JWKSURI}
	f.Fuzz(func(t *testing.T, text, issuer, uri string) {
		if got, err := read(text, issuer, fetch.Policy{}, wanted); err == nil {
			var all map[string]json.RawMessage
			if err := json.Unmarshal([]byte(text), &all); err != nil {
				t.Fatalf("read, but encoding/json says %v", err)
			}
			for name, got := range map[string]string{"issuer": issuer, "jwks_uri": got} {
				var want string
				if raw, ok := all[name]; ok {
					if err := json.Unmarshal(raw, &want); err != nil || string(raw) == "null" {
						t.Fatalf("%s was read from %s", name, raw)
					}
				}
				if got != want {
					t.Fatalf("%s = %q, want %q", name, got, want)
				}
			}
		} else if got != "" {
			t.Fatalf("%q beside error %v", got, err)
		}
		issuer, uri = strings.ToValidUTF8(issuer, ""), strings.ToValidUTF8(uri, "")
		written, err := json.Marshal(map[string]any{"issuer": issuer, "jwks_uri": uri, "other": []string{text}})
		if err != nil {
			t.Fatal(err)
		}
		got, err := read(string(written), issuer, fetch.Policy{}, wanted)
		if allowed := (fetch.Policy{}).Check(uri) == nil; allowed != (err == nil) || allowed && got != uri {
			t.Fatalf("wrote %s, read %q, %v", written, got, err)
		}
	})
}

// FuzzWellKnown: metadata is only ever asked for at the host of the issuer, by
// https, and at a place that the limits on URLs allow.
func FuzzWellKnown(f *testing.F) {
	for _, issuer := range []string{
		"https://h.test", "https://h.test/", "https://h.test/a/b/", "https://h.test:8443", "https://[::1]/x", "https://h.test//",
		"https://h.test/..", "https://h.test/%2e%2e/", "https://h.test@evil.test", "https://h.test\\@evil.test", "https://h.test/x://y", "HTTPS://H.test/A",
	} {
		f.Add(issuer)
	}
	var policy fetch.Policy // https only
	f.Fuzz(func(t *testing.T, issuer string) {
		if CheckIssuer(policy, issuer) != nil {
			return
		}
		own, err := url.Parse(issuer)
		if err != nil {
			t.Fatal(err)
		}
		for _, place := range wellKnown(issuer) {
			if err := policy.Check(place); err != nil {
				t.Fatalf("%q: %v", place, err)
			}
			u, err := url.Parse(place)
			if err != nil || u.Host != own.Host || u.Scheme != "https" || u.RawQuery != "" || u.Fragment != "" || !strings.Contains(u.Path, "/.well-known/") {
				t.Fatalf("%q is asked for the metadata of %q", place, issuer)
			}
		}
	})
}
