package introspect_test

import (
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/textproto"
	"runtime"
	"strings"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/introspect"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

const html = "<html><body>marker-of-a-body</body></html>"

// brokenAnswers are what the server may say instead of an answer. Each is 503
// with a log line, never a verdict about the token. R7662-7
var brokenAnswers = map[string]struct {
	reply reply
	calls int    // 2: the connection failed
	line  string // a part of the log line
}{
	"R7662-7 400":                         {reply{status: 400, body: `{"error":"invalid_request","error_description":"marker-of-a-body"}`}, 1, "client's token may provoke"},
	"R7662-7 401":                         {reply{status: 401, body: `{"active":true}`}, 1, "client credentials were refused"},
	"R7662-7 401 text":                    {reply{status: 401, kind: "text/plain", body: "marker-of-a-body"}, 1, "client credentials were refused"},
	"R7662-7 403 HTML":                    {reply{status: 403, kind: "text/html"}, 1, "client credentials were refused"},
	"R7662-7 404":                         {reply{status: 404, body: `{"active":true}`}, 1, "Config.Endpoint"},
	"R7662-7 413":                         {reply{status: 413}, 1, "client's token may provoke"},
	"R7662-7 429":                         {reply{status: 429}, 1, "status 429"},
	"R7662-7 500":                         {reply{status: 500, body: `{"active":true}`}, 1, "status 500"},
	"R7662-7 503":                         {reply{status: 503, body: html}, 1, "status 503"},
	"201":                                 {reply{status: 201, body: `{"active":true}`}, 1, "status 201"},
	"204":                                 {reply{status: 204}, 1, "status 204"},
	"302":                                 {reply{status: 302, header: http.Header{"Location": {place}}}, 1, "status 302"},
	"R7662-7 timeout":                     {reply{after: time.Hour}, 1, "in time"},
	"R7662-7 HTML":                        {reply{kind: "text/html", body: html}, 1, "Content-Type"},
	"R7662-7 HTML that says JSON":         {reply{body: html}, 1, "no introspection answer"},
	"R7662-7 8 MiB":                       {reply{body: `{"active":true,"a":"` + strings.Repeat("a", 8<<20) + `"}`}, 1, "longer than 1048576"},
	"no content type":                     {reply{kind: "-", body: `{"active":true}`}, 1, "Content-Type"},
	"two content types":                   {reply{kind: "-", header: http.Header{"Content-Type": {"application/json", "text/html"}}, body: `{"active":true}`}, 1, "Content-Type"},
	"a content type like JSON":            {reply{kind: "application/json-seq", body: `{"active":true}`}, 1, "Content-Type"},
	"text/json":                           {reply{kind: "text/json", body: `{"active":true}`}, 1, "Content-Type"},
	"a signed answer nobody asked for":    {reply{kind: "application/token-introspection+jwt", body: "e30.e30.e30"}, 1, "Content-Type"},
	"active a string":                     {reply{body: `{"active":"marker-of-a-body"}`}, 1, "active is not true or false"},
	"an answer that is cut off":           {reply{body: `{"active":true,"sub":"marker-of-a-body"`}, 1, "sent an answer that cannot be read"},
	"scope of the wrong type":             {reply{body: `{"active":true,"scope":["marker-of-a-body"]}`}, 1, "claim scope"},
	"the connection breaks":               {reply{err: &net.OpError{Op: "read", Net: "tcp", Err: syscall.ECONNRESET}}, 2, "cannot be reached, or does not answer in HTTP: read tcp: connection reset by peer"},
	"the answer is no HTTP":               {reply{err: textproto.ProtocolError("malformed MIME header line: marker-of-a-body")}, 2, "textproto.ProtocolError"},
	"the client says what it got":         {reply{err: errors.New("marker-of-a-body")}, 2, "*errors.errorString"},
	"R7662-4 an unknown authority":        {reply{err: &tls.CertificateVerificationError{Err: x509.UnknownAuthorityError{}}}, 2, "x509: certificate signed by unknown authority"},
	"our certificate is refused":          {reply{err: &net.OpError{Op: "remote error", Err: tls.AlertError(42)}}, 2, "tls: bad certificate"},
	"the connection breaks by its timout": {reply{err: timeoutError{}}, 1, "in time"},
}

type timeoutError struct{}

func (timeoutError) Error() string   { return "i/o timeout" }
func (timeoutError) Timeout() bool   { return true }
func (timeoutError) Temporary() bool { return true }

func TestFailures(t *testing.T) {
	t.Parallel()
	for name, test := range brokenAnswers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var log logged
				s := says(test.reply)
				c := config(s)
				c.Logger, c.Endpoint = log.logger(), place+"?key="+secret
				v := newValidator(t, c)
				began := time.Now()
				expect(t, v, token, unavailable)
				s.expectCalls(t, test.calls)
				if waited := time.Since(began); waited > 5*time.Second {
					t.Errorf("it took %v, want 5 s at most", waited)
				}
				synctest.Wait()
				lines := log.lines()
				if len(lines) != 1 || !strings.Contains(lines[0], test.line) {
					t.Errorf("log = %q, want one line with %q", lines, test.line)
				}
				h := v.Health()
				// R7662-15: no body, token or secret in the log and the report.
				checkSilence(t, strings.Join(lines, "\n")+fmt.Sprint(h, v), token)
				if h.State != introspect.Failing || h.Calls != 1 || h.Failures != 1 || h.LastError == "" {
					t.Errorf("health = %+v", h)
				}

				// L-8: it is not remembered as a refusal, or at all.
				s.answer = func(seen) reply { return active("") }
				expect(t, v, token, good)
			})
		})
	}
}

