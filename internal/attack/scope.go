package main

import (
	"strings"

	"github.com/bearerguard/bearerguard/middleware"
)

func scopeClaims(a *area) {
	a.otherScopes()
	a.arrays()
	a.wrongScopes()
	a.otherScopeClaims()
	a.severalScopes()
	a.policies()
	a.goodScopes()
}

// grants is a token with this scope claim, on the route that asks for read.
func (a *area) grants(name string, scope any, source string) *Case {
	return a.good("scope "+name, a.token(claims{"scope": scope}), source)
}

func (a *area) otherScopes() {
	const source = "RFC 6749 §3.3, RFC 6750 §3.1"
	for _, scope := range []string{
		"", "rea", "reads", "read:all", "read.all", "orders:read", "xread", "READ", "Read", "rEAD", "read,write", "read;write", "read|write",
		"read+write", "read%20write", "readwrite", "read\twrite", "read\nwrite", "read\r\nwrite", "read\u00a0write", "read\u2003write", "read\u200b",
		"\ufeffread", "read\x00", "read\x00 x",
		"\"read\"", "'read'", "read\\", "[read]", "[\"read\"]", "{read}", "*", "read*", "r*", ".*", "re?d", "rеad", "ｒｅａｄ", "read/", "/read", "-read",
		"!read", "read=true", "scope:read", "https://api.test/read", "openid profile", "write", "admin", "root", "null", "undefined",
	} {
		a.grants(quoted(scope), scope, source).forbidden()
	}
	a.good("scope absent", a.token(claims{"scope": absent}), "RFC 9068 §2.2.3").forbidden()
	a.good("scope null", a.token(claims{"scope": nil}), "RFC 9068 §2.2.3; some servers write null for none").forbidden()
}

// arrays of scopes are what older servers send.
func (a *area) arrays() {
	const source = "RFC 8693 §4.2, RFC 6749 §3.3: an element is one scope"
	a.grants("an array of read", []string{"read"}, source)
	a.grants("an array of read and write", []string{"write", "read"}, source)
	a.grants("an array with an empty string", []string{"", "read"}, source)
	for name, scope := range map[string][]string{
		"an empty array": {}, "an array of an empty string": {""}, "an array of 'read write'": {"read write"}, "an array of ' read'": {" read"},
		"an array of 'read '": {"read "}, "an array of 'x read'": {"x read"}, "an array of letters": {"r", "e", "a", "d"},
		"an array of 're' and 'ad'": {"re", "ad"}, "an array with a tab": {"x\tread"},
	} {
		a.grants(name, scope, source).forbidden()
	}
}

func (a *area) wrongScopes() {
	const source = "RFC 8693 §4.2, RFC 9068 §2.2.3"
	for name, scope := range map[string]any{
		"true": true, "a number": 1, "an object": header{"read": true}, "an array with a number": []any{"read", 1},
		"an array with null": []any{"read", nil}, "an array in an array": []any{[]string{"read"}},
		"an array of an object": []any{header{"name": "read"}},
	} {
		a.bad("scope "+name, a.token(claims{"scope": scope}), source).because(middleware.ReasonClaims)
	}
	a.bad("scp true", a.token(claims{"scp": true}), source).because(middleware.ReasonClaims)
	a.bad("scp null", a.token(claims{"scp": nil}), source).because(middleware.ReasonClaims)
	a.bad("scp an object", a.token(claims{"scp": header{}}), source).because(middleware.ReasonClaims)
}

