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

	"github.com/bearerguard/bearerguard/internal/jose"
)

const (
	fetchTimeout = 5 * time.Second // for metadata and keys together
	maxDocument  = 512 << 10       // bytes, decompressed
	maxKeys      = 100
)

// getter does the GET requests of one key source, within our limits whatever
// the user's client allows.
type getter struct {
	client   *http.Client
	loopback bool // plain http to this machine is allowed
}

func newGetter(user *http.Client, loopback bool) getter {
	c := http.Client{}
	if user != nil {
		c = *user
	}
	c.Jar = nil
	// A redirect would let whoever controls one path of the issuer's host point
	// at other keys (RFC 8725 §3.10).
	c.CheckRedirect = func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse }
	return getter{&c, loopback}
}

// get returns the body of a 200 answer.
func (g getter) get(ctx context.Context, url, accept string) (string, error) {
	if err := g.allowed(url); err != nil {
		return "", err
	}
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
	if err != nil {
		return "", err
	}
	req.Header.Set("Accept", accept)
	resp, err := g.client.Do(req)
	if err != nil {
		return "", err
	}
	defer resp.Body.Close()
	if resp.StatusCode != http.StatusOK {
		return "", &statusError{url, resp.StatusCode}
	}
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxDocument+1))
	if err != nil {
		return "", err
	}
	if len(body) > maxDocument {
		return "", fmt.Errorf("GET %s: the document is longer than %d bytes", url, maxDocument)
	}
	return string(body), nil
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
	case err != nil || u.Host == "":
		return errors.New("not an absolute URL")
	case u.User != nil:
		return errors.New("must not hold userinfo")
	case u.Scheme == "https", u.Scheme == "http" && g.loopback && isLoopback(u.Hostname()):
		return nil
	}
	return errors.New("must be an https URL (InsecureLoopback allows http to this machine, for development)")
}

func isLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}

// fixed is the source for a JWK Set at a known place.
type fixed struct {
	get getter
	url string
}

func (f fixed) fetch(ctx context.Context) (*jose.Set, error) {
	text, err := f.get.get(ctx, f.url, "application/jwk-set+json, application/json")
	if err != nil {
		return nil, err
	}
	set, err := parseKeys(text)
	if err != nil {
		return nil, fmt.Errorf("GET %s: %w", f.url, err)
	}
	return set, nil
}

// parseKeys reads a JWK Set. One without a usable key is an error: it must
// never take the place of good keys.
func parseKeys(text string) (*jose.Set, error) {
	set, err := jose.ParseSet(text, maxKeys)
	if err != nil {
		return nil, err
	}
	if len(set.Keys) == 0 {
		return nil, errors.Join(append([]error{errors.New("the JWK Set has no usable key")}, set.Refused...)...)
	}
	return set, nil
}
