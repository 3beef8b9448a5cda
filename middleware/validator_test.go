package middleware_test

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/bearerguard/bearerguard/middleware"
)

// script is a Validator that notes in a shared log that it was asked.
type script struct {
	name  string
	log   *[]string
	token *middleware.Token
	err   error
}

func (s script) Validate(context.Context, string) (*middleware.Token, error) {
	*s.log = append(*s.log, s.name)
	return s.token, s.err
}

// answer is what a scripted validator returns.
type answer struct {
	token *middleware.Token
	err   error
}

var (
	tokenA      = answer{token: middleware.NewToken(middleware.Claims{Subject: "a"})}
	tokenB      = answer{token: middleware.NewToken(middleware.Claims{ClientID: "b"})}
	isInvalid   = answer{err: middleware.Invalid(middleware.ReasonExpired, "", nil)}
	isNotMine   = answer{err: middleware.ErrNotMine}
	isWrapped   = answer{err: fmt.Errorf("x: %w", middleware.ErrNotMine)}
	isDown      = answer{err: errors.New("down")}
	isNothing   = answer{}
	isNilError  = answer{err: (*middleware.Error)(nil)}
	isVerdict   = answer{err: errors.Join(middleware.ErrNotMine, middleware.Invalid(middleware.ReasonExpired, "", nil))}
	isInvalidly = answer{token: tokenA.token, err: isInvalid.err}
)

// kind names an answer for the tables below.
func kind(token *middleware.Token, err error) string {
	var e *middleware.Error
	switch {
	case err == nil && token == nil:
		return "nothing"
	case err == nil:
		return "token " + token.Subject() + token.ClientID()
	case errors.As(err, &e) && e != nil:
		return string(e.Code) + " " + string(e.Reason)
	case errors.Is(err, middleware.ErrNotMine):
		return "not mine"
	}
	return "failure"
}

type composed struct {
	name    string
	answers []answer
	want    string
	asked   int
}

func (tc composed) run(t *testing.T, compose func(...middleware.Validator) middleware.Validator) {
	t.Parallel()
	var log, want []string
	var list []middleware.Validator
	for i, a := range tc.answers {
		name := string(rune('a' + i))
		list = append(list, script{name, &log, a.token, a.err})
		if i < tc.asked {
			want = append(want, name)
		}
	}
	v := compose(list...)
	list[0] = nil // the list is copied
	if got := kind(v.Validate(t.Context(), "t")); got != tc.want {
		t.Errorf("%s, want %s", got, tc.want)
	}
	if !slices.Equal(log, want) {
		t.Errorf("asked %q, want %q", log, want)
	}
}

func TestFirst(t *testing.T) {
	t.Parallel()
	for _, tc := range []composed{
		{"one", []answer{tokenA}, "token a", 1},
		{"the first", []answer{tokenA, tokenB}, "token a", 1},
		{"the second", []answer{isNotMine, tokenB}, "token b", 2},
		{"the second, wrapped", []answer{isWrapped, tokenB}, "token b", 2},
		{"the third", []answer{isNotMine, isWrapped, tokenA}, "token a", 3},
		{"invalid is final", []answer{isInvalid, tokenB}, "invalid_token expired", 1},
		{"invalid wins over not mine", []answer{isVerdict, tokenB}, "invalid_token expired", 1},
		{"invalid with a token is final", []answer{isInvalidly, tokenB}, "invalid_token expired", 1},
		{"an outage is final", []answer{isDown, tokenB}, "failure", 1},
		{"a broken contract is final", []answer{isNothing, tokenB}, "nothing", 1},
		{"a nil *Error is final", []answer{isNilError, tokenB}, "failure", 1},
		{"the second is invalid", []answer{isNotMine, isInvalid, tokenA}, "invalid_token expired", 2},
		{"nobody's", []answer{isNotMine, isWrapped}, "not mine", 2},
	} {
		t.Run(tc.name, func(t *testing.T) { tc.run(t, middleware.First) })
	}
}

func TestEvery(t *testing.T) {
	t.Parallel()
	for _, tc := range []composed{
		{"one", []answer{tokenA}, "token a", 1},
		{"all", []answer{tokenA, tokenB, tokenB}, "token a", 3},
		{"the first is invalid", []answer{isInvalid, tokenB}, "invalid_token expired", 1},
		{"the second is invalid", []answer{tokenA, isInvalid, tokenB}, "invalid_token expired", 2},
		{"the second is invalid with a token", []answer{tokenB, isInvalidly}, "invalid_token expired", 2},
		{"the last is invalid", []answer{tokenA, tokenB, isInvalid}, "invalid_token expired", 3},
		{"the first is down", []answer{isDown, tokenB}, "failure", 1},
		{"the second is down", []answer{tokenA, isDown, tokenB}, "failure", 2},
		{"not the first's", []answer{isNotMine, tokenB}, "not mine", 1},
		{"not the first's, wrapped", []answer{isWrapped, tokenB}, "not mine", 1},
		{"not the second's", []answer{tokenA, isNotMine}, "invalid_token unrecognized", 2},
		{"not the second's, wrapped", []answer{tokenA, isWrapped, tokenB}, "invalid_token unrecognized", 2},
		{"the second's verdict wins over not mine", []answer{tokenA, isVerdict}, "invalid_token expired", 2},
		{"nothing from the first", []answer{isNothing, tokenB}, "failure", 2},
		{"nothing from the second", []answer{tokenA, isNothing}, "failure", 2},
		{"nothing from the first alone", []answer{isNothing}, "nothing", 1},
		{"a nil *Error from the first", []answer{isNilError, tokenB}, "failure", 1},
		{"a nil *Error from the second", []answer{tokenA, isNilError}, "failure", 2},
	} {
		t.Run(tc.name, func(t *testing.T) { tc.run(t, middleware.Every) })
	}
}

