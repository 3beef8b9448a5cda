package main

import (
	"fmt"
	"strings"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/middleware"
)

func introspections(a *area) {
	a.activeMember()
	a.answeredClaims()
	a.answeredKinds()
	a.brokenAnswers()
	a.otherStatuses()
	a.mediaTypes()
	a.signedAnswers()
	a.whoIsAsked()
	a.required()
}

func (a *area) activeMember() {
	const source = "RFC 7662 §2.2: active is a boolean"
	for name, value := range map[string]any{
		"'true'": "true", "1": 1, "null": nil, "an object": header{}, "an array": []bool{true}, "absent": absent, "'active'": "active", "0": 0,
		"'false'": "false", "empty": "",
	} {
		a.asking("active "+name, active(claims{"active": value}), source).undecided()
	}
	a.asking("Active for active", active(claims{"active": absent, "Active": true}), source+", RFC 7515 §5.3").undecided()
	a.asking("active false", inactive(), "RFC 7662 §2.2").refusedBecause(middleware.ReasonInactive)
	a.asking("active false beside good members", active(claims{"active": false}),
		"RFC 7662 §2.2: what stands beside it means nothing").refusedBecause(middleware.ReasonInactive)
	a.asking("active false beside active true", jsonAnswer(`{"active":false,"active":true}`), "RFC 8259 §4").undecided()
	a.asking("active true beside active false", jsonAnswer(`{"active":true,"active":false}`), "RFC 8259 §4").undecided()
	a.asking("active true inside another member", jsonAnswer(`{"active":false,"data":{"active":true}}`), "RFC 7662 §2.2").refusedBecause(middleware.ReasonInactive)
	a.asking("active true alone inside another member", jsonAnswer(`{"data":{"active":true}}`), "RFC 7662 §2.2").undecided()
	a.asking("active true and nothing else", jsonAnswer(`{"active":true}`), "RFC 7662 §2.2: all else is optional; nothing is granted").forbidden()
	a.asking("active true, and a scope", jsonAnswer(`{"active":true,"scope":"read"}`), "RFC 7662 §2.2")
	a.asking("active true with an escape in its name", jsonAnswer(`{"\u0061ctive":true,"scope":"read"}`), "RFC 7515 §5.3")
}

