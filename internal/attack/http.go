package main

import (
	"strings"

	"github.com/bearerguard/bearerguard/middleware"
)

const oneMethod = "gRPC has one method, no query and no form"

func requests(a *area) {
	a.goodFields()
	a.malformedFields()
	a.repeatedFields()
	a.otherSchemes()
	a.otherPlaces()
	a.otherFields()
	a.brokenMessages()
	a.anonymous()
}

func (a *area) goodFields() {
	token := a.main.Token()
	for name, value := range map[string]string{
		"Bearer": "Bearer " + token, "bearer": "bearer " + token, "BEARER": "BEARER " + token, "bEaReR": "bEaReR " + token,
		"two spaces": "Bearer  " + token, "many spaces": "Bearer" + strings.Repeat(" ", 40) + token,
	} {
		a.add("scheme and token: "+name, "RFC 6750 §2.1, RFC 9110 §11.1", authorization(value), allowed())
	}
	for name, value := range map[string]string{
		"spaces behind": "Bearer " + token + "   ", "a tab behind": "Bearer " + token + "\t", "spaces in front": "    Bearer " + token,
		"tabs around": "\t\tBearer " + token + "\t",
	} {
		a.add("white space around the field: "+name, "RFC 9110 §5.5: it is no part of the value", authorization(value), allowed())
	}
	folded := allowed()
	a.add("field folded between scheme and token", "RFC 9112 §5.2: a fold is refused, or read as spaces", authorization("Bearer\r\n "+token), folded).byServer()
	a.add("field folded in front of the scheme", "RFC 9112 §5.2", authorization("\r\n Bearer "+token), folded).byServer()
	for _, name := range []Text{"authorization", "AUTHORIZATION", "aUTHORIZATION"} {
		a.add("field name "+string(name), "RFC 9110 §5.1", Request{To: "read", Fields: [][2]Text{{name, Text("Bearer " + token)}}}, allowed())
	}
}

func (a *area) malformedFields() {
	token := a.main.Token()
	const source = "RFC 6750 §2.1, §3.1, RFC 9110 §11.6.2"
	for name, value := range map[string]string{
		"Bearer alone": "Bearer", "a tab between": "Bearer\t" + token, "a space and a tab between": "Bearer \t" + token,
		"a colon between": "Bearer:" + token, "a colon and a space between": "Bearer: " + token, "the scheme twice": "Bearer Bearer " + token,
		"two tokens": "Bearer " + token + " " + token, "quotes": `Bearer "` + token + `"`, "an auth-param": `Bearer token="` + token + `"`,
		"access_token=": "Bearer access_token=" + token, "a realm behind": "Bearer " + token + ` realm="x"`, "padding alone": "Bearer =",
		"padding in front": "Bearer =" + token,
		"UTF-8":            "Bearer " + token + "é", "a no-break space between": "Bearer\u00a0" + token, "a percent sign": "Bearer %" + token,
		"a comma behind": "Bearer " + token + ",", "a comma in front": "," + "Bearer " + token, "a quote in front": `"Bearer ` + token + `"`,
		"a scheme with a long s":  "ba\u017fic " + token,
		"a fold inside the token": "Bearer " + token[:20] + "\r\n " + token[20:],
	} {
		c := a.add("malformed: "+name, source, authorization(value), refused(middleware.InvalidRequest)).because(middleware.ReasonMalformed)
		if strings.Contains(value, "\r\n") {
			c.byServer()
		}
	}
	for name, octet := range map[string]string{"NUL": "\x00", "DEL": "\x7f", "BEL": "\x07", "CR": "\r", "escape": "\x1b"} {
		a.add("control character: "+name, "RFC 9110 §5.5", authorization("Bearer "+token[:20]+octet+token[20:]), refused(middleware.InvalidRequest)).byServer()
	}
}

// repeatedFields: which one counts is nothing to guess.
func (a *area) repeatedFields() {
	token, evil := "Bearer "+a.main.Token(), "Bearer "+a.evil.Token()
	const source = "RFC 6750 §3.1, RFC 9449 §7.2, RFC 9110 §5.3"
	for name, values := range map[string][]string{
		"the same twice": {token, token}, "good, then bad": {token, evil}, "bad, then good": {evil, token}, "empty, then good": {"", token},
		"good, then empty": {token, ""}, "Basic, then good": {"Basic dTpw", token}, "good, then Basic": {token, "Basic dTpw"},
		"good, then DPoP": {token, "DPoP" + token[6:]}, "three times": {token, token, token}, "twice empty": {"", ""}, "twice Basic": {"Basic dTpw", "Basic dTpx"},
	} {
		a.add("repeated: "+name, source, authorization(values...), refused(middleware.InvalidRequest)).because(middleware.ReasonRepeated)
	}
	for name, value := range map[string]string{
		"the same twice": token + ", " + token, "good, then bad": token + ", " + evil, "bad, then good": evil + ", " + token,
		"without a space": token + "," + token, "good, then DPoP": token + ", DPoP" + token[6:], "good, then Basic": token + ", Basic dTpw",
		"tokens under one scheme": token + "," + token[7:],
	} {
		a.add("joined: "+name, source, authorization(value), refused(middleware.InvalidRequest)).because(middleware.ReasonMalformed)
	}
	mixed := Request{To: "read", Fields: [][2]Text{{"authorization", Text(token)}, {"AUTHORIZATION", Text(evil)}}}
	a.add("repeated: under two spellings of the name", source, mixed, refused(middleware.InvalidRequest)).because(middleware.ReasonRepeated)
}

