package jwks

import (
	"context"
	"errors"
	"net"
	"net/http"
	"net/netip"
	"syscall"
	"time"
)

// guardOutbound returns a client whose connections only go to public addresses.
// What an iss names is resolved by whoever owns the name, who may answer with an
// address inside our network (RFC 8725bis §3.10); so the address is looked at
// when the connection is made, not when the name is.
//
// A transport that hides its connections is a fault: one that is no
// http.Transport, goes through a proxy, or dials by what this cannot wrap.
func guardOutbound(user *http.Client) (*http.Client, error) {
	c := http.Client{}
	if user != nil {
		c = *user
	}
	transport := &http.Transport{ForceAttemptHTTP2: true, TLSHandshakeTimeout: 5 * time.Second, IdleConnTimeout: time.Minute}
	if c.Transport != nil {
		own, ok := c.Transport.(*http.Transport)
		//lint:ignore SA1019 a transport that still dials by these is refused
		if !ok || own.Proxy != nil || own.Dial != nil || own.DialTLS != nil || own.DialTLSContext != nil {
			return nil, errors.New("where the client's transport connects to cannot be seen (it is no http.Transport, has a Proxy, or dials by Dial, DialTLS or DialTLSContext); change that, or set InsecureTransport")
		}
		transport = own.Clone()
	}
	transport.DialContext = publicOnly(transport.DialContext)
	c.Transport = transport
	return &c, nil
}

type dialFunc func(ctx context.Context, network, address string) (net.Conn, error)

// publicOnly dials public addresses only. A dialer of the user's own is watched
// by where its connections led to: too late to keep a connection from being made,
// in time to send nothing.
func publicOnly(dial dialFunc) dialFunc {
	if dial == nil {
		return (&net.Dialer{Timeout: 5 * time.Second, Control: refuseSpecial}).DialContext
	}
	return func(ctx context.Context, network, address string) (net.Conn, error) {
		conn, err := dial(ctx, network, address)
		if err != nil {
			return nil, err
		}
		if err := refuseSpecial(network, conn.RemoteAddr().String(), nil); err != nil {
			_ = conn.Close()
			return nil, &net.OpError{Op: "dial", Net: network, Addr: conn.RemoteAddr(), Err: err} // its text may be told, as that of a net.Dialer
		}
		return conn, nil
	}
}

// refuseSpecial is called with the address that name resolution led to.
func refuseSpecial(_, address string, _ syscall.RawConn) error {
	addr, err := netip.ParseAddrPort(address)
	if err != nil || !isPublic(addr.Addr()) {
		return errors.New("the issuer's name leads to an address that is not public")
	}
	return nil
}

// isPublic tells an address that anybody on the internet could have from one
// with a special purpose (RFC 6890).
func isPublic(addr netip.Addr) bool {
	addr = addr.Unmap().WithZone("")
	if !addr.IsGlobalUnicast() || addr.IsPrivate() {
		return false
	}
	for _, p := range special {
		if p.Contains(addr) {
			return false
		}
	}
	return true
}

// special is what netip.Addr does not tell apart itself. Prefixes that embed an
// IPv4 address are refused whole: no authorization server needs them.
var special = []netip.Prefix{
	netip.MustParsePrefix("0.0.0.0/8"),       // this network
	netip.MustParsePrefix("100.64.0.0/10"),   // carrier-grade NAT
	netip.MustParsePrefix("192.0.0.0/24"),    // protocol assignments
	netip.MustParsePrefix("192.0.2.0/24"),    // documentation
	netip.MustParsePrefix("192.88.99.0/24"),  // 6to4 relays
	netip.MustParsePrefix("198.18.0.0/15"),   // benchmarks
	netip.MustParsePrefix("198.51.100.0/24"), // documentation
	netip.MustParsePrefix("203.0.113.0/24"),  // documentation
	netip.MustParsePrefix("240.0.0.0/4"),     // reserved, broadcast
	netip.MustParsePrefix("64:ff9b::/96"),    // NAT64
	netip.MustParsePrefix("64:ff9b:1::/48"),  // NAT64, local
	netip.MustParsePrefix("100::/64"),        // discard
	netip.MustParsePrefix("2001::/23"),       // protocol assignments, Teredo
	netip.MustParsePrefix("2001:db8::/32"),   // documentation
	netip.MustParsePrefix("2002::/16"),       // 6to4
	netip.MustParsePrefix("fec0::/10"),       // site-local
}
