package jwks

import (
	"errors"
	"hash/maphash"
	"time"

	"github.com/hashicorp/golang-lru/v2/simplelru"
	"golang.org/x/time/rate"

	"github.com/bearerguard/bearerguard/internal/jose"
)

// remembered bounds the memory of kids that were looked for in vain.
const remembered = 1024

// unknown limits what tokens with unknown keys can make us do. Anybody can send
// such tokens; only the first ones after a rotation are worth a fetch.
type unknown struct {
	limit      *rate.Limiter
	every      time.Duration
	conclusive time.Duration
	seed       maphash.Seed

	// A client that keeps sending one token of a retired key must not use up the
	// fetches that the next rotation needs. What is kept is a keyed hash of the
	// kid, so that its length costs nothing.
	vain *simplelru.LRU[uint64, time.Time]
}

func newUnknown(c KeysConfig) unknown {
	vain, err := simplelru.NewLRU[uint64, time.Time](remembered, nil)
	if err != nil {
		panic(err) // the size is a positive constant
	}
	return unknown{
		limit:      rate.NewLimiter(rate.Every(c.UnknownEvery), c.UnknownBurst),
		every:      c.UnknownEvery,
		conclusive: c.Conclusive,
		seed:       maphash.MakeSeed(),
		vain:       vain,
	}
}

// admit allows a fetch for the key of jws, or says what is known without one.
// now is of a steady clock, age that of the key set the key is missing in.
func (u *unknown) admit(jws *jose.Compact, now time.Time, age time.Duration) error {
	if id := jws.Header.KeyID; id != "" {
		if then, known := u.vain.Get(maphash.String(u.seed, id)); known && now.Sub(then) < u.every {
			return u.judge(now.Sub(then))
		}
	}
	if u.limit.AllowN(now, 1) {
		return nil
	}
	return u.judge(age)
}

// judge says what a look at the keys so long ago tells of a key that it did not
// find. The issuer may have published it since.
func (u *unknown) judge(age time.Duration) error {
	if 0 <= age && age < u.conclusive {
		return unknownKey()
	}
	return unavailable(errors.New("the key is unknown and no further fetch for unknown keys is allowed yet"), u.every)
}

// remember that the key of jws was looked for in vain.
func (u *unknown) remember(jws *jose.Compact, now time.Time) {
	if id := jws.Header.KeyID; id != "" {
		u.vain.Add(maphash.String(u.seed, id), now)
	}
}
