package jwks_test

import (
	"fmt"
	"io"
	"net/http"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/jwks"
)

// web is a few documents under their whole URLs, and a record of who asked. A
// URL that is not there is answered 404.
type web struct {
	mu    sync.Mutex
	pages map[string]string
	etag  string // of every page, or ""
	asked []string
}

func (w *web) RoundTrip(r *http.Request) (*http.Response, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	url := r.URL.String()
	w.asked = append(w.asked, url)
	body, ok := w.pages[url]
	status, header := http.StatusOK, http.Header{}
	switch {
	case !ok:
		status = http.StatusNotFound
	case w.etag != "":
		header.Set("ETag", w.etag)
		if r.Header.Get("If-None-Match") == w.etag {
			status, body = http.StatusNotModified, ""
		}
	}
	return &http.Response{StatusCode: status, Body: io.NopCloser(strings.NewReader(body)), Header: header, Request: r}, nil
}

func (w *web) put(url, body string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.pages == nil {
		w.pages = make(map[string]string)
	}
	w.pages[url] = body
}

// trusting returns a validator that discovers the keys of issuer in w.
func trusting(t *testing.T, w *web, issuer string) *jwks.Validator {
	t.Helper()
	return newValidator(t, jwks.Config{Client: &http.Client{Transport: w}},
		jwks.Issuer{URL: issuer, Audience: []string{authtest.DefaultAudience}})
}

// metadata writes a metadata document.
func metadata(issuer, jwksURI string) string {
	return fmt.Sprintf(`{"issuer":%q,"jwks_uri":%q,"scopes_supported":["a"],"x":{"y":[1]}}`, issuer, jwksURI)
}

// TestWellKnown: where metadata is looked for, and in which order.
func TestWellKnown(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		issuer string
		places []string
	}{
		"ROIDC-1 no path": {"https://h.test", []string{
			"https://h.test/.well-known/openid-configuration",
			"https://h.test/.well-known/oauth-authorization-server",
		}},
		"R8414-2 a slash alone": {"https://h.test/", []string{
			"https://h.test/.well-known/openid-configuration",
			"https://h.test/.well-known/oauth-authorization-server",
		}},
		"R8414-2 a path": {"https://h.test/t1", []string{
			"https://h.test/t1/.well-known/openid-configuration",
			"https://h.test/.well-known/oauth-authorization-server/t1",
		}},
		"R8414-2 a path and a slash": {"https://h.test/t1/", []string{
			"https://h.test/t1/.well-known/openid-configuration",
			"https://h.test/.well-known/oauth-authorization-server/t1",
		}},
		"R8414-2 a port and a long path": {"https://h.test:8443/realms/my%20realm", []string{
			"https://h.test:8443/realms/my%20realm/.well-known/openid-configuration",
			"https://h.test:8443/.well-known/oauth-authorization-server/realms/my%20realm",
		}},
		"ROIDC-1 an IPv6 host": {"https://[2001:db8::1]/a", []string{
			"https://[2001:db8::1]/a/.well-known/openid-configuration",
			"https://[2001:db8::1]/.well-known/oauth-authorization-server/a",
		}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := new(web)
			as := es256()
			v := trusting(t, w, test.issuer)
			token := as.Token(authtest.Claims{"iss": test.issuer})
			expect(t, v, token, unavailable)
			if !slices.Equal(w.asked, test.places) {
				t.Errorf("asked %q, want %q", w.asked, test.places)
			}
			for _, place := range test.places { // either of them is enough
				w := new(web)
				w.put(place, metadata(test.issuer, "https://keys.test/set"))
				w.put("https://keys.test/set", string(as.JWKS()))
				expect(t, trusting(t, w, test.issuer), token, good)
			}
		})
	}
}

