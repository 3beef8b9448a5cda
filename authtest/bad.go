package authtest

import (
	"slices"
	"strings"
)

// A BadToken is one that a resource server has to refuse.
type BadToken struct {
	Name  string // for t.Run
	Token string
	Why   string // the rule it breaks, with the section of the RFC
}

// Bad returns tokens that a resource server has to refuse, each with one
// fault: where the fault lies elsewhere, the key and the signature are right.
//
// All of them are made now, relative to the issuer's clock, and all can be
// sent in an Authorization field (RFC 6750 §2.1), so the answer to expect is
// always 401 with invalid_token:
//
//	for _, bad := range issuer.Bad() {
//		t.Run(bad.Name, func(t *testing.T) { … })
//	}
//
// Each breaks the rule it cites, whatever algorithms and claims the resource
// server is configured for. In two cases the RFC lets a recipient be lenient,
// and a strict one is not: a registered name in crit, and a byte order mark.
// What depends on the configuration is left to [Issuer.Mint]: an algorithm
// that is not on the allow-list, no kid, a claim that only RFC 9068 requires, a
// token over the size limit, a member twice whose last value is good. Some
// faults need a certain issuer: one that publishes ES256 or PS256 keys, and
// alg or kid in its key set. The names and their number may grow.
func (i *Issuer) Bad() []BadToken {
	b := &badTokens{
		issuer: i,
		key:    i.Key(i.config.Algorithms[0]),
	}
	b.addAlgorithms()
	b.addMACs()
	b.addTypes()
	b.addCritical()
	b.addKeys()
	b.addSignatures()
	b.addECDSA()
	b.addPSS()
	b.addTimes()
	b.addIssuers()
	b.addAudiences()
	b.addKinds()
	b.addParts()
	b.addBase64()
	b.addHeaderJSON()
	b.addPayloadJSON()
	return b.all
}

// badTokens collects what Bad returns.
type badTokens struct {
	issuer *Issuer
	key    *Key // signs by default
	all    []BadToken
}

func (b *badTokens) add(name, why, token string) {
	b.all = append(b.all, BadToken{Name: name, Token: token, Why: why})
}

// mint adds a token signed by b.key, even if the issuer rotates its keys
// meanwhile.
func (b *badTokens) mint(name, why string, m Mint) {
	if m.Key == nil {
		m.Key = b.key
	}
	b.add(name, why, b.issuer.Mint(m))
}

func (b *badTokens) header(name, why string, header map[string]any) {
	b.mint(name, why, Mint{Header: header})
}

func (b *badTokens) claims(name, why string, claims Claims) {
	b.mint(name, why, Mint{Claims: claims})
}

// good returns a mint with every field set, to build faults from.
func (b *badTokens) good() Mint { return b.issuer.complete(Mint{Key: b.key}) }

// publishes tells whether the issuer's keys carry a member.
func (b *badTokens) publishes(member string) bool {
	return !slices.Contains(b.issuer.config.KeysWithout, member)
}

// isRSA tells whether the key that signs by default is an RSA key.
func (b *badTokens) isRSA() bool {
	alg := b.key.Algorithm()
	return strings.HasPrefix(alg, "RS") || strings.HasPrefix(alg, "PS")
}
