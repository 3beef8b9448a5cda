package main

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"

	"github.com/bearerguard/bearerguard/authtest"
)

// authServers are the authorization servers of a case, behind an http.RoundTripper. They publish what the case says and
// count who asks for what.
type authServers struct {
	byHost map[string][]*authtest.Issuer // one for each path

	mu     sync.Mutex      // guards what follows
	jwks   map[string]Text // by the issuer's name in the file
	answer *Answer
	asked  int
	strays []string // requests for anything that no metadata names
}

func newAuthServers(issuers map[string]Issuer) *authServers {
	s := &authServers{byHost: map[string][]*authtest.Issuer{}, jwks: map[string]Text{}}
	for name, i := range issuers {
		s.jwks[name] = i.JWKS
		server := authtest.Config{URL: i.URL}.New()
		server.Replace(authtest.EndpointJWKS, func(http.Handler) http.Handler { return s.publish(name) })
		server.Replace(authtest.EndpointIntrospection, func(http.Handler) http.Handler { return http.HandlerFunc(s.introspect) })
		u, err := url.Parse(i.URL)
		if err != nil {
			panic(err)
		}
		s.byHost[u.Host] = append(s.byHost[u.Host], server)
	}
	return s
}

// prepare is what a step changes.
func (s *authServers) prepare(step *Step) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for name, set := range step.Publish {
		s.jwks[name] = set
	}
	if step.Answer != nil {
		s.answer = step.Answer
	}
	s.asked = 0
}

func (s *authServers) publish(name string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		s.mu.Lock()
		set := s.jwks[name]
		s.mu.Unlock()
		if set == "" {
			panic(http.ErrAbortHandler)
		}
		w.Header().Set("Content-Type", "application/jwk-set+json")
		_, _ = io.WriteString(w, string(set))
	}
}

func (s *authServers) introspect(w http.ResponseWriter, r *http.Request) {
	s.mu.Lock()
	s.asked++
	answer := s.answer
	s.mu.Unlock()
	if answer == nil {
		answer = new(Answer{Status: 200, Fields: [][2]Text{{"Content-Type", "application/json"}}, Body: `{"active":false}`})
	}
	if answer.Status == 0 {
		panic(http.ErrAbortHandler)
	}
	body := []byte(answer.Body)
	for _, field := range answer.Fields {
		w.Header().Add(string(field[0]), string(field[1]))
		if field[0] == "Content-Encoding" {
			body = compress(body)
		}
	}
	w.WriteHeader(answer.Status)
	_, _ = w.Write(body)
}

func compress(data []byte) []byte {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, _ = w.Write(data)
	_ = w.Close()
	return b.Bytes()
}

// RoundTrip calls the handlers directly, and inflates as http.Transport does where nobody asked for an encoding.
func (s *authServers) RoundTrip(r *http.Request) (resp *http.Response, err error) {
	defer func() {
		if recover() == http.ErrAbortHandler {
			resp, err = nil, fmt.Errorf("the connection broke")
		}
	}()
	w := httptest.NewRecorder()
	s.serve(w, r)
	if r.Body != nil {
		_ = r.Body.Close()
	}
	resp = w.Result()
	resp.Request = r
	if resp.Header.Get("Content-Encoding") == "gzip" {
		inflated, err := gzip.NewReader(resp.Body)
		if err != nil {
			return nil, err
		}
		resp.Body = io.NopCloser(inflated)
		resp.Header.Del("Content-Encoding")
		resp.ContentLength, resp.Uncompressed = -1, true
	}
	return resp, nil
}

func (s *authServers) serve(w http.ResponseWriter, r *http.Request) {
	for _, i := range s.byHost[r.URL.Host] {
		path := strings.TrimPrefix(i.URL(), "https://"+r.URL.Host)
		switch r.URL.String() {
		case i.URL() + "/.well-known/openid-configuration", "https://" + r.URL.Host + "/.well-known/oauth-authorization-server" + path,
			i.URL() + "/jwks", i.URL() + "/introspect":
			i.Handler().ServeHTTP(w, r)
			return
		}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.strays = append(s.strays, r.URL.String())
	http.NotFound(w, r)
}

// seen returns how many questions the introspection endpoint got since prepare, and the requests nobody should make.
func (s *authServers) seen() (asked int, strays []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.asked, s.strays
}