func (a *area) answeredClaims() {
	const source = "RFC 7662 §2.2, §4, RFC 9700 §2.3"
	for name, c := range map[string]struct {
		changes claims
		reason  middleware.Reason
	}{
		"iss of another issuer": {claims{"iss": evilURL}, middleware.ReasonIssuer},
		"iss with a slash":      {claims{"iss": mainURL + "/"}, middleware.ReasonIssuer}, "iss empty": {claims{"iss": ""}, middleware.ReasonIssuer},
		"aud of another resource": {claims{"aud": theirs}, middleware.ReasonAudience},
		"aud an empty array":      {claims{"aud": []string{}}, middleware.ReasonAudience}, "aud empty": {claims{"aud": ""}, middleware.ReasonAudience},
		"aud with ours as prefix": {claims{"aud": ours + "/x"}, middleware.ReasonAudience},
		"exp past":                {claims{"exp": in(-31)}, middleware.ReasonExpired}, "exp long past": {claims{"exp": 1}, middleware.ReasonExpired},
		"nbf ahead":       {claims{"nbf": in(31)}, middleware.ReasonNotYetValid},
		"token_type DPoP": {claims{"token_type": "DPoP"}, middleware.ReasonConfirmation},
		"token_type dpop": {claims{"token_type": "dpop"}, middleware.ReasonConfirmation},
	} {
		a.asking("answer with "+name, active(c.changes), source).refusedBecause(c.reason)
	}
	for name, changes := range map[string]claims{
		"iss a number": {"iss": 1}, "iss null": {"iss": nil}, "aud a number": {"aud": 1}, "aud null": {"aud": nil}, "exp a string": {"exp": "1"},
		"exp negative": {"exp": -1}, "exp null": {"exp": nil}, "nbf a string": {"nbf": "x"}, "scope a number": {"scope": 1},
		"scope an array": {"scope": []string{"read"}}, "scope an object": {"scope": header{}}, "sub a number": {"sub": 1},
		"client_id an object": {"client_id": header{}},
	} {
		a.asking("answer with "+name, active(changes), source+": no sense is no verdict").undecided()
	}
	for name, changes := range map[string]claims{
		"no iss": {"iss": absent}, "no aud": {"aud": absent}, "no exp": {"exp": absent}, "exp 0, which means never": {"exp": 0},
		"exp with a fraction": {"exp": float64(in(60)) + 0.5}, "exp within the leeway": {"exp": in(-29)},
		"aud an array": {"aud": []string{theirs, ours}}, "aud our other name": {"aud": alsoOurs}, "no sub": {"sub": absent}, "sub null": {"sub": nil},
		"token_type bearer": {"token_type": "bearer"}, "token_type access_token": {"token_type": "access_token"},
		"no token_type": {"token_type": absent}, "members nobody knows": {"vendor": header{"active": false}, "username": "x"},
		"scp": {"scope": absent, "scp": []string{"read"}}, "nbf now": {"nbf": in(0)},
	} {
		c := a.asking("answer with "+name, active(changes), source)
		if name == "exp within the leeway" {
			c.fresh() // an answer is kept until exp and no longer
		}
	}
	a.asking("answer with a scope too few", active(claims{"scope": "write"}), "RFC 6750 §3.1").forbidden()
	a.asking("answer with a scope array, where one may be", active(claims{"scope": []string{"read"}}), "RFC 6749 §3.3").with("arrays")
	a.asking("answer with a scope array of one string", active(claims{"scope": []string{"x read"}}), "RFC 6749 §3.3").with("arrays").forbidden()
}

// answeredKinds are active tokens that are no access tokens.
func (a *area) answeredKinds() {
	const source = "RFC 7662 §2.2, RFC 8725 §3.12"
	for name, changes := range map[string]claims{
		"token_use refresh_token": {"token_use": "refresh_token"}, "token_type refresh_token": {"token_type": "refresh_token"},
		"typ Refresh": {"typ": "Refresh"}, "typ ID": {"typ": "ID"}, "token_use id": {"token_use": "id"}, "typ Offline": {"typ": "Offline"},
		"at_hash": {"at_hash": "x"},
	} {
		a.asking("answer about another kind: "+name, active(changes), source).refusedBecause(middleware.ReasonType)
	}
}

func (a *area) brokenAnswers() {
	const source = "RFC 7662 §2.3; not knowing is no verdict: RFC 9110 §15.6.4"
	good := toJSON(activeMembers(nil))
	for name, text := range map[string]string{
		"nothing": "", "a web page": "<!doctype html><title>Sorry</title>", "null": "null", "true": "true", "an array": "[" + good + "]",
		"a string": toJSON(good), "cut off": good[:len(good)-2], "twice": good + good, "with letters behind": good + "x",
		"with a byte order mark": "\ufeff" + good, "with a name twice": appendMembers(good, `"aud":"`+ours+`"`),
		"with a name twice inside": appendMembers(good, `"x":{"y":1,"y":2}`),
		"with a lone surrogate":    appendMembers(good, `"x":"\ud800"`), "with invalid UTF-8": appendMembers(good, "\"x\":\"\xff\""),
		"in UTF-16": inUTF16(good), "with arrays 100 deep": appendMembers(good, `"x":`+strings.Repeat("[", 100)+strings.Repeat("]", 100)),
		"with 600 members":      strings.TrimSuffix(good, "}") + members(600) + "}",
		"of 1 MiB and an octet": good + strings.Repeat(" ", 1<<20+1-len(good)), "of 8 MiB": good + strings.Repeat(" ", 8<<20),
		"with a comment": good + "//", "in a form": "active=true&scope=read",
	} {
		a.asking("answer: "+name, jsonAnswer(text), source).undecided()
	}
	compressed := func(text string) Answer {
		answer := jsonAnswer(text)
		answer.Fields = append(answer.Fields, [2]Text{"Content-Encoding", "gzip"})
		return answer
	}
	a.asking("answer in gzip that is 8 MiB", compressed(good+strings.Repeat(" ", 8<<20)), source+", RFC 8725bis §3.15").undecided()
	a.asking("answer in gzip", compressed(good), "RFC 9110 §8.4.1.3")
	a.asking("answer of 1 MiB", jsonAnswer(good+strings.Repeat(" ", 1<<20-len(good))), "RFC 8259 §2; "+shortOf).fresh()
	a.asking("answer with white space", jsonAnswer("\r\n "+strings.ReplaceAll(good, ",", " ,\t")+"\n"), "RFC 8259 §2")
	broken := a.asking("answer that never comes", Answer{}, source)
	broken.undecided().Expect.Asked = nil // a connection that broke is tried once more
}

