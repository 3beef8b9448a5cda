package jwks

import (
	"errors"
	"time"

	"github.com/bearerguard/bearerguard/internal/jose"
	"github.com/bearerguard/bearerguard/middleware"
)

// maxCandidates is how many keys are tried for one token. Keys that share a kid
// and tokens without one need some; a large set must not make every request
// pay for it.
const maxCandidates = 4

// errUnknownKey says that the set has no key for a token.
var errUnknownKey = errors.New("the issuer publishes no key for this token")

// snapshot is a key set as it was published at one time. It never changes.
type snapshot struct {
	doc     *document
	keys    []*key
	byID    map[string][]*key
	fetched time.Time
	life    lifetime
}

// newSnapshot keeps the identity of keys that old has too. They come first: what
// one of a few candidates verified must not depend on others that were published
// in front of it.
func newSnapshot(doc *document, old *snapshot, now time.Time, life lifetime) *snapshot {
	s := &snapshot{doc: doc, byID: make(map[string][]*key), fetched: now, life: life}
	var fresh []*key
	for _, published := range doc.set.Keys {
		if k := old.same(published); k != nil {
			s.add(k)
		} else {
			fresh = append(fresh, &key{Key: published})
		}
	}
	for _, k := range fresh {
		s.add(k)
	}
	return s
}

func (s *snapshot) add(k *key) {
	s.keys = append(s.keys, k)
	if id, ok := k.ID(); ok {
		s.byID[id] = append(s.byID[id], k)
	}
}

// state is that of the keys at that time; a nil snapshot is Empty.
func (s *snapshot) state(now time.Time) State {
	if s == nil {
		return Empty
	}
	return s.life.at(s.fetched, now)
}

// same returns the key of s that equals the published one, or nil.
func (s *snapshot) same(published *jose.Key) *key {
	if s != nil {
		for _, k := range s.keys {
			if k.Equal(published) {
				return k
			}
		}
	}
	return nil
}

// verify tries the keys that fit the token's kid and alg, but for the one that
// was tried already, and returns the key that verified the signature; or a
// refusal, or errUnknownKey where another key set might know better: the kid is
// not there or, with no kid to go by, no key verified the signature.
func (s *snapshot) verify(jws *jose.Compact, before *key) (*key, error) {
	h := &jws.Header
	keys := s.keys
	if h.HasKeyID {
		if keys = s.byID[h.KeyID]; len(keys) == 0 {
			return nil, errUnknownKey
		}
	}
	tried := 0
	for _, k := range keys {
		if !k.Allows(h.Algorithm) {
			continue
		}
		if tried++; tried > maxCandidates {
			return nil, middleware.Invalid(middleware.ReasonUnknownKey, "", errors.New("more keys than are tried fit the token's kid and alg"))
		}
		if k != before && k.Verify(h.Algorithm, jws) == nil {
			return k, nil
		}
	}
	switch {
	case !h.HasKeyID:
		return nil, errUnknownKey
	case tried == 0:
		return nil, middleware.Invalid(middleware.ReasonAlgorithm, "", errors.New("the key of this kid is for another alg"))
	}
	return nil, middleware.Invalid(middleware.ReasonSignature, "The signature of the access token does not hold", nil)
}
