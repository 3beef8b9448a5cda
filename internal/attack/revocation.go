package main

import (
	"strings"

	"github.com/bearerguard/bearerguard/middleware"
)

func (a *area) revocations() {
	const source = "RFC 7662 §4, RFC 7009 §2.1"
	good := passes(opaque).answering(active(nil)).asked(1)
	gone := fails(opaque, middleware.ReasonInactive).answering(inactive()).asked(1)
	a.then("active, then revoked and forgotten", source, "opaque", good, gone.forgetting(opaque))
	a.then("active, then revoked, a minute later", source, "opaque", good, gone.after(61))
	a.then("active until soon, then revoked at its end", "RFC 7662 §4: no answer is used past exp", "opaque",
		passes(opaque).answering(active(claims{"exp": in(5)})).asked(1), gone.after(6))
	a.then("active, then past exp, and still called active", "RFC 7662 §2.2", "opaque",
		passes(opaque).answering(active(claims{"exp": in(20)})).asked(1), fails(opaque, middleware.ReasonExpired).after(51).asked(1))
	a.then("active, then revoked in a signed answer", "RFC 9701 §5", "signed", passes(opaque).answering(a.signedAnswer(mint{})),
		fails(opaque, middleware.ReasonInactive).
			answering(a.signedAnswer(mint{Claims: claims{"iat": in(61), "token_introspection": header{"active": false}}})).after(61))
	a.then("active in a signed answer, which is sent once more an hour later", "RFC 9701 §5: by its iat, the answer may have been superseded", "signed",
		passes(opaque).answering(a.signedAnswer(mint{Claims: claims{"token_introspection": activeMembers(claims{"exp": in(86400)})}})),
		undecided(opaque, middleware.ReasonIntrospection).after(3600))
	token := a.main.Token()
	a.then("JWT that is active, then revoked and forgotten", source, "every", passes(token).answering(active(nil)).asked(1),
		fails(token, middleware.ReasonInactive).answering(inactive()).forgetting(token).asked(1))
	a.then("inactive, then active and forgotten", source, "opaque", fails(opaque, middleware.ReasonInactive).answering(inactive()).asked(1), good.forgetting(opaque))
	a.then("inactive, then active, eleven seconds later", source, "opaque", fails(opaque, middleware.ReasonInactive).answering(inactive()).asked(1), good.after(11))
	a.then("revoked, another token forgotten and this one a minute later", source, "opaque", good, gone.after(61).forgetting("opaque-token-2"))
}

// askedAgain: what was learnt of one token is nothing about another, and an error is nothing learnt.
func (a *area) askedAgain() {
	const source = "RFC 7662 §2.1, §4"
	good := passes(opaque).answering(active(nil)).asked(1)
	for name, twin := range map[string]string{
		"a token in capitals": strings.ToUpper(opaque), "a token with padding": opaque + "=", "a token that is longer": opaque + "1",
		"a token that is shorter": opaque[:len(opaque)-1], "a token with a period": opaque + ".",
	} {
		a.then("active, then "+name, source, "opaque", good, fails(twin, middleware.ReasonInactive).answering(inactive()).asked(1))
		a.then("inactive first: "+name, source, "opaque", fails(twin, middleware.ReasonInactive).answering(inactive()).asked(1), good)
	}
	down := undecided(opaque, middleware.ReasonIntrospection)
	a.then("no decision, then active at once", "RFC 7662 §2.3: errors are not kept", "opaque", down.answering(Answer{Status: 500}), good)
	a.then("no decision, then inactive at once", "RFC 7662 §2.3: errors are not kept", "opaque", down.answering(Answer{Status: 401}),
		fails(opaque, middleware.ReasonInactive).answering(inactive()).asked(1))
	a.then("an answer that says nothing clear, then a good one", source, "opaque", down.answering(jsonAnswer(`{"active":"true"}`)), good)
	a.then("active, then the server fails, a minute later", source, "opaque", good, down.answering(Answer{Status: 503}).after(61))
	a.then("active on read, then on write", "RFC 6750 §3.1", "opaque", good, passes(opaque).on("write", refused(middleware.InsufficientScope)))
	bound := fails(opaque, middleware.ReasonConfirmation).answering(active(claims{"cnf": header{"jkt": thumbprint}}))
	a.then("bound, and bound again", "RFC 9449 §6.2", "opaque", bound, bound)
}
