package introspect_test

import (
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/introspect"
)

// wholeServer is an introspection endpoint on a socket, which answers when so
// many calls are in flight at one time, and counts connections.
type wholeServer struct {
	*httptest.Server
	connections atomic.Int32
}

func serveTogether(t *testing.T, calls int) *wholeServer {
	t.Helper()
	var mu sync.Mutex // guards the two below
	arrived, all := 0, make(chan struct{})
	s := &wholeServer{}
	s.Server = httptest.NewUnstartedServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		mu.Lock()
		arrived++
		together := all
		if arrived == calls {
			arrived, all = 0, make(chan struct{})
			close(together)
		}
		mu.Unlock()
		select {
		case <-together:
		case <-r.Context().Done():
		}
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, `{"active":true}`)
	}))
	s.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		if state == http.StateNew {
			s.connections.Add(1)
		}
	}
	s.Start()
	t.Cleanup(s.Close)
	return s
}

// A client of our own keeps a connection for each of MaxCalls calls: those that
// were made together once are not made again.
func TestConnectionsAreKept(t *testing.T) {
	t.Parallel()
	for _, calls := range []int{1, 3, 16, 120} {
		t.Run(fmt.Sprint(calls), func(t *testing.T) {
			t.Parallel()
			s := serveTogether(t, calls)
			v := newValidator(t, introspect.Config{
				Issuer: issuer, Endpoint: s.URL, Audience: []string{audience}, InsecureLoopback: true,
				Authentication: introspect.InsecureNone(), MaxCalls: calls, Timeout: time.Minute, TTL: -1,
			})
			for range 3 {
				var wg sync.WaitGroup
				for i := range calls {
					wg.Go(func() { expect(t, v, fmt.Sprintf("token-%d", i), good) })
				}
				wg.Wait()
			}
			if n := int(s.connections.Load()); n != calls {
				t.Errorf("%d connections for %d calls at a time", n, calls)
			}
		})
	}
}

// What a client of our own is made of is left as it is, and its protections are
// those of any other.
func TestOwnClientFollowsNothing(t *testing.T) {
	t.Parallel()
	elsewhere := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { t.Error("a redirect was followed") }))
	t.Cleanup(elsewhere.Close)
	s := httptest.NewServer(http.RedirectHandler(elsewhere.URL, http.StatusTemporaryRedirect))
	t.Cleanup(s.Close)
	v := newValidator(t, introspect.Config{
		Issuer: issuer, Endpoint: s.URL, Audience: []string{audience}, InsecureLoopback: true, Authentication: introspect.InsecureNone(),
	})
	expect(t, v, token, unavailable)
	if own, ok := http.DefaultTransport.(*http.Transport); !ok || own.MaxIdleConnsPerHost != 0 || own.MaxIdleConns != 100 {
		t.Error("http.DefaultTransport was changed")
	}
}
