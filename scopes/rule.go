package scopes

import (
	"fmt"
	"strings"
)

// A Rule says who may pass: anyone, holders of a valid token, or holders of a token with certain scopes.
//
// The zero Rule refuses everything. Rules are immutable values, safe for concurrent use. They cannot be compared with
// ==, which would tell apart rules that decide alike.
type Rule struct {
	access access
	need   node   // what a token must grant
	scope  string // every scope that need mentions, joined by spaces
}

// access says when a token is looked at.
type access uint8

const (
	required access = iota // always; the zero value, so what was forgotten is not open
	optional               // when there is one
	public                 // never
)

func newRule(need node) Rule {
	return Rule{need: need, scope: strings.Join(need.mentions(), " ")}
}

// Authenticated returns the rule that any valid token satisfies, whatever it grants.
func Authenticated() Rule {
	return newRule(node{op: opAuthenticated})
}

// Public returns the rule under which no token is looked at, good or bad. It is meant for health checks and the like.
//
// Public stands alone: [Rule.And], [Rule.Or] and [Optional] panic when they meet it.
func Public() Rule {
	return Rule{access: public, need: node{op: opAuthenticated}}
}

// Optional returns the rule under which a request without any Authorization field passes as anonymous, and one with a
// token passes only if the token is valid and satisfies r. A bad token is refused, never treated as anonymous.
//
// Optional of the zero Rule is the zero Rule, so that Optional(rules["missing"]) stays closed. Optional panics if r is
// public or optional already: which of the two was meant is for the author to say.
func Optional(r Rule) Rule {
	r.mustBeRequired("Optional", "write Optional once, around a rule about scopes")
	if !r.IsZero() {
		r.access = optional
	}
	return r
}

// All returns the rule that a token satisfies by granting every one of the scopes.
//
// All panics if no scope is given or if one is not a scope-token (RFC 6749 §3.3): such a rule is a mistake in the
// program, to be found when it starts. Use [Parse] for rules that come from outside.
func All(scope ...string) Rule {
	return newRule(combine(opAll, leaves("All", scope)...))
}

// Any returns the rule that a token satisfies by granting at least one of the scopes. It panics as [All] does.
func Any(scope ...string) Rule {
	return newRule(combine(opAny, leaves("Any", scope)...))
}

func leaves(caller string, scope []string) []node {
	if len(scope) == 0 {
		panic(fmt.Sprintf("scopes: %s without a scope: write Authenticated() if any valid token is enough", caller))
	}
	out := make([]node, len(scope))
	for i, s := range scope {
		if !isToken(s) {
			panic(fmt.Sprintf("scopes: argument %d of %s is not a scope-token (RFC 6749 §3.3): "+
				"pass each scope as an argument of its own, without spaces, quotes or backslashes", i+1, caller))
		}
		out[i] = leaf(s)
	}
	return out
}

// And returns the rule that a token satisfies by satisfying both r and o.
//
// The zero Rule refuses, so the zero Rule And anything is the zero Rule; Authenticated().And(o) is o. And panics if
// either rule is public or optional, because these are about whether a token is looked at, not about what it grants:
// write Optional(a.And(b)).
func (r Rule) And(o Rule) Rule {
	r.mustBeRequired("And", "write Optional(a.And(b))")
	o.mustBeRequired("And", "write Optional(a.And(b))")
	return newRule(combine(opAll, r.need, o.need))
}

// Or returns the rule that a token satisfies by satisfying r or o or both.
//
// The zero Rule Or o is o; Authenticated().Or(o) is Authenticated(). Or panics as [Rule.And] does.
func (r Rule) Or(o Rule) Rule {
	r.mustBeRequired("Or", "write Optional(a.Or(b))")
	o.mustBeRequired("Or", "write Optional(a.Or(b))")
	return newRule(combine(opAny, r.need, o.need))
}

// mustBeRequired panics unless r always looks at a token. The instead text is for an optional rule.
func (r Rule) mustBeRequired(caller, instead string) {
	switch r.access {
	case public:
		panic(fmt.Sprintf("scopes: %s of a public rule: Public() looks at no token and stands alone", caller))
	case optional:
		panic(fmt.Sprintf("scopes: %s of an optional rule: %s", caller, instead))
	}
}

// IsZero reports whether r refuses every request, as the zero Rule does. No rule made by this package refuses
// everything without being zero.
func (r Rule) IsZero() bool { return r.need.op == opDeny }

// IsPublic reports whether no token is to be looked at.
func (r Rule) IsPublic() bool { return r.access == public }

// IsOptional reports whether a request without any Authorization field passes while one with a token is checked.
// It is false for [Public], which checks neither.
func (r Rule) IsOptional() bool { return r.access == optional }

// Allows reports whether a valid token that grants g satisfies r. It is false for the zero Rule whatever g is.
//
// It is no statement about requests without a token (see [Rule.IsPublic] and [Rule.IsOptional]) and it does not check
// the token: an empty Grant satisfies [Authenticated]. Allows does not allocate.
func (r Rule) Allows(g Grant) bool { return r.need.allows(g) }

// Scopes returns every scope that helps to satisfy r, once, in order of first mention. It is empty if no scope is
// needed and for the zero Rule, which no scope satisfies. The slice is the caller's to keep.
//
// The list does not tell "all of these" from "any of these", as the scope attribute of a challenge does not.
func (r Rule) Scopes() []string { return strings.Fields(r.scope) }

// Scope returns [Rule.Scopes] joined by single spaces: the value of the scope attribute of a challenge (RFC 6750 §3).
// It needs no escaping inside a quoted-string. If it is empty, leave the attribute out.
func (r Rule) Scope() string { return r.scope }
