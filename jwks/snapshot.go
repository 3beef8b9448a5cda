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
	keys    []*jose.Key
	byID    map[string][]*jose.Key
	fetched time.Time
	life    lifetime
}

// newSnapshot keeps the identity of keys that old has too.
func newSnapshot(doc *document, old *snapshot, now time.Time, life lifetime) *snapshot {
	s := &snapshot{doc: doc, byID: make(map[string][]*jose.Key), fetched: now, life: life}
	for _, key := range doc.set.Keys {
		key = old.same(key)
		s.keys = append(s.keys, key)
		if id, ok := key.ID(); ok {
			s.byID[id] = append(s.byID[id], key)
		}
	}
	return s
}

// state is that of the keys at that time; a nil snapshot is Empty.
func (s *snapshot) state(now time.Time) State {
	if s == nil {
		return Empty
	}
	return s.life.at(s.fetched, now)
}

// same returns the old key where it equals key.
func (s *snapshot) same(key *jose.Key) *jose.Key {
	if s == nil {
		return key
	}
	for _, o := range s.keys {
		if o.Equal(key) {
			return o
		}
	}
	return key
}

// verify tries the keys that fit the token's kid and alg. It returns nil, a
// refusal, or errUnknownKey where another key set might know better: the kid is
// not there or, with no kid to go by, no key verified the signature.
func (s *snapshot) verify(jws *jose.Compact) error {
	h := &jws.Header
	keys := s.keys
	if h.HasKeyID {
		if keys = s.byID[h.KeyID]; len(keys) == 0 {
			return errUnknownKey
		}
	}
	tried := 0
	for _, key := range keys {
		if !key.Allows(h.Algorithm) {
			continue
		}
		if tried++; tried > maxCandidates {
			return middleware.Invalid(middleware.ReasonUnknownKey, "", errors.New("more keys than are tried fit the token's kid and alg"))
		}
		if key.Verify(h.Algorithm, jws) == nil {
			return nil
		}
	}
	switch {
	case !h.HasKeyID:
		return errUnknownKey
	case tried == 0:
		return middleware.Invalid(middleware.ReasonAlgorithm, "", errors.New("the key of this kid is for another alg"))
	}
	return middleware.Invalid(middleware.ReasonSignature, "The signature of the access token does not hold", nil)
}
