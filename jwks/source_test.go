package jwks

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/internal/fetch"
)

type answers func(*http.Request) *http.Response

func (f answers) RoundTrip(r *http.Request) (*http.Response, error) { return f(r), nil }

// A query may hold a key to the document. No error tells it, whatever the fault.
func TestSourceHidesTheQuery(t *testing.T) {
	t.Parallel()
	const place, hidden = "https://issuer.test/keys", "a-secret-of-ours"
	for name, test := range map[string]struct {
		status int
		body   string
	}{
		"another status":   {404, ""},
		"too long":         {200, strings.Repeat(" ", 1001)},
		"a page":           {200, "<html>"},
		"no keys":          {200, `{"keys":[]}`},
		"no usable key":    {200, `{"keys":[{"kty":"oct","k":"AAAA"}]}`},
		"a broken key set": {200, `{"keys":{}}`},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := fetch.Harden(&http.Client{Transport: answers(func(r *http.Request) *http.Response {
				return &http.Response{StatusCode: test.status, Header: http.Header{}, Body: io.NopCloser(strings.NewReader(test.body)), Request: r}
			})})
			f := fixed{get: fetch.Getter{Client: client, MaxSize: 1000}, url: place + "?key=" + hidden, maxKeys: 10}
			_, err := f.fetch(t.Context(), nil, false)
			if err == nil || !strings.Contains(err.Error(), "GET "+place+"?…: ") {
				t.Fatalf("error = %v, want one about %s", err, place)
			}
			if strings.Contains(err.Error(), hidden) {
				t.Errorf("the query is told: %v", err)
			}
		})
	}
}
