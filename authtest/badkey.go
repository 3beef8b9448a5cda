package authtest

import (
	"slices"
	"strings"
)

// addKeys adds tokens that are signed well, by or with the wrong key.
func (b *badTokens) addKeys() {
	const embedded = "RFC 8725 §3.10: what the header says about keys is no reason to trust them"
	kid, alg := b.key.ID(), b.key.Algorithm()
	impostor, stranger := NewKey(kid, alg), NewKey("stranger", alg)

	b.mint("key not published, known kid", "RFC 9068 §4: the key is none of the issuer's", Mint{Key: impostor})
	b.mint("key not published, unknown kid", "RFC 9068 §4: the key is none of the issuer's", Mint{Key: stranger})
	b.mint("key not published, no kid", "RFC 9068 §4: the key is none of the issuer's",
		Mint{Key: stranger, Header: map[string]any{"kid": Absent}})
	b.mint("key embedded as jwk", embedded,
		Mint{Key: stranger, Header: map[string]any{"jwk": stranger.JWK()}})
	b.mint("key embedded as jwk, known kid", embedded,
		Mint{Key: impostor, Header: map[string]any{"jwk": impostor.JWK()}})
	b.mint("key at a jku", embedded,
		Mint{Key: stranger, Header: map[string]any{"jku": attackerURL + "/jwks"}})
	b.mint("key at an x5u", embedded,
		Mint{Key: stranger, Header: map[string]any{"x5u": attackerURL + "/chain.pem"}})
	b.header("kid a number", "RFC 7515 §4.1.4: kid is a string", map[string]any{"kid": 1})
	b.header("kid an object", "RFC 7515 §4.1.4: kid is a string", map[string]any{"kid": map[string]any{}})
	if b.publishes("kid") {
		b.addKids()
	}
}

// addKids adds tokens whose key is published under another kid. Where keys are
// published without kid, any kid goes with them.
func (b *badTokens) addKids() {
	const unknown = "RFC 8725 §3.10: kid is the attacker's choice, and no key has this one"
	b.header("kid unknown", unknown, map[string]any{"kid": "nobody"})
	b.header("kid in the wrong case", "RFC 7517 §4.5: kid is case-sensitive", map[string]any{"kid": strings.ToUpper(b.key.ID())})
	b.header("kid a path", unknown, map[string]any{"kid": "../../../../dev/null"})
	b.header("kid an SQL fragment", unknown, map[string]any{"kid": "' OR 1=1 --"})
	b.header("kid with a NUL", unknown, map[string]any{"kid": b.key.ID() + "\x00"})

	others := slices.DeleteFunc(slices.Clone(b.issuer.keys.all()), func(k *Key) bool { return k.Algorithm() == b.key.Algorithm() })
	if len(others) > 0 {
		b.mint("kid of another key", "RFC 7515 §4.1.4, RFC 8725 §3.1: kid names a key with another algorithm",
			Mint{Key: b.key, Header: map[string]any{"kid": others[0].ID()}})
	}
}
