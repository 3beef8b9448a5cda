package main

import (
	"math/rand/v2"
	"strconv"
	"time"

	"github.com/bearerguard/bearerguard/authtest"
)

// mint makes good tokens of one authority. One in eight lacks the scope.
type mint struct {
	*authority
	issued int
}

// claims are those of a new token, which expires in 3 to 13 s: exp has whole seconds.
func (m *mint) claims(r *rand.Rand) (c authtest.Claims, id string, expires time.Duration, scoped bool) {
	m.issued++
	id, scoped = m.name+"-"+strconv.Itoa(m.issued), r.IntN(8) > 0
	exp := time.Now().Add(between(r, 3*time.Second, 13*time.Second)).Truncate(time.Second)
	c = authtest.Claims{"jti": id, "exp": exp, "scope": "other"}
	if scoped {
		c["scope"] = "other " + scope
	}
	return c, id, exp.Sub(m.start.Round(0)), scoped
}

func (m *mint) jwt(r *rand.Rand) *credential {
	claims, id, expires, scoped := m.claims(r)
	keys := *m.signing.Load()
	key := keys[r.IntN(len(keys))]
	return &credential{
		truth: &signed{m.history, key.ID(), expires},
		text:  m.issuer.Mint(authtest.Mint{Key: key, Claims: claims}),
		id:    id, scoped: scoped,
		about: "JWT of " + m.name + ", key " + key.ID() + ", expires " + expires.String(),
	}
}

func (m *mint) opaque(r *rand.Rand) *credential {
	claims, id, expires, scoped := m.claims(r)
	return &credential{
		truth: newOpaque(m.history, expires),
		text:  m.issuer.Opaque(claims),
		id:    id, scoped: scoped,
		about: "opaque token " + id + ", expires " + expires.String(),
	}
}
