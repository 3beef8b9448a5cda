package jose

import (
	"crypto"
	"encoding/base64"
	"slices"
	"testing"
)

func TestKeyID(t *testing.T) {
	t.Parallel()
	public := p256Key().Public()
	for _, tc := range []struct {
		text, kid string
		ok        bool
	}{
		{jwkOf(public, `"kid":"k1"`), "k1", true},
		{jwkOf(public, `"kid":"K1"`), "K1", true}, // R7517-7: case is kept
		{jwkOf(public, `"kid":"\u006b1"`), "k1", true},
		{jwkOf(public, `"kid":""`), "", true},
		{jwkOf(public, `"KID":"k1"`), "", false},
		{jwkOf(public), "", false},
	} {
		if kid, ok := mustParseKey(t, tc.text).ID(); kid != tc.kid || ok != tc.ok {
			t.Errorf("got %q, %v; want %q, %v", kid, ok, tc.kid, tc.ok)
		}
	}
}

func TestKeyAllows(t *testing.T) {
	t.Parallel()
	rsaAlgs := []string{"RS256", "RS384", "RS512", "PS256", "PS384", "PS512"}
	edAlgs := []string{"EdDSA", "Ed25519"}
	for _, tc := range []struct {
		name   string
		public crypto.PublicKey
		more   []string
		want   []string
	}{
		{"R7517-13 RSA without alg", rsaKey().Public(), nil, rsaAlgs},
		{"R7518-4 P-256", p256Key().Public(), nil, []string{"ES256"}},
		{"R7518-4 P-384", p384Key().Public(), nil, []string{"ES384"}},
		{"R7518-4 P-521", p521Key().Public(), nil, []string{"ES512"}},
		{"R8037-1 Ed25519", ed25519Key().Public(), nil, edAlgs},
		{"R8725-2 RSA with alg RS256", rsaKey().Public(), []string{`"alg":"RS256"`}, []string{"RS256"}},
		{"R8725-2 RSA with alg PS256", rsaKey().Public(), []string{`"alg":"PS256"`}, []string{"PS256"}},
		{"R8725-2 RSA with alg RS512", rsaKey().Public(), []string{`"alg":"RS512"`}, []string{"RS512"}},
		{"R8037-1 alg EdDSA", ed25519Key().Public(), []string{`"alg":"EdDSA"`}, edAlgs},
		{"R8037-1 alg Ed25519", ed25519Key().Public(), []string{`"alg":"Ed25519"`}, edAlgs},
	} {
		t.Run(tc.name, func(t *testing.T) {
			t.Parallel()
			k := mustParseKey(t, jwkOf(tc.public, tc.more...))
			for _, a := range algorithms {
				if got, want := k.Allows(a.name), slices.Contains(tc.want, a.name); got != want {
					t.Errorf("Allows(%s) = %v, want %v", a.name, got, want)
				}
			}
			for _, alg := range []string{"", "none", "None", "HS256", "rs256", "es256", "RSA-OAEP"} {
				if k.Allows(alg) {
					t.Errorf("Allows(%q)", alg)
				}
			}
		})
	}
	t.Run("zero key", func(t *testing.T) {
		t.Parallel()
		for _, a := range algorithms {
			if new(Key).Allows(a.name) {
				t.Errorf("allows %s", a.name)
			}
		}
	})
}

// R7638-1
func TestKeyThumbprint(t *testing.T) {
	t.Parallel()
	const (
		rfc7638N = "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw"
		rfc7638  = `{"kty":"RSA","n":"` + rfc7638N + `","e":"AQAB"`
	)
	for name, tc := range map[string]struct{ text, want string }{
		"R7638-1 RFC 7638 3.1":         {rfc7638 + `,"alg":"RS256","kid":"2011-04-29"}`, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"},
		"R7638-1 extra members":        {rfc7638 + `,"use":"sig","foo":"bar"}`, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"},
		"R7638-1 leading zero octet":   {`{"kty":"RSA","e":"AQAB","n":"` + b64(append([]byte{0}, must(base64.RawURLEncoding.DecodeString(rfc7638N))...)) + `"}`, "NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs"},
		"R7638-1 RFC 8037 A.3":         {`{"kty":"OKP","crv":"Ed25519","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"},
		"R7638-1 RFC 9449 9":           {`{"kty":"EC","x":"l8tFrhx-34tV3hRICRDY9zCkDlpBhF42UQUfWVAWBFs","y":"9VE4jf_Ok_o64zbTTlcuNJajHmt6v9TDVrU0CdvGRDA","crv":"P-256"}`, "0ZcOCORZNYy-DWpqq30jZyJGHTN0d2HglBV3uiguA4I"},
		"R7638-1 escaped member names": {`{"\u006bty":"OKP","crv":"Ed255\u00319","x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo"}`, "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := mustParseKey(t, tc.text).Thumbprint(); got != tc.want {
				t.Errorf("got %s, want %s", got, tc.want)
			}
		})
	}
}

func TestKeyEqual(t *testing.T) {
	t.Parallel()
	base := mustParseKey(t, jwkOf(rsaKey().Public(), `"kid":"k","alg":"RS256"`))
	for name, tc := range map[string]struct {
		text string
		want bool
	}{
		"itself":            {jwkOf(rsaKey().Public(), `"kid":"k","alg":"RS256"`), true},
		"unrelated members": {jwkOf(rsaKey().Public(), `"alg":"RS256","kid":"k","use":"sig","x5c":["x"]`), true},
		"another kid":       {jwkOf(rsaKey().Public(), `"kid":"K","alg":"RS256"`), false},
		"no kid":            {jwkOf(rsaKey().Public(), `"alg":"RS256"`), false},
		"another alg":       {jwkOf(rsaKey().Public(), `"kid":"k","alg":"RS512"`), false},
		"no alg":            {jwkOf(rsaKey().Public(), `"kid":"k"`), false},
		"another key":       {jwkOf(otherRSAKey().Public(), `"kid":"k","alg":"RS256"`), false},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			k := mustParseKey(t, tc.text)
			if base.Equal(k) != tc.want || k.Equal(base) != tc.want {
				t.Errorf("Equal is not %v", tc.want)
			}
		})
	}
	t.Run("no kid and an empty one", func(t *testing.T) {
		t.Parallel()
		if mustParseKey(t, jwkOf(rsaKey().Public())).Equal(mustParseKey(t, jwkOf(rsaKey().Public(), `"kid":""`))) {
			t.Error("equal")
		}
	})
}
