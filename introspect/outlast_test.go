package introspect_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/introspect"
)

// outlasting has the client go on for so long, whatever its context says, about tokens that begin with hang-.
func outlasting(s *server, d time.Duration) *http.Client {
	return &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
		body, err := r.GetBody()
		if err != nil {
			return nil, err
		}
		form, err := io.ReadAll(body)
		if err == nil && strings.Contains(string(form), "token=hang-") {
			time.Sleep(d)
			return nil, errors.New("late")
		}
		return s.RoundTrip(r)
	})}
}

// A call whose code outlasts its time is waited for before the control question, by nobody but itself: others that
// fail meanwhile would be believed with it.
func TestOutlastingCallSpeaksForNoOther(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := provoked(reply{status: 500}, active(""))
		c := config(s)
		c.Client = outlasting(s, time.Hour)
		v := newValidator(t, c)
		var wg sync.WaitGroup
		wg.Go(func() { expect(t, v, "hang-first", unavailable) })
		time.Sleep(4 * time.Second)
		for i := range 4 { // with these five may be failing
			wg.Go(func() { expect(t, v, fmt.Sprintf("hang-%d", i), unavailable) })
		}
		time.Sleep(1500 * time.Millisecond) // the first waits for its code
		began := time.Now()
		for i := range 5 {
			wg.Go(func() { expect(t, v, fmt.Sprintf("provoking-%d", i), unavailable) })
		}
		synctest.Wait()
		expect(t, v, token, good)
		if h := v.Health(); h.State != introspect.Working || time.Since(began) != 0 {
			t.Errorf("health = %+v after %v", h, time.Since(began))
		}
		if n := s.count(); n < 7 {
			t.Errorf("%d calls: there was no control question", n)
		}
		wg.Wait()
		time.Sleep(time.Hour) // the client ends
	})
}

// What Config.Timeout says of the longest wait.
func TestLongestWait(t *testing.T) {
	t.Parallel()
	const almost = 4990 * time.Millisecond // of 5 s
	for name, test := range map[string]struct {
		last string
		want time.Duration
	}{
		"a turn, the call, two questions":              {"provoking-last", 4 * almost},
		"the same, and code that outlasts its context": {"hang-last", almost + 2*almost + 2*almost},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				s := says(reply{status: 500})
				c := config(s)
				c.MaxCalls, c.Client = 1, outlasting(s, 2*almost)
				v := newValidator(t, c)
				for i := range 3 {
					expect(t, v, fmt.Sprintf("token-%d", i), unavailable)
				}
				s.answer = func(seen) reply { return reply{status: 500, after: almost} }
				var wg sync.WaitGroup
				wg.Go(func() { expect(t, v, "before", unavailable) })
				synctest.Wait()
				began := time.Now()
				expect(t, v, test.last, unavailable)
				if waited := time.Since(began); waited != test.want {
					t.Errorf("waited %v, want %v", waited, test.want)
				}
				wg.Wait()
			})
		})
	}
}

// A search for the endpoint that never ends is one, however many tokens come; when it ends, the next one is made.
func TestOutlastingSearch(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		end := make(chan struct{})
		var searches atomic.Int32
		s := web(map[string]reply{openID: metadata(issuer, `"introspection_endpoint":"`+place+`"`), place: active("")})
		c := discovering(s)
		c.Client = &http.Client{Transport: roundTripper(func(r *http.Request) (*http.Response, error) {
			if searches.Add(1) == 1 {
				<-end
				return nil, errors.New("at last")
			}
			return s.RoundTrip(r)
		})}
		v := newValidator(t, c)
		for i := range 100 {
			ctx, leave := context.WithTimeout(t.Context(), time.Second)
			if _, err := v.Validate(ctx, fmt.Sprintf("token-%d", i)); judge(nil, err) != unavailable {
				t.Errorf("error = %v", err)
			}
			leave()
			time.Sleep(5 * time.Second)
		}
		if n := searches.Load(); n != 1 {
			t.Errorf("%d searches hang, want 1", n)
		}
		close(end)
		time.Sleep(10 * time.Second)
		expect(t, v, token, good)
	})
}
