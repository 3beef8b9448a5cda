package jwks

import (
	"maps"
	"sync"

	"github.com/bearerguard/bearerguard/internal/jose"
)

// signer is a key of an issuer. All decisions that rest on the key share one.
type signer struct {
	issuer *issuer
	key    *key
}

// known is a header that tokens of a signer have: read, checked, and its alg
// allowed.
type known struct {
	*signer
	header jose.Header
}

const (
	// maxSigners bounds how many headers are remembered for each issuer. Most have
	// one for each key; one that writes something new into every header gains nothing.
	maxSigners = 64

	// longestHeader bounds what is remembered of one, in bytes. Those with
	// certificates are longer.
	longestHeader = 512
)

// signers remember what headers led to, so that a header is read and checked, and
// its key found, once for all tokens that have it. Safe for concurrent use.
//
// Only headers of verified tokens are here, so nobody but the issuer can fill
// them. Headers that repeat claims are not: what they say depends on the payload.
type signers struct {
	mu       sync.RWMutex // guards what follows
	byKey    map[*key]*signer
	byHeader map[string]*known
}

// find returns who signs tokens with this header, decoded, or nil.
func (s *signers) find(header []byte) *known {
	s.mu.RLock()
	k := s.byHeader[string(header)] // does not allocate
	s.mu.RUnlock()
	if k == nil || k.key.retired.Load() {
		return nil
	}
	return k
}

// add remembers a header, read as h, of a token that the key verified, and
// returns the signer. It forgets those of keys that are gone.
func (s *signers) add(header []byte, h jose.Header, is *issuer, by *key) *signer {
	s.mu.Lock()
	defer s.mu.Unlock()
	signed := s.byKey[by]
	if signed == nil {
		signed = &signer{is, by}
		maps.DeleteFunc(s.byKey, func(k *key, _ *signer) bool { return k.retired.Load() })
		if s.byKey == nil {
			s.byKey = make(map[*key]*signer)
		}
		s.byKey[by] = signed
	}
	if h.RepeatsClaims() || len(header) > longestHeader {
		return signed
	}
	maps.DeleteFunc(s.byHeader, func(_ string, old *known) bool { return old.key.retired.Load() })
	if s.byHeader == nil || len(s.byHeader) == maxSigners {
		s.byHeader = make(map[string]*known)
	}
	s.byHeader[string(header)] = &known{signed, h}
	return signed
}
