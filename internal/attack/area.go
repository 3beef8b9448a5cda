package main

import (
	"slices"
	"strings"

	"github.com/bearerguard/bearerguard/middleware"
)

// An area is a File that recipes fill.
type area struct {
	*setting
	file *File
}

// areas are the recipes, by area.
var areas = []struct {
	name, about string
	recipe      func(*area)
}{
	{"algorithm", "alg and the signature that goes with it", algorithms},
	{"header", "kid, keys that a token brings along, and what else stands in a JOSE header", headers},
	{"encoding", "parts, base64url and serializations", encodings},
	{"json", "JSON that parsers read differently", jsonTexts},
	{"time", "exp, nbf and iat", times},
	{"audience", "aud, and what stands in its place", audiences},
	{"issuer", "iss, and whose keys count", issuers},
	{"tokentype", "other kinds of JWT", tokenTypes},
	{"crit", "crit, b64 and cty", criticals},
	{"jwe", "encrypted tokens, and signed ones that look encrypted", encrypted},
	{"size", "what is too long, too many or too deep", sizes},
	{"key", "what an issuer publishes", keys},
	{"http", "where credentials stand in a request and how they are written", requests},
	{"path", "requests that routers read differently", paths},
	{"scope", "what a token grants", scopeClaims},
	{"introspection", "what an introspection endpoint answers", introspections},
	{"confirmation", "tokens bound to a key, where no proof of possession is checked", confirmations},
	{"sequence", "a good token, and then its bad twin", sequences},
}

// recipes makes the whole corpus from fresh keys.
func recipes() []*File {
	const about = "Cases for a resource server: what is sent and what has to become of it. Generated from keys made for this file, which protect nothing. " +
		"A string stands for octets, one for each character. Area: "
	setting, known := newSetting(), configurations()
	var files []*File
	for _, entry := range areas {
		a := &area{setting, &File{About: about + entry.about + ".", Area: entry.name, Now: now, Routes: routes}}
		entry.recipe(a)
		slices.SortFunc(a.file.Cases, func(x, y *Case) int { return strings.Compare(x.Name, y.Name) })
		a.file.Configurations = map[string]*Configuration{}
		for _, c := range a.file.Cases {
			a.file.Configurations[c.Configuration] = known[c.Configuration]
		}
		a.file.Issuers = setting.issuers(a.file.Configurations)
		files = append(files, a.file)
	}
	return files
}

// add adds a case under the configuration jwt.
func (a *area) add(name, source string, r Request, e Expect) *Case {
	c := &Case{Name: name, Source: source, Configuration: "jwt", Step: Step{Request: r, Expect: e}}
	a.file.Cases = append(a.file.Cases, c)
	for _, field := range r.Fields {
		if why := notMetadata(field[1]); why != "" {
			c.notIn("grpc", why)
		}
	}
	return c
}

// bad adds a token that has to be refused as such: 401 with invalid_token.
func (a *area) bad(name, token, source string) *Case {
	return a.add(name, source, bearer(token), refused(middleware.InvalidToken))
}

// good adds a token that has to be accepted.
func (a *area) good(name, token, source string) *Case {
	return a.add(name, source, bearer(token), allowed())
}

// bearer is a request for the route read with a token.
func bearer(token string) Request { return authorization("Bearer " + token) }

func authorization(values ...string) Request {
	r := Request{To: "read"}
	for _, v := range values {
		r.Fields = append(r.Fields, [2]Text{"Authorization", Text(v)})
	}
	return r
}

// allowed is what becomes of a good request.
func allowed() Expect { return Expect{Verdict: "allow", Status: 204, GRPC: "OK"} }

// refused is what becomes of a request that is refused with this code, for the usual reason of one that has only one.
func refused(code middleware.Code) Expect {
	e := Expect{Verdict: "refuse"}
	switch code {
	case middleware.NoToken:
		e.Status, e.GRPC, e.Reason = 401, "Unauthenticated", string(middleware.ReasonNoToken)
	case middleware.InvalidRequest:
		e.Status, e.GRPC, e.Error = 400, "Unauthenticated", "invalid_request"
	case middleware.InvalidToken:
		e.Status, e.GRPC, e.Error = 401, "Unauthenticated", "invalid_token"
	case middleware.InsufficientScope:
		e.Status, e.GRPC, e.Error, e.Reason = 403, "PermissionDenied", "insufficient_scope", string(middleware.ReasonScope)
	case middleware.NoRule:
		e.Status, e.GRPC, e.Error, e.Reason = 403, "PermissionDenied", "insufficient_scope", string(middleware.ReasonNoRule)
	case middleware.Unavailable:
		e.Status, e.GRPC = 503, "Unavailable"
	default:
		panic("attack: no recipe needs the code " + string(code))
	}
	return e
}

// notMetadata tells why a value cannot stand in gRPC metadata.
func notMetadata(value Text) string {
	switch {
	case strings.Trim(string(value), " \t") != string(value):
		return "a value in HTTP/2 neither begins nor ends with white space (RFC 9113 §8.2.1)"
	case strings.ContainsFunc(value.characters(), func(r rune) bool { return r < ' ' || r > '~' }):
		return "gRPC metadata is printable ASCII"
	}
	return ""
}
