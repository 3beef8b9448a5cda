package claims

import (
	"strings"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// scope gathers the scopes of all the claims that name some, delimited by
// spaces.
func (r *reader) scope(m *Members, mp Mapping) string {
	if mp.Scopes == nil {
		return join(
			r.scopes("scope", m.Scope, mp.ScopeArray, true),
			r.scopes("scp", m.SCP, true, false))
	}
	all := ""
	for _, claim := range mp.Scopes {
		v := m.named(claim)
		switch claim {
		case "scope":
			all = join(all, r.scopes(claim, v, mp.ScopeArray, true))
		case "scp":
			all = join(all, r.scopes(claim, v, true, false))
		default:
			all = join(all, r.names(claim, v))
		}
	}
	return all
}

// names reads a claim of another kind, such as roles or permissions: an array of
// names or a single one. A string is not taken apart at spaces: the one role
// "Billing Admin" is not two, and being no scope-token it grants nothing.
func (r *reader) names(claim string, v strictjson.Value) string {
	if s, ok := v.Str(); ok {
		r.scoped = true
		if !isScope(s) {
			return ""
		}
		return s
	}
	return r.scopes(claim, v, true, false)
}

// scopes reads one claim: a string of scopes delimited by spaces (RFC 6749
// §3.3) or, where array allows it, an array of single scopes.
func (r *reader) scopes(claim string, v strictjson.Value, array, nullable bool) string {
	switch kind := v.Kind(); {
	case kind == strictjson.Absent, kind == strictjson.Null && nullable:
		return ""
	case kind == strictjson.String:
		r.scoped = true
		s, _ := v.Str()
		return s
	case kind == strictjson.Array && array:
		r.scoped = true
		return r.single(claim, v)
	}
	r.fault(claim)
	return ""
}

// single joins the elements of an array. One that holds a space or is no scope
// for another reason grants nothing: joined with the others it would fall apart
// into scopes that nobody issued.
func (r *reader) single(claim string, v strictjson.Value) string {
	var all strings.Builder
	all.Grow(len(v.Text())) // never less than what is written
	for e := range v.Elements() {
		s, ok := e.Str()
		if !ok {
			r.fault(claim)
			return ""
		}
		if !isScope(s) {
			continue
		}
		if all.Len() > 0 {
			all.WriteByte(' ')
		}
		all.WriteString(s)
	}
	return all.String()
}

// isScope checks the syntax of a single scope (RFC 6749 §3.3).
func isScope(s string) bool {
	for _, c := range []byte(s) {
		if c <= ' ' || c >= 0x7F || c == '"' || c == '\\' {
			return false
		}
	}
	return s != ""
}

func join(a, b string) string {
	switch {
	case a == "":
		return b
	case b == "":
		return a
	}
	return a + " " + b
}
