package main

import (
	"strings"

	"github.com/bearerguard/bearerguard/middleware"
)

const notPath = "gRPC has method names, no paths"

func paths(a *area) {
	a.strangersPaths()
	a.readersPaths()
	a.methods()
	a.grpcMethods()
	a.goodPaths()
	a.rewriting()
}

// target is a request with a method and a target of its own.
func (a *area) target(name, to, target, token, source string, e Expect) *Case {
	r := Request{To: to, HTTP: Text(target)}
	if token != "" {
		r.Fields = bearer(token).Fields
	}
	return a.add(name, source, r, e).notIn("grpc", notPath)
}

const differently = "RFC 3986 §6.2.2, RFC 9700 §2.3"

// readDifferently is the source of a target, with the CVE of Apache Shiro that was about one of its form.
func readDifferently(target string) string {
	cve := map[string]string{
		"/admin/..;/admin": "CVE-2020-1957", "/open;/../admin": "CVE-2020-1957", "/%2561dmin": "CVE-2020-11989", "/admin%20": "CVE-2020-17523",
	}[target]
	if cve == "" {
		return differently
	}
	return differently + ", " + cve
}

// strangersPaths lead from what is public to what is not, without any token.
func (a *area) strangersPaths() {
	for _, target := range []string{
		"/open/../admin", "/assets/../admin", "/assets/x/../../admin", "//admin", "///admin", "/./admin", "/admin/", "/admin//", "/admin/.",
		"/admin/..;/admin", "/open;/../admin", "/admin;x=1", "/admin%20", "/admin%00", "/%61dmin", "/%2561dmin", "/admin%2f", "/%2fadmin", "/ADMIN",
		"/admin.json", "/admin?x", "/admin?/open", "/.;/admin", "/open%2f..%2fadmin",
		"/open/%2e%2e/admin", `/open\..\admin`, "/admin%09", "/admin%23", "/ａdmin", "/open/admin", "//evil.test/admin", "/admin/x", "/users/../admin",
	} {
		c := a.target("stranger, GET "+quoted(target), "admin", "GET "+target, "", readDifferently(target), refused(middleware.NoToken))
		c.byServer()
		if strings.HasPrefix(target, "/assets/") {
			c.in("echo", assets()) // which cleans no path
		}
	}
}

// assets is what becomes of a request for public files.
func assets() Expect {
	e := allowed()
	e.Runs = "assets"
	return e
}

// readersPaths try to reach with the scope read what needs the scope admin.
func (a *area) readersPaths() {
	const source = differently
	token := a.main.Token()
	for _, target := range []string{
		"/users/root", "/users/%72oot", "/users//root", "/users/./root", "/users/x/../root", "/admin", "//admin", "/admin/", "/%61dmin",
		"/users/root/", "/users/root?x", "/users/root;x", "/users/%2e%2e/admin", "/users/root%2f", "/users/root%00",
	} {
		c := a.target("reader, GET "+quoted(target), "root user", "GET "+target, token, source, refused(middleware.InsufficientScope)).byServer()
		a.routerChoice(c, target)
	}
	a.target("administrator, GET /users/root", "root user", "GET /users/root", a.token(claims{"scope": "admin"}), source, allowed())
	a.target("reader, GET /users/other", "user", "GET /users/other", token, source, allowed())
	a.target("reader, GET /users/ROOT", "user", "GET /users/ROOT", token, "RFC 3986 §6.2.2.1: paths have case", allowed())
	a.target("stranger, GET /users/other", "user", "GET /users/other", "", source, refused(middleware.NoToken))
}

// routerChoice names the targets that a router takes for one user with a strange name: its own handler then runs, under
// its own rule.
func (a *area) routerChoice(c *Case, target string) {
	user := allowed()
	user.Runs = "user"
	none := refused(middleware.NoRule)
	none.ByServer = true
	switch target {
	case "/admin/":
		c.Expect = none
	case "//admin", "/%61dmin":
		c.in("echo", none)
	case "/users/root/", "/users/%2e%2e/admin":
		c.Expect = none
		c.in("echo", user)
	case "/users/root;x", "/users/root%2f", "/users/root%00":
		c.Expect = user
	case "/users/%72oot", "/users//root", "/users/./root", "/users/x/../root":
		c.in("echo", user) // a parameter at the end of a path takes all that is left, as it is
	}
}

