package middleware

import (
	"regexp"
	"slices"
	"strings"
)

// scheme is an authentication scheme that the guard offers.
type scheme struct {
	name   string
	params string // auth-params that its challenge always carries, may be empty
}

var (
	authParam  = regexp.MustCompile("([A-Za-z0-9!#$%&'*+.^_`|~-]+)=" + `"[\x20\x21\x23-\x5B\x5D-\x7E]*"`)
	authParams = regexp.MustCompile("^" + authParam.String() + "(?:, " + authParam.String() + ")*$")
)

// ownParams tells whether the auth-params of a [Challenger] can stand before
// those that the guard adds: well-formed, and no name twice in the challenge
// (RFC 9110 §11.2, RFC 6750 §3).
func ownParams(params string) bool {
	if !authParams.MatchString(params) {
		return false
	}
	names := []string{"realm", "scope", "error", "error_description", "error_uri", "resource_metadata"}
	for _, pair := range authParam.FindAllStringSubmatch(params, -1) {
		name := strings.ToLower(pair[1])
		if slices.Contains(names, name) {
			return false
		}
		names = append(names, name)
	}
	return true
}

// challenge writes one challenge: a scheme and auth-params, each at most once
// (RFC 9110 §11.6.1, RFC 6750 §3).
type challenge struct{ b strings.Builder }

func newChallenge(s scheme) *challenge {
	c := new(challenge)
	c.b.WriteString(s.name)
	if s.params != "" {
		c.b.WriteString(" " + s.params)
	}
	return c
}

// param adds name="value" unless value is empty. Values are sent as
// quoted-strings and must be header-safe: New checked those of the config,
// scopes those of a rule, and Refusal cleaned the description.
func (c *challenge) param(name, value string) {
	if value == "" {
		return
	}
	if strings.Contains(c.b.String(), " ") {
		c.b.WriteByte(',')
	}
	c.b.WriteString(" " + name + `="` + value + `"`)
}

func (c *challenge) String() string { return c.b.String() }

// headerSafe replaces what RFC 6750 §3 forbids in error_description: everything
// but %x20-21 / %x23-5B / %x5D-7E. Our own texts have none of it; those of other
// validators might, and they might be long.
func headerSafe(s string) string {
	const longest = 512
	if len(s) > longest {
		s = s[:longest]
	}
	return strings.Map(func(r rune) rune {
		if isHeaderSafe(r) {
			return r
		}
		return '?'
	}, s)
}

func isHeaderSafe(r rune) bool {
	return r >= 0x20 && r <= 0x7E && r != '"' && r != '\\'
}

func allHeaderSafe(s string) bool {
	return !strings.ContainsFunc(s, func(r rune) bool { return !isHeaderSafe(r) })
}
