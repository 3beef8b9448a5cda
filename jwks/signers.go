package jwks

import (
	"maps"
	"sync"

	"github.com/bearerguard/bearerguard/internal/jose"
)

// signer is a key of an issuer together with a header that tokens signed by it
// have. All of them share one, unless their headers are not remembered.
type signer struct {
	issuer *issuer
	key    *key
	header jose.Header // read, checked, and its alg allowed; zero where it is not remembered
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
	mu       sync.RWMutex // guards byHeader
	byHeader map[string]*signer
}

// find returns the signer of tokens with this header, decoded, or nil.
func (s *signers) find(header []byte) *signer {
	s.mu.RLock()
	known := s.byHeader[string(header)] // does not allocate
	s.mu.RUnlock()
	if known == nil || known.key.retired.Load() {
		return nil
	}
	return known
}

// add remembers a header, and forgets those of keys that are gone.
func (s *signers) add(header []byte, found *signer) {
	if found.header.RepeatsClaims() || len(header) > longestHeader {
		found.header = jose.Header{} // nobody needs it, and it keeps its text alive
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.DeleteFunc(s.byHeader, func(_ string, old *signer) bool { return old.key.retired.Load() })
	if s.byHeader == nil || len(s.byHeader) == maxSigners {
		s.byHeader = make(map[string]*signer)
	}
	s.byHeader[string(header)] = found
}
