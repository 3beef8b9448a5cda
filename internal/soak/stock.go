package main

import (
	"math/rand/v2"
	"sync"
)

// stock holds the tokens of one kind that were made last. Safe for concurrent use.
type stock struct {
	mu     sync.RWMutex
	ring   [128]*credential
	made   int
	byText map[string]*credential
}

// young is how many tokens of a stock are those in use; the others are old ones that somebody still has.
const young = 24

func newStock() *stock { return &stock{byText: map[string]*credential{}} }

func (s *stock) add(c *credential) {
	s.mu.Lock()
	defer s.mu.Unlock()
	slot := &s.ring[s.made%len(s.ring)]
	if *slot != nil {
		delete(s.byText, (*slot).text)
	}
	*slot = c
	s.byText[c.text] = c
	s.made++
}

// pick returns one of the newest n tokens.
func (s *stock) pick(r *rand.Rand, n int) *credential {
	s.mu.RLock()
	defer s.mu.RUnlock()
	back := 1 + r.IntN(min(n, s.made, len(s.ring)))
	return s.ring[(s.made-back)%len(s.ring)]
}

// find returns the credential of a token, or nil.
func (s *stock) find(text string) *credential {
	s.mu.RLock()
	defer s.mu.RUnlock()
	return s.byText[text]
}
