package differential

import "strings"

// scopesOf reads the claims scope and scp as the documentation of bearerguard says that they are read: a string is a
// list delimited by spaces (RFC 6749 §3.3), an array holds single scopes, and an element that is none grants nothing.
func scopesOf(claims ...any) []string {
	var all []string
	for _, claim := range claims {
		switch v := claim.(type) {
		case string:
			for s := range strings.SplitSeq(v, " ") {
				if s != "" {
					all = append(all, s)
				}
			}
		case []any:
			for _, e := range v {
				if s, _ := e.(string); isScope(s) {
					all = append(all, s)
				}
			}
		}
	}
	return all
}

func isScope(s string) bool {
	return s != "" && strings.IndexFunc(s, func(r rune) bool {
		return r <= ' ' || r == '"' || r == '\\' || r >= 0x7F
	}) < 0
}
