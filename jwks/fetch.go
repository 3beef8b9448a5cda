package jwks

import (
	"net/netip"

	"github.com/bearerguard/bearerguard/internal/fetch"
)

// newGetter does the GET requests of one key source.
func newGetter(config *KeysConfig) fetch.Getter {
	policy := fetch.Policy{Loopback: config.InsecureLoopback}
	if config.publicOnly {
		policy.Special = namesSpecial
	}
	return fetch.Getter{Client: fetch.Harden(config.Client), MaxSize: config.MaxSize, Policy: policy}
}

// namesSpecial tells a host that is one of ours without asking anybody. Other
// names are judged by what they resolve to; see guardOutbound.
func namesSpecial(host string) bool {
	addr, err := netip.ParseAddr(host)
	return fetch.IsLoopback(host) || err == nil && !isPublic(addr)
}
