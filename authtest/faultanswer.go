package authtest

import (
	"bytes"
	"compress/gzip"
	"context"
	"fmt"
	"io"
	"maps"
	"math"
	"net/http"
	"net/http/httptest"
)

// Status answers with the right document under another status. A resource
// server should not read the body of what is no 200: an error page may hold the
// answer of another cache, of another tenant or of an attacker.
//
// Status panics unless the code is one of a final answer, 200 to 599.
func Status(code int) Fault {
	if code < 200 || code > 599 {
		panic(fmt.Sprintf("authtest: Status: %d is no status of a final answer", code))
	}
	return func(good http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			other := &statusWriter{ResponseWriter: w, code: code}
			good.ServeHTTP(other, r)
			other.WriteHeader(code) // if the handler wrote nothing
		})
	}
}

// statusWriter changes the status whatever the handler says.
type statusWriter struct {
	http.ResponseWriter
	code int
	sent bool
}

func (w *statusWriter) WriteHeader(int) {
	if !w.sent {
		w.sent = true
		w.ResponseWriter.WriteHeader(w.code)
	}
}

func (w *statusWriter) Write(p []byte) (int, error) {
	w.WriteHeader(w.code)
	return w.ResponseWriter.Write(p)
}

// FlushError is for http.ResponseController, which must not flush past us.
func (w *statusWriter) FlushError() error {
	w.WriteHeader(w.code)
	return http.NewResponseController(w.ResponseWriter).Flush()
}

// HTML answers 200 with a web page, as gateways, captive portals and pages that
// say "down for maintenance" do. A resource server should keep the keys it has.
func HTML(http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		sendBody(w, "text/html; charset=utf-8",
			[]byte("<!DOCTYPE html><title>Maintenance</title><p>We will be back soon.\n"))
	})
}

// Redirect answers 302 to this URL, absolute or not. A resource server should
// not follow: whoever controls one path of the issuer's host could otherwise
// point at keys of their own, or at hosts inside our network (RFC 8725 §3.10).
func Redirect(url string) Fault {
	return func(http.Handler) http.Handler { return http.RedirectHandler(url, http.StatusFound) }
}

// Endless answers with the right document and then whitespace without end, as
// fast as it is read. A resource server should stop reading at a limit of its
// own.
func Endless(good http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body := lengthless(w, answerOf(good, r))
		if r.Method != http.MethodHead {
			padded(r.Context(), w, body, math.MaxInt64)
		}
	})
}

// GzipBomb answers with the right document and whitespace of this size after
// it, in bytes, compressed to about a thousandth. A resource server should count
// what comes out of decompression, not what comes over the wire or what
// Content-Length says.
//
// It takes a client that decompresses, as Go's does over real sockets: see
// [Config.Start]. Through the client of an issuer made by New, the document
// comes as gzip bytes, which are no JSON.
func GzipBomb(size int64) Fault {
	return func(good http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Content-Encoding", "gzip")
			body := lengthless(w, answerOf(good, r))
			if r.Method == http.MethodHead {
				return
			}
			compressed := gzip.NewWriter(w)
			if padded(r.Context(), compressed, body, size) == nil {
				compressed.Close()
			}
		})
	}
}

// ContentType answers correctly under another media type. A resource server
// should take the one that the RFC of the document names, and parameters of it,
// and no other: what a server calls text/html is not written to be JSON.
func ContentType(value string) Fault {
	return func(good http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			a := answerOf(good, r)
			a.Header().Set("Content-Type", value)
			send(w, a, a.Body.Bytes(), a.Body.Len())
		})
	}
}

// Oversized answers with the right document and whitespace of this size after
// it, in bytes, and declares the length. A resource server should not take the
// first part for the whole, although it is well-formed.
func Oversized(size int64) Fault {
	return func(good http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			a := answerOf(good, r)
			send(w, a, a.Body.Bytes(), a.Body.Len()+int(size))
			padded(r.Context(), w, nil, size)
		})
	}
}

// lengthless sends the header of an answer whose length it does not tell, and
// returns the body.
func lengthless(w http.ResponseWriter, a *httptest.ResponseRecorder) []byte {
	maps.Copy(w.Header(), a.Header())
	w.Header().Del("Content-Length")
	w.WriteHeader(a.Code)
	return a.Body.Bytes()
}

// padded writes the body and so many spaces, which JSON allows after a value
// (RFC 8259 §2).
func padded(ctx context.Context, w io.Writer, body []byte, spaces int64) error {
	if _, err := w.Write(body); err != nil {
		return err
	}
	blank := bytes.Repeat([]byte(" "), 32<<10)
	for spaces > 0 {
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		n, err := w.Write(blank[:min(spaces, int64(len(blank)))])
		if err != nil {
			return err
		}
		spaces -= int64(n)
	}
	return nil
}
