package main

import (
	"fmt"

	"github.com/bearerguard/bearerguard/middleware"
)

func audiences(a *area) {
	a.otherAudiences()
	a.wrongAudiences()
	a.goodAudiences()
	a.otherAudienceClaims()
}

func (a *area) otherAudiences() {
	const source = "RFC 7519 §4.1.3, RFC 9068 §4, RFC 8707 §2, RFC 9700 §2.3"
	for _, aud := range []string{
		theirs, ours + "/", ours + "/v1", ours + ".evil.test", ours + ":443", ours + "?x", ours + "#x", ours[:len(ours)-1], "https://API.test",
		"HTTPS://api.test", "http://api.test", "api.test", "//api.test",
		"https://user@api.test", "https://api.test@evil.test", "https://*.test", "*", "", " " + ours, ours + " ", ours + "\x00", ours + "\n",
		ours + " " + theirs, theirs + " " + ours, ours + "," + theirs,
		"https://%61pi.test", "https://api.test\u200b", "https://аpi.test", "https://ａpi.test", "https://xn--pi-7kc.test", "urn:example:API",
		"urn:example", "client-1", mainURL, "undefined",
	} {
		a.bad("aud "+quoted(aud), a.token(claims{"aud": aud}), source).because(middleware.ReasonAudience)
	}
	for name, aud := range map[string]any{
		"an empty array": []string{}, "an array of others": []string{theirs, theirs + "/2"}, "an array of an empty string": []string{""},
		"an array with ours cut in two": []string{"https://", "api.test"},
		"an array with ours as prefix":  []string{ours + "/"}, "an array in JSON as string": `["` + ours + `"]`,
	} {
		a.bad("aud "+name, a.token(claims{"aud": aud}), source).because(middleware.ReasonAudience)
	}
	a.bad("aud absent", a.token(claims{"aud": absent}), "RFC 8725 §3.9, RFC 9068 §2.2").because(middleware.ReasonAudience)
	for _, name := range []string{"azp", "resource", "client_id", "audience", "AUD", "scope"} {
		a.bad("aud of others, ours in "+name, a.token(claims{"aud": theirs, name: ours}), source).because(middleware.ReasonAudience)
	}
}

func (a *area) wrongAudiences() {
	const source = "RFC 7519 §4.1.3"
	for name, aud := range map[string]any{
		"null": nil, "a number": 1, "true": true, "an object": header{ours: true}, "an array with a number": []any{ours, 1},
		"an array with null": []any{ours, nil}, "an array in an array": []any{[]string{ours}},
		"an array with an object": []any{ours, header{}},
	} {
		a.bad("aud "+name, a.token(claims{"aud": aud}), source).because(middleware.ReasonClaims)
	}
}

func (a *area) goodAudiences() {
	const source = "RFC 7519 §4.1.3, RFC 9068 §4"
	many := []string{}
	for i := range 100 {
		many = append(many, fmt.Sprintf("https://api-%d.test", i))
	}
	for name, aud := range map[string]any{
		"ours": ours, "our other name": alsoOurs, "an array of ours": []string{ours}, "an array with ours first": []string{ours, theirs},
		"an array with ours last":    []string{theirs, ours},
		"an array of both our names": []string{ours, alsoOurs}, "an array with ours twice": []string{ours, ours},
		"an array with ours behind an empty string": []string{"", ours}, "an array with ours behind a hundred others": append(many, ours),
	} {
		a.good("aud "+name, a.token(claims{"aud": aud}), source)
	}
	a.good("aud ours with escapes", a.raw("aud", `"https:\/\/\u0061pi.test"`), "RFC 7515 §5.3, RFC 8259 §7")
	a.good("aud ours, azp and resource of others", a.token(claims{"azp": "client-9", "resource": theirs}), source)
}

// otherAudienceClaims: access tokens of Amazon Cognito have client_id in place of aud.
func (a *area) otherAudienceClaims() {
	const source = "RFC 7519 §4.1.3; Amazon Cognito: verifying access tokens"
	try := func(name string, c claims) *Case {
		return a.bad("client_id as audience, "+name, a.token(c), source).with("cognito")
	}
	a.good("client_id as audience, no aud", a.token(claims{"aud": absent}), source).with("cognito")
	a.good("client_id as audience, aud too", a.token(claims{"aud": "client-1"}), source).with("cognito")
	try("of another client", claims{"aud": absent, "client_id": "client-2"}).because(middleware.ReasonAudience)
	try("absent", claims{"aud": absent, "client_id": absent}).because(middleware.ReasonAudience)
	try("in aud alone", claims{"aud": "client-1", "client_id": absent}).because(middleware.ReasonAudience)
	try("and an aud of others", claims{"aud": theirs}).because(middleware.ReasonAudience)
	try("and an aud of the wrong type", claims{"aud": 1}).because(middleware.ReasonClaims)
	try("a number", claims{"aud": absent, "client_id": 1}).because(middleware.ReasonClaims)
	try("of an ID token, whose aud it is", claims{"aud": "client-1", "client_id": absent, "token_use": "id"})
}
