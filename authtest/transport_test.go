package authtest_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/authtest"
)

// serving returns the client of an issuer whose JWKS endpoint is f.
func serving(f http.HandlerFunc) (*http.Client, string) {
	issuer := authtest.Config{Algorithms: []string{"EdDSA"}}.New()
	issuer.Replace(authtest.EndpointJWKS, func(http.Handler) http.Handler { return f })
	return issuer.Client(), issuer.URL() + "/jwks"
}

func TestClientRefusesOtherHosts(t *testing.T) {
	t.Parallel()
	issuer := authtest.New()
	for _, url := range []string{"https://other.test/jwks", "http://issuer.test/jwks", "https://issuer.test:8443/jwks",
		"https://issuer.test.attacker.test/jwks", "https://ISSUER.test/jwks"} {
		if _, _, err := get(t, issuer.Client(), url); err == nil {
			t.Errorf("%s: no error", url)
		}
	}
	body := &closing{Reader: strings.NewReader("x")}
	if _, err := issuer.Client().Post("https://other.test", "text/plain", body); err == nil || !body.closed {
		t.Errorf("%v, body closed: %v", err, body.closed)
	}
	if n := issuer.Fetches(authtest.EndpointJWKS); n != 0 {
		t.Errorf("%d fetches", n)
	}
}

type closing struct {
	io.Reader
	closed bool
}

func (c *closing) Close() error { c.closed = true; return nil }

func TestClientFollowsRedirectsToItself(t *testing.T) {
	t.Parallel()
	issuer := authtest.Config{Algorithms: []string{"EdDSA"}}.New()
	redirect := func(to string) {
		issuer.Replace(authtest.EndpointOIDC, func(http.Handler) http.Handler { return http.RedirectHandler(to, http.StatusFound) })
	}
	url := issuer.URL() + "/.well-known/openid-configuration"
	redirect("/jwks")
	if _, body, err := get(t, issuer.Client(), url); err != nil || body != string(issuer.JWKS()) {
		t.Errorf("%v %s", err, body)
	}
	redirect("https://other.test/jwks")
	if _, _, err := get(t, issuer.Client(), url); err == nil {
		t.Error("followed to another host")
	}
}

func TestClientIsACopy(t *testing.T) {
	t.Parallel()
	issuer := authtest.New()
	issuer.Client().Transport = nil
	if issuer.Client().Transport == nil {
		t.Error("a caller's change reaches the others")
	}
}

func TestServerSideOfARequest(t *testing.T) {
	t.Parallel()
	client, url := serving(func(w http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		fmt.Fprint(w, r.Method, " ", r.RequestURI, " ", r.Host, " ", r.RemoteAddr != "", " ", r.Header.Get("X"), " ", string(body))
	})
	for _, tt := range []struct{ method, body string }{{"GET", ""}, {"POST", "token=x"}} {
		var sent io.Reader
		if tt.body != "" {
			sent = strings.NewReader(tt.body)
		}
		r, err := http.NewRequest(tt.method, url+"?a=b", sent)
		if err != nil {
			t.Fatal(err)
		}
		r.Header.Set("X", "y")
		answer, err := client.Do(r)
		if err != nil {
			t.Fatal(err)
		}
		got, _ := io.ReadAll(answer.Body)
		answer.Body.Close()
		if want := tt.method + " /jwks?a=b issuer.test true y " + tt.body; string(got) != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
}

func TestClientResponses(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		method  string
		handler http.HandlerFunc
		status  int
		length  int64
		body    string
		fails   bool
	}{
		{"nothing written", "GET", func(http.ResponseWriter, *http.Request) {}, 200, -1, "", false},
		{"status once", "GET", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(404); w.WriteHeader(200) }, 404, -1, "", false},
		{"informational", "GET", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(103); w.WriteHeader(204) }, 204, -1, "", false},
		{"204 has no body", "GET", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(204)
			if _, err := io.WriteString(w, "x"); !errors.Is(err, http.ErrBodyNotAllowed) {
				panic("written")
			}
		}, 204, -1, "", false},
		{"HEAD has no body", "HEAD", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "5")
			io.WriteString(w, "12345")
		}, 200, 5, "", false},
		{"length kept", "GET", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "3")
			io.WriteString(w, "a")
			io.WriteString(w, "bc")
		}, 200, 3, "abc", false},
		{"longer than declared", "GET", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "3")
			if _, err := io.WriteString(w, "abcd"); !errors.Is(err, http.ErrContentLength) {
				panic("written")
			}
			io.WriteString(w, "abc")
		}, 200, 3, "abc", false},
		{"shorter than declared", "GET", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "3")
			io.WriteString(w, "ab")
		}, 200, 3, "ab", true},
		{"length that is none", "GET", func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Content-Length", "-3")
			io.WriteString(w, "ab")
		}, 200, -1, "ab", false},
		{"header after the status", "GET", func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(200)
			w.Header().Set("X-Late", "1")
		}, 200, -1, "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			client, url := serving(tt.handler)
			request, _ := http.NewRequest(tt.method, url, nil)
			r, err := client.Do(request)
			if err != nil {
				t.Fatal(err)
			}
			body, err := io.ReadAll(r.Body)
			r.Body.Close()
			if r.StatusCode != tt.status || r.ContentLength != tt.length || string(body) != tt.body || (err != nil) != tt.fails {
				t.Errorf("%d, length %d, %q, %v", r.StatusCode, r.ContentLength, body, err)
			}
			if r.Header.Get("X-Late") != "" || !strings.HasPrefix(r.Status, fmt.Sprint(tt.status)) {
				t.Errorf("%s %v", r.Status, r.Header)
			}
		})
	}
}

