package fetch

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"syscall"
)

// Cause returns what may be told of an error of an http.Client or of a body.
// net/http quotes what it cannot read of an answer, url.Error has the whole URL,
// and a transport of the user's may say anything. So only errors whose text is
// made on this machine keep it; of others the type is told. The result wraps
// none of the chain but an error that everybody knows, such as io.EOF or
// context.DeadlineExceeded: nobody can ask it for what was left out.
func Cause(err error) error {
	if err == nil {
		return nil
	}
	c := &cause{text: known(err)}
	if c.text == "" {
		c.text = fmt.Sprintf("the HTTP client failed with a %T, whose text is left out: it may quote the answer, which may be no HTTP", innermost(err))
	}
	for _, e := range [...]error{context.DeadlineExceeded, context.Canceled, io.ErrUnexpectedEOF, io.EOF} {
		if errors.Is(err, e) {
			c.is = e
			break
		}
	}
	return c
}

type cause struct {
	text string
	is   error // or nil
}

func (c *cause) Error() string { return c.text }
func (c *cause) Unwrap() error { return c.is }

// known is the text of an error that holds nothing of an answer, or "".
func known(err error) string {
	if op, ok := errors.AsType[*net.OpError](err); ok {
		return ofOperation(op)
	}
	if dns, ok := errors.AsType[*net.DNSError](err); ok {
		return dns.Error()
	}
	if errno, ok := errors.AsType[syscall.Errno](err); ok {
		return errno.Error()
	}
	if text := ofTLS(err); text != "" {
		return text
	}
	switch {
	case errors.Is(err, io.ErrUnexpectedEOF):
		return "the answer was broken off: unexpected EOF"
	case errors.Is(err, io.EOF):
		return "the connection was broken off: EOF"
	case errors.Is(err, context.DeadlineExceeded):
		return context.DeadlineExceeded.Error()
	case errors.Is(err, context.Canceled):
		return context.Canceled.Error()
	}
	if TimedOut(err) {
		return "timeout"
	}
	return ofTransport(err)
}

// TimedOut tells a server that is slow from one that is not there. A url.Error
// asks its direct cause only.
func TimedOut(err error) bool {
	for ; err != nil; err = errors.Unwrap(err) {
		if e, ok := err.(interface{ Timeout() bool }); ok && e.Timeout() {
			return true
		}
	}
	return false
}

// ofOperation: what a socket says is of this machine, and an alert of TLS is one
// of a few words. A proxy may say more ("proxyconnect", "socks connect").
func ofOperation(op *net.OpError) string {
	switch op.Op {
	case "dial", "read", "write", "close", "local error", "remote error":
		return op.Error()
	}
	if text := known(op.Err); text != "" {
		return op.Op + ": " + text
	}
	return ""
}

// ofTLS leaves out what a certificate says.
func ofTLS(err error) string {
	if e, ok := errors.AsType[x509.HostnameError](err); ok {
		return "x509: the certificate is not for " + e.Host
	}
	if _, ok := errors.AsType[x509.UnknownAuthorityError](err); ok {
		return x509.UnknownAuthorityError{}.Error()
	}
	if e, ok := errors.AsType[x509.CertificateInvalidError](err); ok {
		if e.Reason != x509.Expired { // its detail is two times
			e.Detail = ""
		}
		return strings.TrimSuffix(x509.CertificateInvalidError{Reason: e.Reason, Detail: e.Detail}.Error(), ": ")
	}
	if e, ok := errors.AsType[x509.SystemRootsError](err); ok {
		return e.Error()
	}
	if e, ok := errors.AsType[tls.RecordHeaderError](err); ok {
		return e.Error()
	}
	if e, ok := errors.AsType[tls.AlertError](err); ok {
		return e.Error()
	}
	return ""
}

// ofTransport finds what net/http says of a transport that broke its contract,
// and a server that speaks plain HTTP. The texts returned are ours, so it does
// not matter whether an answer could be quoted with the same words.
func ofTransport(err error) string {
	said := err.Error()
	switch {
	case errors.Is(err, http.ErrSchemeMismatch):
		return http.ErrSchemeMismatch.Error()
	case strings.HasSuffix(said, "returned a nil *Response with a nil error"):
		return "the transport returned a nil *Response with a nil error"
	case strings.HasSuffix(said, "but a nil Body"):
		return "the transport returned a *Response with a content length but a nil Body"
	}
	return ""
}

// innermost follows the chain of single causes to its end.
func innermost(err error) error {
	for {
		next := errors.Unwrap(err)
		if next == nil {
			return err
		}
		err = next
	}
}
