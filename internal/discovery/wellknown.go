package discovery

import (
	"errors"
	"net/url"
	"strings"

	"github.com/bearerguard/bearerguard/internal/fetch"
)

// wellKnown lists where an issuer's metadata may be: OpenID Connect appends its
// suffix to the issuer, RFC 8414 §3.1 inserts its own between host and path.
// Either way a final slash of the issuer goes first.
func wellKnown(issuer string) []string {
	trimmed := strings.TrimSuffix(issuer, "/")
	authority, path := trimmed, ""
	if start := strings.Index(trimmed, "://"); start >= 0 {
		if slash := strings.IndexByte(trimmed[start+3:], '/'); slash >= 0 {
			authority, path = trimmed[:start+3+slash], trimmed[start+3+slash:]
		}
	}
	return []string{
		trimmed + "/.well-known/openid-configuration",
		authority + "/.well-known/oauth-authorization-server" + path,
	}
}

// CheckIssuer refuses what cannot be an issuer identifier whose metadata is to
// be asked for (RFC 8414 §2).
func CheckIssuer(policy fetch.Policy, issuer string) error {
	if err := policy.Check(issuer); err != nil {
		return err
	}
	u, err := url.Parse(issuer)
	if err != nil || u.RawQuery != "" || u.ForceQuery || strings.Contains(issuer, "#") {
		return errors.New("must not have a query or a fragment")
	}
	if strings.Contains(u.Path, "/.well-known/") {
		return errors.New("is the place of metadata; the issuer is what the document there says in its member issuer")
	}
	return nil
}
