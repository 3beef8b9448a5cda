package fetch

import (
	"bufio"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"io"
	"log"
	"net"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"os"
	"strings"
	"syscall"
	"testing"
)

const marker = "marker-of-an-answer"

// everything is all that any way of printing err or a part of its chain tells.
func everything(err error) string {
	said := ""
	for ; err != nil; err = errors.Unwrap(err) {
		said += fmt.Sprintf("%v\n%+v\n%#v\n", err, err, err)
	}
	return said
}

// speaker is a server that says the same to whoever connects.
func speaker(t *testing.T, says string) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	go func() {
		for {
			conn, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				defer conn.Close()
				if _, err := http.ReadRequest(bufio.NewReader(conn)); err == nil {
					_, _ = io.WriteString(conn, says)
				}
			}()
		}
	}()
	return l.Addr().String()
}

// R7662-15: net/http quotes what it cannot read. None of it is repeated.
func TestAnswersThatAreNotHTTP(t *testing.T) {
	t.Parallel()
	const ok = "HTTP/1.1 200 OK\r\n"
	for name, says := range map[string]string{
		"no HTTP":              marker + "\r\n\r\n",
		"a status line":        "HTTP/1.1 " + marker + "\r\n\r\n",
		"a version":            "HTTP/" + marker + " 200 OK\r\n\r\n",
		"a field without end":  ok + marker,
		"no field":             ok + marker + "\r\n\r\n",
		"a length":             ok + "Content-Length: " + marker + "\r\n\r\n",
		"a coding":             ok + "Transfer-Encoding: " + marker + "\r\n\r\n",
		"the length of a part": ok + "Transfer-Encoding: chunked\r\n\r\n" + marker + "\r\n",
		"two lengths":          ok + "Content-Length: 1\r\nContent-Length: 2" + marker + "\r\n\r\n",
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := Getter{Client: Harden(nil), MaxSize: 100, Policy: Policy{Loopback: true}}
			_, err := g.Get(t.Context(), "http://"+speaker(t, says)+"/keys?"+marker, "x/y", "")
			if err == nil || !strings.Contains(err.Error(), "/keys?…: ") {
				t.Errorf("error = %v", err)
			}
			if strings.Contains(everything(err), marker) {
				t.Errorf("the answer is told: %s", everything(err))
			}
		})
	}
}

// A proxy that refuses says why in its own words.
func TestProxyThatRefuses(t *testing.T) {
	t.Parallel()
	proxy := &url.URL{Scheme: "http", Host: speaker(t, "HTTP/1.1 403 "+marker+"\r\n\r\n")}
	g := Getter{Client: Harden(&http.Client{Transport: &http.Transport{Proxy: http.ProxyURL(proxy)}}), MaxSize: 100}
	if _, err := g.Get(t.Context(), "https://h.test", "x/y", ""); err == nil || strings.Contains(everything(err), marker) {
		t.Errorf("error = %v", everything(err))
	}
}

// What really happens is still told where it is known.
func TestRealCauses(t *testing.T) {
	t.Parallel()
	secured := httptest.NewUnstartedServer(http.NotFoundHandler())
	secured.Config.ErrorLog = log.New(io.Discard, "", 0)
	secured.StartTLS()
	t.Cleanup(secured.Close)
	_, port, _ := net.SplitHostPort(secured.Listener.Addr().String())
	closed, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	nobody := closed.Addr().String()
	_ = closed.Close()
	for name, test := range map[string]struct {
		client *http.Client
		url    string
		want   string
	}{
		"nobody listens":       {nil, "http://" + nobody, "connection refused"},
		"unknown authority":    {nil, secured.URL, "x509: certificate signed by unknown authority"},
		"another name":         {secured.Client(), "https://localhost:" + port, "x509: the certificate is not for localhost"},
		"plain HTTP":           {nil, "https://" + speaker(t, ""), "EOF"},
		"broken off":           {nil, "http://" + speaker(t, ""), "broken off"},
		"broken off later":     {nil, "http://" + speaker(t, "HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nbody"), "unexpected EOF"},
		"broken off in fields": {nil, "http://" + speaker(t, "HTTP/1.1 200 OK\r\nA: "), "unexpected EOF"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			g := Getter{Client: Harden(test.client), MaxSize: 100, Policy: Policy{Loopback: true}}
			if _, err := g.Get(t.Context(), test.url, "x/y", ""); err == nil || !strings.Contains(err.Error(), test.want) {
				t.Errorf("error = %v, want %q", err, test.want)
			}
		})
	}
}

type slow struct{ error }

func (slow) Timeout() bool   { return true }
func (slow) Temporary() bool { return true }

