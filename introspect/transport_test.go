package introspect_test

import (
	"context"
	"crypto/tls"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/bearerguard/bearerguard/introspect"
)

// setStandard has the program replace http.DefaultTransport, so its tests are not parallel.
func setStandard(t *testing.T, r http.RoundTripper) {
	t.Helper()
	before := http.DefaultTransport
	http.DefaultTransport = r
	t.Cleanup(func() { http.DefaultTransport = before })
}

// byHTTP2 serves HTTP/2 and HTTP/1.1, and tells its certificate to http.DefaultTransport.
func byHTTP2(t *testing.T, h http.HandlerFunc) (*httptest.Server, *http.Transport) {
	t.Helper()
	s := httptest.NewUnstartedServer(h)
	s.EnableHTTP2 = true
	s.StartTLS()
	t.Cleanup(s.Close)
	standard := http.DefaultTransport.(*http.Transport).Clone()
	standard.TLSClientConfig = s.Client().Transport.(*http.Transport).TLSClientConfig.Clone()
	setStandard(t, standard)
	return s, standard
}

func ownClient(t *testing.T, url string) *introspect.Validator {
	t.Helper()
	return newValidator(t, introspect.Config{
		Issuer: issuer, Endpoint: url, Audience: []string{audience}, InsecureLoopback: true, Authentication: introspect.InsecureNone(),
	})
}

func writeActive(w http.ResponseWriter) {
	w.Header().Set("Content-Type", "application/json")
	_, _ = io.WriteString(w, `{"active":true}`)
}

// Calls of our own client share no connection, whatever http.DefaultTransport was used for before: a token that has its
// connection closed ends no other's call.
func TestConnectionsAreNotShared(t *testing.T) {
	var version atomic.Int32
	s, standard := byHTTP2(t, func(w http.ResponseWriter, r *http.Request) {
		version.Store(int32(r.ProtoMajor))
		writeActive(w)
	})
	ask := func(c *http.Client) {
		resp, err := c.Get(s.URL)
		if err != nil {
			t.Fatal(err)
		}
		_ = resp.Body.Close()
	}
	v := ownClient(t, s.URL)
	expect(t, v, token, good)
	if n := version.Load(); n != 1 {
		t.Errorf("asked by HTTP/%d", n)
	}
	ask(http.DefaultClient)
	if n := version.Load(); n != 2 {
		t.Fatalf("the program speaks HTTP/%d: this shows nothing", n)
	}
	expect(t, ownClient(t, s.URL), token, good)
	if n := version.Load(); n != 1 {
		t.Errorf("asked by HTTP/%d after the program used HTTP/2", n)
	}
	standard.CloseIdleConnections()
	ask(http.DefaultClient)
	if n := version.Load(); n != 2 {
		t.Errorf("the program speaks HTTP/%d now", n)
	}
}

// Where the program does TLS itself, it agrees on the protocol too.
func TestOwnDialerOfTheProgram(t *testing.T) {
	var version atomic.Int32
	s, standard := byHTTP2(t, func(w http.ResponseWriter, r *http.Request) {
		version.Store(int32(r.ProtoMajor))
		writeActive(w)
	})
	settings := standard.TLSClientConfig.Clone()
	settings.NextProtos = []string{"h2"}
	standard.DialTLSContext = func(ctx context.Context, network, addr string) (net.Conn, error) {
		return (&tls.Dialer{Config: settings}).DialContext(ctx, network, addr)
	}
	expect(t, ownClient(t, s.URL), token, good)
	if n := version.Load(); n != 2 {
		t.Errorf("asked by HTTP/%d", n)
	}
}

// A limit of connections that the program gave itself does not have calls wait within their time.
func TestConnectionsAreNotLimited(t *testing.T) {
	standard := http.DefaultTransport.(*http.Transport).Clone()
	standard.MaxConnsPerHost = 1
	setStandard(t, standard)
	first := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.PostFormValue("token"), "hang-") {
			close(first)
			<-r.Context().Done()
			return
		}
		writeActive(w)
	}))
	defer s.Close()
	v := ownClient(t, s.URL)
	ctx, leave := context.WithCancel(t.Context())
	done := make(chan struct{})
	go func() {
		defer close(done)
		_, _ = v.Validate(ctx, "hang-0")
	}()
	<-first
	expect(t, v, token, good) // within the 5 s of the first
	if v.Health().InFlight != 1 {
		t.Error("the first call has ended: this shows nothing")
	}
	leave()
	<-done
	s.CloseClientConnections()
}

// A transport of another type is used as it is.
func TestOtherTransportOfTheProgram(t *testing.T) {
	s := says(active(""))
	setStandard(t, s)
	expect(t, ownClient(t, place), token, good)
	s.expectCalls(t, 1)
}

// What a Validator that nobody has any more kept is closed.
func TestConnectionsOfGarbage(t *testing.T) {
	closed := make(chan struct{})
	s := httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { writeActive(w) }))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateClosed {
			close(closed)
		}
	}
	s.Start()
	defer s.Close()
	v := ownClient(t, s.URL)
	expect(t, v, token, good)
	runtime.GC()
	select {
	case <-closed:
		t.Fatal("a Validator that is in use has lost its connection")
	default:
	}
	expect(t, v, "another-token", good)
	v = nil // nobody has it
	for range 10_000 {
		runtime.GC()
		select {
		case <-closed:
			return
		default:
		}
	}
	t.Error("the connection is kept")
}
