package middleware

import (
	"errors"
	"time"
)

// Code is the kind of a refusal. Each maps to one status and one wording; see
// [Guard.Refusal].
type Code string

// The codes, from the request inwards.
const (
	NoToken           Code = "no_token"           // no credentials, or a scheme nobody offers
	InvalidRequest    Code = "invalid_request"    // malformed or repeated credentials
	InvalidToken      Code = "invalid_token"      // the token is bad, for whatever reason
	InvalidProof      Code = "invalid_proof"      // the proof of possession is bad
	InsufficientScope Code = "insufficient_scope" // a good token that lacks a scope
	NoRule            Code = "no_rule"            // a good token, but the route has no rule
	Unavailable       Code = "unavailable"        // no decision could be made
)

// Reason says in one word why a request was refused. The words are few and
// fixed, so that they fit a metric label; a validator may add its own.
type Reason string

// The reasons of this package and of the validators beside it.
const (
	ReasonNoToken       Reason = "no_token"                  // no Authorization field, or an empty one
	ReasonScheme        Reason = "scheme"                    // an authentication scheme nobody offers
	ReasonMalformed     Reason = "malformed"                 // not of the form the RFCs ask for
	ReasonRepeated      Reason = "repeated"                  // more than one Authorization field
	ReasonTooLarge      Reason = "too_large"                 // the token is longer than what is looked at
	ReasonUnrecognized  Reason = "unrecognized"              // no validator knows this kind of token or its issuer
	ReasonHeader        Reason = "header"                    // crit, b64, cty or a replicated claim in the JOSE header
	ReasonType          Reason = "type"                      // another kind of JWT: an ID token, a logout token, …
	ReasonAlgorithm     Reason = "algorithm"                 // alg is not allowed for this issuer
	ReasonUnknownKey    Reason = "unknown_key"               // the issuer publishes no such key
	ReasonSignature     Reason = "signature"                 // the signature does not hold
	ReasonClaims        Reason = "claims"                    // a claim is missing or of the wrong type
	ReasonAudience      Reason = "audience"                  // issued for another resource
	ReasonExpired       Reason = "expired"                   // past exp
	ReasonOutlived      Reason = "outlived"                  // good when the request began, and the request lasted longer
	ReasonNotYetValid   Reason = "not_yet_valid"             // before nbf
	ReasonConfirmation  Reason = "confirmation"              // bound to a key whose possession was not proved
	ReasonProof         Reason = "proof"                     // the proof of possession is bad
	ReasonNonce         Reason = "nonce"                     // the proof lacks the nonce asked for
	ReasonScope         Reason = "scope"                     // a scope is missing
	ReasonNoRule        Reason = "no_rule"                   // the route is not listed
	ReasonIssuer        Reason = "issuer"                    // issued by another authorization server
	ReasonInactive      Reason = "inactive"                  // the authorization server says that it is not active, and not why
	ReasonKeys          Reason = "keys_unavailable"          // the issuer's keys are out of reach
	ReasonIntrospection Reason = "introspection_unavailable" // the authorization server could not be asked
	ReasonValidator     Reason = "validator_failure"         // the validator could not decide
	ReasonBinding       Reason = "binding_failure"           // the proof could not be judged
	ReasonDisagreement  Reason = "disagreement"              // two validators say different things of one token
)

// Error is a refusal, or the news that no decision could be made. It has two
// texts: Description is for the client, Err for our logs. Neither holds the
// token.
type Error struct {
	Code   Code
	Reason Reason

	// Description is for the client, as error_description: a sentence that
	// helps to do better and is never made of the token's own text.
	Description string

	// Err is the cause, for logs only; Unwrap returns it.
	Err error

	// RetryAfter is when it is worth trying again, for Unavailable only. Zero
	// means five seconds, and more than an hour one hour.
	RetryAfter time.Duration

	scheme string // of the request, where it is one the guard offers
	scope  string // what the route's rule asks for
	issuer string // of the token, where the validator accepted it
}

// Error is for logs. A nil *Error, which a validator may return by mistake, has
// a text too.
func (e *Error) Error() string {
	if e == nil {
		return "nil *middleware.Error"
	}
	text := string(e.Code)
	if e.Reason != "" && string(e.Reason) != text {
		text += ": " + string(e.Reason)
	}
	if e.Err != nil {
		text += ": " + e.Err.Error()
	}
	return text
}

// Unwrap returns the cause.
func (e *Error) Unwrap() error {
	if e == nil {
		return nil
	}
	return e.Err
}

// Invalid is the *Error of a token that is bad: code InvalidToken, and for the
// client a sentence that fits any reason or, where description is given, that.
func Invalid(reason Reason, description string, cause error) *Error {
	if description == "" {
		description = "The access token is not valid for this resource"
	}
	return &Error{Code: InvalidToken, Reason: reason, Description: description, Err: cause}
}

// asError finds the *Error that err is or wraps. A nil *Error in a non-nil
// error is no verdict.
func asError(err error) (*Error, bool) {
	if err == nil {
		return nil, false // before e is allocated: this is the path of good tokens
	}
	var e *Error
	return e, errors.As(err, &e) && e != nil
}
