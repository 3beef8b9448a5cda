package authtest_test

import (
	"encoding/json"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/authtest"
)

func TestTokenIsGood(t *testing.T) {
	t.Parallel()
	now := time.Unix(1_700_000_000, 999)
	issuer := authtest.Config{Now: func() time.Time { return now }}.New()
	compact := issuer.Token()
	if err := verify(t, compact, issuer.JWKS()); err != nil {
		t.Fatal(err)
	}
	tok := parse(t, compact)
	for name, want := range map[string]any{"alg": "RS256", "typ": "at+jwt", "kid": issuer.KeyID()} {
		if tok.header[name] != want {
			t.Errorf("%s is %v, want %v", name, tok.header[name], want)
		}
	}
	want := map[string]any{
		"iss": authtest.DefaultURL, "aud": authtest.DefaultAudience, "sub": "user-1",
		"client_id": "client-1", "scope": "read", "iat": 1.7e9, "exp": 1.7e9 + 300,
	}
	jti, _ := tok.claims["jti"].(string)
	if jti == "" || jti == parse(t, issuer.Token()).claims["jti"] {
		t.Errorf("jti %q does not tell tokens apart", jti)
	}
	delete(tok.claims, "jti")
	if !maps.Equal(tok.claims, want) {
		t.Errorf("claims %v, want %v", tok.claims, want)
	}
}

