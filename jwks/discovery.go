package jwks

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/bearerguard/bearerguard/internal/strictjson"
)

// rediscoverAfter is how many fetches use the jwks_uri that was found. An
// issuer may move its keys and leave the old ones where they were.
const rediscoverAfter = 10

// discovered is the source for keys that an issuer's metadata names.
type discovered struct {
	get     getter
	issuer  string
	maxKeys int

	jwksURI string // "" until found, and after a fetch from there failed
	uses    int
}

func (d *discovered) fetch(ctx context.Context, last *document) (*document, error) {
	if d.jwksURI == "" || d.uses >= rediscoverAfter {
		uri, err := d.discover(ctx)
		switch {
		case err == nil:
			if uri != d.jwksURI {
				last = nil // an etag speaks of one place only
			}
			d.jwksURI, d.uses = uri, 0
		case d.jwksURI == "":
			return nil, err
		}
	}
	d.uses++
	doc, err := fixed{d.get, d.jwksURI, d.maxKeys}.fetch(ctx, last)
	if err != nil {
		d.jwksURI = "" // it may have moved
	}
	return doc, err
}

// discover asks both well-known places. An issuer that cannot be reached is not
// asked a second time; any answer that is not its metadata sends us on.
func (d *discovered) discover(ctx context.Context) (string, error) {
	var faults []error
	for _, place := range wellKnown(d.issuer) {
		a, err := d.get.get(ctx, place, "application/json", "")
		var answered *statusError
		if err != nil && !errors.As(err, &answered) {
			return "", err
		}
		var uri string
		if err == nil {
			uri, err = d.read(a.body)
		}
		if err == nil {
			return uri, nil
		}
		faults = append(faults, fmt.Errorf("metadata at %s: %w", place, err))
	}
	return "", errors.Join(faults...)
}

// read takes jwks_uri out of a metadata document of exactly our issuer (RFC
// 8414 §3.3): otherwise one tenant could pass for another.
func (d *discovered) read(text string) (string, error) {
	m, err := parseMetadata(text)
	switch {
	case err != nil:
		return "", err
	case m.issuer != d.issuer:
		return "", errors.New("the document names another issuer")
	case m.jwksURI == "":
		return "", errors.New("the document has no jwks_uri")
	}
	if err := d.get.allowed(m.jwksURI); err != nil {
		return "", fmt.Errorf("jwks_uri: %w", err)
	}
	return m.jwksURI, nil
}

// metadata is what we need of an authorization server's metadata.
type metadata struct{ issuer, jwksURI string }

// parseMetadata reads the document of RFC 8414 §3.2 or OpenID Connect
// Discovery §4.2. Other members, of any type, do not matter.
func parseMetadata(text string) (m metadata, err error) {
	bad := ""
	_, err = strictjson.ParseObject(text, strictjson.Limits{}, func(name string, v strictjson.Value) {
		var ok = true
		switch name {
		case "issuer":
			m.issuer, ok = v.Str()
		case "jwks_uri":
			m.jwksURI, ok = v.Str()
		}
		if !ok {
			bad = name
		}
	})
	if err != nil {
		return metadata{}, fmt.Errorf("not a metadata document: %w", err)
	}
	if bad != "" {
		return metadata{}, fmt.Errorf("%s is not a string", bad)
	}
	return m, nil
}

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

// checkIssuer refuses what cannot be an issuer identifier (RFC 8414 §2).
func checkIssuer(get getter, issuer string) error {
	if err := get.allowed(issuer); err != nil {
		return err
	}
	u, err := url.Parse(issuer)
	if err != nil || u.RawQuery != "" || u.ForceQuery || strings.Contains(issuer, "#") {
		return errors.New("must not have a query or a fragment")
	}
	return nil
}
