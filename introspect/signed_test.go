package introspect_test

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/bearerguard/bearerguard/authtest"
	"github.com/bearerguard/bearerguard/introspect"
	"github.com/bearerguard/bearerguard/jwks"
	"github.com/bearerguard/bearerguard/middleware"
)

const signedType = "application/token-introspection+jwt"

// signingKey signs answers, independently of the code under test.
type signingKey struct{ *ecdsa.PrivateKey }

func (k signingKey) set(t testing.TB) *jwks.Keys {
	t.Helper()
	point, err := k.PublicKey.Bytes() // 4, x, y
	if err != nil {
		t.Fatal(err)
	}
	b64 := base64.RawURLEncoding.EncodeToString
	keys, err := jwks.StaticKeys(fmt.Appendf(nil, `{"keys":[{"kty":"EC","crv":"P-256","kid":"k","x":%q,"y":%q}]}`, b64(point[1:33]), b64(point[33:])))
	if err != nil {
		t.Fatal(err)
	}
	return keys
}

func (k signingKey) sign(header, payload string) string {
	b64 := base64.RawURLEncoding.EncodeToString
	input := b64([]byte(header)) + "." + b64([]byte(payload))
	digest := sha256.Sum256([]byte(input))
	r, s, err := ecdsa.Sign(rand.Reader, k.PrivateKey, digest[:])
	if err != nil {
		panic(err)
	}
	return input + "." + b64(append(r.FillBytes(make([]byte, 32)), s.FillBytes(make([]byte, 32))...))
}

const (
	signedHeader  = `{"alg":"ES256","kid":"k","typ":"token-introspection+jwt"}`
	signedPayload = `{"iss":"https://issuer.test","aud":"api","iat":1700000000,"token_introspection":{"active":true,"sub":"alice"}}`
)

func signedConfig(t testing.TB, s *server, k signingKey) introspect.Config {
	c := config(s)
	c.Signed = &introspect.Signed{Keys: k.set(t), Audience: "api"}
	c.Now = clock
	return c
}

