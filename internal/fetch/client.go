package fetch

import "net/http"

// Harden returns a copy of the user's client, or a client of our own for nil,
// that keeps no cookies and follows no redirects. A redirect would let whoever
// controls one path of a server's host point at other keys (RFC 8725 §3.10), or
// have a token and our credentials sent elsewhere.
func Harden(user *http.Client) *http.Client {
	c := http.Client{}
	if user != nil {
		c = *user
	}
	c.Jar = nil
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return &c
}
