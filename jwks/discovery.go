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
}

func (d discovered) fetch(ctx context.Context, last *document, failed bool) (*document, error) {
	place, uses := "", 0
	var lost error
	if last != nil {
		place, uses = last.place, last.uses
	}
	if place == "" || failed || uses >= rediscoverAfter {
		found, err := d.discover(ctx, place != "")
		switch {
		case err == nil:
			if found != place {
				last = nil // an etag speaks of one place only
			}
			place, uses = found, 0
		case place == "":
			return nil, err
		default:
			lost = err
		}
	}
	doc, err := fixed{d.get, place, d.maxKeys}.fetch(ctx, last, failed)
	if err != nil {
		return nil, err
	}
	doc.place, doc.uses, doc.lost = place, uses+1, lost
	return doc, nil
}

// discover finds the place of the keys. Where one is known, half of the time is
// left to ask there: metadata that hangs must not cost keys that do not.
func (d discovered) discover(ctx context.Context, known bool) (string, error) {
	if end, limited := ctx.Deadline(); limited && known {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Until(end)/2)
		defer cancel()
	}
	return discovery.Find(ctx, d.get, d.issuer, discovery.JWKSURI)
}
