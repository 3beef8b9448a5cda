package jwks

import (
	"context"
	"time"

	"github.com/bearerguard/bearerguard/internal/discovery"
	"github.com/bearerguard/bearerguard/internal/fetch"
)

// rediscoverAfter is how many fetches use the jwks_uri that was found. An
// issuer may move its keys and leave the old ones where they were.
const rediscoverAfter = 10

// discovered is the source for keys that an issuer's metadata names.
type discovered struct {
	get     fetch.Getter
	issuer  string
	maxKeys int

	jwksURI string // "" until found
	uses    int    // fetches before metadata is asked again
}

func (d *discovered) fetch(ctx context.Context, last *document) (*document, error) {
	if d.uses == 0 {
		uri, err := d.discover(ctx)
		switch {
		case err == nil:
			if uri != d.jwksURI {
				last = nil // an etag speaks of one place only
			}
			d.jwksURI, d.uses = uri, rediscoverAfter
		case d.jwksURI == "":
			return nil, err
		}
	}
	d.uses = max(d.uses-1, 0)
	doc, err := fixed{d.get, d.jwksURI, d.maxKeys}.fetch(ctx, last)
	if err != nil {
		d.uses = 0 // it may have moved
	}
	return doc, err
}

// discover finds the place of the keys. Where one is known, half of the time is
// left to ask there: metadata that hangs must not cost keys that do not.
func (d *discovered) discover(ctx context.Context) (string, error) {
	if end, limited := ctx.Deadline(); limited && d.jwksURI != "" {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Until(end)/2)
		defer cancel()
	}
	return discovery.Find(ctx, d.get, d.issuer, discovery.JWKSURI)
}
