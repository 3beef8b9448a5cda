package authtest_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/authtest"
)

// The tests of Issuer.Replace take functions that are no Fault; this is the
// other way round.
var _ authtest.Fault = authtest.Down

// faulty returns an issuer whose endpoints are all broken in one way.
func faulty(f authtest.Fault) *authtest.Issuer {
	issuer := authtest.Config{Algorithms: []string{"ES256"}}.New()
	issuer.Break(f)
	return issuer
}

// members decodes a JSON object.
func members(t *testing.T, text string) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal([]byte(text), &m); err != nil {
		t.Fatalf("%v: %.200s", err, text)
	}
	return m
}

const oidc = "/.well-known/openid-configuration"

// What a client sees of the faults that take no time, at the key set.
func TestFaults(t *testing.T) {
	t.Parallel()
	whole := func(good, body string) bool { return body == good }
	for name, tt := range map[string]struct {
		fault       authtest.Fault
		status      int // 0: no answer
		contentType string
		fails       bool // within the body
		body        func(good, body string) bool
	}{
		"Down":        {authtest.Down, 0, "", true, nil},
		"Status 500":  {authtest.Status(500), 500, "application/jwk-set+json", false, whole},
		"Status 201":  {authtest.Status(201), 201, "application/jwk-set+json", false, whole},
		"Status 304":  {authtest.Status(304), 304, "application/jwk-set+json", false, func(_, body string) bool { return body == "" }},
		"HTML":        {authtest.HTML, 200, "text/html; charset=utf-8", false, func(_, body string) bool { return strings.HasPrefix(body, "<!DOCTYPE html>") }},
		"EmptySet":    {authtest.EmptySet, 200, "application/jwk-set+json", false, func(_, body string) bool { return body == `{"keys":[]}` }},
		"Truncated":   {authtest.Truncated, 200, "application/jwk-set+json", true, func(good, body string) bool { return body == good[:len(good)/2] }},
		"HalfWritten": {authtest.HalfWritten, 200, "application/jwk-set+json", false, func(good, body string) bool { return body == good[:len(good)/2] }},
		"WrongIssuer": {authtest.WrongIssuer("https://other.test"), 200, "application/jwk-set+json", false, whole},
		"in each other": {func(good http.Handler) http.Handler { return authtest.Status(503)(authtest.HTML(good)) }, 503, "text/html; charset=utf-8", false,
			func(_, body string) bool { return strings.HasPrefix(body, "<!DOCTYPE html>") }},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				issuer := faulty(tt.fault)
				r, body, err := get(t, issuer.Client(), issuer.URL()+"/jwks")
				if (err != nil) != tt.fails || (r == nil) != (tt.status == 0) {
					t.Fatalf("%v %v", r, err)
				}
				if r != nil && (r.StatusCode != tt.status || r.Header.Get("Content-Type") != tt.contentType || !tt.body(string(issuer.JWKS()), body)) {
					t.Errorf("%v %q", r, body)
				}
				issuer.Repair()
				if _, body, err := get(t, issuer.Client(), issuer.URL()+"/jwks"); err != nil || body != string(issuer.JWKS()) {
					t.Errorf("after the repair: %v %q", err, body)
				}
			})
		})
	}
}

func TestBreakCoversEveryEndpoint(t *testing.T) {
	t.Parallel()
	issuer := faulty(authtest.Down)
	urls := []string{oidc, "/.well-known/oauth-authorization-server", "/jwks"}
	for _, path := range urls {
		if _, _, err := get(t, issuer.Client(), issuer.URL()+path); err == nil {
			t.Errorf("%s: no error", path)
		}
	}
	issuer.Break(authtest.HTML) // in place of Down, not around it
	for _, path := range urls {
		if r, _, err := get(t, issuer.Client(), issuer.URL()+path); err != nil || r.StatusCode != 200 {
			t.Errorf("%s: %v", path, err)
		}
	}
	issuer.Repair()
	for _, path := range urls {
		if _, body, err := get(t, issuer.Client(), issuer.URL()+path); err != nil || len(members(t, body)) == 0 {
			t.Errorf("%s: %v", path, err)
		}
	}
}

