package main

import (
	"net/http"
	"strings"
)

// A verdict is what the API decided about a token. Verdicts are bits, so that they are also sets of verdicts.
type verdict uint8

const (
	pass   verdict = 1 << iota // the token is good
	refuse                     // it is bad: 401
	open                       // nobody can tell: 503
	unread                     // the credentials are malformed: 400
)

// names, in the order of the bits.
var names = [...]string{"pass", "401", "503", "400"}

func (v verdict) String() string {
	var list []string
	for i, name := range names {
		if v&(1<<i) != 0 {
			list = append(list, name)
		}
	}
	if list == nil {
		return "nothing"
	}
	return strings.Join(list, " or ")
}

// single tells whether v leaves no choice.
func (v verdict) single() bool { return v&(v-1) == 0 }

// read takes an answer for a verdict. A good token passes where it has the scope and gets 403 where it does not; the
// other of the two is no verdict at all.
func read(status int, scoped bool) verdict {
	switch {
	case status == http.StatusOK && scoped, status == http.StatusForbidden && !scoped:
		return pass
	case status == http.StatusUnauthorized:
		return refuse
	case status == http.StatusServiceUnavailable:
		return open
	case status == http.StatusBadRequest:
		return unread
	}
	return 0
}