func TestAgreement(t *testing.T) {
	t.Parallel()
	type claims = middleware.Claims
	const disagreement = "invalid_token disagreement"
	for _, tc := range []struct {
		name string
		a, b claims
		want string // of the answer, when there is one, the issuer and subject
		cnf  middleware.Confirmation
	}{
		{"the same", claims{Issuer: "i", Subject: "s"}, claims{Issuer: "i", Subject: "s"}, "i s", middleware.Confirmation{}},
		{"the second names neither", claims{Issuer: "i", Subject: "s"}, claims{}, "i s", middleware.Confirmation{}},
		{"the first names neither", claims{}, claims{Issuer: "i", Subject: "s"}, " ", middleware.Confirmation{}},
		{"R8725-11 the same subject of another issuer", claims{Issuer: "i", Subject: "s"}, claims{Issuer: "j", Subject: "s"}, disagreement, middleware.Confirmation{}},
		{"the issuer with a slash", claims{Issuer: "i"}, claims{Issuer: "i/"}, disagreement, middleware.Confirmation{}},
		{"another subject", claims{Issuer: "i", Subject: "s"}, claims{Issuer: "i", Subject: "S"}, disagreement, middleware.Confirmation{}},
		{"another client", claims{ClientID: "c"}, claims{ClientID: "d"}, disagreement, middleware.Confirmation{}},
		{"the client in another case", claims{Subject: "s", ClientID: "c"}, claims{Subject: "s", ClientID: "C"}, disagreement, middleware.Confirmation{}},
		{"the same client", claims{ClientID: "c"}, claims{ClientID: "c"}, " ", middleware.Confirmation{}},
		{"only the second names a client", claims{}, claims{ClientID: "c"}, " ", middleware.Confirmation{}},
		{"only the first names a client", claims{ClientID: "c"}, claims{}, " ", middleware.Confirmation{}},
		{"the same binding", claims{Confirmation: jkt}, claims{Confirmation: jkt}, " ", jkt},
		{"R9449-15 only the first states the binding", claims{Confirmation: jkt}, claims{}, " ", jkt},
		{"R9449-15 only the second states the binding", claims{}, claims{Confirmation: jkt}, " ", jkt},
		{"R8705-4 only the second states the binding", claims{}, claims{Confirmation: x5t}, " ", x5t},
		{"R7800-1 only the second states a binding nobody knows", claims{}, claims{Confirmation: unknown}, " ", unknown},
		{"another binding", claims{Confirmation: jkt}, claims{Confirmation: middleware.Confirmation{JKT: "x"}}, disagreement, middleware.Confirmation{}},
		{"a binding of another kind", claims{Confirmation: jkt}, claims{Confirmation: x5t}, disagreement, middleware.Confirmation{}},
		{"one binding and two", claims{Confirmation: jkt}, claims{Confirmation: both}, disagreement, middleware.Confirmation{}},
		{"a binding and one nobody knows", claims{Confirmation: jkt}, claims{Confirmation: unknown}, disagreement, middleware.Confirmation{}},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			token, err := middleware.Every(accepts(tc.a), accepts(tc.b)).Validate(t.Context(), "t")
			got := kind(token, err)
			if err == nil {
				got = token.Issuer() + " " + token.Subject()
			}
			if got != tc.want || token.Confirmation() != tc.cnf {
				t.Errorf("%q %v, want %q %v", got, token.Confirmation(), tc.want, tc.cnf)
			}
		})
	}
}

