package middleware

// isToken checks a token of RFC 9110 §5.6.2, the form of a scheme's name.
func isToken(s string) bool { return s != "" && consistsOf(s, &tokenAlphabet) }

// consistsOf looks at eight bytes before it decides: a token has about a
// thousand, and a decision for each takes nearly twice as long.
func consistsOf(s string, a *alphabet) bool {
	for ; len(s) >= 8; s = s[8:] {
		if a[s[0]]|a[s[1]]|a[s[2]]|a[s[3]]|a[s[4]]|a[s[5]]|a[s[6]]|a[s[7]] != 0 {
			return false
		}
	}
	for i := range len(s) {
		if a[s[i]] != 0 {
			return false
		}
	}
	return true
}

const alphanumeric = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"

var (
	b64Alphabet   = newAlphabet(alphanumeric + "-._~+/")
	tokenAlphabet = newAlphabet(alphanumeric + "!#$%&'*+-.^_`|~")
)

// An alphabet has a 0 for every byte that belongs to it.
type alphabet [256]uint8

func newAlphabet(chars string) (a alphabet) {
	for i := range a {
		a[i] = 1
	}
	for i := range len(chars) {
		a[chars[i]] = 0
	}
	return a
}