func (a *area) otherSchemes() {
	token := a.main.Token()
	const source = "RFC 6750 §3.1: no error where nothing for us was sent"
	for name, value := range map[string]string{
		"Basic": "Basic dXNlcjpwYXNz", "Basic with the token": "Basic " + token, "Digest": `Digest username="u", realm="r"`, "Negotiate": "Negotiate",
		"Bearers": "Bearers " + token, "Bear": "Bear er " + token, "Token": "Token " + token, "JWT": "JWT " + token, "MAC": "MAC " + token,
		"no scheme": token, "DPoP": "DPoP " + token, "GNAP": "GNAP " + token, "Basic joined with Bearer": "Basic dTpw, Bearer " + token,
	} {
		a.add("scheme nobody offers: "+name, source, authorization(value), refused(middleware.NoToken)).because(middleware.ReasonScheme)
	}
	a.add("scheme nobody offers: DPoP with a proof", "RFC 9449 §7.1, §7.2", authorization("DPoP "+token), refused(middleware.NoToken)).field("DPoP",
		Text(a.headed(header{"typ": "dpop+jwt"}))).because(middleware.ReasonScheme)
	a.add("empty field", "RFC 6750 §3.1", authorization(""), refused(middleware.NoToken))
	a.add("no field", "RFC 6750 §3.1", Request{To: "read"}, refused(middleware.NoToken))
}

// otherPlaces for a token do not count (RFC 6750 §2.2, §2.3), neither alone nor beside the right one.
func (a *area) otherPlaces() {
	good, bad := a.main.Token(), a.evil.Token()
	const source = "RFC 6750 §2.3, §5.3, OAuth 2.1 §5.1, FAPI 2.0 §5.3.4"
	query := func(name, target string, e Expect, fields ...[2]Text) {
		a.add(name, source, Request{To: "read", HTTP: Text("GET /read?" + target), Fields: fields}, e).notIn("grpc", oneMethod)
	}
	header := [2]Text{"Authorization", Text("Bearer " + good)}
	query("token in the query", "access_token="+good, refused(middleware.NoToken))
	query("token in the query, other names", "token="+good+"&id_token="+good+"&bearer="+good+"&jwt="+good, refused(middleware.NoToken))
	query("whole field in the query", "Authorization=Bearer%20"+good, refused(middleware.NoToken))
	query("token in the query twice", "access_token="+good+"&access_token="+good, refused(middleware.NoToken))
	query("bad token in the query beside a good field", "access_token="+bad, allowed(), header)
	query("good token in the query beside a bad field", "access_token="+good, refused(middleware.InvalidToken), [2]Text{"Authorization", Text("Bearer " + bad)})
	form := [2]Text{"Content-Type", "application/x-www-form-urlencoded"}
	post := func(name string, body string, e Expect, fields ...[2]Text) {
		a.add(name, "RFC 6750 §2.2, §5.3", Request{To: "write", Fields: fields, Body: Text(body)}, e).notIn("grpc", oneMethod)
	}
	post("token in the form", "access_token="+good, refused(middleware.NoToken), form)
	post("token in JSON", `{"access_token":"`+good+`"}`, refused(middleware.NoToken), [2]Text{"Content-Type", "application/json"})
	post("good token in the form beside a bad field", "access_token="+good, refused(middleware.InvalidToken), form, [2]Text{"Authorization", Text("Bearer " + bad)})
	post("bad token in the form beside a good field", "access_token="+bad, allowed(), form,
		[2]Text{"Authorization", Text("Bearer " + a.token(claims{"scope": "read write"}))})
	a.add("token in the form of a GET", "RFC 6750 §2.2", Request{To: "read", Fields: [][2]Text{form}, Body: Text("access_token=" + good)},
		refused(middleware.NoToken)).notIn("grpc", oneMethod)
}

