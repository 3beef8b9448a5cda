package main

import (
	"fmt"
)

// A contender is a way to validate access tokens that one could choose. It is told the issuer, the audience and the one
// algorithm, finds the keys as its documentation shows, and demands an expiry where it can.
type contender struct {
	name    string
	modules []string // whose versions are printed; nil: this tree
	note    string   // how it was set up, where that is not all its own; printed below the first table
	setUp   func(w *world, alg string) (validate, error)
}

// validate returns nil for a good token. One is called by one goroutine at a time.
type validate func(raw string) error

// contenders are all that take part, ours first.
func contenders() []contender {
	return []contender{
		uncached, throughHandler(httpguardUncached), cristalhq, golangJWT, goOIDC, zitadel, jwx, auth0,
		throughHandler(echoJWT), throughHandler(mcp), throughHandler(auth0Middleware),
	}
}

// ready sets a contender up and makes sure that it tells good from bad.
func (c contender) ready(w *world, alg string) (validate, error) {
	v, err := c.setUp(w, alg)
	if err != nil {
		return nil, fmt.Errorf("%s, %s: %w", c.name, alg, err)
	}
	if err := v(w.token(alg)); err != nil {
		return nil, fmt.Errorf("%s refuses a good %s token: %w", c.name, alg, err)
	}
	for fault, raw := range w.bad(alg) {
		if v(raw) == nil {
			return nil, fmt.Errorf("%s accepts an %s token with %s", c.name, alg, fault)
		}
	}
	return v, nil
}

// accepting returns a function that validates these tokens in turn. It panics where one is refused, which a contender that
// is ready does not do.
func accepting(v validate, tokens ...string) func() {
	i := 0
	return func() {
		if err := v(tokens[i%len(tokens)]); err != nil {
			panic(fmt.Sprintf("a good token was refused: %v", err))
		}
		i++
	}
}

// refusing is accepting for bad tokens.
func refusing(v validate, tokens ...string) func() {
	i := 0
	return func() {
		if v(tokens[i%len(tokens)]) == nil {
			panic("a bad token was accepted")
		}
		i++
	}
}