func TestSignedAnswer(t *testing.T) {
	t.Parallel()
	ours, theirs := signingKey{ecKey(elliptic.P256())}, signingKey{ecKey(elliptic.P256())}
	// with changes members of the good payload; "" removes one.
	with := func(changes map[string]string) string {
		var members map[string]json.RawMessage
		if err := json.Unmarshal([]byte(signedPayload), &members); err != nil {
			t.Fatal(err)
		}
		for name, text := range changes {
			members[name] = json.RawMessage(text)
		}
		maps.DeleteFunc(members, func(_ string, text json.RawMessage) bool { return len(text) == 0 })
		text, err := json.Marshal(members)
		if err != nil {
			t.Fatal(err)
		}
		return string(text)
	}
	payload := func(name, text string) string { return ours.sign(signedHeader, with(map[string]string{name: text})) }
	header := func(text string) string { return ours.sign(text, signedPayload) }
	jwt := ours.sign(signedHeader, signedPayload)
	tests := map[string]struct {
		kind, body string
		want       verdict
	}{
		"R9701-3 no exp or sub outside":          {"", jwt, good},
		"R9701-2 another case and a parameter":   {"Application/Token-Introspection+JWT; a=b", jwt, good},
		"R9701-2 a longer typ":                   {"", header(`{"alg":"ES256","kid":"k","typ":"application/token-introspection+jwt"}`), good},
		"R9701-2 Content-Type of any JWT":        {"application/jwt", jwt, unavailable},
		"R9701-2 Content-Type JSON":              {"application/json", jwt, unavailable},
		"R9701-2 no Content-Type":                {"-", jwt, unavailable},
		"R9701-2 typ of an access token":         {"", header(`{"alg":"ES256","kid":"k","typ":"at+jwt"}`), unavailable},
		"R9701-2 typ JWT":                        {"", header(`{"alg":"ES256","kid":"k","typ":"JWT"}`), unavailable},
		"R9701-2 no typ":                         {"", header(`{"alg":"ES256","kid":"k"}`), unavailable},
		"R9701-3 another issuer":                 {"", payload("iss", `"https://else.test"`), unavailable},
		"R9701-3 no issuer":                      {"", payload("iss", ""), unavailable},
		"R9701-3 issuer an array":                {"", payload("iss", `["https://issuer.test"]`), unavailable},
		"R9701-3 aud among others":               {"", payload("aud", `["x","api"]`), good},
		"R9701-3 another audience":               {"", payload("aud", `"else"`), unavailable},
		"R9701-3 the audience of tokens":         {"", payload("aud", `"`+audience+`"`), unavailable},
		"R9701-3 no audience":                    {"", payload("aud", ""), unavailable},
		"R9701-3 aud empty":                      {"", payload("aud", `[]`), unavailable},
		"R9701-3 aud of another type":            {"", payload("aud", `{"api":1}`), unavailable},
		"R9701-3 no iat":                         {"", payload("iat", ""), unavailable},
		"R9701-3 iat a string":                   {"", payload("iat", `"1700000000"`), unavailable},
		"R9701-3 iat null":                       {"", payload("iat", `null`), unavailable},
		"R9701-3 signed by somebody else":        {"", theirs.sign(signedHeader, signedPayload), unavailable},
		"R9701-3 an unknown kid":                 {"", theirs.sign(`{"alg":"ES256","kid":"x","typ":"token-introspection+jwt"}`, signedPayload), unavailable},
		"R9701-3 signature cut off":              {"", jwt[:strings.LastIndexByte(jwt, '.')+1], unavailable},
		"R9701-3 alg none":                       {"", header(`{"alg":"none","typ":"token-introspection+jwt"}`), unavailable},
		"R9701-3 crit":                           {"", header(`{"alg":"ES256","kid":"k","typ":"token-introspection+jwt","crit":["x"],"x":1}`), unavailable},
		"R9701-3 a line break around it":         {"", jwt + "\n", unavailable},
		"R9701-4 true outside, false inside":     {"", ours.sign(signedHeader, with(map[string]string{"active": "true", "token_introspection": `{"active":false}`})), inactive},
		"R9701-4 false outside, true inside":     {"", ours.sign(signedHeader, with(map[string]string{"active": "false", "exp": "1"})), good},
		"R9701-4 true outside, nothing inside":   {"", ours.sign(signedHeader, with(map[string]string{"active": "true", "token_introspection": ``})), unavailable},
		"R9701-4 the answer as a string":         {"", payload("token_introspection", `"{\"active\":true}"`), unavailable},
		"R9701-4 the answer an array":            {"", payload("token_introspection", `[{"active":true}]`), unavailable},
		"R9701-4 active a string":                {"", payload("token_introspection", `{"active":"marker-of-a-body"}`), unavailable},
		"R9701-4 a member twice inside":          {"", payload("token_introspection", `{"active":true,"sub":"marker-of-a-body","sub":""}`), unavailable},
		"R9701-4 a member twice outside":         {"", ours.sign(signedHeader, `{"sub":"marker-of-a-body","sub":""}`), unavailable},
		"R7662-10 another audience inside":       {"", payload("token_introspection", `{"active":true,"aud":"else"}`), refused(middleware.ReasonAudience)},
		"R7662-10 another issuer inside":         {"", payload("token_introspection", `{"active":true,"iss":"https://else.test"}`), refused(middleware.ReasonIssuer)},
		"R9701-7 a JWE of plain JSON":            {"", "eyJhbGciOiJSU0EtT0FFUCIsImVuYyI6IkExMjhHQ00ifQ.YQ.YQ.YQ.YQ", unavailable},
		"R9701-8 a plain answer":                 {"application/json", `{"active":true}`, unavailable},
		"R9701-8 a plain answer that claims not": {"", `{"active":true}`, unavailable},
		"R9701-8 a plain refusal":                {"application/json", `{"active":false}`, unavailable},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if test.kind == "" {
				test.kind = signedType
			}
			s := says(reply{kind: test.kind, body: test.body})
			got := expect(t, newValidator(t, signedConfig(t, s, ours)), token, test.want)
			if test.want == good && got.Subject() != "alice" {
				t.Errorf("subject = %q", got.Subject())
			}
			// R9701-1
			if accept := s.last(t).header.Values("Accept"); len(accept) != 1 || accept[0] != signedType {
				t.Errorf("Accept = %q", accept)
			}
			s.expectCalls(t, 1)
		})
	}
}

// An answer that was signed before the question is one sent again: it must not
// bring a revoked token back. R9701-3
func TestSignedAnswerIsFresh(t *testing.T) {
	t.Parallel()
	k := signingKey{ecKey(elliptic.P256())}
	tests := map[string]struct {
		iat    string
		leeway time.Duration
		want   verdict
	}{
		"now":                         {"1700000000", 0, good},
		"in this second, no leeway":   {"1700000000", -1, good},
		"a part of this second":       {"1700000000.4", -1, good},
		"a second ago, no leeway":     {"1699999999", -1, unavailable},
		"a second ahead, no leeway":   {"1700000001", -1, unavailable},
		"within the leeway":           {"1699999970", 0, good},
		"before the leeway":           {"1699999969", 0, unavailable},
		"an hour ago":                 {"1699996400", 5 * time.Minute, unavailable},
		"in 1970":                     {"0", 5 * time.Minute, unavailable},
		"ahead, within the leeway":    {"1700000030", 0, good},
		"ahead, more than the leeway": {"1700000031", 0, unavailable},
		"in the year 9999":            {"253402300799", 5 * time.Minute, unavailable},
	}
	for name, test := range tests {
		t.Run("R9701-3 "+name, func(t *testing.T) {
			t.Parallel()
			body := k.sign(signedHeader, strings.Replace(signedPayload, "1700000000", test.iat, 1))
			c := signedConfig(t, says(reply{kind: signedType, body: body}), k)
			c.Leeway = test.leeway
			c.Now = func() time.Time { return clock().Add(500 * time.Millisecond) }
			v := newValidator(t, c)
			expect(t, v, token, test.want)
			if test.want != good && !strings.Contains(v.Health().LastError, "Config.Leeway") {
				t.Errorf("nothing tells what to do: %s", v.Health().LastError)
			}
		})
	}
}

