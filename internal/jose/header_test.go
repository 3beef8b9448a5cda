package jose

import (
	"errors"
	"testing"
)

func TestHeaderCheckType(t *testing.T) {
	t.Parallel()
	accessToken := []string{"", "JWT", "at+jwt"}
	cases := []struct {
		name   string
		header string
		types  []string
		ok     bool
	}{
		{"absent", `{"alg":"x"}`, accessToken, true},
		{"the first", `{"alg":"x","typ":"JWT"}`, accessToken, true},
		{"the last", `{"alg":"x","typ":"at+jwt"}`, accessToken, true},
		{"R8725-15 other case", `{"alg":"x","typ":"AT+JwT"}`, accessToken, true},
		{"R8725-15 with application/", `{"alg":"x","typ":"application/at+jwt"}`, accessToken, true},
		{"R8725-15 with Application/ in other case", `{"alg":"x","typ":"Application/AT+JWT"}`, accessToken, true},
		{"R8725-15 escaped", `{"alg":"x","typ":"at\u002bjwt"}`, accessToken, true},
		{"R8725-15 application/ in the wanted type", `{"alg":"x","typ":"at+jwt"}`, []string{"application/at+jwt"}, true},
		{"a type of another tree", `{"alg":"x","typ":"text/plain"}`, []string{"text/plain"}, true},

		{"absent where required", `{"alg":"x"}`, []string{"at+jwt"}, false},
		{"no types at all", `{"alg":"x"}`, nil, false},
		{"no types at all, typ there", `{"alg":"x","typ":"JWT"}`, nil, false},
		{"empty is not absent", `{"alg":"x","typ":""}`, accessToken, false},
		{"empty is not absent, alone", `{"alg":"x","typ":""}`, []string{""}, false},
		{"R8725-16 logout token", `{"alg":"x","typ":"logout+jwt"}`, accessToken, false},
		{"R8725-16 security event", `{"alg":"x","typ":"secevent+jwt"}`, accessToken, false},
		{"R8725-16 DPoP proof", `{"alg":"x","typ":"dpop+jwt"}`, accessToken, false},
		{"R8725-16 introspection answer", `{"alg":"x","typ":"token-introspection+jwt"}`, accessToken, false},
		{"R8725-16 status list", `{"alg":"x","typ":"statuslist+jwt"}`, accessToken, false},
		{"R8725-16 authorization request", `{"alg":"x","typ":"oauth-authz-req+jwt"}`, accessToken, false},
		{"R8725-15 parameters", `{"alg":"x","typ":"at+jwt;charset=utf-8"}`, accessToken, false},
		{"R8725-15 another slash", `{"alg":"x","typ":"application/x/at+jwt"}`, accessToken, false},
		{"R8725-15 another slash, after a wanted type", `{"alg":"x","typ":"application/text/plain"}`, []string{"text/plain"}, false},
		{"R8725-15 another tree", `{"alg":"x","typ":"text/at+jwt"}`, accessToken, false},
		{"R8725-15 application/ twice", `{"alg":"x","typ":"application/application/at+jwt"}`, accessToken, false},
		{"R8725-15 application/ alone", `{"alg":"x","typ":"application/"}`, accessToken, false},
		{"R8725-15 space", `{"alg":"x","typ":"at+jwt "}`, accessToken, false},
		{"R8725-15 prefix", `{"alg":"x","typ":"at+jw"}`, accessToken, false},
		{"R8725-15 long s is no s", `{"alg":"x","typ":"\u017fecevent+jwt"}`, []string{"secevent+jwt"}, false},
		{"R8725-15 Kelvin sign is no k", `{"alg":"x","typ":"\u212ab+jwt"}`, []string{"kb+jwt"}, false},
	}
	for _, tc := range cases {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			err := mustDecode(t, encoded(tc.header)).Header.Check(tc.types...)
			if tc.ok != (err == nil) || err != nil && !errors.Is(err, ErrType) {
				t.Errorf("got %v, want ok = %v", err, tc.ok)
			}
		})
	}
}

func TestHeaderCheckUnsupported(t *testing.T) {
	t.Parallel()
	for name, header := range map[string]string{
		"R7515-8 crit of a claim":        `{"alg":"x","crit":["exp"],"exp":1}`,
		"R7515-8 crit of an extension":   `{"alg":"x","crit":["http://x"],"http://x":1}`,
		"R7515-9 crit empty":             `{"alg":"x","crit":[]}`,
		"R7515-9 crit string":            `{"alg":"x","crit":"exp"}`,
		"R7515-9 crit null":              `{"alg":"x","crit":null}`,
		"R7515-9 crit registered name":   `{"alg":"x","crit":["alg"]}`,
		"R7515-9 crit duplicate":         `{"alg":"x","crit":["x","x"],"x":1}`,
		"R7515-9 crit absent name":       `{"alg":"x","crit":["absent"]}`,
		"R7515-9 crit escaped":           `{"alg":"x","\u0063rit":["exp"],"exp":1}`,
		"R7797-1 b64 false with crit":    `{"alg":"x","b64":false,"crit":["b64"]}`,
		"R7797-1 b64 false without crit": `{"alg":"x","b64":false}`,
		"R7797-1 b64 true":               `{"alg":"x","b64":true}`,
		"nested JWT":                     `{"alg":"x","cty":"JWT"}`,
		"cty of any value":               `{"alg":"x","cty":null}`,
		"R8725-6 a JWE header":           `{"alg":"RSA-OAEP","enc":"A256GCM"}`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := mustDecode(t, encoded(header)).Header.Check("", "JWT")
			if !errors.Is(err, ErrUnsupported) {
				t.Errorf("got %v, want ErrUnsupported", err)
			}
		})
	}
}

func TestHeaderCheckRepeatsNothing(t *testing.T) {
	t.Parallel()
	for _, header := range []string{
		`{"alg":"x","crit":["` + secret + `"]}`,
		`{"alg":"x","typ":"` + secret + `"}`,
		`{"alg":"x","cty":"` + secret + `"}`,
	} {
		err := mustDecode(t, encoded(header)).Header.Check("JWT")
		if err == nil {
			t.Fatal("accepted")
		}
		noEcho(t, err)
	}
}
