package introspect

import (
	"errors"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
)

// problem is why a call brought no decision, in words for an operator.
type problem string

const (
	unreachable  problem = "the introspection endpoint cannot be reached, or does not answer in HTTP"
	undiscovered problem = "the introspection endpoint was not found"
	timedOut     problem = "the introspection endpoint did not answer in time"
	refusedUs    problem = "our client credentials were refused: see Config.Authentication and our registration at the server"
	refusedThis  problem = "the introspection endpoint refused a question: a client's token may provoke that, and so may a wrong Config.Authentication or Config.Parameters"
	failing      problem = "the introspection endpoint answered with an error"
	noAnswer     problem = "the introspection endpoint sent no introspection answer: see Config.Endpoint and Config.Signed"
	unreadable   problem = "the introspection endpoint sent an answer that cannot be read"
	badAnswer    problem = "the introspection endpoint sent an answer that says nothing clear"
	badSignature problem = "the introspection endpoint sent an answer that is not signed as demanded: see Config.Signed"
	noKeys       problem = "the keys for signed answers cannot be had: see Config.Signed"
	ownCode      problem = "our own code failed"
	busy         problem = "no call was free in time: the introspection endpoint is too slow for so many tokens" + moreCalls
	crowded      problem = "too many tokens wait for a call: the introspection endpoint is too slow for so many" + moreCalls
	suspended    problem = "the introspection endpoint is not asked while it is failing"
	gaveUp       problem = "the request ended before the answer came"
)

const moreCalls = "; Config.MaxCalls allows more calls at a time, and Config.Accept keeps tokens away that are not the server's"

// failure is an error with its problem. It holds no token, secret or body.
type failure struct {
	problem    problem
	err        error         // nil: the problem says it all
	retryAfter time.Duration // as the server says; 0: it does not
	single     bool          // it may be about this token alone: something in front of the server may refuse it
}

func (f *failure) Error() string {
	if f.err == nil {
		return string(f.problem)
	}
	return string(f.problem) + ": " + f.err.Error()
}

func (f *failure) Unwrap() error { return f.err }

// provoked tells failures that a client can bring about with a token of its
// choice. They must not shut out everybody else.
func (f *failure) provoked() bool {
	switch f.problem {
	case refusedThis, unreadable, badAnswer:
		return true
	}
	return false
}

// asFailure finds the failure that err is or wraps.
func asFailure(err error) *failure {
	var f *failure
	if !errors.As(err, &f) {
		return &failure{problem: unreachable, err: err}
	}
	return f
}

// unavailable is what a request is told: no decision.
func unavailable(err error) error {
	return &middleware.Error{
		Code: middleware.Unavailable, Reason: middleware.ReasonIntrospection,
		Err: err, RetryAfter: asFailure(err).retryAfter,
	}
}
