package authtest

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"sync"
)

// keyring holds the keys of one issuer: one that signs per algorithm, and
// those that are published, which need not be the same.
type keyring struct {
	mu         sync.Mutex // guards all below
	algorithms []string
	generation int
	current    map[string]*Key // by algorithm
	published  []*Key          // newest first
}

func newKeyring(algorithms []string) *keyring {
	r := &keyring{algorithms: algorithms}
	r.rotate(false)
	if len(r.current) != len(algorithms) {
		panic("authtest: Config.Algorithms names an algorithm twice")
	}
	return r
}

func (r *keyring) rotate(overlap bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.generation++
	r.current = make(map[string]*Key)
	fresh := make([]*Key, 0, len(r.algorithms))
	for _, alg := range r.algorithms {
		// Two issuers use the same kids, as real ones may: whoever looks a
		// key up by kid alone mixes them up (RFC 8725 §3.8).
		key := NewKey(fmt.Sprintf("%s-%d", strings.ToLower(alg), r.generation), alg)
		r.current[alg] = key
		fresh = append(fresh, key)
	}
	if overlap {
		fresh = append(fresh, r.published...)
	}
	r.published = fresh
}

func (r *keyring) retire(kid string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	kept := slices.DeleteFunc(slices.Clone(r.published), func(k *Key) bool { return k.id == kid })
	if len(kept) == len(r.published) {
		panic("authtest: Retire: no published key has the kid " + kid)
	}
	r.published = kept
}

func (r *keyring) signing(algorithm string) (*Key, bool) {
	r.mu.Lock()
	defer r.mu.Unlock()
	key, ok := r.current[algorithm]
	return key, ok
}

func (r *keyring) all() []*Key {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.published // replaced as a whole, never changed
}

// Key returns the key that signs tokens of an algorithm now. It panics on an
// algorithm that is not in Config.Algorithms.
func (i *Issuer) Key(algorithm string) *Key {
	key, ok := i.keys.signing(algorithm)
	if !ok {
		panic("authtest: the issuer has no key for " + algorithm)
	}
	return key
}

// KeyID returns the kid of the key that signs by default now.
func (i *Issuer) KeyID() string { return i.Key(i.config.Algorithms[0]).ID() }

// Rotate gives every algorithm a new signing key. The former ones stay
// published, so their tokens stay good.
func (i *Issuer) Rotate() { i.keys.rotate(true) }

// RotateWithoutOverlap gives every algorithm a new signing key and publishes
// nothing else: tokens signed before are bad from now on. Real servers do it.
func (i *Issuer) RotateWithoutOverlap() { i.keys.rotate(false) }

// Retire stops publishing the key with this kid. A key that still signs goes
// on signing, which is how a server behaves whose publication lags behind.
// Retire panics when no published key has the kid.
func (i *Issuer) Retire(kid string) { i.keys.retire(kid) }

// JWKS returns the key set as published now, a JWK Set of RFC 7517 §5. Use it
// where keys are configured instead of fetched.
func (i *Issuer) JWKS() []byte {
	keys := []map[string]any{} // an empty set is [], not null
	for _, key := range i.keys.all() {
		jwk := key.JWK()
		for _, member := range i.config.KeysWithout {
			delete(jwk, member)
		}
		keys = append(keys, jwk)
	}
	return mustJSON(map[string]any{"keys": keys})
}

func (i *Issuer) serveJWKS(w http.ResponseWriter, r *http.Request) {
	writeBody(w, r, "application/jwk-set+json", i.JWKS())
}
