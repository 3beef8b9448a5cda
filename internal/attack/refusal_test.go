package main

import (
	"regexp"
	"strings"
)

// byServer tells that this may be the answer of the server and not ours: a redirect or a refusal without a challenge.
func (o *outcome) byServer() bool {
	switch o.status {
	case 0:
		return o.code == "Unimplemented"
	case 301, 307, 308, 400, 404, 405, 431, 501:
		return len(o.challenges) == 0
	}
	return false
}

var (
	errorParam = regexp.MustCompile(`[ ,]error="([^"]*)"`)
	// One challenge: Bearer and auth-params, each a quoted-string of what RFC 6750 §3 allows.
	challengeForm = regexp.MustCompile(`^Bearer [a-z_]+="[\x20-\x21\x23-\x5B\x5D-\x7E]*"(, [a-z_]+="[\x20-\x21\x23-\x5B\x5D-\x7E]*")*$`)
)

func (o *outcome) checkRefusal(want Expect, fault func(string, ...any)) {
	if want.Status == 503 {
		if len(o.challenges) > 0 || o.retry == "" {
			fault("503 with %q and Retry-After %q: a client must not throw its token away", o.challenges, o.retry)
		}
		return
	}
	if len(o.challenges) != 1 || !challengeForm.MatchString(o.challenges[0]) {
		fault("challenges %q", o.challenges)
		return
	}
	code := ""
	if m := errorParam.FindStringSubmatch(o.challenges[0]); m != nil {
		code = m[1]
	}
	if code != want.Error {
		fault("error %q, want %q", code, want.Error)
	}
}

var descriptionParam = regexp.MustCompile(`error_description="([^"]*)"`)

// descriptions are all that this library says to people in a refusal. A sentence that is not here is made of something.
var descriptions = map[string]bool{
	"An access token is needed here": true, // in gRPC, where HTTP says nothing

	"The request has more than one Authorization field":                         true,
	"The Authorization field is not a scheme, spaces and one token":             true,
	"The access token cannot be checked at the moment":                          true,
	"The access token is malformed or from an issuer that is not accepted here": true,
	"The access token is not valid for this resource":                           true,
	"The access token is too long":                                              true,
	"The access token has characters that no access token has":                  true,
	"The token is not an access token":                                          true,
	"The key that signed the access token is not known":                         true,
	"The signature of the access token does not hold":                           true,
	"The access token was issued by an issuer that is not accepted here":        true,
	"The access token was not issued for this resource":                         true,
	"The access token expired":                                                  true,
	"The access token is not valid yet":                                         true,
	"The access token is not active":                                            true,
	"Possession of the key the access token is bound to was not proved":         true,
	"The access token lacks a scope that is needed here":                        true,
	"No access token gives access here":                                         true,
}

// checkWords: what people are told is one of these sentences, and the same in the challenge and outside of it.
func (o *outcome) checkWords(want Expect, fault func(string, ...any)) {
	inChallenge := ""
	for _, c := range o.challenges {
		for _, m := range descriptionParam.FindAllStringSubmatch(c, -1) {
			inChallenge += m[1]
		}
	}
	if (inChallenge != "") != (want.Error != "") || inChallenge != "" && o.message != "" && inChallenge != o.message {
		fault("described as %q in the challenge, as %q outside", inChallenge, o.message)
	}
	for _, words := range []string{inChallenge, o.message} {
		if words != "" && !descriptions[words] {
			fault("description %q", words)
		}
	}
}

// checkSilence looks for the token in what the client is told: parts that are written as they were sent.
func (o *outcome) checkSilence(r *Request, fault func(string, ...any)) {
	for _, field := range r.Fields {
		for _, part := range strings.FieldsFunc(string(field[1]), func(c rune) bool { return strings.ContainsRune(" .,", c) }) {
			if len(part) >= 20 && strings.Contains(o.text, part) {
				fault("the answer repeats what was sent")
			}
		}
	}
}
