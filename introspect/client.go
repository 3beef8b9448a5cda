package introspect

import (
	"net/http"
	"runtime"
)

// newClient is the client of our own, by a copy of http.DefaultTransport. Where
// the program replaced that by one of another type, it is used as it is.
//
// It may keep a connection for each call in flight: http.DefaultTransport keeps
// two for a host, and the others would be made anew, with a handshake, all the
// time. It has no limit of connections, since MaxCalls is one: calls that wait for
// a connection would use their time up, as if the server were slow.
//
// When nobody has the client any more, what it kept is closed: connections and
// their goroutines would otherwise outlive a Validator that was replaced.
func newClient(calls int) *http.Client {
	standard, ok := http.DefaultTransport.(*http.Transport)
	if !ok {
		return &http.Client{}
	}
	own := standard.Clone()
	own.MaxIdleConnsPerHost = calls
	own.MaxIdleConns = 0 // no limit over all hosts: they are few
	own.MaxConnsPerHost = 0
	//lint:ignore SA1019 a program that still dials by this one agrees on a protocol there
	if own.DialTLS == nil && own.DialTLSContext == nil {
		speakHTTP1(own)
	}
	client := &http.Client{Transport: own}
	runtime.AddCleanup(client, (*http.Transport).CloseIdleConnections, own)
	return client
}

// speakHTTP1 gives every call in flight a connection of its own. By HTTP/2 all of
// them would share one: a token for which something in front of the server closes
// it would end good calls, and the control question, with its own.
func speakHTTP1(t *http.Transport) {
	t.Protocols = new(http.Protocols)
	t.Protocols.SetHTTP1(true)
	if t.TLSClientConfig != nil {
		t.TLSClientConfig.NextProtos = nil // a clone's may hold h2 already
	}
}
