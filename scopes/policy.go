package scopes

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
)

// PolicyConfig says which scopes stand for others. What is left empty changes nothing: a scope then grants itself alone.
type PolicyConfig struct {
	// Implies names, for a scope that a token may have, the scopes that it grants besides itself:
	//
	//	{"orders:admin": {"orders:read", "orders:write"}, "root": {"orders:admin"}}
	//
	// Implication is transitive, so root grants orders:read here.
	Implies map[string][]string

	// Wildcards makes a scope of a token whose last segment is "*", segments being joined by colons, grant every longer
	// scope that begins with the segments before it: "orders:*" grants "orders:read" and "orders:items:read", but
	// neither "orders" nor "ordersx:read". Names of any other form are plain names, as "*", "orders*" and "*:read" are,
	// and so is a wildcard of more than 17 segments. A rule that asks for "orders:*" asks for that very scope, which
	// "orders:read" does not grant.
	//
	// Switch it on only if the authorization server gives such scopes to nobody who must not have all of them.
	Wildcards bool
}

// A Policy decides which scopes of a token grant a scope that a rule asks for. It changes what a token satisfies, never
// what a challenge names, which stays what the rule asks for. It is immutable and safe for concurrent use.
//
// A nil Policy compares exactly (RFC 6749 §3.3 gives scopes no hierarchy). A Policy holds for rules only: HasScope of a
// token answers for the very name in any case.
type Policy struct {
	grantors  map[string][]string // for a scope that is implied, every scope that implies it, by whatever way
	wildcards bool
}

// NewPolicy returns a Policy, or every fault of the config joined into one error: names that are no scope-tokens, and
// implications that lead back to where they began, which would make the scopes on the way one and the same. It
// follows every chain once, so that no request has to.
func NewPolicy(c PolicyConfig) (*Policy, error) {
	if err := c.checkNames(); err != nil {
		return nil, err
	}
	g := c.graph()
	if cycle := g.cycle(); cycle != nil {
		return nil, fmt.Errorf("scopes: PolicyConfig.Implies goes in a circle: %s", strings.Join(cycle, " → "))
	}
	p := &Policy{grantors: map[string][]string{}, wildcards: c.Wildcards}
	for scope := range g {
		if found := g.grantors(scope, c.Wildcards); len(found) > 0 {
			p.grantors[scope] = found
		}
	}
	return p, nil
}

func (c PolicyConfig) checkNames() error {
	var faults []error
	for _, scope := range slices.Sorted(maps.Keys(c.Implies)) {
		for _, name := range append([]string{scope}, c.Implies[scope]...) {
			if !isToken(name) {
				faults = append(faults, fmt.Errorf("scopes: PolicyConfig.Implies has %q, which is not a scope-token (RFC 6749 §3.3)", name))
			}
		}
	}
	return errors.Join(faults...)
}

// grants reports whether one of have grants scope, whose wildcards are given. It does not allocate.
func (p *Policy) grants(have Set, scope string, wildcards []string) bool {
	if hasAny(have, p.grantors[scope]) {
		return true
	}
	if p.wildcards {
		for _, wildcard := range wildcards {
			if have.HasScope(wildcard) || hasAny(have, p.grantors[wildcard]) {
				return true
			}
		}
	}
	return false
}

func hasAny(have Set, scopes []string) bool {
	return slices.ContainsFunc(scopes, have.HasScope)
}

// maxWildcards bounds what a scope of colons alone, in a text from outside, makes us keep.
const maxWildcards = 16

// wildcardsOf returns the wildcards that grant a scope: for "a:b:c" these are "a:*" and "a:b:*".
func wildcardsOf(scope string) []string {
	var out []string
	for i := 1; i < len(scope)-1 && len(out) < maxWildcards; i++ { // colons at the ends have no segment beside them
		if scope[i] == ':' && scope[i+1:] != "*" {
			out = append(out, scope[:i+1]+"*")
		}
	}
	return out
}