// otherFields that carry tokens elsewhere.
func (a *area) otherFields() {
	good := a.main.Token()
	const source = "RFC 6750 §2.1, §5.3, RFC 9110 §11.6.2"
	for _, field := range [][2]Text{
		{"Cookie", Text("access_token=" + good)}, {"Cookie", Text("Authorization=Bearer " + good)}, {"Proxy-Authorization", Text("Bearer " + good)},
		{"X-Authorization", Text("Bearer " + good)}, {"X-Forwarded-Authorization", Text("Bearer " + good)}, {"X-Access-Token", Text(good)},
		{"X-Original-Authorization", Text("Bearer " + good)},
		{"Authentication", Text("Bearer " + good)}, {"Access-Token", Text(good)}, {"Sec-WebSocket-Protocol", Text("bearer, " + good)},
		{"X-Auth-Request-Access-Token", Text(good)}, {"X-JWT-Assertion", Text(good)}, {"X-User", "root"},
		{"Grpc-Metadata-Authorization", Text("Bearer " + good)},
	} {
		c := a.add("token in the field "+string(field[0])+": "+strings.Split(string(field[1]), good)[0], source,
			Request{To: "read", Fields: [][2]Text{field}}, refused(middleware.NoToken))
		if strings.HasPrefix(string(field[0]), "Grpc-") {
			c.notIn("grpc", "names that begin with grpc- are reserved")
		}
	}
	a.add("bad token in a cookie beside a good field", source, bearer(good), allowed()).field("Cookie", Text("access_token="+a.evil.Token()))
	a.add("field that is named by Connection", "RFC 9110 §7.6.1: a proxy's business", bearer(good), allowed()).field("Connection",
		"close, Authorization").notIn("grpc", "HTTP/2 has no Connection field (RFC 9113 §8.2.2)")
	a.add("forwarded by a proxy that nobody knows", "RFC 9700 §4.13", bearer(good), allowed()).field("X-Forwarded-Host",
		"evil.test").field("X-Forwarded-Proto", "http")
}

// brokenMessages are refused by HTTP itself; what matters is that no handler runs.
func (a *area) brokenMessages() {
	good := Text("Bearer " + a.main.Token())
	bad := func(name string, r Request, source string) {
		a.add("broken message: "+name, source, r, refused(middleware.NoToken)).byServer().notIn("grpc", "it is a fault of the syntax of HTTP/1.1")
	}
	field := func(name Text) Request { return Request{To: "read", Fields: [][2]Text{{name, good}}} }
	bad("space before the colon", field("Authorization "), "RFC 9112 §5.1")
	bad("tab before the colon", field("Authorization\t"), "RFC 9112 §5.1")
	bad("space in front of the name", field(" Authorization"), "RFC 9112 §5.2")
	bad("NUL in the name", field("Authorization\x00"), "RFC 9110 §5.1")
	bad("a name with a dash too many", field("Authorization-"), "RFC 9110 §5.1")
	bad("a name in UTF-8", field("Authorization\u200b"), "RFC 9110 §5.1")
	bad("underscore for the name", field("HTTP_AUTHORIZATION"), "RFC 9110 §5.1")
	bad("token in a trailer",
		Request{To: "write", Fields: [][2]Text{{"Transfer-Encoding", "chunked"}, {"Trailer", "Authorization"}}, Body: "0\r\nAuthorization: " + good + "\r\n\r\n"},
		"RFC 9110 §6.5.1")
}

// anonymous requests pass where a rule says so, and a bad token is no anonymous request.
func (a *area) anonymous() {
	const source = "RFC 6750 §3.1; a bad token is not taken for none"
	a.add("optional, no field", source, Request{To: "optional"}, allowed())
	a.good("optional, a good token", a.main.Token(), source).to("optional")
	a.bad("optional, a bad token", a.evil.Token(), source).to("optional").because(middleware.ReasonUnrecognized)
	a.bad("optional, an expired token", a.token(claims{"exp": in(-3600)}), source).to("optional").because(middleware.ReasonExpired)
	a.good("optional, a scope is missing", a.token(claims{"scope": "write"}), source).to("optional").forbidden()
	a.add("optional, malformed", source, authorization("Bearer a b"), refused(middleware.InvalidRequest)).to("optional").because(middleware.ReasonMalformed)
	a.add("optional, Basic", source, authorization("Basic dTpw"), refused(middleware.NoToken)).to("optional").because(middleware.ReasonScheme)
	a.add("optional, an empty field", source, authorization(""), refused(middleware.NoToken)).to("optional")
	a.add("public, no field", source, Request{To: "open"}, allowed())
	a.add("public, garbage", source, authorization("Bearer a b", "x"), allowed()).to("open")
	a.good("public, a bad token", a.evil.Token(), source).to("open")
}