// R7662-7: what the client gets to see of all that is 503 and no challenge, so
// that it keeps its token; the Guard's log has none of the secrets either.
func TestFailuresAsTheClientSeesThem(t *testing.T) {
	t.Parallel()
	for name, test := range brokenAnswers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				var log logged
				c := config(says(test.reply))
				c.Endpoint = place + "?key=" + secret
				g, err := middleware.New(middleware.Config{Validator: newValidator(t, c), Logger: log.logger()})
				if err != nil {
					t.Fatal(err)
				}
				r := middleware.Request{Header: http.Header{"Authorization": {"Bearer " + token}}}
				tok, err := g.Check(t.Context(), r, scopes.Authenticated())
				answer := g.Refusal(err)
				if tok != nil || answer.Status != http.StatusServiceUnavailable || len(answer.Challenges) > 0 || answer.RetryAfter == 0 {
					t.Errorf("token %v, refusal = %+v", tok, answer)
				}
				lines := strings.Join(log.lines(), "\n")
				if !strings.Contains(lines, test.line) {
					t.Errorf("log = %q, want %q in it", lines, test.line)
				}
				checkSilence(t, lines+fmt.Sprint(answer), token)
			})
		})
	}
}

// A server that says when to come back is believed.
func TestRetryAfter(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		status int
		field  string
		want   time.Duration
	}{
		"503 in 7 s":       {503, "7", 7 * time.Second},
		"429 in 7 s":       {429, "7", 7 * time.Second},
		"nothing":          {503, "", 0},
		"a date":           {503, "Fri, 31 Dec 1999 23:59:59 GMT", 0},
		"negative":         {503, "-7", 0},
		"more than a day":  {503, "99999999999999999999", 0},
		"of a 401, though": {401, "7", 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := newValidator(t, config(says(reply{status: test.status, header: http.Header{"Retry-After": {test.field}}}))).Validate(t.Context(), token)
			var e *middleware.Error
			if !errors.As(err, &e) || e.RetryAfter != test.want {
				t.Errorf("error = %+v, want RetryAfter %v", e, test.want)
			}
		})
	}
}

// INTEROP.md 14: content types that are JSON.
func TestContentTypes(t *testing.T) {
	t.Parallel()
	for _, kind := range []string{
		"application/json", "application/json;charset=UTF-8", "application/json; charset=iso-8859-1", "APPLICATION/JSON",
		"application/json;", "application/json; charset", "application/jwk-set+json", " application/json ",
	} {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			expect(t, newValidator(t, config(says(reply{kind: kind, body: `{"active":true}`}))), token, good)
		})
	}
}

