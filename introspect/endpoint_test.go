package introspect_test

import (
	"errors"
	"fmt"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/introspect"
)

const (
	openID     = issuer + "/.well-known/openid-configuration"
	rfc8414    = issuer + "/.well-known/oauth-authorization-server"
	mtlsPlace  = "https://mtls.issuer.test/introspect"
	otherPlace = "https://issuer.test/v2/introspect"
)

// web answers by URL; what it does not have is 404.
func web(pages map[string]reply) *server {
	return &server{answer: func(c seen) reply {
		if r, ok := pages[c.url]; ok {
			return r
		}
		return reply{status: 404, kind: "text/html"}
	}}
}

func metadata(of, members string) reply {
	return reply{body: fmt.Sprintf(`{"issuer":%q,%s}`, of, members)}
}

func discovering(s *server) introspect.Config {
	c := config(s)
	c.Endpoint = ""
	return c
}

func TestDiscovery(t *testing.T) {
	t.Parallel()
	const endpoint = `"introspection_endpoint":"` + place + `"`
	const aliases = `"mtls_endpoint_aliases":{"introspection_endpoint":"` + mtlsPlace + `"}`
	mtls := func(c *introspect.Config) { c.Authentication = introspect.MutualTLS("api") }
	tests := map[string]struct {
		change func(*introspect.Config)
		pages  map[string]reply
		want   string // where the token went; "": nowhere
	}{
		"R8414-2 OpenID Connect's place":     {nil, map[string]reply{openID: metadata(issuer, endpoint)}, place},
		"R8414-2 RFC 8414's place":           {nil, map[string]reply{rfc8414: metadata(issuer, endpoint)}, place},
		"the second place has it":            {nil, map[string]reply{openID: metadata(issuer, `"jwks_uri":"x"`), rfc8414: metadata(issuer, endpoint)}, place},
		"RFC 8705 §5 the alias":              {mtls, map[string]reply{openID: metadata(issuer, endpoint+","+aliases)}, mtlsPlace},
		"RFC 8705 §5 no alias":               {mtls, map[string]reply{openID: metadata(issuer, endpoint)}, place},
		"RFC 8705 §5 the alias is for mTLS":  {nil, map[string]reply{openID: metadata(issuer, endpoint+","+aliases)}, place},
		"INTEROP.md 15 no endpoint":          {nil, map[string]reply{openID: metadata(issuer, `"a":1`)}, ""},
		"INTEROP.md 15 HTML":                 {nil, map[string]reply{openID: {kind: "text/html", body: html}}, ""},
		"no metadata":                        {nil, nil, ""},
		"R8414-1 metadata of another issuer": {nil, map[string]reply{openID: metadata("https://else.test", endpoint)}, ""},
		"R8414-4 an endpoint by http":        {nil, map[string]reply{openID: metadata(issuer, `"introspection_endpoint":"http://issuer.test/introspect"`)}, ""},
		"an endpoint of another type":        {nil, map[string]reply{openID: metadata(issuer, `"introspection_endpoint":["`+place+`"]`)}, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := web(test.pages)
			pages := s.answer
			s.answer = func(c seen) reply {
				if c.method == "POST" {
					return active("")
				}
				return pages(c)
			}
			c := discovering(s)
			if test.change != nil {
				test.change(&c)
			}
			v := newValidator(t, c)
			s.expectCalls(t, 0) // New does no I/O
			if test.want == "" {
				expect(t, v, token, unavailable)
				for _, call := range s.calls {
					if call.method != "GET" {
						t.Errorf("the token was sent to %s", call.url)
					}
				}
				return
			}
			expect(t, v, token, good)
			if got := s.last(t); got.method != "POST" || got.url != test.want || v.Health().Endpoint != test.want {
				t.Errorf("asked %s %s, want %s", got.method, got.url, test.want)
			}
			before := s.count()
			expect(t, v, "another-token", good)
			s.expectCalls(t, before+1) // found once
		})
	}
}

// Everybody who comes first shares one search.
func TestDiscoveryIsShared(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &server{answer: func(c seen) reply {
			if c.method == "POST" {
				return active("")
			}
			r := metadata(issuer, `"introspection_endpoint":"`+place+`"`)
			r.after = time.Second
			return r
		}}
		v := newValidator(t, discovering(s))
		var wg sync.WaitGroup
		for i := range 50 {
			wg.Go(func() { expect(t, v, fmt.Sprintf("token-%d", i), good) })
		}
		wg.Wait()
		s.expectCalls(t, 51)
	})
}

// An endpoint that moved is found; metadata that is down, or hangs, costs
// nothing while the endpoint works.
func TestEndpointMoves(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		pages := map[string]reply{openID: metadata(issuer, `"introspection_endpoint":"`+place+`"`), place: active("")}
		s := web(pages)
		c := discovering(s)
		c.TTL = -1
		v := newValidator(t, c)
		expect(t, v, token, good)

		delete(pages, place)
		pages[otherPlace] = active("")
		pages[openID] = metadata(issuer, `"introspection_endpoint":"`+otherPlace+`"`)
		expect(t, v, token, unavailable) // found a moment ago: not looked for again
		expect(t, v, token, unavailable)
		time.Sleep(10 * time.Second)
		expect(t, v, token, unavailable)
		expect(t, v, token, good)
		time.Sleep(10 * time.Second)

		pages[openID] = reply{err: errors.New("down")}
		pages[otherPlace] = reply{status: 500}
		expect(t, v, token, unavailable)
		pages[otherPlace] = active("")
		expect(t, v, token, good)
		before := s.count()
		expect(t, v, token, good)
		s.expectCalls(t, before+1)

		time.Sleep(10 * time.Second)
		pages[openID] = reply{after: time.Hour}
		pages[otherPlace] = reply{status: 500}
		expect(t, v, token, unavailable)
		pages[otherPlace] = active("")
		began := time.Now()
		expect(t, v, token, good)
		if waited := time.Since(began); waited != 2500*time.Millisecond {
			t.Errorf("waited %v for metadata, want half of the time", waited)
		}
	})
}

// A question that a client provoked a refusal of says nothing of the endpoint.
func TestProvokedFailuresSearchNothing(t *testing.T) {
	t.Parallel()
	s := web(map[string]reply{openID: metadata(issuer, `"introspection_endpoint":"`+place+`"`), place: {status: 400}})
	v := newValidator(t, discovering(s))
	for range 10 {
		expect(t, v, token, unavailable)
	}
	s.expectCalls(t, 11)
}

// Nor do those that look as if it had moved, more than now and then.
func TestProvokedFailuresSearchLittle(t *testing.T) {
	t.Parallel()
	s := web(map[string]reply{openID: metadata(issuer, `"introspection_endpoint":"`+place+`"`), place: {status: 404}})
	v := newValidator(t, discovering(s))
	for i := range 1000 {
		expect(t, v, fmt.Sprintf("token-%d", i), unavailable)
	}
	s.expectCalls(t, 1001)
}

// Metadata that hangs ends in time, and the log says what is missing.
func TestDiscoveryHangs(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		v := newValidator(t, discovering(says(reply{after: time.Hour})))
		began := time.Now()
		expect(t, v, token, unavailable)
		if waited := time.Since(began); waited != 5*time.Second {
			t.Errorf("waited %v", waited)
		}
		if h := v.Health(); h.Endpoint != "" || !strings.Contains(h.LastError, "introspection endpoint") {
			t.Errorf("health = %+v", h)
		}
	})
}
