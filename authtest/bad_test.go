package authtest_test

import (
	"encoding/base64"
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/bearerguard/bearerguard/authtest"
)

// Configurations whose lists differ.
var badConfigs = map[string]authtest.Config{
	"default":     {},
	"PS256":       {Algorithms: []string{"PS256"}},
	"ES256":       {Algorithms: []string{"ES256"}},
	"ES384":       {Algorithms: []string{"ES384"}},
	"EdDSA":       {Algorithms: []string{"EdDSA"}},
	"without alg": {KeysWithout: []string{"alg"}},
	"without kid": {KeysWithout: []string{"kid"}},
	"path, slash": {URL: "https://issuer.test/tenant/"},
	"audience":    {Audience: "12345"},
}

func TestBadTokensAreWellFormedCases(t *testing.T) {
	t.Parallel()
	// RFC 6750 §2.1: what is no b64token is a bad request, not a bad token.
	b64token := regexp.MustCompile(`^[A-Za-z0-9\-._~+/]+=*$`)
	section := regexp.MustCompile(`^(RFC \d{4}|FIPS [\d-]+) §[\d.]+(, ((RFC \d{4}|FIPS [\d-]+) )?§[\d.]+)*: .`)
	for name, config := range badConfigs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			names := map[string]bool{}
			for _, bad := range config.New().Bad() {
				if names[bad.Name] {
					t.Errorf("%s: twice", bad.Name)
				}
				names[bad.Name] = true
				if !b64token.MatchString(bad.Token) {
					t.Errorf("%s: cannot be sent: %s", bad.Name, bad.Token)
				}
				if !section.MatchString(bad.Why) {
					t.Errorf("%s: cites no section: %s", bad.Name, bad.Why)
				}
			}
			if len(names) < 90 {
				t.Errorf("only %d tokens", len(names))
			}
		})
	}
}

// Where the fault lies elsewhere, key and signature are right: a verifier that
// forgets the other check accepts the token.
func TestBadTokensHaveOneFault(t *testing.T) {
	t.Parallel()
	wrong := regexp.MustCompile(`signature|signing|^alg none|^alg None|^alg NONE|^alg nOnE|^HS256|key not published|key embedded|key at a|^alg other|^JWE$|period|four parts|^base64 padding$`)
	for name, config := range badConfigs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := config.New()
			key := issuer.Key(first(config))
			for _, bad := range issuer.Bad() {
				parts := strings.Split(bad.Token, ".")
				verified := false
				if len(parts) == 3 {
					signature, err := base64.RawURLEncoding.Strict().DecodeString(parts[2])
					verified = err == nil && verifySignature(key.Algorithm(), key.Public(), []byte(parts[0]+"."+parts[1]), signature) == nil
				}
				if want := !wrong.MatchString(bad.Name) || bad.Name == "alg none, right signature"; verified != want {
					t.Errorf("%s: signature right: %v, want %v", bad.Name, verified, want)
				}
			}
		})
	}
}

func first(c authtest.Config) string {
	if len(c.Algorithms) == 0 {
		return "RS256"
	}
	return c.Algorithms[0]
}

// A correct verifier, written for this test alone, accepts the good token and
// none of the bad ones.
func TestBadTokensAreRefused(t *testing.T) {
	t.Parallel()
	for name, config := range badConfigs {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			issuer := config.New()
			server := resourceServer{t, issuer.URL(), issuer.Audience(), parseKeys(t, issuer.JWKS()), 0}
			good := issuer.Token()
			server.now = parse(t, good).claims["iat"].(float64)
			if why := server.refuses(good); why != "" {
				t.Fatalf("good token: %s", why)
			}
			for _, bad := range issuer.Bad() {
				if server.refuses(bad.Token) == "" {
					t.Errorf("%s: accepted, but %s", bad.Name, bad.Why)
				}
			}
		})
	}
}

