package httpguard_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/adapters/httpguard"
	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

const form = "application/x-www-form-urlencoded"

// A good token anywhere but in the Authorization field is as good as none: the
// answer is the same, and nothing is said about the place it was in.
func TestTokensElsewhere(t *testing.T) {
	t.Parallel()
	for _, tc := range []struct {
		name, method, target, body string
		fields                     []string
	}{
		{"R6750-4 query", "GET", "/read?access_token=read", "", nil},
		{"R6750-4 RFAPI-1 query of a POST", "POST", "/read?access_token=read", "", nil},
		{"R6750-4 query twice", "GET", "/read?access_token=read&access_token=read", "", nil},
		{"R6750-5 form", "POST", "/read", "access_token=read", []string{"Content-Type", form}},
		{"R6750-5 form of a PUT", "PUT", "/read", "access_token=read", []string{"Content-Type", form}},
		{"R6750-5 form of a GET", "GET", "/read", "access_token=read", []string{"Content-Type", form}},
		{"R6750-5 multipart", "POST", "/read", "--x\r\nContent-Disposition: form-data; name=\"access_token\"\r\n\r\nread\r\n--x--\r\n",
			[]string{"Content-Type", "multipart/form-data; boundary=x"}},
		{"R6750-5 JSON", "POST", "/read", `{"access_token":"read"}`, []string{"Content-Type", "application/json"}},
		{"R6750-21 cookie", "GET", "/read", "", []string{"Cookie", "access_token=read; Authorization=Bearer read"}},
		{"the proxy's field", "GET", "/read", "", []string{"Proxy-Authorization", "Bearer read"}},
		{"a forwarded field", "GET", "/read", "", []string{"X-Forwarded-Authorization", "Bearer read"}},
		{"an old field", "GET", "/read", "", []string{"X-Access-Token", "read"}},
		{"a WebSocket subprotocol", "GET", "/read", "", []string{"Sec-WebSocket-Protocol", "bearer, read"}},
		{"R9700-5 rewritten path", "GET", "/read", "", []string{"X-Original-URL", "/public", "X-Rewrite-URL", "/public", "X-Forwarded-Host", "evil.example"}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			g := newGuard(t, middleware.Config{Validator: byScope, Resource: "https://api.example.com/a"})
			var token *middleware.Token
			var read string
			handler := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				token = httpguard.Token(r)
				body, _ := io.ReadAll(r.Body)
				read = string(body)
			})
			request := func() *http.Request {
				r := httptest.NewRequest(tc.method, tc.target, strings.NewReader(tc.body))
				for i := 0; i < len(tc.fields); i += 2 {
					r.Header.Add(tc.fields[i], tc.fields[i+1])
				}
				return r
			}
			w := httptest.NewRecorder()
			httpguard.Require(g, scopes.All("read"))(handler).ServeHTTP(w, request())
			none := get(httpguard.Require(g, scopes.All("read"))(handler), "/read")
			if w.Code != 401 || !slices.Equal(w.Header().Values("WWW-Authenticate"), none.Header().Values("WWW-Authenticate")) || w.Body.Len() > 0 {
				t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
			}

			// On an optional route the request is anonymous, and its body is whole.
			w = httptest.NewRecorder()
			httpguard.Require(g, scopes.Optional(scopes.All("read")))(handler).ServeHTTP(w, request())
			if w.Code != 200 || token != nil || read != tc.body {
				t.Errorf("%d with token %v and body %q", w.Code, token, read)
			}

			// R6750-6: with the one method there is, the others are the handler's data.
			r := request()
			r.Header.Set("Authorization", "Bearer read")
			httpguard.Require(g, scopes.All("read"))(handler).ServeHTTP(httptest.NewRecorder(), r)
			if token == nil || read != tc.body {
				t.Errorf("token %v and body %q", token, read)
			}
			// R6750-8: no 2xx answers a query token, so none needs Cache-Control.
		})
	}
}