func (a *area) methods() {
	const source = "RFC 9110 §9.3.2, §9.1, RFC 9700 §2.3"
	token := a.main.Token()
	refusal := refused(middleware.NoRule)
	refusal.ByServer = true
	for _, method := range []string{"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "get", "Get", "GETX", "PROPFIND"} {
		a.target("method "+method+" on a route for GET", "read", method+" /read", token, source, refusal)
		a.target("method "+method+" on a route for GET, no token", "read", method+" /read", "", source, refused(middleware.NoToken)).byServer()
	}
	a.target("HEAD by the handler for GET, no token", "read", "HEAD /read", "", source, refused(middleware.NoToken))
	a.target("HEAD by the handler for GET, a good token", "read", "HEAD /read", token, source, allowed()).in("echo", refusal)
	a.target("HEAD by the handler for GET, a scope is missing", "read", "HEAD /read", a.token(claims{"scope": "x"}), source, refused(middleware.InsufficientScope)).in("echo", refusal)
	a.target("DELETE on the path of a public route, no token", "delete", "DELETE /open", "", source, refused(middleware.NoToken))
	a.target("DELETE on the path of a public route, a scope is missing", "delete", "DELETE /open", token, source, refused(middleware.InsufficientScope))
	a.target("DELETE on the path of a public route, the scope", "delete", "DELETE /open", a.token(claims{"scope": "admin"}), source, allowed())
	for _, field := range []Text{"X-HTTP-Method-Override", "X-HTTP-Method", "X-Method-Override"} {
		a.target("public GET with "+string(field)+": DELETE", "open", "GET /open", "", source+"; the handler for GET runs, and no other",
			allowed()).field(field, "DELETE")
		a.target("DELETE with "+string(field)+": GET", "delete", "DELETE /open", "", source, refused(middleware.NoToken)).field(field, "GET")
	}
	a.target("preflight on a route that does not let it pass", "read", "OPTIONS /read", "", "RFC 6750 §3.1: preflights pass where a rule says so",
		refused(middleware.NoToken)).field("Origin", "https://evil.test").field("Access-Control-Request-Method", "GET")
}

// rewriting fields are for proxies; the target alone decides.
func (a *area) rewriting() {
	for _, field := range [][2]Text{
		{"X-Original-URL", "/open"}, {"X-Rewrite-URL", "/open"}, {"X-Forwarded-Prefix", "/open"}, {"X-Forwarded-Path", "/open"},
		{"X-Forwarded-For", "127.0.0.1"}, {"Forwarded", "for=127.0.0.1;host=localhost"}, {"X-Real-IP", "127.0.0.1"},
		{"Referer", "https://api.test/open"},
	} {
		source := "RFC 9700 §4.13"
		if strings.HasSuffix(string(field[0]), "-URL") { // X-Original-URL and X-Rewrite-URL
			source += ", CVE-2018-14773"
		}
		a.target("field "+string(field[0])+" on a closed route", "admin", "GET /admin", "", source,
			refused(middleware.NoToken)).field(field[0], field[1])
	}
	a.target("field X-Original-URL on a public route", "open", "GET /open", "", "RFC 9700 §4.13, CVE-2018-14773", allowed()).field("X-Original-URL", "/admin")
}

func (a *area) grpcMethods() {
	const source = "gRPC over HTTP/2: the path is /Service-Name/method; RFC 9700 §2.3"
	for _, method := range []string{
		"/attack.v1.Service/read", "/attack.v1.Service//Admin", "/attack.v1.Service/Admin/", "//attack.v1.Service/Admin",
		"/attack.v1.Service/Admin?x", "/attack.v1.Service/%41dmin", "/attack.v1.service/Admin", "/attack.v1.Service/", "/attack.v1.Service/*",
		"/attack.v1.Assets/../attack.v1.Service/Admin", "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo", "/grpc.health.v1.Health/Check",
	} {
		r := bearer(a.main.Token())
		r.To, r.GRPC = "admin", method
		a.add("gRPC method "+method, source, r, refused(middleware.NoRule)).byServer().notIn("http", "it is a method of gRPC")
	}
}

func (a *area) goodPaths() {
	const source = "RFC 3986 §3.3"
	for _, target := range []string{"/assets/x", "/assets/x/y", "/assets/x%2f..%2f..%2fadmin", "/assets/..;/admin", "/assets/%61"} {
		a.target("public files, GET "+quoted(target), "assets", "GET "+target, "", source+": the handler for public files runs, and no other", assets())
	}
	a.target("query on a route", "read", "GET /read?id=1&path=/admin", a.main.Token(), source, allowed())
	a.target("fragment sign with an escape in the query", "read", "GET /read?%23", a.main.Token(), source, allowed())
	a.target("target in absolute form", "read", "GET http://api.test/read", a.main.Token(), "RFC 9112 §3.2.2", allowed())
	a.target("target in absolute form, another host", "admin", "GET http://localhost/admin", a.main.Token(), "RFC 9112 §3.2.2",
		refused(middleware.InsufficientScope))
	a.good("route without a rule, a good token", a.main.Token(),
		"RFC 9700 §2.3: what is not listed is closed").to("unlisted").forbidden().because(middleware.ReasonNoRule)
	a.bad("route without a rule, a bad token", a.evil.Token(), "RFC 9700 §2.3").to("unlisted").because(middleware.ReasonUnrecognized)
	a.add("route without a rule, no token", "RFC 9700 §2.3", Request{To: "unlisted"}, refused(middleware.NoToken))
	a.good("route that is closed by its rule", a.token(claims{"scope": "read write admin deny"}),
		"RFC 9700 §2.3").to("denied").forbidden().because(middleware.ReasonNoRule)
}