// TestMetadata: what a metadata document has to say.
func TestMetadata(t *testing.T) {
	t.Parallel()
	const issuer, uri = "https://h.test/caf\u00e9", "https://h.test/jwks" // é composed
	for name, test := range map[string]struct {
		document string
		want     verdict
	}{
		"as it should be":                    {metadata(issuer, uri), good},
		"the issuer escaped":                 {`{"issuer":"https:\/\/h.test\/caf\u00e9","jwks_uri":"https://h.test/jwks"}`, good},
		"R8414-1 a slash more":               {metadata(issuer+"/", uri), unavailable},
		"R8414-1 a slash less":               {metadata("https://h.test", uri), unavailable},
		"R8414-1 another case":               {metadata(strings.ToUpper(issuer), uri), unavailable},
		"R8414-1 another host":               {metadata("https://attacker.test/caf\u00e9", uri), unavailable},
		"R8414-1 the port written out":       {metadata("https://h.test:443/caf\u00e9", uri), unavailable},
		"R8414-1 another tenant":             {metadata("https://h.test/other", uri), unavailable},
		"R8414-1 a template":                 {metadata("https://h.test/{tenantid}", uri), unavailable},
		"R8414-5 the same name, decomposed":  {metadata("https://h.test/cafe\u0301", uri), unavailable},
		"R8414-5 the same name, escaped":     {metadata("https://h.test/caf%C3%A9", uri), unavailable},
		"issuer missing":                     {`{"jwks_uri":"` + uri + `"}`, unavailable},
		"issuer an array":                    {`{"issuer":["` + issuer + `"],"jwks_uri":"` + uri + `"}`, unavailable},
		"issuer null":                        {`{"issuer":null,"jwks_uri":"` + uri + `"}`, unavailable},
		"issuer twice, a good one first":     {`{"issuer":"` + issuer + `","issuer":"https://x.test","jwks_uri":"` + uri + `"}`, unavailable},
		"issuer twice, a good one last":      {`{"issuer":"https://x.test","issuer":"` + issuer + `","jwks_uri":"` + uri + `"}`, unavailable},
		"ISSUER in capitals":                 {`{"ISSUER":"` + issuer + `","jwks_uri":"` + uri + `"}`, unavailable},
		"jwks_uri missing":                   {`{"issuer":"` + issuer + `"}`, unavailable},
		"jwks_uri null":                      {`{"issuer":"` + issuer + `","jwks_uri":null}`, unavailable},
		"jwks_uri a number":                  {`{"issuer":"` + issuer + `","jwks_uri":7}`, unavailable},
		"jwks_uri empty":                     {metadata(issuer, ""), unavailable},
		"jwks_uri relative":                  {metadata(issuer, "/jwks"), unavailable},
		"jwks_uri without a scheme":          {metadata(issuer, "//h.test/jwks"), unavailable},
		"R8414-4 jwks_uri http":              {metadata(issuer, "http://h.test/jwks"), unavailable},
		"R8414-4 jwks_uri http, in capitals": {metadata(issuer, "HTTP://h.test/jwks"), unavailable},
		"R8414-4 jwks_uri http to loopback":  {metadata(issuer, "http://127.0.0.1/jwks"), unavailable},
		"R8414-4 jwks_uri a file":            {metadata(issuer, "file:///etc/passwd"), unavailable},
		"jwks_uri with userinfo":             {metadata(issuer, "https://user:secret@h.test/jwks"), unavailable},
		"R8414-3 HTML":                       {"<!DOCTYPE html><title>h.test</title>", unavailable},
		"R8414-3 empty":                      {"", unavailable},
		"R8414-3 null":                       {"null", unavailable},
		"R8414-3 an array":                   {"[" + metadata(issuer, uri) + "]", unavailable},
		"R8414-3 truncated":                  {metadata(issuer, uri)[:30], unavailable},
		"R8414-3 two documents":              {metadata(issuer, uri) + metadata(issuer, uri), unavailable},
		"nested too deep":                    {`{"x":` + strings.Repeat("[", 100) + strings.Repeat("]", 100) + `,` + metadata(issuer, uri)[1:], unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w, as := new(web), es256()
			w.put(issuer+"/.well-known/openid-configuration", test.document)
			for _, u := range []string{uri, "http://h.test/jwks", "http://127.0.0.1/jwks", "https://user:secret@h.test/jwks"} {
				w.put(u, string(as.JWKS()))
			}
			// Go writes the path of a request escaped.
			w.put("https://h.test/caf%C3%A9/.well-known/openid-configuration", test.document)
			expect(t, trusting(t, w, issuer), as.Token(authtest.Claims{"iss": issuer}), test.want)
			for _, url := range w.asked {
				if !strings.HasPrefix(url, "https://h.test/") {
					t.Errorf("asked %s", url)
				}
			}
		})
	}
}

