package main

import (
	"fmt"
	"strings"

	"github.com/bearerguard/bearerguard/middleware"
)

func sequences(a *area) {
	a.twins()
	a.twinsFirst()
	a.laterTimes()
	a.changedKeys()
	a.outages()
	a.otherRoutes()
	a.revocations()
	a.askedAgain()
	a.floods()
}

// twinOf are changes of a good token that a cache could miss.
func (a *area) twinOf(token string) map[string]string {
	flip := func(at func(int) int) func(string) string {
		return func(s string) string { b := []byte(s); b[at(len(b))] ^= 1; return string(b) }
	}
	replace := func(from, to string) func(string) string {
		return func(s string) string { return strings.Replace(s, from, to, 1) }
	}
	return map[string]string{
		"the first bit of the signature":       edited(token, 2, flip(func(int) int { return 0 })),
		"a bit in the middle of the signature": edited(token, 2, flip(func(n int) int { return n / 2 })),
		"the last bit of the signature":        edited(token, 2, flip(func(n int) int { return n - 1 })),
		"the scope":                            edited(token, 1, replace("read", "root")), "the subject": edited(token, 1, replace("user-1", "user-2")),
		"the end":                        edited(token, 1, replace(fmt.Sprint(in(300)), fmt.Sprint(in(900)))),
		"white space behind the payload": edited(token, 1, func(s string) string { return s + " " }),
		"a member more":                  edited(token, 1, func(s string) string { return appendMembers(s, `"admin":true`) }),
		"the algorithm":                  edited(token, 0, replace("ES256", "none")), "the algorithm for HMAC": edited(token, 0, replace("ES256", "HS256")),
		"the type":                      edited(token, 0, replace("at+jwt", "JWT")),
		"white space behind the header": edited(token, 0, func(s string) string { return s + " " }),
		"a header member more":          edited(token, 0, func(s string) string { return appendMembers(s, `"x":1`) }),
		"no signature":                  token[:strings.LastIndexByte(token, '.')+1], "the signature cut": edited(token, 2, func(s string) string { return s[:len(s)-3] }),
		"the signature twice": token + token[strings.LastIndexByte(token, '.')+1:], "a period behind": token + ".", "padding behind": token + "=",
		"unused bits of the signature": bump(token), "capitals": strings.ToUpper(token), "the last character": token[:len(token)-1],
	}
}

// whyNot is why a twin is refused: its signature does not hold, if it comes to that.
func whyNot(name string) middleware.Reason {
	switch name {
	case "the algorithm", "the algorithm for HMAC":
		return middleware.ReasonAlgorithm
	case "padding behind", "the last character", "unused bits of the signature":
		return middleware.ReasonMalformed
	case "a period behind", "capitals":
		return middleware.ReasonUnrecognized
	}
	return middleware.ReasonSignature
}

func (a *area) twins() {
	const source = "RFC 7515 §5.2; a cached decision is that of these octets"
	token := a.main.Token()
	for name, twin := range a.twinOf(token) {
		a.then("good, then a twin: "+name, source, "jwt", passes(token), fails(twin, whyNot(name)))
	}
	payload := part(token, 1)
	a.then("good, then its claims by another key", source, "jwt", passes(token),
		fails(a.main.Mint(mint{Key: a.stranger, Header: header{"kid": a.main.KeyID()}, RawPayload: []byte(payload)}), middleware.ReasonSignature))
	a.then("good, then its claims by another key of the issuer", source, "jwt", passes(token),
		passes(a.main.Mint(mint{Algorithm: "EdDSA", RawPayload: []byte(payload)})))
	a.then("good, then its signature on other claims", source, "jwt", passes(token),
		fails(edited(token, 1, func(string) string { return a.goodPayload() }), middleware.ReasonSignature))
	a.then("good, then the same under DPoP", "RFC 9449 §7.1", "jwt", passes(token),
		Step{Request: authorization("DPoP " + token), Expect: refused(middleware.NoToken)}).because(middleware.ReasonScheme)
	a.then("good, then the same twice", "RFC 6750 §3.1", "jwt", passes(token),
		Step{Request: authorization("Bearer "+token, "Bearer "+token), Expect: refused(middleware.InvalidRequest)}).because(middleware.ReasonRepeated)
	a.then("good, then none", "RFC 6750 §3.1", "jwt", passes(token), Step{Request: Request{To: "read"}, Expect: refused(middleware.NoToken)})
	a.then("good, then the same in lower-case bearer", "RFC 9110 §11.1", "jwt", passes(token), Step{Request: authorization("bearer  " + token), Expect: allowed()})
	a.then("good of two issuers, then crossed", "RFC 8725 §3.8", "two issuers", passes(a.main.Token()), passes(a.second.Token()),
		fails(a.second.Mint(mint{Claims: claims{"iss": mainURL}}), middleware.ReasonAlgorithm))
	a.then("good of a tenant, then of one that is not allowed", "RFC 8725 §3.8", "tenants", passes(a.tenant.Token()),
		fails(a.closed.Token(), middleware.ReasonUnrecognized))
}

