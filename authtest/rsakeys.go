package authtest

import (
	"crypto/rand"
	"crypto/rsa"
	"math/big"
	"sync"
)

// rsaKeys makes RSA keys cheaply enough for an issuer per test. Finding two
// primes takes tens of milliseconds, so every pair of the primes found so far
// is used: n of them give n(n-1)/2 different keys. No key is given out twice,
// because an issuer and its impostor must not agree by accident.
//
// Keys that share a prime can be factored by anybody who compares them, so
// these protect nothing.
var rsaKeys rsaPool

type rsaPool struct {
	mu     sync.Mutex // guards all below
	primes []*big.Int
	p, q   int // the next pair, p < q
}

const rsaExponent = 65537

func (s *rsaPool) next() *rsa.PrivateKey {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.p == s.q {
		s.p, s.q = 0, s.q+1
	}
	if s.q >= len(s.primes) {
		s.primes = append(s.primes, must(rsa.GenerateKey(rand.Reader, 2048)).Primes...)
	}
	key := keyOf(s.primes[s.p], s.primes[s.q])
	s.p++
	return key
}

// keyOf builds the key of two primes, RFC 8017 §3. Both come from keys with
// the same exponent, so the inverse exists.
func keyOf(p, q *big.Int) *rsa.PrivateKey {
	one := big.NewInt(1)
	order := new(big.Int).Mul(new(big.Int).Sub(p, one), new(big.Int).Sub(q, one))
	key := &rsa.PrivateKey{
		PublicKey: rsa.PublicKey{N: new(big.Int).Mul(p, q), E: rsaExponent},
		D:         new(big.Int).ModInverse(big.NewInt(rsaExponent), order),
		Primes:    []*big.Int{p, q},
	}
	key.Precompute()
	return key
}
