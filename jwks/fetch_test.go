package jwks_test

import (
	"compress/gzip"
	"crypto/tls"
	"fmt"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/jwks"
)

// TestAnswers: which answers of the JWKS endpoint count. Every body is a good
// key set, and a set that is not accepted means 503.
func TestAnswers(t *testing.T) {
	t.Parallel()
	status := func(code int) func(http.Handler) http.Handler {
		return func(good http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				w.Header().Set("Location", "https://issuer.test/moved")
				w.WriteHeader(code)
				good.ServeHTTP(w, r)
			})
		}
	}
	typed := func(contentType string) func(http.Handler) http.Handler {
		return func(good http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				recorded := httptest.NewRecorder()
				good.ServeHTTP(recorded, r)
				w.Header().Set("Content-Type", contentType)
				_, _ = w.Write(recorded.Body.Bytes())
			})
		}
	}
	padded := func(size int) func(http.Handler) http.Handler {
		return func(good http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				recorded := httptest.NewRecorder()
				good.ServeHTTP(recorded, r)
				_, _ = fmt.Fprintf(w, "%*s", size, recorded.Body)
			})
		}
	}
	for name, test := range map[string]struct {
		with func(http.Handler) http.Handler
		want verdict
	}{
		"200":                               {status(200), good},
		"R7517-11 application/jwk-set+json": {typed("application/jwk-set+json"), good},
		"R7517-11 application/json":         {typed("application/json; charset=utf-8"), good},
		"R7517-11 text/plain":               {typed("text/plain"), good}, // some servers; the body decides
		"201":                               {status(201), unavailable},
		"R8414-3 204":                       {answer(204, ""), unavailable},
		"206":                               {status(206), unavailable},
		"301":                               {status(301), unavailable},
		"302":                               {status(302), unavailable},
		"304 that was not asked for":        {status(304), unavailable},
		"307":                               {status(307), unavailable},
		"401":                               {status(401), unavailable},
		"R8414-3 404":                       {status(404), unavailable},
		"429":                               {status(429), unavailable},
		"500":                               {status(500), unavailable},
		"503 with good keys as body":        {status(503), unavailable}, // jwx takes them
		"512 KiB":                           {padded(512 << 10), good},
		"512 KiB and one octet":             {padded(512<<10 + 1), unavailable},
		"the connection breaks": {func(http.Handler) http.Handler {
			return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
		}, unavailable},
		"the connection breaks in the body":    {cut, unavailable},
		"a body without end":                   {endless, unavailable},
		"header fields, then silence":          {silent, unavailable},
		"an answer later than 5 s":             {slowly(5*time.Second + 1), unavailable},
		"an answer just in time":               {slowly(5*time.Second - 1), good},
		"a body that drips an octet at a time": {dripping, unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				as := es256()
				as.Replace(authtest.EndpointJWKS, test.with)
				start := time.Now()
				expect(t, discovering(t, as), as.Token(), test.want)
				if waited := time.Since(start); waited > 5*time.Second {
					t.Errorf("waited %v, want no more than 5 s", waited)
				}
			})
		})
	}
}

// cut promises more than it sends.
func cut(good http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorded := httptest.NewRecorder()
		good.ServeHTTP(recorded, r)
		_, _ = w.Write(recorded.Body.Bytes()[:recorded.Body.Len()/2])
		panic(http.ErrAbortHandler)
	})
}

func endless(http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		for chunk := make([]byte, 64<<10); ; {
			if _, err := w.Write(chunk); err != nil {
				return
			}
		}
	})
}

func silent(http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		_, _ = io.WriteString(w, `{"keys":[`)
		<-r.Context().Done()
	})
}

func dripping(good http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		recorded := httptest.NewRecorder()
		good.ServeHTTP(recorded, r)
		for _, b := range recorded.Body.Bytes() {
			select {
			case <-time.After(time.Second):
			case <-r.Context().Done():
				return
			}
			if _, err := w.Write([]byte{b}); err != nil {
				return
			}
		}
	})
}

// TestNoRedirects: a redirect is not followed, wherever it leads and whatever
// the user's client would do.
func TestNoRedirects(t *testing.T) {
	t.Parallel()
	for _, at := range []authtest.Endpoint{authtest.EndpointOIDC, authtest.EndpointJWKS} {
		t.Run(string(at), func(t *testing.T) {
			t.Parallel()
			as := es256()
			as.Replace(authtest.EndpointRFC8414, answer(404, ""))
			var asked []string
			client := transport(func(r *http.Request) (*http.Response, error) {
				asked = append(asked, r.URL.Path)
				return as.Client().Transport.RoundTrip(r)
			}).client()
			client.CheckRedirect = func(*http.Request, []*http.Request) error { return nil }
			as.Replace(at, func(http.Handler) http.Handler { return http.RedirectHandler("/moved", http.StatusFound) })
			expect(t, newValidator(t, jwks.Config{Client: client}, jwks.Issuer{URL: as.URL(), Audience: []string{as.Audience()}}), as.Token(), unavailable)
			for _, path := range asked {
				if path == "/moved" {
					t.Error("followed the redirect")
				}
			}
		})
	}
}

