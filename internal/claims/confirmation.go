package claims

import (
	"github.com/bearerguard/bearerguard/internal/strictjson"
	"github.com/bearerguard/bearerguard/middleware"
)

// confirmation reads cnf (RFC 7800 §3.1). A member that is known must have the
// form of a SHA-256 thumbprint: an empty one would make a bound token look like
// a plain bearer token.
func (r *reader) confirmation(v strictjson.Value) (c middleware.Confirmation) {
	if v.Kind() == strictjson.Absent {
		return c
	}
	c.JKT = r.thumbprint("cnf.jkt", v.Member("jkt"))
	c.X5TS256 = r.thumbprint("cnf.x5t#S256", v.Member("x5t#S256"))
	c.Unknown = c.IsZero()
	return c
}

func (r *reader) thumbprint(claim string, v strictjson.Value) string {
	if v.Kind() == strictjson.Absent {
		return ""
	}
	const sha256Base64URL = 43
	s, ok := v.Str()
	if !ok || len(s) != sha256Base64URL {
		r.fault(claim)
		return ""
	}
	return s
}
