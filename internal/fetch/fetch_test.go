package fetch

import (
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"
	"strings"
	"testing"
)

// What the packages that ask rely on; their own tests have more of it.

func TestPolicy(t *testing.T) {
	t.Parallel()
	loopback := Policy{Loopback: true}
	special := Policy{Loopback: true, Special: func(host string) bool { return host == "10.0.0.1" || IsLoopback(host) }}
	tests := map[string]struct {
		policy Policy
		url    string
		good   bool
	}{
		"https":                         {Policy{}, "https://h.test/a?b#c", true},
		"https in capitals":             {Policy{}, "HTTPS://h.test", true},
		"R7662-4 http":                  {Policy{}, "http://h.test", false},
		"http to loopback":              {Policy{}, "http://127.0.0.1", false},
		"http to loopback, on request":  {loopback, "http://127.0.0.1:8080/a", true},
		"http to ::1, on request":       {loopback, "http://[::1]/a", true},
		"http to localhost, on request": {loopback, "http://LocalHost", true},
		"http elsewhere, on request":    {loopback, "http://h.test", false},
		"a name like loopback":          {loopback, "http://localhost.evil.test", false},
		"a name that begins like it":    {loopback, "http://127.0.0.1.evil.test", false},
		"userinfo":                      {Policy{}, "https://u:p@h.test", false},
		"userinfo like a host":          {loopback, "http://localhost@evil.test", false},
		"no host":                       {Policy{}, "https:///a", false},
		"a port alone":                  {Policy{}, "https://:443", false},
		"no scheme":                     {Policy{}, "//h.test", false},
		"relative":                      {Policy{}, "a/b", false},
		"a file":                        {Policy{}, "file:///etc/passwd", false},
		"nothing":                       {Policy{}, "", false},
		"not a URL":                     {Policy{}, "https://h.test:port", false},
		"a special host":                {special, "https://10.0.0.1", false},
		"a special host goes first":     {special, "http://localhost", false},
		"no special host":               {special, "https://h.test", true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := test.policy.Check(test.url)
			if (err == nil) != test.good {
				t.Errorf("Check = %v", err)
			}
			if err != nil && test.url != "" && strings.Contains(err.Error(), test.url) {
				t.Errorf("the error tells the URL: %v", err)
			}
		})
	}
}

type roundTripper func(*http.Request) (*http.Response, error)

func (f roundTripper) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func answering(status int, header http.Header, body string) *http.Client {
	return &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		return &http.Response{StatusCode: status, Header: header, Body: io.NopCloser(strings.NewReader(body)), Request: r}, nil
	})}
}

func TestGetter(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		status   int
		body     string
		etag     string
		answered bool // the error is that of an answer
		good     bool
	}{
		"a body":                    {200, "12345678", "", false, true},
		"a body, an etag was sent":  {200, "12345678", "e", false, true},
		"one byte too many":         {200, "123456789", "", true, false},
		"unchanged":                 {304, "", "e", false, true},
		"unchanged, nobody asked":   {304, "", "", true, false},
		"204":                       {204, "", "", true, false},
		"302 to elsewhere":          {302, "", "", true, false},
		"404 with a good body":      {404, "12345678", "", true, false},
		"500 after an etag is sent": {500, "", "e", true, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := answering(test.status, http.Header{"Location": {"https://else.test"}, "Etag": {"new"}}, test.body)
			a, err := Getter{Client: Harden(c), MaxSize: 8}.Get(t.Context(), "https://h.test?key=1234", "x/y", test.etag)
			var answered *AnswerError
			if (err == nil) != test.good || errors.As(err, &answered) != test.answered {
				t.Fatalf("Get = %+v, %v", a, err)
			}
			if test.good && (a.Unchanged != (test.status == 304) || a.Body != test.body || a.ETag == "") {
				t.Errorf("answer = %+v", a)
			}
			if err != nil && strings.Contains(err.Error(), "1234") {
				t.Errorf("the error tells the body or the query: %v", err)
			}
		})
	}
}

func TestGetterAsks(t *testing.T) {
	t.Parallel()
	var got *http.Request
	c := &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		got = r
		return nil, errors.New("down")
	})}
	g := Getter{Client: Harden(c), MaxSize: 8}
	if _, err := g.Get(t.Context(), "http://h.test", "x/y", "e"); err == nil || got != nil {
		t.Errorf("an URL that is not allowed was asked: %v", err)
	}
	if _, err := g.Get(t.Context(), "https://h.test", "x/y", "e"); err == nil {
		t.Error("no error")
	}
	if got.Method != "GET" || got.Header.Get("Accept") != "x/y" || got.Header.Get("If-None-Match") != "e" {
		t.Errorf("%s, %v", got.Method, got.Header)
	}
}

// The user's client is copied, and the copy has no cookies and follows nothing.
// Answers that are refused leave a connection that serves the next question, unless
// they are too long for that.
func TestDrain(t *testing.T) {
	t.Parallel()
	for size, rest := range map[int]int{0: 0, 100: 0, 4 << 10: 0, 1 << 20: 1<<20 - 4<<10} {
		body := strings.NewReader(strings.Repeat("x", size))
		Drain(body)
		if body.Len() != rest {
			t.Errorf("of %d bytes %d are left, want %d", size, body.Len(), rest)
		}
	}
}

func TestHarden(t *testing.T) {
	t.Parallel()
	own, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	user := &http.Client{Jar: own, Transport: http.DefaultTransport}
	c := Harden(user)
	if c.Jar != nil || c.Transport != user.Transport || user.Jar != own || user.CheckRedirect != nil {
		t.Errorf("client = %+v, the user's = %+v", c, user)
	}
	if err := c.CheckRedirect(nil, nil); !errors.Is(err, http.ErrUseLastResponse) {
		t.Errorf("CheckRedirect = %v", err)
	}
	if Harden(nil).CheckRedirect == nil {
		t.Error("a client of our own follows redirects")
	}
}
