package introspect

import "net/http"

// newClient is the client of our own. It may keep a connection for each call in
// flight: http.DefaultTransport keeps two for a host, and the others would be made
// anew, with a handshake, all the time. A http.DefaultTransport that the program
// replaced by one of another type is used as it is.
func newClient(calls int) *http.Client {
	own, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return &http.Client{}
	}
	own = own.Clone()
	own.MaxIdleConnsPerHost = calls
	own.MaxIdleConns = 0 // no limit over all hosts: they are few
	return &http.Client{Transport: own}
}