func TestEveryEndsWithTheEarliest(t *testing.T) {
	t.Parallel()
	at := func(minute int) time.Time { return time.Date(2026, 1, 2, 3, minute, 0, 0, time.UTC) }
	ends := func(minutes ...int) (list []middleware.Validator) {
		for _, m := range minutes {
			c := middleware.Claims{}
			if m > 0 {
				c.Until = at(m)
			}
			list = append(list, accepts(c))
		}
		return list
	}
	for _, tc := range []struct {
		name    string
		minutes []int // 0: no end is known
		want    int
	}{
		{"the first", []int{1, 2}, 1},
		{"the second", []int{2, 1}, 1},
		{"the third", []int{3, 2, 1}, 1},
		{"the middle", []int{3, 1, 2}, 1},
		{"only the first", []int{2, 0}, 2},
		{"only the second", []int{0, 2}, 2},
		{"none", []int{0, 0}, 0},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			token, err := middleware.Every(ends(tc.minutes...)...).Validate(t.Context(), "t")
			if err != nil {
				t.Fatal(err)
			}
			if tc.want == 0 && !token.Until().IsZero() || tc.want > 0 && !token.Until().Equal(at(tc.want)) {
				t.Errorf("Until %v, want minute %d", token.Until(), tc.want)
			}
		})
	}
}

// A scope that a later answer no longer names was taken back; so were all where
// it says that there are none, which an answer that is silent of scopes does not.
func TestEveryKeepsCommonScopes(t *testing.T) {
	t.Parallel()
	says := func(scopes string) middleware.Claims { return middleware.Claims{Scope: scopes} }
	none, silent := middleware.Claims{NoScopes: true}, middleware.Claims{}
	for name, tc := range map[string]struct {
		answers []middleware.Claims
		want    string
	}{
		"the same":                   {[]middleware.Claims{says("a b"), says("b a")}, "a b"},
		"one taken back":             {[]middleware.Claims{says("a b"), says("a")}, "a"},
		"one added later":            {[]middleware.Claims{says("a"), says("a b")}, "a"},
		"others later":               {[]middleware.Claims{says("a"), says("b")}, ""},
		"all taken back":             {[]middleware.Claims{says("a b"), none}, ""},
		"the second silent":          {[]middleware.Claims{says("a b"), silent}, "a b"},
		"the first silent":           {[]middleware.Claims{silent, says("a")}, ""},
		"none, and some later":       {[]middleware.Claims{none, says("a")}, ""},
		"taken back, then others":    {[]middleware.Claims{says("a b"), says("a"), says("b")}, ""},
		"taken back, then silent":    {[]middleware.Claims{says("a b"), says("b"), silent}, "b"},
		"all taken back, then some":  {[]middleware.Claims{says("a b"), none, says("a")}, ""},
		"silent, then some":          {[]middleware.Claims{says("a b"), silent, says("a")}, "a"},
		"silent at first, then some": {[]middleware.Claims{silent, says("a"), says("a")}, ""},
	} {
		var list []middleware.Validator
		for _, c := range tc.answers {
			list = append(list, accepts(c))
		}
		token, err := middleware.Every(list...).Validate(t.Context(), "t")
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Join(slices.Collect(token.Scopes()), " "); got != tc.want {
			t.Errorf("%s: scopes %q, want %q", name, got, tc.want)
		}
		// Every may stand inside Every: what was taken back stays so.
		outer, err := middleware.Every(accepts(says("a b")), fixed(token, nil)).Validate(t.Context(), "t")
		if err != nil {
			t.Fatal(err)
		}
		if strings.Join(slices.Collect(outer.Scopes()), " ") != tc.want {
			t.Errorf("%s: scopes of Every around it %q, want %q", name, slices.Collect(outer.Scopes()), tc.want)
		}
	}
}

// The answers may come from caches: Every must not write into them.
func TestEveryChangesNoAnswer(t *testing.T) {
	t.Parallel()
	late, early := time.Date(2030, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(2026, 1, 1, 0, 0, 0, 0, time.UTC)
	a := middleware.NewToken(middleware.Claims{Until: late})
	b := middleware.NewToken(middleware.Claims{Until: early, Confirmation: jkt})
	if _, err := middleware.Every(fixed(a, nil), fixed(b, nil)).Validate(t.Context(), "t"); err != nil {
		t.Fatal(err)
	}
	if !a.Until().Equal(late) || !a.Confirmation().IsZero() || !b.Until().Equal(early) {
		t.Error("an answer was changed")
	}
}

func TestEveryInsideFirst(t *testing.T) {
	t.Parallel()
	v := middleware.First(
		middleware.Every(fixed(nil, middleware.ErrNotMine), accepts(middleware.Claims{Subject: "wrong"})),
		accepts(middleware.Claims{Subject: "right"}),
	)
	if got := kind(v.Validate(t.Context(), "t")); got != "token right" {
		t.Error(got)
	}
}

func TestComposersPanic(t *testing.T) {
	t.Parallel()
	good := accepts(middleware.Claims{})
	for name, f := range map[string]func(){
		"First of none":  func() { middleware.First() },
		"First of nil":   func() { middleware.First(nil) },
		"First with nil": func() { middleware.First(good, nil) },
		"Every of none":  func() { middleware.Every() },
		"Every with nil": func() { middleware.Every(good, nil, good) },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			defer func() {
				if text, _ := recover().(string); !strings.HasPrefix(text, "middleware: ") || !strings.Contains(text, name[:5]) {
					t.Errorf("panic %q", text)
				}
			}()
			f()
		})
	}
}