func (a *area) otherStatuses() {
	good := Text(toJSON(activeMembers(nil)))
	for _, status := range []int{201, 202, 203, 206, 226, 301, 302, 303, 307, 308, 400, 401, 403, 404, 405, 408, 418, 429, 500, 502, 503, 504} {
		answer := Answer{Status: status, Fields: [][2]Text{{"Content-Type", "application/json"}}, Body: good}
		source := "RFC 7662 §2.2, §2.3: only 200 answers"
		if status/100 == 3 {
			answer.Fields, source = append(answer.Fields, [2]Text{"Location", evilURL + "/introspect"}),
				"RFC 7662 §2.2, RFC 6750 §5.3: a token is not sent where somebody points"
		}
		a.asking(fmt.Sprintf("answer of status %d", status), answer, source).undecided().Expect.Asked = nil
	}
	a.asking("answer of status 401 that says inactive",
		Answer{Status: 401, Fields: [][2]Text{{"Content-Type", "application/json"}}, Body: `{"active":false}`},
		"RFC 7662 §2.3: our credentials are wrong, not the token").undecided()
	a.asking("answer of status 400 that says invalid_token",
		Answer{Status: 400, Fields: [][2]Text{{"Content-Type", "application/json"}}, Body: `{"error":"invalid_token"}`},
		"RFC 7662 §2.2, §2.3").undecided()
}

func (a *area) mediaTypes() {
	good := Text(toJSON(activeMembers(nil)))
	typed := func(types ...Text) Answer {
		answer := Answer{Status: 200, Body: good}
		for _, t := range types {
			answer.Fields = append(answer.Fields, [2]Text{"Content-Type", t})
		}
		return answer
	}
	const source = "RFC 7662 §2.2: application/json"
	for _, kind := range []Text{
		"text/html", "text/plain", "application/jwt", "application/token-introspection+jwt", "application/x-www-form-urlencoded", "application/jsonp",
		"text/json", "json", "application/octet-stream", "",
	} {
		a.asking("answer as "+quoted(string(kind)), typed(kind), source).undecided()
	}
	a.asking("answer with two types", typed("application/json", "text/html"), source).undecided()
	for _, kind := range []Text{"application/json; charset=utf-8", "Application/JSON", "application/json;charset=UTF-8", "application/introspection+json"} {
		a.asking("answer as "+string(kind), typed(kind), "RFC 9110 §8.3.1, RFC 6839 §3.1")
	}
}

