package jose

import (
	"errors"
	"strings"
	"testing"
)

func jwks(keys ...string) string { return `{"keys":[` + strings.Join(keys, ",") + `]}` }

func TestParseSet(t *testing.T) {
	t.Parallel()
	good := jwkOf(p256Key().Public(), `"kid":"good"`)
	other := jwkOf(rsaKey().Public(), `"kid":"other"`)
	for name, tc := range map[string]struct {
		text          string
		keys, refused int
	}{
		"empty set":                          {jwks(), 0, 0},
		"one":                                {jwks(good), 1, 0},
		"several":                            {jwks(good, other), 2, 0},
		"the same twice":                     {jwks(good, good), 2, 0},
		"R7517-2 unknown members of the set": {`{"bar":2,"keys":[` + good + `],"foo":{"keys":[]}}`, 1, 0},
		"R7517-3 bad keys around":            {jwks(`{"kty":"RSA","n":"","e":"AQAB"}`, `{"kty":"AKP","alg":"ML-DSA-44"}`, good, `{"kty":"EC","crv":"X"}`), 1, 3},
		"R7517-3 entries that are no keys":   {jwks(`null`, `1`, `"x"`, `[]`, good, `{}`), 1, 5},
		"R7517-9 oct beside":                 {jwks(`{"kty":"oct","k":"AAAA"}`, good), 1, 1},
		"nothing usable":                     {jwks(`{"kty":"oct","k":"AAAA"}`), 0, 1},
		"as many as allowed":                 {jwks(good, good, good, good, good, good, good, good), 8, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			set, err := ParseSet(tc.text, 8)
			if err != nil {
				t.Fatal(err)
			}
			if len(set.Keys) != tc.keys || len(set.Refused) != tc.refused {
				t.Errorf("%d keys, %d refused: %v", len(set.Keys), len(set.Refused), set.Refused)
			}
			for _, err := range set.Refused {
				if !errors.Is(err, ErrKey) {
					t.Errorf("refused with %v", err)
				}
			}
		})
	}
}

func TestParseSetRefuses(t *testing.T) {
	t.Parallel()
	good := jwkOf(p256Key().Public(), `"kid":"good"`)
	for name, text := range map[string]string{
		"empty text":                             "",
		"HTML":                                   "<html></html>",
		"an empty object":                        `{}`,
		"keys is an object":                      `{"keys":{}}`,
		"keys is null":                           `{"keys":null}`,
		"keys is a string":                       `{"keys":"[]"}`,
		"KEYS":                                   `{"KEYS":[]}`,
		"an array":                               `[` + good + `]`,
		"a single key":                           good,
		"truncated":                              strings.TrimSuffix(jwks(good), "}"),
		"something after it":                     jwks(good) + "x",
		"invalid UTF-8":                          jwks(good, `"`+"\xff"+`"`),
		"R7517-4 two keys members":               `{"keys":[` + good + `],"keys":[]}`,
		"R7517-4 two keys members, one escaped":  `{"keys":[],"\u006beys":[` + good + `]}`,
		"R7517-4 two kids in one key":            jwks(good, jwkOf(p256Key().Public(), `"kid":"a","kid":"b"`)),
		"R7517-4 two n in one key":               jwks(good, jwkOf(rsaKey().Public(), `"n":"AQAB"`)),
		"R7517-4 two n in one key, one escaped":  jwks(good, jwkOf(rsaKey().Public(), `"\u006e":"AQAB"`)),
		"more keys than allowed":                 jwks(good, good, good, good, good, good, good, good, good),
		"more entries than allowed, all useless": jwks(`1`, `1`, `1`, `1`, `1`, `1`, `1`, `1`, `1`),
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			set, err := ParseSet(text, 8)
			if !errors.Is(err, ErrSet) || set != nil {
				t.Errorf("got %v, %v; want ErrSet", set, err)
			}
		})
	}
}

// R7517-3: whatever ParseKey refuses, it takes no other key with it.
func TestParseSetKeepsTheRest(t *testing.T) {
	t.Parallel()
	good := jwkOf(p256Key().Public(), `"kid":"good"`)
	token := mustDecode(t, sign("ES256", p256Key(), `{"alg":"ES256"}`, "{}"))
	for name, bad := range keyRefusals() {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			set, err := ParseSet(jwks(bad, good, bad), 3)
			if err != nil {
				t.Fatal(err)
			}
			if len(set.Keys) != 1 || len(set.Refused) != 2 {
				t.Fatalf("%d keys, refused %v", len(set.Keys), set.Refused)
			}
			if err := set.Keys[0].Verify("ES256", token); err != nil {
				t.Error(err)
			}
		})
	}
}

// R7517-8: keys that share a kid are told apart by what they allow.
func TestParseSetSharedKeyID(t *testing.T) {
	t.Parallel()
	set := must(ParseSet(jwks(jwkOf(rsaKey().Public(), `"kid":"1"`), jwkOf(p256Key().Public(), `"kid":"1"`)), 8))
	for _, alg := range []string{"RS256", "ES256"} {
		token := mustDecode(t, sign(alg, keyFor(alg), `{"alg":"`+alg+`","kid":"1"}`, "{}"))
		verified := 0
		for _, k := range set.Keys {
			if k.Allows(alg) {
				if err := k.Verify(alg, token); err != nil {
					t.Errorf("%s: %v", alg, err)
				}
				verified++
			}
		}
		if verified != 1 {
			t.Errorf("%s: %d keys allow it", alg, verified)
		}
	}
}

func TestParseSetErrorsRepeatNothing(t *testing.T) {
	t.Parallel()
	_, err := ParseSet(`{"`+secret+`":1,"`+secret+`":2}`, 8)
	if err == nil {
		t.Fatal("accepted")
	}
	noEcho(t, err)
	set := must(ParseSet(jwks(`{"kty":"`+secret+`","kid":"`+secret+`"}`), 8))
	if len(set.Refused) != 1 {
		t.Fatal("not refused")
	}
	noEcho(t, set.Refused[0])
}
