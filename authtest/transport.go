package authtest

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
)

// errAborted is what a client sees of a handler that panicked before it
// answered; over a real connection it is an io.EOF too.
var errAborted = fmt.Errorf("authtest: the connection was broken off: %w", io.EOF)

// transport is an http.RoundTripper that calls a handler in a goroutine, with
// a pipe for the body: an answer may be slow, endless or cut short as over a
// real connection, and no socket stops the clock of a testing/synctest bubble.
type transport struct {
	scheme, host string
	handler      http.Handler
}

var _ http.RoundTripper = transport{}

// RoundTrip returns as soon as the handler has written the header. The
// handler's context ends with the caller's and when the body is closed.
func (t transport) RoundTrip(r *http.Request) (*http.Response, error) {
	if r.URL.Scheme != t.scheme || r.URL.Host != t.host {
		if r.Body != nil {
			r.Body.Close()
		}
		elsewhere := &net.DNSError{Err: "no such host", Name: r.URL.Host, IsNotFound: true} // as a network without others says
		return nil, fmt.Errorf("authtest: this client only reaches %s://%s: %w", t.scheme, t.host, elsewhere)
	}
	ctx, cancel := context.WithCancel(r.Context())
	reader, writer := io.Pipe()
	w := newResponseWriter(writer, r.Method)
	stop := context.AfterFunc(ctx, func() { writer.CloseWithError(context.Cause(ctx)) })
	go func() {
		defer stop()
		w.serve(t.handler, serverRequest(ctx, r))
	}()
	select {
	case <-w.answered:
	case <-ctx.Done():
	}
	// A handler that waits for the end of its context answers at the moment
	// when nobody listens any more; the end counts, not who is first.
	if ctx.Err() != nil {
		defer cancel()
		return nil, context.Cause(ctx)
	}
	if w.failed != nil {
		defer cancel()
		return nil, w.failed
	}
	return w.response(r, closeBoth{reader, cancel}), nil
}

// serverRequest is the request as a server sees it.
func serverRequest(ctx context.Context, r *http.Request) *http.Request {
	in := r.Clone(ctx)
	in.RequestURI = r.URL.RequestURI()
	in.RemoteAddr = "192.0.2.1:1234" // RFC 5737: nobody's address
	if in.Host == "" {
		in.Host = r.URL.Host
	}
	if in.Body == nil {
		in.Body = http.NoBody
	}
	return in
}

// closeBoth is the body of a response; closing it tells the handler.
type closeBoth struct {
	*io.PipeReader
	cancel context.CancelFunc
}

func (c closeBoth) Close() error {
	err := c.PipeReader.Close()
	c.cancel()
	return err
}
