package middleware

import (
	"maps"
	"math"
	"slices"
	"strings"
	"testing"
	"time"
	"unsafe"
)

// typicalClaims are views of their JSON, as the validators of this module make them.
func typicalClaims() Claims {
	const text = `{"iss":"https://login.example.com","sub":"alice","aud":"https://api.example.com","exp":1767225600,` +
		`"iat":1767222000,"jti":"5b0d6d0e","client_id":"shop","scope":"orders:read orders:write"}`
	return Claims{
		Issuer: "https://login.example.com", Subject: "alice", ClientID: "shop", ID: "5b0d6d0e",
		Audience: []string{"https://api.example.com"}, Scope: "orders:read orders:write",
		Expiry: time.Unix(1767225600, 0), IssuedAt: time.Unix(1767222000, 0), JSON: text,
	}
}

// A cached token is to cost no more than 300 bytes beyond its JSON text, the
// entry of the cache included: most tokens are this struct and nothing else.
func TestTokenIsSmall(t *testing.T) {
	if size := unsafe.Sizeof(Token{}); size > 128 {
		t.Errorf("a Token has %d bytes, want at most 128", size)
	}
	token, c := NewToken(typicalClaims()), typicalClaims()
	if token.own != nil || token.moreAudience != nil {
		t.Error("a typical token keeps texts besides its JSON")
	}
	if n := testing.AllocsPerRun(100, func() { NewToken(c) }); n != 1 {
		t.Errorf("%v allocations, want 1", n)
	}
}

// Whatever the JSON is, the accessors say what NewToken was told.
func TestTextsOutsideTheJSON(t *testing.T) {
	t.Parallel()
	for name, text := range map[string]string{
		"no JSON":               ``,
		"another spelling":      `{"sub":"al\u0069ce"}`,
		"the last within reach": strings.Repeat(" ", math.MaxUint16-len("alice")) + "alice",
		"the first beyond":      strings.Repeat(" ", math.MaxUint16-len("alice")+1) + "alice",
		"far behind":            strings.Repeat(" ", 1<<20) + "alice",
		"at the end":            `{"sub":"alice"`,
		"at the beginning":      `alice`,
		"cut off":               `{"sub":"alic`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			token := NewToken(Claims{Subject: "alice", ClientID: "shop", Audience: []string{"alice", "b", "alice"}, JSON: text})
			if got := token.Subject() + " " + token.ClientID(); got != "alice shop" {
				t.Errorf("got %q", got)
			}
			if got := slices.Collect(token.Audience()); !slices.Equal(got, []string{"alice", "b", "alice"}) {
				t.Errorf("audience %q", got)
			}
			if token.Issuer() != "" || token.ID() != "" || token.ACR() != "" || !token.Confirmation().IsZero() {
				t.Error("there is more than was told")
			}
		})
	}
}

func TestAudienceOfAnyLength(t *testing.T) {
	t.Parallel()
	for _, list := range [][]string{nil, {""}, {"a"}, {"", "a"}, {"a", ""}, {"", "", ""}, {"a", "b", "c"}} {
		token := NewToken(Claims{Audience: list, JSON: `{"aud":["a","b"]}`})
		if got := slices.Collect(token.Audience()); !slices.Equal(got, list) {
			t.Errorf("%q, want %q", got, list)
		}
		for range token.Audience() {
			break // yields no more
		}
		if len(list) > 0 {
			list[len(list)-1] = "changed"
			if slices.Contains(slices.Collect(token.Audience()), "changed") {
				t.Error("the caller's slice is shared")
			}
		}
	}
}

func TestTimesOfATokenKeepTheirMicroseconds(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]time.Time{
		"none": {}, "1970": time.Unix(0, 0), "before 1970": time.Unix(-5, 0),
		"a microsecond": time.UnixMicro(1767225600000001), "9999": time.Unix(253402300799, 0).Add(5 * time.Minute),
	} {
		token := NewToken(Claims{Expiry: want, NotBefore: want, IssuedAt: want, AuthTime: want, Until: want})
		for _, got := range []time.Time{token.Expiry(), token.NotBefore(), token.IssuedAt(), token.AuthTime(), token.Until()} {
			if !got.Equal(want) || got.IsZero() != want.IsZero() {
				t.Errorf("%s: %v, want %v", name, got, want)
			}
		}
	}
	nano := time.Unix(1767225600, 999_999_999)
	if got := NewToken(Claims{Expiry: nano}).Expiry(); got.After(nano) || nano.Sub(got) >= time.Microsecond {
		t.Errorf("%v became %v", nano, got)
	}
}

func TestZeroToken(t *testing.T) {
	t.Parallel()
	token := new(Token)
	if got := token.claims(); got.Issuer != "" || !got.Until.IsZero() || !got.Expiry.IsZero() || got.Audience != nil || token.statesScope() {
		t.Errorf("%+v", got)
	}
}

// FuzzNewToken: a Token says what it was made of, wherever its texts are.
func FuzzNewToken(f *testing.F) {
	c := typicalClaims()
	f.Add(c.JSON, c.Issuer, c.Subject, c.Audience[0], c.Scope, "", int64(1767225600000000))
	f.Add("", "i", "s", "", " ", "t", int64(0))
	f.Add(`"aaaa"`, "a", "aa", "aaa", "aaaa", "aaaaa", int64(-1))
	f.Fuzz(func(t *testing.T, text, iss, sub, aud, scope, jkt string, at int64) {
		at %= zeroTime // the years in which a time.Time and an instant mean the same
		want := Claims{
			Issuer: iss, Subject: sub, Audience: []string{aud, sub}, Scope: scope, JSON: text,
			Confirmation: Confirmation{JKT: jkt, X5TS256: iss}, Until: time.UnixMicro(at),
		}
		got := NewToken(want).claims()
		texts := func(c Claims) map[string]string {
			return map[string]string{
				"iss": c.Issuer, "sub": c.Subject, "client_id": c.ClientID, "jti": c.ID, "acr": c.ACR, "aud": strings.Join(c.Audience, "\x00"),
				"scope": c.Scope, "jkt": c.Confirmation.JKT, "x5t": c.Confirmation.X5TS256, "JSON": c.JSON,
			}
		}
		if !maps.Equal(texts(got), texts(want)) || !got.Until.Equal(want.Until) || !got.Expiry.IsZero() {
			t.Errorf("got %+v, want %+v", got, want)
		}
	})
}