// TestMetadataFallback: an answer that is no metadata sends us to the second
// place; a server out of reach does not.
func TestMetadataFallback(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		first   func(http.Handler) http.Handler
		want    verdict
		seconds int // requests to the second place
	}{
		"R8414-3 404":         {answer(404, ""), good, 1},
		"R8414-3 204":         {answer(204, ""), good, 1},
		"R8414-3 200 HTML":    {answer(200, "<html>"), good, 1}, // INTEROP 15
		"R8414-3 500":         {answer(500, "{}"), good, 1},
		"another issuer":      {answer(200, metadata("https://x.test", "https://x.test/jwks")), good, 1},
		"no jwks_uri":         {answer(200, `{"issuer":"https://issuer.test"}`), good, 1},
		"a redirect":          {func(http.Handler) http.Handler { return http.RedirectHandler("/x", http.StatusFound) }, good, 1},
		"longer than 512 KiB": {answer(200, strings.Repeat(" ", 512<<10+1)), good, 1},
		"no answer":           {hanging, unavailable, 0},
		"a broken connection": {func(http.Handler) http.Handler {
			return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
		}, unavailable, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				as := es256()
				as.Replace(authtest.EndpointOIDC, test.first)
				expect(t, discovering(t, as), as.Token(), test.want)
				if n := as.Fetches(authtest.EndpointRFC8414); n != test.seconds {
					t.Errorf("%d requests to the second place, want %d", n, test.seconds)
				}
			})
		})
	}
}

// TestMetadataChanges: metadata is kept, until keys cannot be fetched from where
// it said.
func TestMetadataChanges(t *testing.T) {
	t.Parallel()
	const issuer, where = "https://h.test", "https://h.test/.well-known/openid-configuration"
	t.Run("R8414-1 another issuer later keeps the old keys", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w, as := new(web), authtest.Config{URL: issuer, Algorithms: []string{"ES256"}}.New()
			evil := authtest.Config{URL: issuer, Algorithms: []string{"ES256"}}.New()
			w.put(where, metadata(issuer, issuer+"/jwks"))
			w.put(issuer+"/jwks", string(as.JWKS()))
			v := trusting(t, w, issuer)
			expect(t, v, as.Token(), good)
			w.put(where, metadata("https://evil.test", "https://evil.test/jwks"))
			w.put("https://evil.test/jwks", string(evil.JWKS()))
			w.put(issuer+"/jwks", "gone")
			for range 60 {
				time.Sleep(time.Minute)
				expect(t, v, as.Token(), good)
				expect(t, v, evil.Token(), refused("signature"))
			}
		})
	})
	t.Run("ROIDC-2 jwks_uri moves and the old place is gone", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			w, as := new(web), authtest.Config{URL: issuer, Algorithms: []string{"ES256"}}.New()
			w.put(where, metadata(issuer, issuer+"/a"))
			w.put(issuer+"/a", string(as.JWKS()))
			v := trusting(t, w, issuer)
			expect(t, v, as.Token(), good)
			as.Rotate()
			w.put(where, metadata(issuer, issuer+"/b"))
			w.put(issuer+"/a", "gone")
			w.put(issuer+"/b", string(as.JWKS()))
			expect(t, v, as.Token(), unavailable) // the fetch that finds out
			time.Sleep(15 * time.Second)
			expect(t, v, as.Token(), good)
		})
	})
	for name, etag := range map[string]string{
		"ROIDC-2 jwks_uri moves and the old place stays as it was": "",
		// RFC 9110 §8.8.3: an etag tells apart what one place has shown, and says
		// nothing of another place.
		"ROIDC-2 jwks_uri moves, and the new place has the old one's ETag": `"1"`,
	} {
		t.Run(name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w, as := &web{etag: etag}, authtest.Config{URL: issuer, Algorithms: []string{"ES256"}}.New()
				w.put(where, metadata(issuer, issuer+"/a"))
				w.put(issuer+"/a", string(as.JWKS()))
				v := trusting(t, w, issuer)
				expect(t, v, as.Token(), good)
				as.Rotate()
				w.put(where, metadata(issuer, issuer+"/b"))
				w.put(issuer+"/b", string(as.JWKS()))
				for range 24 * 60 { // within a day at the very latest
					time.Sleep(time.Minute)
					if _, err := v.Validate(t.Context(), as.Token()); err == nil {
						return
					}
				}
				t.Error("the new place was not found in a day")
			})
		})
	}
	t.Run("metadata that hangs later does not cost the keys", func(t *testing.T) {
		synctest.Test(t, func(t *testing.T) {
			as := es256()
			v := discovering(t, as)
			expect(t, v, as.Token(), good)
			as.Replace(authtest.EndpointOIDC, hanging)
			for range 24 * 60 {
				time.Sleep(time.Minute)
				expect(t, v, as.Token(), good)
			}
			time.Sleep(5 * time.Second) // a refresh in the background may be under way
		})
	})
}