// whoIsAsked: a JWT of a known issuer is judged here and never sent out; garbage is not sent either.
func (a *area) whoIsAsked() {
	const source = "a rule of this library: who recognizes a token judges it, and nobody after"
	first := func(name, token string) *Case {
		return a.good("first: "+name, token, source).with("first").answer(active(nil))
	}
	first("a good JWT", a.main.Token()).asked(0)
	first("a JWT with a bad signature",
		a.main.Mint(mint{Key: a.stranger, Header: header{"kid": a.main.KeyID()}})).asked(0).refusedBecause(middleware.ReasonSignature)
	first("an expired JWT", a.token(claims{"exp": in(-60)})).asked(0).refusedBecause(middleware.ReasonExpired)
	first("an unsecured JWT",
		a.main.Mint(mint{Header: header{"alg": "none"}, Sign: func([]byte) []byte { return nil }})).asked(0).refusedBecause(middleware.ReasonAlgorithm)
	for name, token := range map[string]string{
		"a JWT with exp twice":                   a.texts(a.goodHeader(), a.more(`"exp":1`)),
		"a JWT with alg twice":                   a.texts(appendMembers(a.goodHeader(), `"alg":"none"`), a.goodPayload()),
		"a JWT with something behind its claims": a.texts(a.goodHeader(), a.goodPayload()+"x"),
		"a JWT without alg":                      a.headed(header{"alg": absent}), "a JWT with kid a number": a.headed(header{"kid": 1}),
		"a JWT with padding": a.main.Token() + "==", "a JWT with a lone surrogate": a.texts(a.goodHeader(), a.more(`"x":"\ud800"`)),
	} {
		first(name, token).asked(0).refusedBecause("")
	}
	first("an opaque token", opaque).asked(1)
	first("an opaque token with two periods", "a.b.c").asked(1)
	first("a JWT of another issuer, which main calls active", a.evil.Token()).asked(1)
	first("a JWT of another issuer, which main calls inactive",
		a.evil.Token(authtest.Claims{"x": 1})).asked(1).answer(inactive()).refusedBecause(middleware.ReasonInactive)
	every := func(name, token string, answer Answer) *Case {
		return a.good("every: "+name, token, source).with("every").answer(answer)
	}
	every("both agree", a.main.Token(), active(nil)).asked(1)
	every("revoked", a.main.Token(), inactive()).asked(1).refusedBecause(middleware.ReasonInactive)
	every("a bad signature is not sent out", a.main.Mint(mint{Key: a.stranger, Header: header{"kid": a.main.KeyID()}}),
		active(nil)).asked(0).refusedBecause(middleware.ReasonSignature)
	every("another subject", a.main.Token(), active(claims{"sub": "user-2"})).asked(1).refusedBecause(middleware.ReasonDisagreement)
	every("fewer scopes in the answer", a.main.Token(), active(claims{"scope": "write"})).asked(1).forbidden()
	every("fewer scopes in the token", a.token(claims{"scope": "write"}), active(nil)).asked(1).forbidden()
	every("an opaque token", opaque, active(nil)).asked(0).refusedBecause(middleware.ReasonUnrecognized)
	every("no decision", a.main.Token(), Answer{Status: 500}).asked(1).undecided()
	every("bound in the answer alone", a.main.Token(), active(claims{"cnf": header{"jkt": thumbprint}})).asked(1).refusedBecause("")
	for _, token := range []string{"a b", "tök", `"x"`, "{}", "a,b"} {
		a.add("opaque token "+quoted(token), "RFC 6750 §2.1", bearer(token),
			refused(middleware.InvalidRequest)).with("opaque").answer(active(nil)).because(middleware.ReasonMalformed).asked(0)
	}
}

func (a *area) required() {
	const source = "RFC 7662 §2.2, RFC 9700 §2.3: what a deployment asks for has to be there"
	a.asking("required: all there", active(nil), source).with("required")
	a.asking("required: no aud", active(claims{"aud": absent}), source).with("required").refusedBecause(middleware.ReasonAudience)
	a.asking("required: no iss", active(claims{"iss": absent}), source).with("required").refusedBecause(middleware.ReasonClaims)
	a.asking("required: no exp", active(claims{"exp": absent}), source).with("required").refusedBecause(middleware.ReasonClaims)
	a.asking("required: exp 0", active(claims{"exp": 0}), source).with("required").refusedBecause(middleware.ReasonClaims)
	a.asking("required: a refresh token that is merely active", jsonAnswer(`{"active":true,"scope":"read"}`),
		source).with("required").refusedBecause(middleware.ReasonAudience)
}