// Faults of one document leave the other one alone.
func TestDocumentFaults(t *testing.T) {
	t.Parallel()
	for name, tt := range map[string]struct {
		fault  authtest.Fault
		issuer string
		keys   int
	}{
		"EmptySet":     {authtest.EmptySet, authtest.DefaultURL, 0},
		"ManyKeys 7":   {authtest.ManyKeys(7), authtest.DefaultURL, 8},
		"10 000 keys":  {authtest.ManyKeys(10_000), authtest.DefaultURL, 10_001},
		"WrongIssuer":  {authtest.WrongIssuer("https://other.test"), "https://other.test", 1},
		"several once": {func(good http.Handler) http.Handler { return authtest.ManyKeys(1)(authtest.EmptySet(good)) }, authtest.DefaultURL, 1},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := faulty(tt.fault)
			_, untouched, _ := get(t, faulty(authtest.EmptySet).Client(), issuer.URL()+oidc)
			_, metadata, err1 := get(t, issuer.Client(), issuer.URL()+oidc)
			_, set, err2 := get(t, issuer.Client(), issuer.URL()+"/jwks")
			if err1 != nil || err2 != nil {
				t.Fatal(err1, err2)
			}
			if m := members(t, metadata); m["issuer"] != tt.issuer || m["jwks_uri"] != authtest.DefaultURL+"/jwks" || len(m) != len(members(t, untouched)) {
				t.Errorf("metadata %v", m)
			}
			keys := parseKeys(t, []byte(set))
			seen := map[string]bool{}
			for _, k := range keys {
				k.public(t) // well-formed
				seen[k.Kid] = true
			}
			if len(keys) != tt.keys || len(seen) != tt.keys {
				t.Errorf("%d keys, %d kids, want %d", len(keys), len(seen), tt.keys)
			}
			if name != "EmptySet" && name != "several once" && keys[len(keys)-1].Kid != issuer.KeyID() {
				t.Error("the good key is not the last one")
			}
		})
	}
}

// A document that is missing stays so.
func TestDocumentFaultsWithoutDocument(t *testing.T) {
	t.Parallel()
	issuer := authtest.Config{Algorithms: []string{"ES256"}, Metadata: authtest.NoMetadata}.New()
	issuer.Break(authtest.WrongIssuer("https://other.test"))
	if r, _, err := get(t, issuer.Client(), issuer.URL()+oidc); err != nil || r.StatusCode != 404 {
		t.Errorf("%v %v", r, err)
	}
}

func TestDelay(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		issuer, begin := faulty(authtest.Delay(time.Minute)), time.Now()
		if _, body, err := get(t, issuer.Client(), issuer.URL()+"/jwks"); err != nil || body != string(issuer.JWKS()) {
			t.Errorf("%v %q", err, body)
		}
		if waited := time.Since(begin); waited != time.Minute {
			t.Errorf("after %v", waited)
		}
	})
}

func TestSlowBytes(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		issuer, begin := faulty(authtest.SlowBytes(time.Second)), time.Now()
		good := string(issuer.JWKS())
		r, err := issuer.Client().Get(issuer.URL() + "/jwks")
		if err != nil || time.Since(begin) != 0 {
			t.Fatalf("%v after %v, want the header at once", err, time.Since(begin))
		}
		defer r.Body.Close()
		first := make([]byte, 100)
		if n, err := r.Body.Read(first); n != 1 || err != nil || time.Since(begin) != time.Second {
			t.Errorf("%d bytes and %v after %v, want one byte in a second", n, err, time.Since(begin))
		}
		rest, err := io.ReadAll(r.Body)
		if err != nil || string(first[:1])+string(rest) != good || time.Since(begin) != time.Duration(len(good))*time.Second {
			t.Errorf("%v after %v: %q", err, time.Since(begin), rest)
		}
	})
}

// What takes time ends with the request's context; the bubble tells when
// something is left.
func TestFaultsEndWithTheContext(t *testing.T) {
	t.Parallel()
	for name, f := range map[string]authtest.Fault{
		"Delay":     authtest.Delay(time.Hour),
		"SlowBytes": authtest.SlowBytes(time.Second),
		"Endless, slowly": func(good http.Handler) http.Handler {
			return authtest.SlowBytes(time.Second)(authtest.Endless(good))
		},
		"another status, slowly": func(good http.Handler) http.Handler {
			return authtest.Status(201)(authtest.SlowBytes(time.Second)(good))
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				issuer, begin := faulty(f), time.Now()
				ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
				defer cancel()
				request, _ := http.NewRequestWithContext(ctx, "GET", issuer.URL()+"/jwks", nil)
				r, err := issuer.Client().Do(request)
				if err == nil {
					if want := map[bool]int{false: 200, true: 201}[name == "another status, slowly"]; r.StatusCode != want {
						t.Errorf("status %d, want %d", r.StatusCode, want)
					}
					_, err = io.ReadAll(r.Body)
					r.Body.Close()
				}
				if !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) != 10*time.Second {
					t.Errorf("%v after %v", err, time.Since(begin))
				}
			})
		})
	}
}

