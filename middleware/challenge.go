package middleware

import "strings"

// scheme is an authentication scheme that the guard offers.
type scheme struct {
	name   string
	params string // auth-params that its challenge always carries, may be empty
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
// quoted-strings; checked or cleaned text needs no escapes in one.
func (c *challenge) param(name, value string) {
	if value == "" {
		return
	}
	if strings.Contains(c.b.String(), " ") {
		c.b.WriteByte(',')
	}
	c.b.WriteString(" " + name + `="` + headerSafe(value) + `"`)
}

func (c *challenge) String() string { return c.b.String() }

// headerSafe replaces what RFC 6750 §3 forbids in error, error_description and
// scope: everything but %x20-21 / %x23-5B / %x5D-7E. Our own texts have none of
// it; those of other validators might.
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
