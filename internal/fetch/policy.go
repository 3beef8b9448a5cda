package fetch

import (
	"errors"
	"net/netip"
	"net/url"
	"strings"
)

// Policy says which URLs may be asked. The zero Policy allows https.
type Policy struct {
	Loopback bool // http to this machine is allowed as well

	// Special tells hosts that no URL may name. Nil: none.
	Special func(host string) bool
}

// ErrUserinfo is Check's answer to credentials in a URL, which ends up in logs.
var ErrUserinfo = errors.New("must not hold userinfo (RFC 3986 §3.2.1)")

// Check returns nil for an absolute https URL without userinfo, and for what
// else the policy allows (RFC 8414 §2, RFC 7517 §5 with RFC 7515 §4.1.2, RFC
// 7662 §4). It does not resolve names and lets query and fragment be. The error
// holds nothing of the URL.
func (p Policy) Check(raw string) error {
	u, err := url.Parse(raw)
	switch {
	case err != nil || u.Hostname() == "":
		return errors.New("not an absolute URL")
	case u.User != nil:
		return ErrUserinfo
	case p.Special != nil && p.Special(u.Hostname()):
		return errors.New("must not name an address that is not public")
	case u.Scheme == "https", u.Scheme == "http" && p.Loopback && IsLoopback(u.Hostname()):
		return nil
	}
	return errors.New("must be an https URL (InsecureLoopback allows http to this machine, for development)")
}

// IsLoopback tells a host that is this machine without resolving its name.
func IsLoopback(host string) bool {
	if strings.EqualFold(host, "localhost") {
		return true
	}
	addr, err := netip.ParseAddr(host)
	return err == nil && addr.IsLoopback()
}
