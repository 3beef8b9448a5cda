package main

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"math/rand/v2"
	"strconv"
	"strings"
	"sync/atomic"
	"time"

	"github.com/bearerguard/bearerguard/authtest"
)

// randomKids are tokens as the issuer makes them, but for a kid that nobody ever had.
func randomKids(a *authority) func(*rand.Rand) *credential {
	return func(r *rand.Rand) *credential {
		text := a.issuer.Mint(authtest.Mint{
			Key:    (*a.signing.Load())[0],
			Header: map[string]any{"kid": randomText(r, 12)},
		})
		return bad("random kid, issuer "+a.name, text, forged{a.history})
	}
}

// guessedKids are tokens under the kid that the issuer's next key will have: many issuers count, or use the date. The
// key must not be shut out when it comes.
func guessedKids(a *authority) func(*rand.Rand) *credential {
	return func(r *rand.Rand) *credential {
		name, number, _ := strings.Cut(a.newest()[0].ID(), "-")
		n, err := strconv.Atoi(number)
		if err != nil {
			panic(err) // authtest counts
		}
		text := a.issuer.Mint(authtest.Mint{
			Key:    (*a.signing.Load())[0],
			Header: map[string]any{"kid": name + "-" + strconv.Itoa(n+1)},
		})
		return bad("guessed kid, issuer "+a.name, text, forged{a.history})
	}
}

// impostors are tokens in the name of one issuer that the other one signed. Both use the same kids.
func impostors(named, signer *authority) func(*rand.Rand) *credential {
	return func(r *rand.Rand) *credential {
		keys := *signer.signing.Load()
		text := named.issuer.Mint(authtest.Mint{Key: keys[r.IntN(len(keys))]})
		return bad("issuer "+named.name+", signed by "+signer.name, text, forged{named.history})
	}
}

// randomOpaque are tokens as the server for opaque ones makes them, but that it does not know.
func randomOpaque(asked *authority) func(*rand.Rand) *credential {
	return func(r *rand.Rand) *credential {
		return bad("random opaque token", randomText(r, 24)+"-._~+/"+randomText(r, 24)+"=", unissued{asked.history})
	}
}

// malformed are credentials that break the syntax of RFC 6750 §2.1.
func malformed(r *rand.Rand) *credential {
	const wrong = "\"(),:;<>?@[]{}\\\x80\xff"
	text := randomText(r, 1+r.IntN(200))
	at := r.IntN(len(text))
	return bad("malformed credentials", text[:at]+string(wrong[r.IntN(len(wrong))])+text[at:], always(unread))
}

// garbage has the syntax of a bearer token, and dots where a JWT has them: its parts are noise, or JSON and noise.
func garbage(asked *authority) func(*rand.Rand) *credential {
	return func(r *rand.Rand) *credential {
		parts := make([]string, 1+r.IntN(7))
		for i := range parts {
			parts[i] = randomText(r, r.IntN(100))
			if r.IntN(3) == 0 {
				parts[i] = base64.RawURLEncoding.EncodeToString([]byte(`{"alg":"` + parts[i] + `","iss":"` + asked.issuer.URL() + `"}`))
			}
		}
		return bad("garbage", "x"+strings.Join(parts, "."), unissued{asked.history})
	}
}

// anonymous requests have no Authorization field.
func anonymous(*rand.Rand) *credential { return bad("no token", "", always(refuse)) }

// corpus serves the bad tokens of package authtest, made in the name of one issuer. Those that do not even look like a
// JWT of it are left to the server for opaque tokens.
type corpus struct {
	about, asked *authority
	tokens       atomic.Pointer[[]*credential]
}

func (c *corpus) renew() {
	var list []*credential
	for _, token := range c.about.issuer.Bad() {
		var t truth = unissued{c.asked.history}
		if looksLike(token.Token, c.about.issuer.URL()) {
			t = forged{c.about.history}
		}
		list = append(list, bad("authtest.Bad: "+token.Name, token.Token, t))
	}
	c.tokens.Store(&list)
}

// looksLike tells whether a token is surely taken for a JWT of this issuer: three parts, a header with alg, this iss,
// and nothing in its JSON that another encoder would write differently.
func looksLike(token, issuer string) bool {
	parts := strings.Split(token, ".")
	if len(parts) != 3 {
		return false
	}
	_, err := base64.RawURLEncoding.Strict().DecodeString(parts[2])
	alg, isText := plain(parts[0])["alg"].(string)
	return err == nil && isText && alg != "" && plain(parts[1])["iss"] == issuer
}

// plain decodes a part of a JWT that is written as encoding/json writes it, else it is nil.
func plain(part string) (members map[string]any) {
	text, err := base64.RawURLEncoding.Strict().DecodeString(part)
	if err != nil || json.Unmarshal(text, &members) != nil {
		return nil
	}
	if again, err := json.Marshal(members); err != nil || string(again) != string(text) {
		return nil
	}
	return members
}

// keepNew renews the tokens: some are right but for one thing, and would be refused for their age alone.
func (c *corpus) keepNew(ctx context.Context) {
	for pause(ctx, 10*time.Second) {
		c.renew()
	}
}

func (c *corpus) next(r *rand.Rand) *credential {
	list := *c.tokens.Load()
	return list[r.IntN(len(list))]
}

func randomText(r *rand.Rand, n int) string {
	const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
	b := make([]byte, n)
	for i := range b {
		b[i] = letters[r.IntN(len(letters))]
	}
	return string(b)
}
