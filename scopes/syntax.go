package scopes

// isToken reports whether s is a scope-token: 1*( %x21 / %x23-5B / %x5D-7E ), RFC 6749 §3.3.
//
// Rules end up in the scope attribute of a challenge, where RFC 6750 §3 allows these characters and a single space
// between names. Checking every name when a rule is made means that no rule can break out of the header field.
func isToken(s string) bool {
	for i := range len(s) {
		if c := s[i]; c < 0x21 || c > 0x7e || c == '"' || c == '\\' {
			return false
		}
	}
	return s != ""
}