// Each token is there for its own reason: the correct verifier, asked why,
// names the part that carries the fault.
func TestBadTokensFailForTheirReason(t *testing.T) {
	t.Parallel()
	issuer := authtest.New()
	server := resourceServer{t, issuer.URL(), issuer.Audience(), parseKeys(t, issuer.JWKS()), 0}
	server.now = parse(t, issuer.Token()).claims["iat"].(float64)
	reasons := map[string]string{
		"alg none, no signature":                       "alg",
		"alg other than the key's":                     "key",
		"alg of another key type":                      "key",
		"HS256 with the public key, PEM":               "alg",
		"typ dpop+jwt":                                 "typ",
		"nested JWT":                                   "typ",
		"crit empty":                                   "crit",
		"key not published, known kid":                 "signature",
		"key not published, unknown kid":               "key",
		"key embedded as jwk, known kid":               "signature",
		"kid unknown":                                  "key",
		"kid of another key":                           "key",
		"signature with a flipped bit":                 "signature",
		"payload changed after signing":                "signature",
		"ES256 signature in DER":                       "signature",
		"PS256 signature with a short salt":            "signature",
		"expired":                                      "exp",
		"exp out of range":                             "payload",
		"not valid yet":                                "nbf",
		"iss with one slash more":                      "iss",
		"aud of another resource":                      "aud",
		"aud an array with a number":                   "aud",
		"ID token":                                     "kind",
		"refresh token":                                "kind",
		"bound to a DPoP key, as bearer token":         "cnf",
		"four parts":                                   "parts",
		"JWE":                                          "parts",
		"base64 padding":                               "base64",
		"base64 of the other alphabet":                 "base64",
		"base64 with unused bits set":                  "base64",
		"header with trailing data":                    "header",
		"header with a good alg, then none":            "alg",
		"payload in UTF-16":                            "payload",
		"payload with a good exp, then a past one":     "exp",
		"payload with a good aud, then another":        "aud",
		"payload with invalid UTF-8":                   "payload",
		"header changed after signing":                 "signature",
		"ES256 signature with a zero before each half": "signature",
	}
	for _, bad := range issuer.Bad() {
		want, listed := reasons[bad.Name]
		if got := server.refuses(bad.Token); listed && got != want {
			t.Errorf("%s: refused for %q, want %q", bad.Name, got, want)
		}
		delete(reasons, bad.Name)
	}
	for name := range reasons {
		t.Errorf("no such token: %s", name)
	}
}

// resourceServer verifies access tokens as RFC 9068 §4 and RFC 7519 §7.2 say,
// last member wins, typ JWT allowed.
type resourceServer struct {
	t                *testing.T
	issuer, audience string
	keys             []jwk
	now              float64
}

// refuses returns the part that is at fault, or "" for a good token.
func (s resourceServer) refuses(compact string) string {
	parts := strings.Split(compact, ".")
	if len(parts) != 3 {
		return "parts"
	}
	var raw [3][]byte
	for i, part := range parts {
		var err error
		if raw[i], err = base64.RawURLEncoding.Strict().DecodeString(part); err != nil {
			return "base64"
		}
	}
	header, ok := object(raw[0])
	if !ok {
		return "header"
	}
	if why := s.refusesHeader(header); why != "" {
		return why
	}
	if why := s.refusesSignature(header, []byte(parts[0]+"."+parts[1]), raw[2]); why != "" {
		return why
	}
	claims, ok := object(raw[1])
	if !ok {
		return "payload"
	}
	return s.refusesClaims(claims)
}

func (s resourceServer) refusesHeader(header map[string]any) string {
	alg, _ := header["alg"].(string)
	if !slices.Contains([]string{"RS256", "PS256", "ES256", "ES384", "EdDSA"}, alg) {
		return "alg"
	}
	if typ, found := header["typ"]; found && typ != "at+jwt" && typ != "JWT" || header["cty"] != nil {
		return "typ"
	}
	if _, found := header["crit"]; found {
		return "crit"
	}
	return ""
}

func (s resourceServer) refusesSignature(header map[string]any, input, signature []byte) string {
	kid, found := header["kid"]
	if _, isString := kid.(string); found && !isString {
		return "key"
	}
	alg, why := header["alg"].(string), "key"
	for _, k := range s.keys {
		family := map[string]string{"RS": "RSA", "PS": "RSA", "ES": "EC", "Ed": "OKP"}[alg[:2]]
		if found && k.Kid != "" && k.Kid != kid || k.Kty != family || k.Alg != "" && k.Alg != alg {
			continue
		}
		if verifySignature(alg, k.public(s.t), input, signature) == nil {
			return ""
		}
		why = "signature"
	}
	return why
}

func (s resourceServer) refusesClaims(claims map[string]any) string {
	_, hasSub := claims["sub"]
	_, isString := claims["sub"].(string)
	exp, expOK := claims["exp"].(float64)
	nbf, hasNbf := claims["nbf"]
	_, iatOK := claims["iat"].(float64)
	switch {
	case claims["iss"] != s.issuer:
		return "iss"
	case !s.isAudience(claims["aud"]):
		return "aud"
	case !expOK || s.now >= exp:
		return "exp"
	case hasNbf:
		if from, ok := nbf.(float64); !ok || s.now < from {
			return "nbf"
		}
	case !iatOK:
		return "iat"
	case hasSub && !isString:
		return "sub"
	case claims["at_hash"] != nil || claims["typ"] != nil:
		return "kind"
	case claims["cnf"] != nil:
		return "cnf"
	}
	return ""
}

func (s resourceServer) isAudience(aud any) bool {
	list, ok := aud.([]any)
	if !ok {
		return aud == s.audience
	}
	for _, a := range list {
		if _, ok := a.(string); !ok {
			return false
		}
	}
	return slices.Contains(list, any(s.audience))
}

func object(text []byte) (map[string]any, bool) {
	var members map[string]any
	if strings.ToValidUTF8(string(text), "") != string(text) || json.Unmarshal(text, &members) != nil {
		return nil, false
	}
	return members, members != nil
}
