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
	const length = 43 // of 32 bytes in base64url without padding
	s, ok := v.Str()
	if !ok || len(s) != length || !isBase64URL(s) {
		r.fault(claim)
		return ""
	}
	return s
}

// isBase64URL checks the alphabet of RFC 4648 §5.
func isBase64URL(s string) bool {
	for _, c := range []byte(s) {
		switch {
		case 'A' <= c && c <= 'Z', 'a' <= c && c <= 'z', '0' <= c && c <= '9', c == '-', c == '_':
		default:
			return false
		}
	}
	return true
}