// A body that ends early is a connection that failed; asking twice does no harm.
func TestOneRetry(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		replies []reply
		want    verdict
		calls   int
	}{
		"it works the second time":  {[]reply{{err: errors.New("reset")}, active("")}, good, 2},
		"it never works":            {[]reply{{err: errors.New("reset")}, {err: errors.New("reset")}, active("")}, unavailable, 2},
		"an answer the second time": {[]reply{{err: errors.New("reset")}, {status: 500}}, unavailable, 2},
		"an answer is not retried":  {[]reply{{status: 500}, active("")}, unavailable, 1},
		"nor is a timeout":          {[]reply{{err: timeoutError{}}, active("")}, unavailable, 1},
		"nor is inactive":           {[]reply{{body: `{"active":false}`}, active("")}, inactive, 1},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := &server{}
			s.answer = func(seen) reply { return test.replies[s.count()-1] }
			expect(t, newValidator(t, config(s)), token, test.want)
			s.expectCalls(t, test.calls)
		})
	}
}

// The user's code on a detached call may fail in every way; requests end.
func TestUserCodeFails(t *testing.T) {
	t.Parallel()
	own := func(f func() (string, error)) func(*introspect.Config) {
		return func(c *introspect.Config) {
			c.Authentication = introspect.BearerToken(func(context.Context) (string, error) { return f() })
		}
	}
	client := func(f func() (*http.Response, error)) func(*introspect.Config) {
		return func(c *introspect.Config) {
			c.Client = &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) { return f() })}
		}
	}
	tests := map[string]struct {
		change func(*introspect.Config)
		line   string
	}{
		"the token function panics":          {own(func() (string, error) { panic(secret) }), "panicked"},
		"the token function ends":            {own(func() (string, error) { runtime.Goexit(); return "", nil }), "ended its goroutine"},
		"the client panics":                  {client(func() (*http.Response, error) { panic(secret) }), "panicked"},
		"the client ends its goroutine":      {client(func() (*http.Response, error) { runtime.Goexit(); return nil, nil }), "ended its goroutine"},
		"the client answers nothing":         {client(func() (*http.Response, error) { return nil, nil }), "nil *Response"},
		"the client answers without a body":  {client(func() (*http.Response, error) { return &http.Response{StatusCode: 200}, nil }), ""},
		"the clock panics on a call":         {func(c *introspect.Config) { c.Now = clockThen(func() { panic(secret) }) }, "panicked"},
		"the clock ends its goroutine":       {func(c *introspect.Config) { c.Now = clockThen(runtime.Goexit) }, "ended its goroutine"},
		"Accept panics":                      {func(c *introspect.Config) { c.Accept = func(string) bool { panic(secret) } }, "panicked"},
		"an answer whose body panics":        {client(func() (*http.Response, error) { return bodyOf(panicBody{}), nil }), "panicked"},
		"an answer whose body ends too soon": {client(func() (*http.Response, error) { return bodyOf(brokenBody{}), nil }), "cannot be reached"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := config(says(active("")))
			test.change(&c)
			v := newValidator(t, c)
			_, err := v.Validate(t.Context(), token)
			if judge(nil, err) != unavailable || !strings.Contains(err.Error(), test.line) {
				t.Errorf("error = %v, want unavailable and %q", err, test.line)
			}
			checkSilence(t, everything(err), token)
			if n := v.Health().InFlight; n != 0 {
				t.Errorf("%d calls are still in flight", n)
			}
		})
	}
}

// clockThen is a clock that a request can read once, and a call cannot.
func clockThen(fail func()) func() time.Time {
	var readings atomic.Int32
	return func() time.Time {
		if readings.Add(1) > 1 {
			fail()
		}
		return clock()
	}
}