func TestEveryAlgorithm(t *testing.T) {
	t.Parallel()
	all := []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA", "Ed25519"}
	issuer := authtest.Config{Algorithms: all}.New()
	set := issuer.JWKS()
	for _, alg := range all {
		t.Run(alg, func(t *testing.T) {
			compact := issuer.Mint(authtest.Mint{Algorithm: alg})
			if got := parse(t, compact).header["alg"]; got != alg {
				t.Errorf("alg %v", got)
			}
			if err := verify(t, compact, set); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestTokenChanges(t *testing.T) {
	t.Parallel()
	issuer := authtest.Config{Algorithms: []string{"ES256"}}.New()
	tests := []struct {
		name    string
		changes []authtest.Claims
		claim   string
		want    any
		found   bool
	}{
		{"replaced", []authtest.Claims{{"scope": "a b"}}, "scope", "a b", true},
		{"added", []authtest.Claims{{"acr": "gold"}}, "acr", "gold", true},
		{"later wins", []authtest.Claims{{"sub": "a"}, {"sub": "b"}}, "sub", "b", true},
		{"null", []authtest.Claims{{"sub": nil}}, "sub", nil, true},
		{"absent", []authtest.Claims{{"sub": authtest.Absent}}, "sub", nil, false},
		{"absent, then back", []authtest.Claims{{"sub": authtest.Absent}, {"sub": "c"}}, "sub", "c", true},
		{"time", []authtest.Claims{{"nbf": time.Unix(17, 5)}}, "nbf", 17.0, true},
		{"raw JSON", []authtest.Claims{{"exp": json.RawMessage("1.5")}}, "exp", 1.5, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			compact := issuer.Token(tt.changes...)
			got, found := parse(t, compact).claims[tt.claim]
			if got != tt.want || found != tt.found {
				t.Errorf("%s is %v, %v; want %v, %v", tt.claim, got, found, tt.want, tt.found)
			}
			if err := verify(t, compact, issuer.JWKS()); err != nil {
				t.Error(err)
			}
		})
	}
}

func TestTokenLeavesItsArgumentsAlone(t *testing.T) {
	t.Parallel()
	issuer := authtest.Config{Algorithms: []string{"EdDSA"}}.New()
	when := time.Unix(1, 0)
	claims := authtest.Claims{"nbf": when, "sub": authtest.Absent}
	header := map[string]any{"kid": authtest.Absent}
	issuer.Token(claims)
	issuer.Mint(authtest.Mint{Header: header, Claims: claims})
	if claims["nbf"] != when || len(claims) != 2 || len(header) != 1 {
		t.Errorf("changed: %v %v", claims, header)
	}
}

func TestMint(t *testing.T) {
	t.Parallel()
	issuer := authtest.Config{Algorithms: []string{"RS256", "ES256"}}.New()
	stranger := authtest.NewKey("stranger", "ES256")
	tests := []struct {
		name  string
		mint  authtest.Mint
		check func(token) bool
	}{
		{"zero value", authtest.Mint{}, func(k token) bool { return k.header["alg"] == "RS256" && len(k.signature) == 256 }},
		{"algorithm picks the key", authtest.Mint{Algorithm: "ES256"},
			func(k token) bool { return k.header["kid"] == issuer.Key("ES256").ID() && len(k.signature) == 64 }},
		{"key picks the algorithm", authtest.Mint{Key: stranger},
			func(k token) bool { return k.header["kid"] == "stranger" && k.header["alg"] == "ES256" }},
		{"key under another algorithm", authtest.Mint{Key: issuer.Key("RS256"), Algorithm: "PS256"}, func(k token) bool {
			return k.header["alg"] == "PS256" && verifySignature("PS256", issuer.Key("RS256").Public(), k.input, k.signature) == nil
		}},
		{"header lies, signature is right", authtest.Mint{Header: map[string]any{"alg": "none"}}, func(k token) bool {
			return k.header["alg"] == "none" && verifySignature("RS256", issuer.Key("RS256").Public(), k.input, k.signature) == nil
		}},
		{"header member absent", authtest.Mint{Header: map[string]any{"typ": authtest.Absent}},
			func(k token) bool { _, found := k.header["typ"]; return !found }},
		{"raw header", authtest.Mint{RawHeader: []byte(`{"x":1,"x":2}`)}, func(k token) bool { return k.header["x"] == 2.0 && len(k.header) == 1 }},
		{"raw payload", authtest.Mint{RawPayload: []byte(`{ }`)}, func(k token) bool { return len(k.claims) == 0 }},
		{"own signature", authtest.Mint{Sign: func(input []byte) []byte { return input[:3] }},
			func(k token) bool { return string(k.signature) == string(k.input[:3]) }},
		{"no signature", authtest.Mint{Sign: func([]byte) []byte { return nil }}, func(k token) bool { return len(k.signature) == 0 }},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if compact := issuer.Mint(tt.mint); !tt.check(parse(t, compact)) {
				t.Error(compact)
			}
		})
	}
}

func TestMintEmptyRawParts(t *testing.T) {
	t.Parallel()
	issuer := authtest.Config{Algorithms: []string{"EdDSA"}}.New()
	compact := issuer.Mint(authtest.Mint{RawHeader: []byte{}, RawPayload: []byte{}})
	if !strings.HasPrefix(compact, "..") {
		t.Errorf("raw parts of no octets are not what was asked for: %s", compact)
	}
}

func TestMintPanics(t *testing.T) {
	t.Parallel()
	issuer := authtest.Config{Algorithms: []string{"ES256"}}.New()
	tests := []struct {
		name string
		mint authtest.Mint
	}{
		{"algorithm without a key", authtest.Mint{Algorithm: "RS256"}},
		{"unknown algorithm", authtest.Mint{Algorithm: "HS256"}},
		{"unknown algorithm for a key", authtest.Mint{Algorithm: "HS256", Key: issuer.Key("ES256")}},
		{"key of another type", authtest.Mint{Algorithm: "RS256", Key: issuer.Key("ES256")}},
		{"claim that is no JSON", authtest.Mint{Claims: authtest.Claims{"x": func() {}}}},
		{"header that is no JSON", authtest.Mint{Header: map[string]any{"x": make(chan int)}}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			mustPanic(t, tt.name, func() { issuer.Mint(tt.mint) })
		})
	}
}

// Everything an issuer can do, at once, for the race detector.
func TestConcurrentUse(t *testing.T) {
	t.Parallel()
	issuer := authtest.Config{Algorithms: []string{"ES256", "EdDSA"}}.New()
	work := []func(){
		func() { issuer.Token() },
		func() { issuer.Bad() },
		func() { issuer.JWKS() },
		issuer.Rotate,
		issuer.RotateWithoutOverlap,
		func() { issuer.Restore(authtest.EndpointJWKS) },
		func() { issuer.Fetches(authtest.EndpointJWKS) },
		func() {
			if r, err := issuer.Client().Get(issuer.URL() + "/jwks"); err == nil {
				r.Body.Close()
			}
		},
	}
	var group sync.WaitGroup
	for _, f := range slices.Concat(work, work, work) {
		group.Go(f)
	}
	group.Wait()
}