func TestEndless(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		issuer := faulty(authtest.Endless)
		r, err := issuer.Client().Get(issuer.URL() + "/jwks")
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		body, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
		if err != nil || len(body) != 1<<20 || r.ContentLength != -1 || string(bytes.TrimSpace(body)) != string(issuer.JWKS()) {
			t.Errorf("%d bytes, %d declared, %v", len(body), r.ContentLength, err)
		}
		head, err := issuer.Client().Head(issuer.URL() + "/jwks")
		if err != nil {
			t.Fatal(err)
		}
		head.Body.Close()
	})
}

func TestRedirect(t *testing.T) {
	t.Parallel()
	issuer := faulty(authtest.Redirect("https://other.test/jwks"))
	client := issuer.Client()
	client.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	if r, _, err := get(t, client, issuer.URL()+"/jwks"); err != nil || r.StatusCode != 302 || r.Header.Get("Location") != "https://other.test/jwks" {
		t.Errorf("%v %v", r, err)
	}
}

func TestFlapping(t *testing.T) {
	t.Parallel()
	issuer := faulty(authtest.Flapping(authtest.Down, 2, 3))
	answers := ""
	for range 12 {
		if _, _, err := get(t, issuer.Client(), issuer.URL()+"/jwks"); err != nil {
			answers += "-"
		} else {
			answers += "+"
		}
	}
	if answers != "--+++--+++--" {
		t.Error(answers)
	}
	if _, _, err := get(t, issuer.Client(), issuer.URL()+oidc); err == nil {
		t.Error("endpoints share a count")
	}
}

func TestFaultsPanicOnNonsense(t *testing.T) {
	t.Parallel()
	mustPanic(t, "Flapping never", func() { authtest.Flapping(authtest.Down, 0, 1) })
	mustPanic(t, "Flapping always", func() { authtest.Flapping(authtest.Down, 1, 0) })
	mustPanic(t, "Status that is not final", func() { authtest.Status(103) })
	mustPanic(t, "Status of four digits", func() { authtest.Status(2000) })
}

// Over real sockets, the same.
func TestFaultsOverSockets(t *testing.T) {
	t.Parallel()
	issuer := authtest.Config{Algorithms: []string{"ES256"}}.Start(t)
	good := string(issuer.JWKS())
	for _, tt := range []struct {
		name  string
		fault authtest.Fault
		body  string
		fails bool
	}{
		{"Down", authtest.Down, "", true},
		{"Truncated", authtest.Truncated, good[:len(good)/2], true},
		{"HalfWritten", authtest.HalfWritten, good[:len(good)/2], false},
		{"Status", authtest.Status(500), good, false},
		{"SlowBytes", authtest.SlowBytes(0), good, false},
		{"EmptySet", authtest.EmptySet, `{"keys":[]}`, false},
	} {
		issuer.Replace(authtest.EndpointJWKS, tt.fault)
		if _, body, err := get(t, issuer.Client(), issuer.URL()+"/jwks"); (err != nil) != tt.fails || body != tt.body {
			t.Errorf("%s: %v %q", tt.name, err, body)
		}
	}
	issuer.Replace(authtest.EndpointJWKS, authtest.Endless)
	r, err := issuer.Client().Get(issuer.URL() + "/jwks")
	if err != nil {
		t.Fatal(err)
	}
	if n, err := io.CopyN(io.Discard, r.Body, 10<<20); err != nil {
		t.Errorf("%d bytes of an endless body: %v", n, err)
	}
	r.Body.Close() // and the server, which waits for its handlers at the end of the test, is not held up
}

func TestGzipBomb(t *testing.T) {
	t.Parallel()
	const size = 4 << 20
	issuer := authtest.Config{Algorithms: []string{"ES256"}}.Start(t)
	issuer.Break(authtest.GzipBomb(size))
	r, err := issuer.Client().Get(issuer.URL() + "/jwks")
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	good := issuer.JWKS()
	start := make([]byte, len(good))
	if _, err := io.ReadFull(r.Body, start); err != nil || !bytes.Equal(start, good) {
		t.Errorf("%v: %q", err, start)
	}
	if n, err := io.Copy(io.Discard, r.Body); err != nil || n != size || !r.Uncompressed {
		t.Errorf("%d bytes after the document, %v, decompressed: %v", n, err, r.Uncompressed)
	}

	plain := issuer.Client().Transport.(*http.Transport).Clone()
	plain.DisableCompression = true
	wire, body, err := get(t, &http.Client{Transport: plain}, issuer.URL()+"/jwks")
	if err != nil || wire.Header.Get("Content-Encoding") != "gzip" || len(body) > size/500 {
		t.Errorf("%d bytes over the wire, %v", len(body), err)
	}
	plain.CloseIdleConnections()
}