func TestCause(t *testing.T) {
	t.Parallel()
	secret := errors.New(marker)
	within := func(err error) error {
		return &url.Error{Op: "Post", URL: "https://u:p@h.test?" + marker, Err: fmt.Errorf("%s: %w", marker, err)}
	}
	op := func(op string, err error) error { return &net.OpError{Op: op, Net: "tcp", Err: err} }
	const leftOut = "whose text is left out"
	for name, test := range map[string]struct {
		err  error
		want string
		is   error
	}{
		"a text":                    {secret, "*errors.errorString, " + leftOut, nil},
		"a protocol error":          {textproto.ProtocolError(marker), "textproto.ProtocolError, " + leftOut, nil},
		"many":                      {errors.Join(secret, secret), "*errors.joinError, " + leftOut, nil},
		"dial":                      {op("dial", os.NewSyscallError("connect", syscall.ECONNREFUSED)), "dial tcp: connect: connection refused", nil},
		"reset":                     {op("read", syscall.ECONNRESET), "read tcp: connection reset by peer", nil},
		"reset, bare":               {syscall.ECONNRESET, "connection reset by peer", nil},
		"an alert":                  {op("remote error", tls.AlertError(42)), "remote error tcp: tls: bad certificate", nil},
		"an alert, bare":            {tls.AlertError(42), "tls: bad certificate", nil},
		"by a proxy":                {op("proxyconnect", op("dial", syscall.ECONNREFUSED)), "proxyconnect: dial tcp: connection refused", nil},
		"by a proxy that speaks":    {op("proxyconnect", secret), leftOut, nil},
		"a name":                    {&net.DNSError{Err: "no such host", Name: "h.test", IsNotFound: true}, "lookup h.test: no such host", nil},
		"plain HTTP":                {http.ErrSchemeMismatch, "http: server gave HTTP response to HTTPS client", nil},
		"no TLS":                    {tls.RecordHeaderError{Msg: "no record"}, "tls: no record", nil},
		"authority":                 {&tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}, "signed by unknown authority", nil},
		"expired":                   {x509.CertificateInvalidError{Reason: x509.Expired, Detail: "now"}, "expired or is not yet valid: now", nil},
		"a name of the certificate": {x509.CertificateInvalidError{Reason: x509.CANotAuthorizedForThisName, Detail: marker}, "not authorized to sign for this name", nil},
		"no roots":                  {x509.SystemRootsError{}, "system roots", nil},
		"time is up":                {context.DeadlineExceeded, "context deadline exceeded", context.DeadlineExceeded},
		"nobody waits":              {context.Canceled, "context canceled", context.Canceled},
		"a timeout":                 {slow{secret}, "timeout", nil},
		"broken off":                {io.EOF, "the connection was broken off: EOF", io.EOF},
		"broken off later":          {io.ErrUnexpectedEOF, "the answer was broken off: unexpected EOF", io.ErrUnexpectedEOF},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			for _, err := range []error{test.err, within(test.err)} {
				got := Cause(err)
				if !strings.Contains(got.Error(), test.want) || errors.Unwrap(got) != test.is {
					t.Errorf("Cause = %q that wraps %v, want %q and %v", got, errors.Unwrap(got), test.want, test.is)
				}
				if TimedOut(err) != (name == "a timeout" || name == "time is up") {
					t.Errorf("TimedOut = %v", TimedOut(err))
				}
				if said := everything(got); strings.Contains(said, marker) || strings.Contains(said, "u:p") {
					t.Errorf("too much is told: %s", said)
				}
			}
		})
	}
	if Cause(nil) != nil {
		t.Error("a cause of nothing")
	}
}

func TestRedact(t *testing.T) {
	t.Parallel()
	const hidden = "(a URL that is not shown)"
	for raw, want := range map[string]string{
		"https://h.test":                             "https://h.test",
		"https://h.test:8443/a%2Fb/c":                "https://h.test:8443/a%2Fb/c",
		"https://h.test/a?key=pass":                  "https://h.test/a?…",
		"https://h.test/a#pass":                      "https://h.test/a",
		"https://h.test/a?":                          "https://h.test/a",
		"https://h.test/" + strings.Repeat("a", 300): "https://h.test/" + strings.Repeat("a", 199) + "…",
		"https://user:pass@h.test/a":                 hidden,
		"https://user:pa/ss@h.test/a":                hidden,
		"https://user:1/pass@h.test":                 hidden,
		"https://h.test/?mail=pass@h.test":           hidden,
		"https://user:pa%zz@h.test":                  hidden,
		"user:pass@h.test":                           hidden,
		"https:user:pass@h.test":                     hidden,
		"h.test?pass":                                hidden,
		"pass":                                       hidden,
		"":                                           hidden,
		"https://h.test:pass":                        hidden,
	} {
		if got := Redact(raw); got != want {
			t.Errorf("Redact(%q) = %q, want %q", raw, got, want)
		}
	}
}

// FuzzRedact: nothing of userinfo, query and fragment is shown.
func FuzzRedact(f *testing.F) {
	for _, raw := range []string{"https://h.test/a?b#c", "https://u:p@h.test", "//u:p@h.test", "x:u:p@h", "https://h.test:1/%zz", "http://[::1%25a]/", "//h.test/%40 ", ""} {
		f.Add(raw)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		shown := Redact(raw)
		if strings.Contains(shown, "@") || strings.Contains(strings.TrimSuffix(shown, "?…"), "?") || strings.Contains(shown, "#") {
			t.Fatalf("Redact(%q) = %q", raw, shown)
		}
		if u, err := url.Parse(raw); err != nil || u.Host == "" || u.User != nil {
			if shown != "(a URL that is not shown)" {
				t.Fatalf("Redact(%q) = %q", raw, shown)
			}
		}
	})
}