// twinsFirst: what was refused says nothing about what is alike.
func (a *area) twinsFirst() {
	const source = "RFC 7515 §5.2; refusals of others do no harm"
	for _, name := range []string{"the last bit of the signature", "the scope", "no signature", "the algorithm", "padding behind"} {
		token := a.main.Token()
		a.then("a twin, then the good one: "+name, source, "jwt", fails(a.twinOf(token)[name], whyNot(name)), passes(token), passes(token))
	}
}

func (a *area) laterTimes() {
	const source = "RFC 7519 §4.1.4, RFC 9068 §4; a cached decision ends with its token"
	token := func() string { return a.main.Token() } // lives for five minutes
	one, two, three, four := token(), token(), token(), token()
	a.then("good, then past exp and leeway", source, "jwt", passes(one), fails(one, middleware.ReasonExpired).after(330))
	a.then("good, then past exp, within the leeway", source, "jwt", passes(two), passes(two).after(329))
	a.then("good, then long past", source, "jwt", passes(three), fails(three, middleware.ReasonExpired).after(3000))
	a.then("good, past exp, and past it still", source, "jwt", passes(four), fails(four, middleware.ReasonExpired).after(400),
		fails(four, middleware.ReasonExpired).after(1))
	early := a.token(claims{"nbf": in(100)})
	a.then("not valid yet, then good", "RFC 7519 §4.1.5; refusals are not kept past their reason", "jwt", fails(early, middleware.ReasonNotYetValid),
		passes(early).after(70))
	begun := a.token(claims{"nbf": in(0)})
	a.then("good, then before nbf because the clock was set back", "RFC 7519 §4.1.5", "jwt", passes(begun), fails(begun, middleware.ReasonNotYetValid).after(-120))
	strict := a.main.Token()
	a.then("good in the strict profile, then past exp", source, "strict", passes(strict), fails(strict, middleware.ReasonExpired).after(330))
}

// otherRoutes: a decision about a token is none about a route.
func (a *area) otherRoutes() {
	const source = "RFC 6750 §3.1, RFC 9700 §2.3"
	for route, e := range map[string]Expect{
		"write": refused(middleware.InsufficientScope), "admin": refused(middleware.InsufficientScope),
		"items": refused(middleware.InsufficientScope), "unlisted": refused(middleware.NoRule), "denied": refused(middleware.NoRule),
		"either": allowed(), "authenticated": allowed(), "optional": allowed(), "open": allowed(),
	} {
		token := a.main.Token()
		a.then("good on read, then on "+route, source, "jwt", passes(token), passes(token), passes(token).on(route, e))
	}
	token := a.main.Token()
	a.then("refused on write, then on read", source, "jwt", passes(token).on("write", refused(middleware.InsufficientScope)), passes(token))
}

func (a *area) floods() {
	token := a.main.Token()
	var steps []Step
	for i := range 5 {
		steps = append(steps, fails(a.main.Mint(mint{Key: a.stranger, Header: header{"kid": fmt.Sprintf("nobody-%d", i)}}), middleware.ReasonUnknownKey))
	}
	a.then("unknown kids, then a good token", "RFC 8725 §3.10; nobody shuts the others out", "jwt", append(steps, passes(token))...)
	a.then("good, unknown kids, and good again", "RFC 8725 §3.10; nobody shuts the others out", "jwt",
		append(append([]Step{passes(token)}, steps...), passes(token))...)
	steps = nil
	for i := range 8 {
		steps = append(steps, undecided(fmt.Sprintf("bad-%d", i), middleware.ReasonIntrospection).answering(jsonAnswer(`{"active":"x"}`)))
	}
	a.then("answers that say nothing clear, then a good token", "RFC 7662 §4; nobody shuts the others out", "opaque",
		append(steps, passes(opaque).answering(active(nil)).asked(1))...)
}
