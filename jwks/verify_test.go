package jwks_test

import (
	"errors"
	"net/http"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
)

// Keys.Verify, for what is signed and is no access token.
func TestKeysVerify(t *testing.T) {
	t.Parallel()
	as, other := authtest.New(), authtest.New()
	keys := staticKeys(t, as.JWKS())
	typed := func(by *authtest.Issuer, typ any) string {
		return by.Mint(authtest.Mint{Header: authtest.Claims{"typ": typ}, Claims: authtest.Claims{"iss": "anybody", "exp": 1}})
	}
	good := typed(as, "x+jwt")
	tests := map[string]struct {
		text       string
		algorithms []string
		types      []string
		ok         bool
	}{
		"by default":                {good, nil, []string{"x+jwt"}, true},
		"one of several types":      {good, nil, []string{"y+jwt", "x+jwt"}, true},
		"a listed algorithm":        {good, []string{"RS256"}, []string{"x+jwt"}, true},
		"another type":              {good, nil, []string{"y+jwt"}, false},
		"no type is allowed":        {good, nil, nil, false},
		"no typ":                    {typed(as, authtest.Absent), nil, []string{"x+jwt"}, false},
		"an unlisted algorithm":     {good, []string{"ES256"}, []string{"x+jwt"}, false},
		"no algorithm":              {good, []string{}, []string{"x+jwt"}, false},
		"signed by somebody else":   {typed(other, "x+jwt"), nil, []string{"x+jwt"}, false},
		"the signature cut off":     {good[:strings.LastIndexByte(good, '.')+1], nil, []string{"x+jwt"}, false},
		"something after it":        {good + "\n", nil, []string{"x+jwt"}, false},
		"R8725-19 a JWE":            {"eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkExMjhHQ00ifQ.YQ.YQ.YQ.YQ", nil, []string{"x+jwt"}, false},
		"nothing that is even read": {"", nil, []string{"x+jwt"}, false},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			payload, err := keys.Verify(t.Context(), test.text, test.algorithms, test.types...)
			if (err == nil) != test.ok || (payload != "") != test.ok {
				t.Errorf("Verify = %q, %v", payload, err)
			}
			if test.ok && !strings.Contains(payload, `"anybody"`) {
				t.Errorf("payload = %s", payload)
			}
			checkSilence(t, err, test.text)
		})
	}
}

func TestKeysVerifyWithoutKeys(t *testing.T) {
	t.Parallel()
	as := authtest.New()
	keys := newKeys(t, jwks.KeysConfig{Issuer: as.URL(), Client: &http.Client{Transport: down{}}})
	_, err := keys.Verify(t.Context(), as.Mint(authtest.Mint{Header: authtest.Claims{"typ": "x+jwt"}}), nil, "x+jwt")
	var e *middleware.Error
	if !errors.As(err, &e) || e.Code != middleware.Unavailable {
		t.Errorf("error = %v, want unavailable", err)
	}
}

type down struct{}

func (down) RoundTrip(*http.Request) (*http.Response, error) { return nil, errors.New("down") }