func TestHandlerPanic(t *testing.T) {
	t.Parallel()
	client, url := serving(func(http.ResponseWriter, *http.Request) { panic("mistake in the test") })
	if _, _, err := get(t, client, url); err == nil || !strings.Contains(err.Error(), "mistake in the test") {
		t.Errorf("a bug in a handler is hidden: %v", err)
	}
}

// Everything below waits for something, on the clock of a bubble; a goroutine
// that is left behind makes synctest.Test fail.

func TestClientInBubble(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		issuer := authtest.New()
		old := issuer.Token()
		if _, body, err := get(t, issuer.Client(), issuer.URL()+"/jwks"); err != nil || verify(t, old, []byte(body)) != nil {
			t.Fatalf("%v %s", err, body)
		}
		time.Sleep(24 * time.Hour)
		now := float64(time.Now().Unix())
		if exp := parse(t, old).claims["exp"].(float64); exp >= now {
			t.Error("the old token has not expired")
		}
		if exp := parse(t, issuer.Token()).claims["exp"].(float64); exp != now+300 {
			t.Errorf("exp %v, now %v", exp, now)
		}
	})
}

func TestContextEndsTheWait(t *testing.T) {
	t.Parallel()
	for _, afterHeader := range []bool{false, true} {
		synctest.Test(t, func(t *testing.T) {
			client, url := serving(func(w http.ResponseWriter, r *http.Request) {
				if afterHeader {
					w.(http.Flusher).Flush()
				}
				<-r.Context().Done()
			})
			ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
			defer cancel()
			begin := time.Now()
			request, _ := http.NewRequestWithContext(ctx, "GET", url, nil)
			r, err := client.Do(request)
			if afterHeader && err == nil {
				_, err = io.ReadAll(r.Body)
				r.Body.Close()
			}
			if !errors.Is(err, context.DeadlineExceeded) || time.Since(begin) != time.Minute {
				t.Errorf("%v after %v", err, time.Since(begin))
			}
		})
	}
}

func TestContextThatEndedBefore(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	client, url := serving(func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
	request, _ := http.NewRequestWithContext(ctx, "GET", url, nil)
	if _, err := client.Do(request); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
}

func TestClientTimeout(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		client, url := serving(func(w http.ResponseWriter, r *http.Request) {
			for {
				select {
				case <-time.After(time.Second):
					io.WriteString(w, " ")
				case <-r.Context().Done():
					return
				}
			}
		})
		client.Timeout = 10 * time.Second
		_, body, err := get(t, client, url)
		if err == nil || len(body) < 9 {
			t.Errorf("%v after %d octets", err, len(body))
		}
	})
}

// A client that has seen enough closes the body, and the handler is told.
func TestEndlessBody(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var ended error
		client, url := serving(func(w http.ResponseWriter, r *http.Request) {
			for ended == nil {
				_, ended = w.Write(make([]byte, 1024))
			}
			<-r.Context().Done()
		})
		r, err := client.Get(url)
		if err != nil {
			t.Fatal(err)
		}
		io.CopyN(io.Discard, r.Body, 1<<20)
		r.Body.Close()
		synctest.Wait()
		if ended == nil {
			t.Error("the handler was not told")
		}
	})
}
