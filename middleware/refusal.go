package middleware

import (
	"encoding/json"
	"iter"
	"strconv"
	"time"
)

// Refusal is a refusal in words and numbers that the client may see: nothing of
// its cause. Adapters copy it into their protocol.
type Refusal struct {
	Code   Code
	Reason Reason // for logs and metrics; not sent

	Status      int           // HTTP: 400, 401, 403 or 503
	Challenges  []string      // WWW-Authenticate, one field value a scheme; none with 503
	RetryAfter  time.Duration // with 503, else 0; whole seconds
	Error       string        // error code of RFC 6750 §3.1; empty where nothing was presented
	Description string        // for a person who writes a client, header-safe; may be empty
	Scope       string        // every scope the route needs, where one is missing or nothing was presented
}

// What net/http calls StatusBadRequest and so on; this package serves gRPC too.
const (
	statusBadRequest   = 400
	statusUnauthorized = 401
	statusForbidden    = 403
	statusUnavailable  = 503
)

const (
	defaultRetryAfter = 5 * time.Second
	longestRetryAfter = time.Hour // a validator may pass on what an upstream asked for
)

// Refusal words an error that [Guard.Check] returned. Every other error, nil
// too, is worded as Unavailable: nobody may pass for want of a better idea.
func (g *Guard) Refusal(err error) Refusal {
	e, ok := asError(err)
	if !ok {
		e = &Error{Code: Unavailable, Reason: ReasonValidator}
	}
	r := Refusal{Code: e.Code, Reason: e.Reason, Description: headerSafe(e.Description)}
	switch e.Code {
	case NoToken:
		// RFC 6750 §3.1: no error code or other error information.
		r.Status, r.Description, r.Scope = statusUnauthorized, "", e.scope
	case InvalidRequest:
		r.Status, r.Error = statusBadRequest, "invalid_request"
	case InvalidToken:
		r.Status, r.Error = statusUnauthorized, "invalid_token"
	case InvalidProof:
		r.Status, r.Error = statusUnauthorized, "invalid_dpop_proof"
		if e.Reason == ReasonNonce {
			r.Error = "use_dpop_nonce"
		}
	case InsufficientScope, NoRule:
		r.Status, r.Error, r.Scope = statusForbidden, "insufficient_scope", e.scope
	default:
		return unavailable(r, e.RetryAfter)
	}
	r.Challenges = g.challenges(r, e.scheme)
	return r
}

// unavailable carries no challenge, so that clients keep their tokens.
func unavailable(r Refusal, after time.Duration) Refusal {
	if after <= 0 {
		after = defaultRetryAfter
	}
	after = min(after, longestRetryAfter)
	return Refusal{
		Code: Unavailable, Reason: r.Reason, Status: statusUnavailable,
		RetryAfter:  (after + time.Second - 1).Truncate(time.Second),
		Error:       "temporarily_unavailable",
		Description: "The access token cannot be checked at the moment",
	}
}

// challenges writes one challenge for each scheme the guard offers. The error
// goes into that of the scheme the request used, or into all of them where it
// used none in particular (RFC 9449 §7.2).
func (g *Guard) challenges(r Refusal, used string) []string {
	list := make([]string, 0, len(g.schemes))
	for _, s := range g.schemes {
		c := newChallenge(s)
		c.param("realm", g.realm)
		if used == "" || used == s.name {
			c.param("error", r.Error)
			c.param("error_description", r.Description)
			if r.Error != "" {
				c.param("error_uri", g.errorURI)
			}
			c.param("scope", r.Scope)
		}
		c.param("resource_metadata", g.metadataURL)
		list = append(list, c.String())
	}
	return list
}

// Header yields the header fields of the refusal, in HTTP's spelling.
func (r Refusal) Header() iter.Seq2[string, string] {
	return func(yield func(name, value string) bool) {
		for _, c := range r.Challenges {
			if !yield("WWW-Authenticate", c) {
				return
			}
		}
		if r.RetryAfter > 0 && !yield("Retry-After", strconv.FormatInt(int64(r.RetryAfter/time.Second), 10)) {
			return
		}
		yield("Cache-Control", "no-store")
	}
}

// Body is the refusal as a small JSON object, {"error": …, "error_description":
// …}, or nil where nothing was presented and so nothing is said (RFC 6750 §3.1).
func (r Refusal) Body() []byte {
	if r.Error == "" {
		return nil
	}
	body, err := json.Marshal(struct {
		Error       string `json:"error"`
		Description string `json:"error_description,omitempty"`
	}{r.Error, r.Description})
	if err != nil {
		return nil // two strings always marshal
	}
	return append(body, '\n')
}
