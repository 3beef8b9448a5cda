package jwks

import (
	"net"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/internal/fetch"
)

// R8725-20: which addresses an issuer known only at run time may have.
func TestIsPublic(t *testing.T) {
	t.Parallel()
	for _, text := range []string{
		"127.0.0.1", "127.255.255.254", "::1", "::ffff:127.0.0.1", "0.0.0.0", "::", "0.1.2.3",
		"10.0.0.1", "172.16.0.1", "172.31.255.255", "192.168.1.1", "::ffff:10.0.0.1", "fd00::1", "fc00::1",
		"169.254.169.254", "169.254.0.1", "fe80::1", "fe80::1%eth0", "::ffff:169.254.169.254",
		"100.64.0.1", "100.127.255.255", "::ffff:100.64.0.1", "::ffff:192.0.2.1", "192.0.0.8", "192.0.2.1", "198.18.0.1", "198.51.100.1", "203.0.113.1",
		"224.0.0.1", "239.255.255.255", "ff02::1", "240.0.0.1", "255.255.255.255",
		"64:ff9b::7f00:1", "64:ff9b:1::a00:1", "2002:7f00:1::", "2001::1", "2001:db8::1", "100::1", "fec0::1", "fec0::1%eth0",
	} {
		if isPublic(netip.MustParseAddr(text)) {
			t.Errorf("%s is public, want not", text)
		}
	}
	for _, text := range []string{"1.1.1.1", "172.32.0.1", "100.128.0.1", "192.0.1.1", "2606:4700::1111", "2a00:1450::1", "::ffff:8.8.8.8"} {
		if !isPublic(netip.MustParseAddr(text)) {
			t.Errorf("%s is not public, want public", text)
		}
	}
}

// R8725-20: the address counts that a name leads to when the connection is made.
func TestGuardOutbound(t *testing.T) {
	t.Parallel()
	reached := 0
	server := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { reached++ }))
	defer server.Close()
	_, port, _ := strings.Cut(strings.TrimPrefix(server.URL, "http://"), ":")
	dials := &http.Transport{DialContext: (&net.Dialer{}).DialContext}
	for name, user := range map[string]*http.Client{
		"no client":                    nil,
		"a client without a transport": {},
		"a transport with settings":    {Transport: &http.Transport{DisableCompression: true}},
		"a transport with a dialer":    {Transport: dials},
	} {
		client, err := guardOutbound(user)
		if err != nil {
			t.Fatal(err)
		}
		for _, host := range []string{"127.0.0.1", "localhost", "[::ffff:127.0.0.1]"} {
			resp, err := client.Get("http://" + host + ":" + port)
			if err == nil {
				resp.Body.Close()
			}
			if err == nil {
				t.Errorf("%s, %s: no error", name, host)
				continue
			}
			if said := fetch.Cause(err).Error(); !strings.Contains(said, "not public") && !strings.Contains(said, "no such host") {
				t.Errorf("%s, %s: what is told = %v, want something about the address", name, host, said)
			}
		}
	}
	if reached != 0 {
		t.Errorf("the server was reached %d times", reached)
	}
}

// A transport that hides where it connects to is a fault, and none is changed.
func TestGuardOutboundFaults(t *testing.T) {
	t.Parallel()
	for name, transport := range map[string]http.RoundTripper{
		"the default, with its proxies": http.DefaultTransport,
		"a proxy":                       &http.Transport{Proxy: http.ProxyFromEnvironment},
		"DialTLSContext":                &http.Transport{DialTLSContext: (&net.Dialer{}).DialContext},
		"no http.Transport":             http.NewFileTransport(http.Dir(".")),
	} {
		if client, err := guardOutbound(&http.Client{Transport: transport}); err == nil || client != nil {
			t.Errorf("%s: error = %v, want one", name, err)
		}
	}
	plain := &http.Transport{}
	if _, err := guardOutbound(&http.Client{Transport: plain}); err != nil || plain.DialContext != nil {
		t.Errorf("the user's transport was changed, or %v", err)
	}
}
