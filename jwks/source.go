package jwks

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/bearerguard/bearerguard/internal/fetch"
	"github.com/bearerguard/bearerguard/internal/jose"
)

// A source fetches a key set. It is given the last document it brought, or nil,
// and whether the fetch before this one failed. It keeps no state, so that a
// fetch which does not end can be left behind.
type source interface {
	fetch(ctx context.Context, last *document, failed bool) (*document, error)
}

// document is a JWK Set that was found good: it has a usable key.
type document struct {
	set   *jose.Set
	etag  string
	fresh time.Duration // as the issuer says; 0: it says nothing, negative: not at all

	place string // where metadata said it is; "" where that was configured
	uses  int    // fetches from there since metadata said so
	lost  error  // why metadata could not be asked again, or nil
}

// fixed is the source for a JWK Set at a known place.
type fixed struct {
	get     fetch.Getter
	url     string
	maxKeys int
}

func (f fixed) fetch(ctx context.Context, last *document, _ bool) (*document, error) {
	etag := ""
	if last != nil {
		etag = last.etag
	}
	a, err := f.get.Get(ctx, f.url, "application/jwk-set+json, application/json", etag)
	if err != nil {
		return nil, err
	}
	if a.Unchanged {
		return &document{set: last.set, etag: a.ETag, fresh: freshness(a.Header)}, nil
	}
	set, err := parseKeys(a.Body, f.maxKeys)
	if err != nil {
		return nil, fmt.Errorf("GET %s: %w", fetch.Redact(f.url), err)
	}
	return &document{set: set, etag: a.ETag, fresh: freshness(a.Header)}, nil
}

// parseKeys reads a JWK Set. One without a usable key is an error: it must
// never take the place of good keys.
func parseKeys(text string, maxKeys int) (*jose.Set, error) {
	set, err := jose.ParseSet(text, maxKeys)
	if err != nil {
		return nil, err
	}
	if len(set.Keys) == 0 {
		return nil, errors.Join(append([]error{errors.New("the JWK Set has no usable key")}, set.Refused...)...)
	}
	return set, nil
}