// The server may take its time: what counts is that it was asked before.
func TestSignedAnswerTakesLong(t *testing.T) {
	t.Parallel()
	k := signingKey{ecKey(elliptic.P256())}
	synctest.Test(t, func(t *testing.T) {
		for iatIn, want := range map[time.Duration]verdict{0: good, 4 * time.Second: good, -time.Second: unavailable, 5 * time.Second: unavailable} {
			iat := fmt.Sprint(time.Now().Add(iatIn).Unix())
			body := k.sign(signedHeader, strings.Replace(signedPayload, "1700000000", iat, 1))
			c := signedConfig(t, says(reply{kind: signedType, body: body, after: 4 * time.Second}), k)
			c.Now, c.Leeway = nil, -1
			expect(t, newValidator(t, c), token, want)
		}
	})
}

// Of a signed answer, only what was signed about the token can be read.
func TestSignedClaims(t *testing.T) {
	t.Parallel()
	k := signingKey{ecKey(elliptic.P256())}
	v := newValidator(t, signedConfig(t, says(reply{kind: signedType, body: k.sign(signedHeader, signedPayload)}), k))
	got := expect(t, v, token, good)
	var text string
	if found, _ := got.Claim("sub", &text); !found || text != "alice" {
		t.Errorf("sub = %q", text)
	}
	if found, _ := got.Claim("aud", &text); found {
		t.Error("R9701-4: aud of the envelope is taken for the token's")
	}
}

// Only algorithms that were listed.
func TestSignedAlgorithms(t *testing.T) {
	t.Parallel()
	k := signingKey{ecKey(elliptic.P256())}
	c := signedConfig(t, says(reply{kind: signedType, body: k.sign(signedHeader, signedPayload)}), k)
	c.Signed.Algorithms = []string{"RS256"}
	v := newValidator(t, c)
	c.Signed.Algorithms[0] = "ES256" // too late
	expect(t, v, token, unavailable)
	c.Signed.Algorithms[0] = "ES256"
	expect(t, newValidator(t, c), token, good)
}

// Keys that are out of reach are no verdict about the signature.
func TestSignedKeysOutOfReach(t *testing.T) {
	t.Parallel()
	k := signingKey{ecKey(elliptic.P256())}
	s := says(reply{kind: signedType, body: k.sign(signedHeader, signedPayload)})
	c := signedConfig(t, s, k)
	down := &http.Client{Transport: roundTripper(func(*http.Request) (*http.Response, error) { return nil, errors.New("down") })}
	keys, err := jwks.NewKeys(jwks.KeysConfig{Issuer: issuer, Client: down, Logger: c.Logger})
	if err != nil {
		t.Fatal(err)
	}
	c.Signed.Keys = keys
	_, err = newValidator(t, c).Validate(t.Context(), token)
	if judge(nil, err) != unavailable || !strings.Contains(err.Error(), "keys for signed answers") {
		t.Errorf("error = %v", err)
	}
}

// R9701-5, R9701-6: a signed answer is no access token.
func TestSignedAnswerAsAccessToken(t *testing.T) {
	t.Parallel()
	as := authtest.New()
	answer := as.Mint(authtest.Mint{
		Header: authtest.Claims{"typ": "token-introspection+jwt"},
		Claims: authtest.Claims{"token_introspection": map[string]any{"active": true}},
	})
	v, err := jwks.New(jwks.Issuer{URL: as.URL(), Audience: []string{as.Audience()}, Keys: authKeys(t, as)})
	if err != nil {
		t.Fatal(err)
	}
	expect(t, v, answer, refused(middleware.ReasonType))
	expect(t, v, as.Token(authtest.Claims{"exp": authtest.Absent}), refused(middleware.ReasonClaims))
}

func authKeys(t testing.TB, as *authtest.Issuer) *jwks.Keys {
	t.Helper()
	keys, err := jwks.StaticKeys(as.JWKS())
	if err != nil {
		t.Fatal(err)
	}
	return keys
}
