package introspect

import (
	"context"
	"net/http"
	"sync/atomic"
	"time"

	"golang.org/x/sync/singleflight"

	"github.com/bearerguard/bearerguard/internal/discovery"
	"github.com/bearerguard/bearerguard/internal/fetch"
)

// endpoint knows where to ask.
type endpoint struct {
	fixed   string // Config.Endpoint, or ""
	issuer  string
	members []discovery.Member
	get     fetch.Getter
	limit   time.Duration

	found  atomic.Pointer[string]
	doubts atomic.Bool  // a call to what was found failed: it may have moved
	looked atomic.Int64 // when it was searched for last, seconds since 1970
	search singleflight.Group
	inside chan struct{} // of size 1: filled while the user's code searches
}

func (e *endpoint) init(c *Config, client *http.Client) {
	e.fixed, e.issuer, e.limit = c.Endpoint, c.Issuer, c.Timeout
	e.inside = make(chan struct{}, 1)
	e.get = fetch.Getter{Client: client, MaxSize: c.MaxSize, Policy: c.urls()}
	e.members = []discovery.Member{discovery.IntrospectionEndpoint}
	if c.Authentication.mtls {
		e.members = []discovery.Member{discovery.IntrospectionByMTLS, discovery.IntrospectionEndpoint}
	}
}

// locate returns the endpoint, by the issuer's metadata where that has to be
// asked; everybody who needs it shares one search. Where a place is known, half
// of the time is left to ask there: metadata that hangs must not cost answers.
func (e *endpoint) locate(ctx context.Context) (string, error) {
	if e.fixed != "" {
		return e.fixed, nil
	}
	known, limit := e.found.Load(), e.limit
	if known != nil {
		if !e.doubts.Load() {
			return *known, nil
		}
		limit /= 2
	}
	search := e.search.DoChan("", func() (any, error) {
		return detached(limit, e.find)
	})
	select {
	case end := <-search:
		e.doubts.Store(false)
		e.looked.Store(time.Now().Unix())
		if end.Err == nil {
			place := end.Val.(string)
			e.found.Store(&place)
			return place, nil
		}
		if known != nil {
			return *known, nil
		}
		return "", end.Err
	case <-ctx.Done():
		return "", ctx.Err()
	}
}

// find searches when the user's code of the search before, which may outlast its
// time, has ended: with one that never ends, each search would leave one more.
func (e *endpoint) find(ctx context.Context) (string, error) {
	select {
	case e.inside <- struct{}{}:
	case <-ctx.Done():
		return "", ctx.Err()
	}
	defer func() { <-e.inside }()
	return discovery.Find(ctx, e.get, e.issuer, e.members...)
}

// shown is the endpoint for reports, or "" until it was found.
func (e *endpoint) shown() string {
	place := e.fixed
	if found := e.found.Load(); found != nil {
		place = *found
	}
	if place == "" {
		return ""
	}
	return fetch.Redact(place)
}

// lookAgain is how often the endpoint is searched for at most where one is known:
// a client can provoke failures, and each of them must not cost the server two
// more requests.
const lookAgain = 10 * time.Second

// doubt has the next call look for the endpoint again.
func (e *endpoint) doubt() {
	if since := time.Since(time.Unix(e.looked.Load(), 0)); since < 0 || since >= lookAgain {
		e.doubts.Store(true)
	}
}
