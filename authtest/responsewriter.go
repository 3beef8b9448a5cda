package authtest

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"strconv"
)

// responseWriter is the handler's side of transport. Only the handler's
// goroutine writes its fields, and the client reads them after answered.
type responseWriter struct {
	header   http.Header
	body     *io.PipeWriter
	head     bool
	length   int64 // declared by Content-Length; -1 when it was not
	rest     int64 // what of length is still to come
	status   int   // 0 until the header is written
	sent     http.Header
	failed   error // the handler gave up before it answered
	answered chan struct{}
}

func newResponseWriter(body *io.PipeWriter, method string) *responseWriter {
	return &responseWriter{
		header:   make(http.Header),
		body:     body,
		head:     method == http.MethodHead,
		answered: make(chan struct{}),
	}
}

// serve runs the handler to its end. A handler that panics, or fails its test
// with FailNow, breaks the connection as it would in net/http.
func (w *responseWriter) serve(h http.Handler, r *http.Request) {
	defer r.Body.Close()
	ended := false
	defer func() {
		if p := recover(); p != nil || !ended {
			w.abort(p)
		}
	}()
	h.ServeHTTP(w, r)
	w.finish(r.Context())
	ended = true
}

// abort breaks the connection, before or after the header was sent. Only the
// panic that asks for this is left out of the error; any other is a bug.
func (w *responseWriter) abort(cause any) {
	if w.status == 0 {
		w.failed = errAborted
		if cause != nil && cause != http.ErrAbortHandler {
			w.failed = fmt.Errorf("%w: the handler panicked: %v", errAborted, cause)
		}
		close(w.answered)
	}
	w.body.CloseWithError(io.ErrUnexpectedEOF)
}

// finish ends the body; less than was declared is a truncated answer.
func (w *responseWriter) finish(ctx context.Context) {
	w.WriteHeader(http.StatusOK)
	if ctx.Err() != nil {
		w.body.CloseWithError(context.Cause(ctx))
		return
	}
	if w.rest > 0 && !w.withoutBody() {
		w.body.CloseWithError(io.ErrUnexpectedEOF)
		return
	}
	w.body.Close()
}

func (w *responseWriter) Header() http.Header { return w.header }

// WriteHeader lets the client go on. Informational answers are dropped.
func (w *responseWriter) WriteHeader(status int) {
	if w.status != 0 || status < 200 {
		return
	}
	w.status = status
	w.sent = w.header.Clone()
	w.length = declaredLength(w.sent)
	w.rest = w.length
	close(w.answered)
}

func (w *responseWriter) Write(p []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	switch {
	case w.head:
		return len(p), nil // as net/http: one handler for GET and HEAD
	case w.withoutBody():
		return 0, http.ErrBodyNotAllowed
	case w.rest >= 0 && int64(len(p)) > w.rest:
		return 0, http.ErrContentLength
	}
	n, err := w.body.Write(p)
	if w.rest >= 0 {
		w.rest -= int64(n)
	}
	return n, err
}

// withoutBody tells the answers of RFC 9110 §6.4.1 that end with the header.
func (w *responseWriter) withoutBody() bool {
	return w.head || w.status == http.StatusNoContent || w.status == http.StatusNotModified
}

// Flush sends the header; the body is never held back.
func (w *responseWriter) Flush() { w.WriteHeader(http.StatusOK) }

func (w *responseWriter) response(r *http.Request, body io.ReadCloser) *http.Response {
	return &http.Response{
		Status:     strconv.Itoa(w.status) + " " + http.StatusText(w.status),
		StatusCode: w.status,
		Proto:      "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header:        w.sent,
		Body:          body,
		ContentLength: w.length,
		Request:       r,
	}
}

func declaredLength(h http.Header) int64 {
	n, err := strconv.ParseInt(h.Get("Content-Length"), 10, 64)
	if err != nil || n < 0 {
		return -1
	}
	return n
}