// A probe in which the user's clock fails, wherever that is, is a probe that
// failed: the next one is made. The clock is not read while others wait for it.
func TestClockFailsInAProbe(t *testing.T) {
	t.Parallel()
	for name, fail := range map[string]func(){"it panics": func() { panic(secret) }, "it ends its goroutine": runtime.Goexit} {
		for reading := int32(2); reading <= 6; reading++ { // a request reads it first, on its own goroutine
			t.Run(fmt.Sprintf("%s at reading %d", name, reading), func(t *testing.T) {
				t.Parallel()
				synctest.Test(t, func(t *testing.T) {
					s := says(reply{status: 500})
					c := config(s)
					var v *introspect.Validator
					var readings atomic.Int32 // until it fails
					c.Now = func() time.Time {
						if v != nil {
							v.Health()
						}
						if readings.Add(-1) == 0 {
							fail()
						}
						return time.Now()
					}
					v = newValidator(t, c)
					for i := range 5 {
						expect(t, v, fmt.Sprintf("token-%d", i), unavailable)
					}
					s.answer = func(seen) reply { return active("") }
					time.Sleep(5*time.Second + 1)
					readings.Store(reading)
					tok, err := v.Validate(t.Context(), token)
					if got := judge(tok, err); got != unavailable && got != good {
						t.Errorf("error = %v", err)
					}
					readings.Store(0)
					time.Sleep(5*time.Second + 1)
					expect(t, v, "another-token", good)
					if h := v.Health(); h.State != introspect.Working || h.InFlight != 0 {
						t.Errorf("health = %+v", h)
					}
				})
			})
		}
	}
}

// A client that ignores its context holds a place, and nobody waits for it.
func TestUserCodeHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		end := make(chan struct{})
		c := config(says(reply{}))
		c.MaxCalls = 1
		c.Client = &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) {
			<-end
			return nil, errors.New("at last")
		})}
		v := newValidator(t, c)
		began := time.Now()
		expect(t, v, token, unavailable)
		if waited := time.Since(began); waited != 5*time.Second {
			t.Errorf("waited %v, want 5 s", waited)
		}
		_, err := v.Validate(t.Context(), token)
		if waited := time.Since(began); judge(nil, err) != unavailable || waited != 10*time.Second || !strings.Contains(err.Error(), "MaxCalls") {
			t.Errorf("error = %v after %v, want busy after 10 s", err, waited)
		}
		close(end)
		synctest.Wait()
		if n := v.Health().InFlight; n != 0 {
			t.Errorf("%d calls are still in flight", n)
		}
	})
}

// The function given to BearerToken has a context of the call's own. Where it goes
// on regardless, it holds a place too, and nobody waits for it.
func TestTokenFunctionHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		end := make(chan struct{})
		var own context.Context
		c := config(says(active("")))
		c.MaxCalls, c.Timeout = 1, 3*time.Second
		c.Authentication = introspect.BearerToken(func(ctx context.Context) (string, error) {
			own = ctx
			<-end
			return "a-token", nil
		})
		v := newValidator(t, c)
		ctx, leave := context.WithCancel(t.Context())
		began := time.Now()
		var wg sync.WaitGroup
		wg.Go(func() {
			if _, err := v.Validate(ctx, token); judge(nil, err) != unavailable {
				t.Errorf("error = %v", err)
			}
		})
		synctest.Wait()
		leave()
		wg.Wait()
		if limit, ok := own.Deadline(); !ok || !limit.Equal(began.Add(c.Timeout)) || own.Err() != nil {
			t.Errorf("the context ends at %v (%v), not with the call", limit, own.Err())
		}
		if _, err := v.Validate(t.Context(), "another-token"); judge(nil, err) != unavailable || time.Since(began) != c.Timeout {
			t.Errorf("error = %v after %v", err, time.Since(began))
		}
		synctest.Wait()
		if own.Err() == nil {
			t.Error("the context goes on when the call is over")
		}
		if n := v.Health().InFlight; n != 1 {
			t.Errorf("%d places are held, want 1", n)
		}
		close(end)
		synctest.Wait()
		if n := v.Health().InFlight; n != 0 {
			t.Errorf("%d places are held, want 0", n)
		}
		expect(t, v, token, good)
	})
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func bodyOf(b interface {
	Read([]byte) (int, error)
	Close() error
}) *http.Response {
	return &http.Response{StatusCode: 200, Header: http.Header{"Content-Type": {"application/json"}}, Body: b}
}

type panicBody struct{}

func (panicBody) Read([]byte) (int, error) { panic(secret) }
func (panicBody) Close() error             { return nil }

type brokenBody struct{}

func (brokenBody) Read(p []byte) (int, error) {
	return copy(p, `{"active":true`), errors.New("unexpected EOF")
}
func (brokenBody) Close() error { return nil }