func (a *area) otherScopeClaims() {
	const source = "RFC 9068 §2.2.3; claims that nobody configured grant nothing"
	for _, claim := range []string{"scopes", "Scope", "SCOPE", "permissions", "roles", "groups", "authorities", "entitlements", "wids", "realm_access", "scp "} {
		a.good("read in "+quoted(claim), a.token(claims{"scope": absent, claim: []string{"read"}}), source).forbidden()
	}
	a.good("read in a nested scope", a.token(claims{"scope": absent, "realm_access": header{"roles": []string{"read"}, "scope": "read"}}), source).forbidden()
	a.good("read in the header", a.main.Mint(mint{Header: header{"scope": "read"}, Claims: claims{"scope": absent}}), source).forbidden()
	const scp = "Microsoft Entra ID: access token claims; Ory Hydra"
	a.good("scp a string", a.token(claims{"scope": absent, "scp": "write read"}), scp)
	a.good("scp an array", a.token(claims{"scope": absent, "scp": []string{"read"}}), scp)
	a.good("scp beside scope", a.token(claims{"scope": "write", "scp": []string{"read"}}), scp)
	a.good("scp in capitals", a.token(claims{"scope": absent, "SCP": "read"}), scp).forbidden()
	const roles = "Keycloak: realm roles"
	role := func(name string, access any) *Case {
		return a.good("role "+name, a.token(claims{"scope": "x", "realm_access": access}), roles).with("roles")
	}
	role("read", header{"roles": []string{"read"}})
	role("read as a string", header{"roles": "read"})
	role("'x read' as a string is one name", header{"roles": "x read"}).forbidden()
	role("'x read' in an array is one name", header{"roles": []string{"x read"}}).forbidden()
	role("READ", header{"roles": []string{"READ"}}).forbidden()
	role("in another object", header{"Roles": []string{"read"}}).forbidden()
	role("in a string", "roles").forbidden()
	a.good("role in a claim whose name has the period", a.token(claims{"scope": "x", "realm_access.roles": []string{"read"}}),
		roles+"; a claim of exactly this name goes first").with("roles")
}

func (a *area) severalScopes() {
	const source = "RFC 6750 §3.1, RFC 6749 §3.3"
	a.grants("one of two", "read", source).to("write").forbidden()
	a.grants("the other of two", "write", source).to("write").forbidden()
	a.grants("both run together", "readwrite", source).to("write").forbidden()
	a.grants("both in order", "read write", source).to("write")
	a.grants("both in another order", "write read", source).to("write")
	a.grants("both and more", "a write b read c", source).to("write")
	a.grants("the first of either", "read", source).to("either")
	a.grants("the second of either", "admin", source).to("either")
	a.grants("neither of either", "write", source).to("either").forbidden()
	a.grants("any where none is asked for", "x", source).to("authenticated")
	a.good("scope absent where none is asked for", a.token(claims{"scope": absent}), source).to("authenticated")
}

// policies let a scope stand for others, on the token's side alone.
func (a *area) policies() {
	const source = "RFC 6749 §3.3 gives scopes no hierarchy: only a policy does"
	try := func(scope string) *Case {
		return a.grants(quoted(scope)+" under a policy", scope, source).with("policy")
	}
	try("admin")
	try("root")
	a.grants("'admin' under a policy, where both are asked for", "admin", source).with("policy").to("write")
	for _, scope := range []string{"Admin", "admins", "admin:*", "write", "*", "read:*"} {
		try(scope).forbidden()
	}
	items := func(scope, configuration string) *Case {
		return a.grants(quoted(scope)+" for items:read, "+configuration, scope, source).to("items").with(configuration)
	}
	items("items:*", "policy")
	items("items:read", "policy")
	items("items:*", "jwt").forbidden()
	for _, scope := range []string{
		"*", "*:*", "*:read", "items*", "items:", "items", "item:*", "ITEMS:*", "items::*", "items:re*", "items:read:*", "items:*:*", "items :*", "items.*",
	} {
		items(scope, "policy").forbidden()
	}
	a.grants("admin without a policy", "admin", source).forbidden()
}

func (a *area) goodScopes() {
	const source = "RFC 6749 §3.3"
	for _, scope := range []string{
		"read", "read write", "x read y", "read read", "READ read", strings.Repeat("x", 200) + " read", "a,b read",
		"https://graph.example/.default read", "!#$%&'()*+,-./:;<=>?@[]^_`{|}~ read",
	} {
		a.grants(short(quoted(scope)), scope, source)
	}
	a.good("scope with escapes", a.raw("scope", `"\u0072ead\u0020write"`), "RFC 7515 §5.3").to("write")
}
