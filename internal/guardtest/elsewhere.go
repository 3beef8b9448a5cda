package guardtest

import (
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/middleware"
	"github.com/bearerguard/bearerguard/scopes"
)

const form = "application/x-www-form-urlencoded"

// elsewhere is a good token anywhere but in the Authorization field.
var elsewhere = []struct {
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
}

// Elsewhere checks that a token in another place is as good as none. The answer is the
// same, nothing is said about the place it was in, and the handler's data is
// left alone.
func Elsewhere(t *testing.T, api API) {
	for _, tc := range elsewhere {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			g := New(t, middleware.Config{Validator: ByScope, Resource: "https://api.example.com/a"})
			var token *middleware.Token
			var body string
			handler := http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				token, _ = middleware.FromContext(r.Context())
				text, _ := io.ReadAll(r.Body)
				body = string(text)
			})
			ask := func(rule scopes.Rule, authorization ...string) *httptest.ResponseRecorder {
				token, body = nil, "not read"
				r := httptest.NewRequest(tc.method, tc.target, strings.NewReader(tc.body))
				for i := 0; i < len(tc.fields); i += 2 {
					r.Header.Add(tc.fields[i], tc.fields[i+1])
				}
				r.Header["Authorization"] = authorization
				w := httptest.NewRecorder()
				api(Call{Guard: g, Rule: rule}, handler).ServeHTTP(w, r)
				return w
			}
			none := Serve(api(Call{Guard: g, Rule: scopes.All("read")}, handler), "GET", "/read")
			w := ask(scopes.All("read"))
			if w.Code != 401 || !slices.Equal(w.Header().Values("WWW-Authenticate"), none.Header().Values("WWW-Authenticate")) || w.Body.String() != none.Body.String() {
				t.Errorf("%d %v %s", w.Code, w.Header(), w.Body)
			}
			if w := ask(scopes.Optional(scopes.All("read"))); w.Code != 200 || token != nil || body != tc.body {
				t.Errorf("optional: %d with token %v and body %q", w.Code, token, body)
			}
			// R6750-6: with the one method there is, the others are the handler's data.
			if w := ask(scopes.All("read"), "Bearer read"); w.Code != 200 || token == nil || body != tc.body {
				t.Errorf("beside a token: %d with token %v and body %q", w.Code, token, body)
			}
		})
	}
}
