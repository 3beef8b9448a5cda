package expiring

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/fips140"
	"crypto/rand"
	"crypto/sha256"
	"encoding/binary"
	"sync"
)

// Key stands for a token in a [Map]. It must not leave the process: no log, no
// metric, no shared cache; see [Hasher].
type Key [16]byte

// first is the half of a key that a Map keeps its value under.
func (k Key) first() uint64 { return binary.LittleEndian.Uint64(k[:8]) }

// Domain is the context in which a token means something; see [NewDomain].
type Domain [sha256.Size]byte

// NewDomain identifies a context by everything that makes the answer about one
// token differ: issuer, our own identity, extra parameters. Each field goes in
// after its length, so that no two lists of fields are the same text.
func NewDomain(fields ...string) Domain {
	var text []byte
	for _, field := range fields {
		text = binary.BigEndian.AppendUint64(text, uint64(len(field)))
		text = append(text, field...)
	}
	return sha256.Sum256(text)
}

// Hasher makes keys of tokens, with a secret of its own that nobody ever sees:
// keys of two Hashers have nothing in common. Safe for concurrent use.
//
// A key is the tag of AES-GMAC under one fixed nonce. As a MAC that would be
// broken, since whoever sees a few tags can solve for the secret. Here nobody
// sees one: what is left of GMAC is GHASH, a polynomial in a secret point, and
// two texts chosen without knowing it share a tag with a probability of at most
// (blocks of text) / 2^128. All an attacker could learn is whether two tokens
// collided, and needs a collision to learn it. It costs a third of SHA-256.
//
// On a processor without instructions for AES, crypto/aes looks into tables: a
// hash takes nearly twenty times as long there (BenchmarkHit with
// GODEBUG=cpu.aes=off,cpu.pclmulqdq=off), and its timing may tell something of
// the secret to who shares the processor's cache.
//
// Where FIPS 140-3 mode asks for approved uses only, a SHA-256 that begins with
// the secret takes its place; that lengths can be extended does not matter
// where no hash is seen either.
type Hasher struct {
	gmac    cipher.AEAD       // nil: SHA-256
	secret  [sha256.Size]byte // of SHA-256
	buffers sync.Pool         // of *buffer
}

// buffer is on the heap because what is passed through cipher.AEAD escapes.
type buffer struct {
	text  []byte
	tag   [16]byte
	nonce [12]byte // fixed: zero
}

// longestBuffer is the most that an idle buffer keeps allocated.
const longestBuffer = 32 << 10

// NewHasher returns a Hasher with a new random secret.
func NewHasher() *Hasher { return newHasher(fips140.Enabled()) }

func newHasher(approvedOnly bool) *Hasher {
	h := &Hasher{buffers: sync.Pool{New: func() any { return new(buffer) }}}
	_, _ = rand.Read(h.secret[:]) // never fails, by its contract
	if approvedOnly {
		return h
	}
	block, err := aes.NewCipher(h.secret[:16])
	if err == nil {
		h.gmac, err = cipher.NewGCM(block)
	}
	if err != nil {
		panic(err) // the length of the key is a constant
	}
	return h
}

// Sum returns the key of a token in a domain. It does not allocate, but for
// tokens longer than any before and for those over 32 KiB.
func (h *Hasher) Sum(domain *Domain, token string) (key Key) {
	b := h.buffers.Get().(*buffer)
	if h.gmac != nil {
		b.text = append(append(b.text[:0], domain[:]...), token...)
		key = Key(h.gmac.Seal(b.tag[:0], b.nonce[:], nil, b.text))
	} else {
		b.text = append(append(append(b.text[:0], h.secret[:]...), domain[:]...), token...)
		sum := sha256.Sum256(b.text)
		key = Key(sum[:len(key)])
	}
	clear(b.text) // a token in clear must not wait there for the next
	if cap(b.text) <= longestBuffer {
		h.buffers.Put(b)
	}
	return key
}
