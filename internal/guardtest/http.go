package guardtest

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
)

// API builds an API behind an adapter for HTTP. It serves DELETE of /read by the
// rule Beside of the call and every other method of it by Rule, all with the
// same handler, which finds the token in the context of its request.
type API func(c Call, handler http.Handler) http.Handler

// Sends makes senders of APIs. They look at nothing, as a network would.
func Sends(apis map[string]API) map[string]Send {
	sends := map[string]Send{}
	for name, api := range apis {
		sends[name] = api.send
	}
	return sends
}

func (api API) send(_ testing.TB, c Call) Answer {
	var a Answer
	h := api(c, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		a.Calls++
		a.Token, _ = middleware.FromContext(r.Context())
		w.WriteHeader(http.StatusNoContent)
	}))
	// R6750-4, R6750-8: tokens in the query are not looked at, so no answer depends
	// on one or needs Cache-Control for it.
	r := httptest.NewRequest("GET", "/read?access_token=read.write", nil)
	r.Header["Authorization"] = c.Authorization
	for name, value := range c.Fields {
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return a.read(w)
}

// read adds what the client sees.
func (a Answer) read(w *httptest.ResponseRecorder) Answer {
	var body struct {
		Error       string `json:"error"`
		Description string `json:"error_description"`
	}
	_ = json.Unmarshal(w.Body.Bytes(), &body) // an empty body has no words
	a.Code, a.Error, a.Description = strconv.Itoa(w.Code), body.Error, body.Description
	a.Challenges = w.Header().Values("WWW-Authenticate")
	a.RetryAfter, a.Nonce = w.Header().Get("Retry-After"), w.Header().Get("DPoP-Nonce")
	return a
}

// Counter is a handler that counts its calls.
type Counter struct{ Calls atomic.Int64 }

func (c *Counter) ServeHTTP(w http.ResponseWriter, _ *http.Request) {
	c.Calls.Add(1)
	w.WriteHeader(http.StatusNoContent)
}

// Serve has h serve a request with the header fields, given as name, value, ….
func Serve(h http.Handler, method, target string, fields ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(fields); i += 2 {
		r.Header.Add(fields[i], fields[i+1])
	}
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

// ParseRequest reads a request as net/http's server does; nil where that would
// answer 400 itself.
func ParseRequest(method, target, host string) *http.Request {
	r, err := http.ReadRequest(bufio.NewReader(strings.NewReader(method + " " + target + " HTTP/1.1\r\nHost: " + host + "\r\n\r\n")))
	if err != nil {
		return nil
	}
	return r
}

// StartServer serves h over a real socket, in clear or as HTTP/2 over TLS.
func StartServer(t testing.TB, h http.Handler, http2 bool) *httptest.Server {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.EnableHTTP2 = http2
	if http2 {
		s.StartTLS()
	} else {
		s.Start()
	}
	t.Cleanup(s.Close)
	return s
}
