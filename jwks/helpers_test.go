package jwks_test

import (
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
)

// verdict is what a validator made of a token, as tables hold it.
type verdict string

const (
	good        verdict = "good"
	notMine     verdict = "not mine"
	unavailable verdict = "unavailable: keys_unavailable"

	malformed verdict = "invalid_token: malformed"

	// Not good and not unavailable: for cases where it does not matter whether
	// the token is bad or not even a token of ours.
	anyRefusal verdict = "refused for any reason"
)

// refused is the verdict on a bad token.
func refused(reason middleware.Reason) verdict { return verdict("invalid_token: " + reason) }

func judge(token *middleware.Token, err error) verdict {
	var e *middleware.Error
	switch {
	case (token == nil) == (err == nil):
		return "broken contract: neither or both of a token and an error"
	case err == nil:
		return good
	case errors.As(err, &e):
		return verdict(string(e.Code) + ": " + string(e.Reason))
	case errors.Is(err, middleware.ErrNotMine):
		return notMine
	}
	return verdict("broken contract: " + err.Error())
}

// expect validates raw, compares the verdict, and holds the error to its
// silence about the token.
func expect(t testing.TB, v middleware.Validator, raw string, want verdict) *middleware.Token {
	t.Helper()
	token, err := v.Validate(t.Context(), raw)
	got := judge(token, err)
	match := got == want
	if want == anyRefusal {
		match = got == notMine || strings.HasPrefix(string(got), "invalid_token: ")
	}
	if !match {
		t.Errorf("verdict = %q (%v), want %q", got, err, want)
	}
	checkSilence(t, err, raw)
	if err == nil { // what is remembered must not be another answer
		if again, err := v.Validate(t.Context(), raw); judge(again, err) != good {
			t.Errorf("verdict = good, and with the next request %q (%v)", judge(again, err), err)
		}
	}
	return token
}

// checkSilence finds in an error the token, parts of it, and texts that its
// header and payload chose. R6750-20
func checkSilence(t testing.TB, err error, raw string) {
	t.Helper()
	if err == nil {
		return
	}
	said := everything(err)
	issuer := ""
	if judge(nil, err) == unavailable {
		issuer = issuerOf(raw) // where keys were asked for, so a configured one
	}
	for _, secret := range secretsOf(raw) {
		if secret != issuer && strings.Contains(said, secret) {
			t.Errorf("the error tells %q of the token: %.300s", secret, said)
		}
	}
}

// everything is all that any way of printing err or a part of its chain tells.
func everything(err error) string {
	if err == nil {
		return ""
	}
	said := fmt.Sprintf("%v\n%+v\n%#v\n", err, err, err)
	var e *middleware.Error
	if errors.As(err, &e) {
		said += e.Description + "\n"
	}
	switch u := err.(type) {
	case interface{ Unwrap() error }:
		said += everything(u.Unwrap())
	case interface{ Unwrap() []error }:
		for _, cause := range u.Unwrap() {
			said += everything(cause)
		}
	}
	return said
}

// issuerOf reads the unverified iss of a token.
func issuerOf(raw string) string {
	var payload struct {
		Issuer string `json:"iss"`
	}
	if part := strings.Split(raw, "."); len(part) == 3 {
		text, _ := base64.RawURLEncoding.DecodeString(part[1])
		_ = json.Unmarshal(text, &payload)
	}
	return payload.Issuer
}

// secretsOf lists what of a token no error may tell. Short texts are left out:
// they are words that our own sentences use.
func secretsOf(raw string) (secrets []string) {
	const short = 8
	add := func(s string) {
		if len(s) >= short {
			secrets = append(secrets, s)
		}
	}
	add(raw)
	for i, part := range strings.Split(raw, ".") {
		if i == 5 {
			break // nothing but periods, or as good as
		}
		add(part)
		text, err := base64.RawURLEncoding.DecodeString(part)
		var v any
		if err == nil && json.Unmarshal(text, &v) == nil {
			eachString(v, add)
		}
	}
	return secrets
}

func eachString(v any, add func(string)) {
	switch v := v.(type) {
	case string:
		add(v)
	case []any:
		for _, e := range v {
			eachString(e, add)
		}
	case map[string]any:
		for _, e := range v {
			eachString(e, add)
		}
	}
}

// remembering tells whether validators of these tests remember good tokens. All
// tests hold either way; run them again with BEARERGUARD_CACHE=off.
func remembering() bool { return os.Getenv("BEARERGUARD_CACHE") != "off" }

// newValidator fails the test on a fault of the configuration. Nothing is
// logged unless c has a logger.
func newValidator(t testing.TB, c jwks.Config, issuers ...jwks.Issuer) *jwks.Validator {
	t.Helper()
	if c.MaxEntries == 0 && !remembering() {
		c.MaxEntries = -1
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	v, err := c.New(issuers...)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// newKeys is newValidator for a key source.
func newKeys(t testing.TB, c jwks.KeysConfig) *jwks.Keys {
	t.Helper()
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	keys, err := jwks.NewKeys(c)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// discovering returns a validator with the defaults, which finds the keys of as
// by its metadata.
func discovering(t testing.TB, as *authtest.Issuer) *jwks.Validator {
	t.Helper()
	return newValidator(t, jwks.Config{Client: as.Client()}, jwks.Issuer{URL: as.URL(), Audience: []string{as.Audience()}})
}

// offline returns an Issuer with the keys that as publishes now.
func offline(t testing.TB, as *authtest.Issuer) jwks.Issuer {
	t.Helper()
	return jwks.Issuer{URL: as.URL(), Audience: []string{as.Audience()}, Keys: staticKeys(t, as.JWKS())}
}

func staticKeys(t testing.TB, set []byte) *jwks.Keys {
	t.Helper()
	keys, err := jwks.StaticKeys(set)
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

// es256 is an issuer with a single key that is made fast.
func es256() *authtest.Issuer { return authtest.Config{Algorithms: []string{"ES256"}}.New() }

// keySet writes a JWK Set.
func keySet(keys ...map[string]any) []byte {
	text, err := json.Marshal(map[string]any{"keys": keys})
	if err != nil {
		panic(err)
	}
	return text
}

// with returns a copy of jwk with one member changed or, for nil, removed.
func with(jwk map[string]any, name string, value any) map[string]any {
	jwk = maps.Clone(jwk)
	if value == nil {
		delete(jwk, name)
	} else {
		jwk[name] = value
	}
	return jwk
}

func b64(s string) string { return base64.RawURLEncoding.EncodeToString([]byte(s)) }

// answer is a handler for authtest's Replace.
func answer(status int, body string) func(http.Handler) http.Handler {
	return func(http.Handler) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(status)
			_, _ = w.Write([]byte(body))
		})
	}
}

// noise signs nothing: for tokens whose key is not even looked at.
func noise([]byte) []byte { return make([]byte, 64) }

// transport lets a function be an HTTP client.
type transport func(*http.Request) (*http.Response, error)

func (f transport) RoundTrip(r *http.Request) (*http.Response, error) { return f(r) }

func (f transport) client() *http.Client { return &http.Client{Transport: f} }
