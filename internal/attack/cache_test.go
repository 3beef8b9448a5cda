package main

import (
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
)

// again is a step whose request comes a second time, with nothing changed in between. How many questions that takes is
// for checkCache to say.
func again(s Step) Step {
	second := Step{Request: s.Request, Expect: s.Expect, In: map[string]Expect{}}
	second.Expect.Asked = nil
	for router, e := range s.In {
		e.Asked = nil
		second.In[router] = e
	}
	return second
}

// checkCache: what comes again is known where decisions are kept, and nobody is asked about it. The first request finds
// nothing, and without caches none does.
func (a *api) checkCache(t *testing.T, want Expect, first, again bool) bool {
	t.Helper()
	a.mu.Lock()
	e := a.event
	a.mu.Unlock()
	if e.Cached && (first || want.Fresh || !a.cached) {
		t.Error("the decision was kept, from nothing or where none is to be kept")
		return false
	}
	asked, _ := a.servers.seen()
	if again && !want.Fresh && isKept(e) && (!e.Cached || asked > 0) {
		t.Errorf("the decision was not kept: cached %t, %d questions", e.Cached, asked)
		return false
	}
	return true
}

// isKept tells which decisions are: about good tokens, whatever the rule says of them, and about inactive ones.
func isKept(e middleware.Event) bool {
	switch e.Outcome {
	case middleware.Allowed, middleware.Outcome(middleware.InsufficientScope), middleware.Outcome(middleware.NoRule):
		return true
	}
	return e.Reason == middleware.ReasonInactive || e.Issuer != "" // which is never told of a token that was not taken
}
