package claims_test

import (
	"encoding/json"
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/internal/claims"
	"github.com/bearerguard/bearerguard/middleware"
)

// FuzzRead compares with encoding/json, which reads what it reads laxly into a
// map of exact names, and checks that mapping never grants what is not there.
func FuzzRead(f *testing.F) {
	for _, text := range []string{
		`{}`, `[]`, ``, `{"iss":"x","sub":null,"aud":["a","b"],"exp":1767225600.5,"nbf":0,"iat":1,"jti":"1"}`,
		`{"\u0069ss":"x","ISS":"y","ſcope":"z","client_id":"c","acr":"gold","auth_time":1}`,
		`{"scope":"read write","scp":["a","b c","d\te",""]}`, `{"scope":["a\u0020b"],"scp":"x y"}`, `{"scope":[1]}`,
		`{"cnf":{"jkt":"` + jkt + `","x5t#S256":"` + x5t + `"}}`, `{"cnf":{"jkt":""}}`, `{"cnf":null}`,
		`{"nonce":"n","at_hash":"h","c_hash":"h","typ":"ID","token_use":"id","events":{}}`,
		`{"realm_access":{"roles":["a","b c"]},"realm_access.roles":["d"]}`, `{"a":{"b":{"iss":"x"}},"aud":[]}`,
		`{"iss":"x","iss":"y"}`, ` { "iss" : "x" } `, `{"iss":"x"}{}`, `{"iss":"\ud83d\ude00\"\\"}`,
	} {
		f.Add(text)
	}
	mappings := []claims.Mapping{
		strict, lenient,
		{Scopes: []string{"realm_access.roles", "scope", "scp"}, ScopeArray: true, Audience: "client_id"},
	}
	f.Fuzz(func(t *testing.T, text string) {
		m, err := claims.Read(text)
		if err != nil {
			if m != (claims.Members{}) {
				t.Fatalf("members beside an error: %+v", m)
			}
			return
		}
		var raw map[string]json.RawMessage
		if err := json.Unmarshal([]byte(text), &raw); err != nil {
			t.Fatalf("encoding/json refuses it: %v", err)
		}
		for _, member := range members {
			if got, want := member.field(&m).Text(), string(raw[member.name]); got != want {
				t.Errorf("%s is %q, encoding/json has %q", member.name, got, want)
			}
		}
		_ = m.OtherKind()
		for _, mp := range mappings {
			c, err := m.Map(mp)
			if err != nil {
				if !errors.Is(err, claims.ErrType) {
					t.Errorf("error %v, want ErrType", err)
				}
				continue
			}
			checkMapped(t, raw, mp, c)
		}
	})
}

// checkMapped compares c with what encoding/json makes of the same members.
func checkMapped(t *testing.T, raw map[string]json.RawMessage, mp claims.Mapping, c middleware.Claims) {
	t.Helper()
	for name, got := range map[string]string{
		"iss": c.Issuer, "sub": c.Subject, "client_id": c.ClientID, "jti": c.ID, "acr": c.ACR,
	} {
		if want := strings.Join(decoded(t, raw[name]), ""); got != want {
			t.Errorf("%s is %q, encoding/json has %q", name, got, want)
		}
	}
	audience := "aud"
	if mp.Audience != "" {
		audience = mp.Audience
	}
	if want := decoded(t, raw[audience]); !slices.Equal(c.Audience, want) {
		t.Errorf("audience is %q, encoding/json has %q", c.Audience, want)
	}
	for name, missing := range map[string]bool{
		"exp": c.Expiry.IsZero(), "nbf": c.NotBefore.IsZero(), "iat": c.IssuedAt.IsZero(),
		"auth_time": c.AuthTime.IsZero(), "cnf": c.Confirmation.IsZero(),
	} {
		if _, there := raw[name]; there == missing {
			t.Errorf("%s: there is one: %t, it looks absent: %t", name, there, missing)
		}
	}
	granted := grantable(t, raw, mp)
	for _, s := range scopesOf(c) {
		if !granted[s] {
			t.Errorf("scope %q was granted by nobody: %q", s, raw)
		}
	}
}

// decoded reads a string or strings; null and what is absent are none.
func decoded(t *testing.T, raw json.RawMessage) []string {
	t.Helper()
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	var one string
	if json.Unmarshal(raw, &one) == nil {
		return []string{one}
	}
	var list []string
	if err := json.Unmarshal(raw, &list); err != nil {
		t.Errorf("took %s for strings: %v", raw, err)
	}
	return list
}

// grantable is every scope that the claims can be read as granting: the parts of
// a string, and the whole elements of an array.
func grantable(t *testing.T, raw map[string]json.RawMessage, mp claims.Mapping) map[string]bool {
	t.Helper()
	sources := []json.RawMessage{raw["scope"], raw["scp"]}
	if mp.Scopes != nil {
		roles, exact := raw["realm_access.roles"]
		if !exact {
			var access map[string]json.RawMessage
			_ = json.Unmarshal(raw["realm_access"], &access) // anything but an object has no roles
			roles = access["roles"]
		}
		sources = append(sources, roles)
	}
	all := make(map[string]bool)
	for _, source := range sources {
		list := decoded(t, source)
		if strings.HasPrefix(string(source), `"`) {
			list = strings.Split(list[0], " ")
		}
		for _, s := range list {
			all[s] = true
		}
	}
	return all
}