// TestRequest: what is sent to an issuer.
func TestRequest(t *testing.T) {
	t.Parallel()
	as := es256()
	for _, at := range []authtest.Endpoint{authtest.EndpointOIDC, authtest.EndpointJWKS} {
		as.Replace(at, func(good http.Handler) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if r.Method != http.MethodGet {
					t.Errorf("method = %s, want GET", r.Method) // R8414-3
				}
				if len(r.Cookies()) > 0 || r.Header.Get("Authorization") != "" {
					t.Errorf("sends cookies or credentials: %v", r.Header)
				}
				accept := r.Header.Get("Accept")
				if at == authtest.EndpointJWKS && accept != "application/jwk-set+json, application/json" {
					t.Errorf("Accept = %q", accept) // R7517-11
				}
				http.SetCookie(w, &http.Cookie{Name: "session", Value: "1"})
				good.ServeHTTP(w, r)
			})
		})
	}
	jar, err := cookiejar.New(nil)
	if err != nil {
		t.Fatal(err)
	}
	client := as.Client()
	client.Jar = jar
	v := newValidator(t, jwks.Config{Client: client}, jwks.Issuer{URL: as.URL(), Audience: []string{as.Audience()}})
	expect(t, v, as.Token(), good)
	expect(t, v, stranger(as, 1), unknownKid)
	if client.Jar != jar || client.CheckRedirect != nil {
		t.Error("the user's client was changed")
	}
}

// TestTLS: R7517-10, R8414-6 keys and metadata only come from the server that
// the URL names.
func TestTLS(t *testing.T) {
	t.Parallel()
	as := authtest.Config{Algorithms: []string{"ES256"}}.StartTLS(t)
	client := func(change func(*tls.Config)) *http.Client {
		c := as.Client()
		transport := c.Transport.(*http.Transport).Clone()
		change(transport.TLSClientConfig)
		c.Transport = transport
		return c
	}
	issuer := jwks.Issuer{URL: as.URL(), Audience: []string{as.Audience()}}
	for name, test := range map[string]struct {
		client *http.Client
		want   verdict
	}{
		"trusted":                       {as.Client(), good},
		"R8414-6 self-signed":           {nil, unavailable},
		"R8414-6 another name":          {client(func(c *tls.Config) { c.ServerName = "other.test" }), unavailable},
		"R8414-6 expired":               {client(func(c *tls.Config) { c.Time = func() time.Time { return time.Date(2300, 1, 1, 0, 0, 0, 0, time.UTC) } }), unavailable},
		"R8414-6 not valid yet":         {client(func(c *tls.Config) { c.Time = func() time.Time { return time.Unix(-1, 0) } }), unavailable},
		"R7517-10 an unknown authority": {client(func(c *tls.Config) { c.RootCAs = nil }), unavailable},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			expect(t, newValidator(t, jwks.Config{Client: test.client}, issuer), as.Token(), test.want)
			keys := newKeys(t, jwks.KeysConfig{URL: as.URL() + "/jwks", Client: test.client})
			if err := keys.Ready(t.Context()); (err == nil) != (test.want == good) {
				t.Errorf("Ready = %v for the bare JWK Set", err) // R7517-10
			}
		})
	}
}

// TestDecompressionBomb: the limit holds for what a body becomes, over a real
// connection where the transport decompresses.
func TestDecompressionBomb(t *testing.T) {
	t.Parallel()
	as := authtest.Config{Algorithms: []string{"ES256"}}.StartTLS(t)
	written := make(chan int64, 10)
	as.Replace(authtest.EndpointJWKS, func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			if !strings.Contains(r.Header.Get("Accept-Encoding"), "gzip") {
				t.Error("nobody asked for gzip: the test shows nothing")
			}
			w.Header().Set("Content-Encoding", "gzip")
			z := gzip.NewWriter(w)
			n, _ := io.CopyN(z, spaces{}, 64<<20)
			_ = z.Close()
			written <- n
		})
	})
	v := newValidator(t, jwks.Config{Client: as.Client()}, jwks.Issuer{URL: as.URL(), Audience: []string{as.Audience()}})
	expect(t, v, as.Token(), unavailable)
	<-written
}

// spaces is white space without end, which is allowed in JSON.
type spaces struct{}

func (spaces) Read(p []byte) (int, error) {
	for i := range p {
		p[i] = ' '
	}
	return len(p), nil
}

// TestLoopback: plain http to this machine, where it was asked for.
func TestLoopback(t *testing.T) {
	t.Parallel()
	as := authtest.Config{Algorithms: []string{"ES256"}, URL: "https://x.test/tenant"}.Start(t)
	v := newValidator(t, jwks.Config{}, jwks.Issuer{URL: as.URL(), Audience: []string{as.Audience()}, InsecureLoopback: true})
	expect(t, v, as.Token(), good)
}
