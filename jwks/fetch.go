package jwks

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/netip"
	"net/url"
	"strings"
	"time"
)

// getter does the GET requests of one key source, within our limits whatever
// the user's client allows.
type getter struct {
	client   *http.Client
	maxSize  int
	loopback bool // plain http to this machine is allowed
	public   bool // a host written as an address must be a public one
}

func newGetter(config *KeysConfig) getter {
	c := http.Client{}
	if config.Client != nil {
		c = *config.Client
	}
	c.Jar = nil
	// A redirect would let whoever controls one path of the issuer's host point
	// at other keys (RFC 8725 §3.10).
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return getter{&c, config.MaxSize, config.InsecureLoopback, config.publicOnly}
}

// answer is a good answer to a GET: a body, or the news that it did not change.
type answer struct {
	body      string
	unchanged bool // 304: what the etag names is still good
	etag      string
	fresh     time.Duration // see freshness
}

// get asks for a document; with an etag, only if it changed.
func (g getter) get(ctx context.Context, url, accept, etag string) (answer, error) {
	if err := g.allowed(url); err != nil {
		return answer{}, err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return answer{}, err
	}
	req.Header.Set("Accept", accept)
	if etag != "" {
		req.Header.Set("If-None-Match", etag)
	}
	resp, err := g.client.Do(req)
	if err != nil {
		return answer{}, err
	}
	defer resp.Body.Close()
	a := answer{etag: resp.Header.Get("ETag"), fresh: freshness(resp.Header)}
	if resp.StatusCode == http.StatusNotModified && etag != "" {
		a.unchanged, a.etag = true, etag
		return a, nil
	}
	if resp.StatusCode != http.StatusOK {
		return answer{}, &statusError{url, resp.StatusCode}
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, int64(g.maxSize)+1))
	if err != nil {
		return answer{}, fmt.Errorf("GET %s: %w", url, err)
	}
	if len(body) > g.maxSize {
		return answer{}, fmt.Errorf("GET %s: the document is longer than %d bytes", url, g.maxSize)
	}
	a.body = string(body)
	return a, nil
}

// statusError is an answer, though not the one that was hoped for.
type statusError struct {
	url    string
	status int
}

func (e *statusError) Error() string { return fmt.Sprintf("GET %s: status %d", e.url, e.status) }

// allowed lets https through, and http to this machine where that was asked
// for (RFC 8414 §2, RFC 7517 §5 with RFC 7515 §4.1.2).
func (g getter) allowed(raw string) error {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Hostname() == "":
		return errors.New("not an absolute URL")
	case u.User != nil:
		return errors.New("must not hold userinfo")
	case g.public && namesSpecial(u.Hostname()):
		return errors.New("must not name an address that is not public")
	case u.Scheme == "https", u.Scheme == "http" && g.loopback && isLoopback(u.Hostname()):
		return nil
	}
	return errors.New("must be an https URL (InsecureLoopback allows http to this machine, for development)")
}

// namesSpecial tells a host that is one of ours without asking anybody. Other
// names are judged by what they resolve to; see guardOutbound.
func namesSpecial(host string) bool {
	addr, err := netip.ParseAddr(host)
	return isLoopback(host) || err == nil && !isPublic(addr)
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}
