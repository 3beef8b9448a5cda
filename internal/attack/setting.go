package main

import (
	"strings"
	"time"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/scopes"
)

// now is the clock of the corpus. It lies in the future because streams are ended by the clock of the machine: a token
// that is good in the corpus has to be good for that long.
var now = time.Date(2040, time.January, 1, 0, 0, 0, 0, time.UTC)

const (
	ours     = "https://api.test" // the audience of the resource server
	alsoOurs = "urn:example:api"
	theirs   = "https://other-api.test"
	client   = "resource-server" // its client_id where it introspects

	mainURL   = "https://issuer.test/main"
	secondURL = "https://second.test"
	everyURL  = "https://every.test"
	evilURL   = "https://evil.test"
	tenantURL = "https://login.test/acme/v2"
	closedURL = "https://login.test/closed/v2" // of the pattern, and not allowed
)

// usual is the algorithm where none matters: its signatures are short.
const usual = "ES256"

// setting is the authorization servers that the recipes have keys of.
type setting struct {
	main   *authtest.Issuer // accepted
	second *authtest.Issuer // accepted where two are
	every  *authtest.Issuer // has keys for more algorithms
	evil   *authtest.Issuer // accepted nowhere
	tenant *authtest.Issuer // accepted as a tenant
	closed *authtest.Issuer // a tenant that is not accepted

	stranger *authtest.Key // published by nobody
}

// newSetting makes fresh keys.
func newSetting() *setting {
	start := func(url string, algorithms ...string) *authtest.Issuer {
		return authtest.Config{URL: url, Audience: ours, Algorithms: algorithms, Now: func() time.Time { return now }}.New()
	}
	return &setting{
		main:     start(mainURL, usual, "RS256", "PS256", "EdDSA"),
		every:    start(everyURL, usual, "RS256", "RS384", "RS512", "PS384", "PS512", "ES384", "ES512"),
		second:   start(secondURL, "RS256", "ES256"),
		evil:     start(evilURL, usual),
		tenant:   start(tenantURL, usual),
		closed:   start(closedURL, usual),
		stranger: authtest.NewKey("stranger", usual),
	}
}

// issuers returns the public side of the setting, as far as these configurations need it, and the attacker's.
func (s *setting) issuers(configurations map[string]*Configuration) map[string]Issuer {
	needed := map[string]bool{"evil": true}
	for _, c := range configurations {
		for _, a := range c.JWT {
			needed[a.Issuer] = true
		}
		if c.Introspection != nil {
			needed[c.Introspection.Issuer] = true
		}
		if c.Tenants != nil {
			needed["tenant"], needed["closed"] = true, true
		}
	}
	all := map[string]Issuer{}
	for name, i := range map[string]*authtest.Issuer{"main": s.main, "second": s.second, "every": s.every, "evil": s.evil, "tenant": s.tenant, "closed": s.closed} {
		if needed[name] {
			all[name] = Issuer{i.URL(), Text(i.JWKS())}
		}
	}
	return all
}

// routes are the same for every case. Only path cases use those behind "either".
var routes = []Route{
	{"read", "GET /read", "/attack.v1.Service/Read", "read"},
	{"write", "POST /write", "/attack.v1.Service/Write", "read and write"},
	{"either", "GET /either", "/attack.v1.Service/Either", "read or admin"},
	{"authenticated", "GET /authenticated", "/attack.v1.Service/Authenticated", "authenticated"},
	{"optional", "GET /optional", "/attack.v1.Service/Optional", "optional(read)"},
	{"open", "GET /open", "/attack.v1.Service/Open", "public"},
	{"items", "GET /items", "/attack.v1.Service/Items", "items:read"},
	{"unlisted", "GET /unlisted", "/attack.v1.Service/Unlisted", ""},
	{"denied", "GET /denied", "/attack.v1.Service/Denied", "deny"},
	{"admin", "GET /admin", "/attack.v1.Service/Admin", "admin"},
	{"delete", "DELETE /open", "/attack.v1.Service/Delete", "admin"},
	{"user", "GET /users/{id}", "/attack.v1.Users/User", "read"},
	{"root user", "GET /users/root", "/attack.v1.Users/Root", "admin"},
	{"assets", "GET /assets/{path...}", "/attack.v1.Assets/Get", "public"},
}

// configurations by name. The first is that of most cases.
func configurations() map[string]*Configuration {
	both := []string{ours, alsoOurs}
	one := func(a Accepted) []Accepted {
		if a.Issuer == "" {
			a.Issuer = "main"
		}
		if a.Audience == nil {
			a.Audience = both
		}
		return []Accepted{a}
	}
	asks := Introspection{Issuer: "main", Audience: both, Client: client}
	required, signed, arrays := asks, asks, asks
	required.Required, signed.Signed, arrays.ScopeArrays = true, true, true
	return map[string]*Configuration{
		"jwt":        {About: "JWTs of main: iss, aud, exp; typ absent, JWT or at+jwt; RS256 PS256 ES256 EdDSA Ed25519; leeway 30 s", JWT: one(Accepted{})},
		"strict":     {About: "as jwt, in the profile of RFC 9068", JWT: one(Accepted{Strict: true})},
		"usual algs": {About: "as jwt, of the issuer every", JWT: one(Accepted{Issuer: "every"})},
		"every alg": {About: "as jwt, of the issuer every, with every algorithm",
			JWT: one(Accepted{Issuer: "every", Algorithms: strings.Fields("RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519")})},
		"cognito": {About: "as jwt, with client_id in place of aud", JWT: one(Accepted{Audience: []string{"client-1"}, AudienceClaim: "client_id"})},
		"roles":   {About: "as jwt, with scopes in realm_access.roles and scope", JWT: one(Accepted{ScopeClaims: []string{"scope", "realm_access.roles"}})},
		"policy": {About: "as jwt, with a policy of scopes", JWT: one(Accepted{}),
			Policy: &scopes.PolicyConfig{Implies: map[string][]string{"root": {"admin"}, "admin": {"read", "write"}}, Wildcards: true}},
		"two issuers": {About: "JWTs of main by ES256, of second by RS256",
			JWT: []Accepted{{Issuer: "main", Audience: both, Algorithms: []string{"ES256"}}, {Issuer: "second", Audience: both, Algorithms: []string{"RS256"}}}},
		"tenants":  {About: "JWTs of issuers that follow a pattern", Tenants: &Tenants{"https://login.test/{tenantid}/v2", []string{"acme"}, both}},
		"opaque":   {About: "introspection at main", Introspection: &asks},
		"required": {About: "introspection at main; an answer needs aud, iss and exp", Introspection: &required},
		"signed":   {About: "introspection at main with signed answers, RFC 9701", Introspection: &signed},
		"arrays":   {About: "introspection at main; scope may be an array", Introspection: &arrays},
		"first":    {About: "JWTs of main; everything else is introspected at main", JWT: one(Accepted{}), Introspection: &asks, Compose: "first"},
		"every":    {About: "JWTs of main that introspection at main finds active too", JWT: one(Accepted{}), Introspection: &asks, Compose: "every"},
	}
}
